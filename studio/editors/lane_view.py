"""A ribbon that is wider than its room: scrolled, and zoomed by how many bars are in sight."""

from typing import Protocol, cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from studio.editors.beats import BeatScale, Ruler

CLOSER = 1.5
FEWEST, MOST, USUAL = 1.0, 96.0, 4  # bars in sight
WIDE = 100  # pixels of a bar where there is room for more than the usual
LEAVE = 24  # pixels between what has to be seen and the side


class Ribbon(Protocol):
    """What lies on a scale: a lane of chords, of sections."""

    def show_scale(self, scale: BeatScale, width: float) -> None: ...
    def bars(self) -> float: ...


class LaneView(QFrame):
    """Until it is zoomed, a `whole` view shows all there is, another one some bars of a usual width."""

    def __init__(self, ribbon: QWidget, whole: bool = False) -> None:
        super().__init__()
        self._ribbon, self._whole, self._ruler = ribbon, whole, Ruler()
        self._bars, self._zoomed = float(USUAL), False
        self._scroll = QScrollArea()
        self._scroll.setWidget(ribbon)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self._scroll.horizontalScrollBar().sizeHint().height()
        self._scroll.setFixedHeight(ribbon.sizeHint().height() + bar)
        self.setProperty("role", "lane")
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.addWidget(self._scroll)
        ribbon.installEventFilter(self)

    def show_ruler(self, ruler: Ruler) -> None:
        self._ruler = ruler
        self.refresh()

    def refresh(self) -> None:
        """The ribbon may hold more or less by now."""
        room = max(1, self._scroll.viewport().width())
        bars = self._lane().bars()
        if not self._zoomed:
            self._bars = min(max(bars, FEWEST), MOST) if self._whole else max(float(USUAL), room / WIDE)
        scale = BeatScale(self._ruler, room / (self._bars * self._ruler.bar))
        self._lane().show_scale(scale, max(float(room), bars * self._ruler.bar * scale.density))

    def zoom(self, factor: float, about: float | None = None) -> None:
        """So many times closer; what is at this pixel of the ribbon stays where it is."""
        bar = self._scroll.horizontalScrollBar()
        pixel = bar.value() + self._scroll.viewport().width() / 2 if about is None else about
        before, self._zoomed = self._bars, True
        self._bars = min(max(FEWEST, self._bars / factor), MOST)
        self.refresh()
        bar.setValue(round(bar.value() + pixel * (before / self._bars - 1)))

    def fit(self) -> None:
        """All of it in sight."""
        self._bars, self._zoomed = min(max(self._lane().bars(), FEWEST), MOST), True
        self.refresh()

    def reveal(self, left: float, right: float) -> None:
        """Have these pixels of the ribbon in sight, the left one if not both can be."""
        bar, room = self._scroll.horizontalScrollBar(), self._scroll.viewport().width()
        if right + LEAVE > bar.value() + room:
            bar.setValue(round(right + LEAVE - room))
        if left - LEAVE < bar.value():
            bar.setValue(round(left - LEAVE))

    def _lane(self) -> Ribbon:
        return cast(Ribbon, self._ribbon)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel with Ctrl zooms, with Shift scrolls; without, it is left to the form."""
        if isinstance(event, QWheelEvent):
            return self._wheeled(event)
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("focused", event.type() == QEvent.Type.FocusIn)
            self.style().polish(self)
        return super().eventFilter(watched, event)

    def _wheeled(self, event: QWheelEvent) -> bool:
        way = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(CLOSER if way.y() > 0 else 1 / CLOSER, event.position().x())
        elif way.x() or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            bar = self._scroll.horizontalScrollBar()
            bar.setValue(bar.value() - (way.x() or way.y()))
        else:
            return False
        return True

    def minimumSizeHint(self) -> QSize:
        return QSize(160, super().minimumSizeHint().height())
