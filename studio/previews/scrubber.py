"""The bar of a timeline: a column for every step, as high as the work is done there; drag, click or use the arrow keys.

Steps that were too quick to be shown have a hollow column, and the bar stops only at the others.
"""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider

from studio import theme

HEIGHT, FLOOR, PAD = 40, 3, 5  # of the bar, of an empty column, around; in pixels
SLIM = 9  # columns slimmer than this need a line to show which one is seen


class Scrubber(QSlider):
    """`value()` is a step's number, from 1. `scrubbed` only when the user moves it."""

    scrubbed = Signal(int)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._levels: dict[int, float] = {}
        self._kept: list[int] = []
        self.setRange(1, 1)
        self.setTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Steps of the run")
        self.setToolTip("Drag through the steps of the run")

    def show_steps(self, total: int, levels: Mapping[int, float], kept: list[int], value: int) -> None:
        """So many in all; the share of noise left at those that are done; those that can be shown; the one shown."""
        self._levels, self._kept = dict(levels), kept
        self.setRange(1, max(1, total))
        self.setValue(value)
        self.setEnabled(bool(kept))
        self.update()

    def nearest(self, step: float) -> int | None:
        """The step nearest to this one that can be shown."""
        return min(self._kept, key=lambda kept: abs(kept - step), default=None)

    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HEIGHT)

    # what the user does

    def _go(self, step: int | None) -> None:
        if step is not None:
            self.scrubbed.emit(step)

    def _step_at(self, x: float) -> int | None:
        return self.nearest(0.5 + (x - PAD) / max(1.0, self._column()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._go(self._step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(self._step_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._go(self._beside(-1 if event.angleDelta().y() > 0 else 1))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        if event.key() in steps:
            self._go(self._beside(steps[Qt.Key(event.key())]))
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self._kept:
            self._go(self._kept[0 if event.key() == Qt.Key.Key_Home else -1])
        else:
            event.ignore()

    def _beside(self, way: int) -> int | None:
        """The next step that can be shown, that way."""
        ahead = [step for step in self._kept if (step - self.value()) * way > 0]
        return min(ahead, key=lambda step: abs(step - self.value()), default=None)

    # how it looks

    def _column(self) -> float:
        return (self.width() - 2 * PAD) / max(1, self.maximum())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for step in range(1, self.maximum() + 1):
            self._paint_column(painter, step)
        if self._column() < SLIM and self._kept:
            painter.setPen(QPen(QColor(theme.colours().accent), 2))
            x = PAD + (self.value() - 0.5) * self._column()
            painter.drawLine(QPointF(x, PAD), QPointF(x, self.height() - PAD))
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.colours().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)

    def _paint_column(self, painter: QPainter, step: int) -> None:
        colours, width = theme.colours(), self._column()
        gap = 2.0 if width > 6 else 1.0 if width > 3 else 0.0
        room = self.height() - 2 * PAD
        done = step in self._levels
        height = FLOOR + (room - FLOOR) * (1 - self._levels[step]) if done else FLOOR
        box = QRectF(PAD + (step - 1) * width + gap / 2, self.height() - PAD - height, width - gap, height)
        current = done and step == self.value()
        colour = QColor(
            colours.accent if current else colours.muted if done and step < self.value() else colours.border
        )
        hollow = done and step not in self._kept
        painter.setPen(QPen(colour, 1) if hollow else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
        corner = min(2.5, box.width() / 3)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5) if hollow and width > 3 else box, corner, corner)
