"""Where tokens are drawn and pointed at: flowing text that can be scrolled, zoomed, hovered and selected by unit.

Click selects a token, a drag or Shift many, Ctrl single ones; arrows, Home, End and Page keys move, with Shift they
select on the way, and Return picks single ones.
"""

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from studio import theme
from studio.previews.flow import Flow
from studio.previews.keys import target
from studio.previews.paint import Look, paint
from studio.previews.selection import Selection
from studio.previews.tokens import Unit, describe, plain_text

LETTERS, SMALLEST, LARGEST = 16, 10, 40  # the size of the letters, in pixels
MEASURE = 47.5  # the longest line, in em: 760 pixels at the usual size
MARGIN, FOOT = 28, 72  # around the text, and below it, in pixels


class TokenCanvas(QAbstractScrollArea):
    """Shows units; `selection_changed` when the user points at others, `tint` and `guesses` say how they look."""

    selection_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tint, self.guesses = 1.0, False
        self._font = letter_font(LETTERS)
        self._selection = Selection()
        self._hovered: int | None = None
        self._flow = Flow((), self._font, 1)
        self.setProperty("role", "surface")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Text preview")
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)

    # what is shown

    def show_units(self, units: Sequence[Unit]) -> None:
        """Show these; a selection stays where it is."""
        self._lay_out(units)
        self.setAccessibleDescription(plain_text(units))

    def units(self) -> Sequence[Unit]:
        """What is shown."""
        return self._flow.units

    def selected(self) -> list[Unit]:
        """The units that are selected."""
        return self._selection.of(self._flow.units)

    def select(self, selection: Selection) -> None:
        """Select so; the cursor is kept in sight."""
        if selection == self._selection:
            return
        self._selection = selection
        self.viewport().update()
        self.selection_changed.emit()

    def select_all(self) -> None:
        """Select every unit."""
        if self._flow.units:
            self.select(Selection(0, self._flow.units[-1].start, empty=False))

    def zoom(self, pixels: int | None) -> None:
        """Make the letters so many pixels larger; None makes them as large as usual."""
        wanted = LETTERS if pixels is None else self._font.pixelSize() + pixels
        self._font = letter_font(min(max(SMALLEST, wanted), LARGEST))
        self._lay_out(self._flow.units)

    def boxes(self, unit: int) -> list[QRect]:
        """Where this unit is on the viewport, line by line."""
        return [box.translated(self._origin()).toAlignedRect() for box in self._flow.boxes_of(unit)]

    def _lay_out(self, units: Sequence[Unit]) -> None:
        self._flow = Flow(units, self._font, self._measure())
        self._hovered = None
        self._fit()

    def _measure(self) -> float:
        """How wide the text may be, in pixels."""
        return max(120.0, min(self.viewport().width() - 2.0 * MARGIN, MEASURE * self._font.pixelSize()))

    def _fit(self) -> None:
        """The scroll bar as the text and the viewport are."""
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, round(self._flow.height) + MARGIN + FOOT - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(round(self._flow.em))
        self.viewport().update()

    def _origin(self) -> QPointF:
        """Where on the viewport the text begins."""
        left = (self.viewport().width() - self._flow.width) / 2
        return QPointF(round(max(left, 0.0)), MARGIN - self.verticalScrollBar().value())

    def _cursor(self) -> int | None:
        """The unit that the cursor is on."""
        if self._selection.cursor is None or not self._flow.units:
            return None
        return max(0, bisect_right(self._flow.units, self._selection.cursor, key=lambda unit: unit.start) - 1)

    # drawing

    def look(self) -> Look:
        """How the units are drawn now."""
        chosen = frozenset(self._selection.indices(self._flow.units))
        cursor = self._cursor() if self.hasFocus() else None
        return Look(theme.colours(), self.tint, self.guesses, chosen, cursor, self._hovered)

    def paintEvent(self, event: QPaintEvent) -> None:
        origin = self._origin()
        painter = QPainter(self.viewport())
        painter.translate(origin)
        paint(painter, self._flow, self.look(), event.rect().top() - origin.y(), event.rect().bottom() - origin.y())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._measure() == self._flow.width:
            self._fit()
        else:
            self._lay_out(self._flow.units)

    def sizeHint(self) -> QSize:
        return QSize(760 + 2 * MARGIN, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 140)

    # the mouse

    def _unit_at(self, point: QPointF) -> int | None:
        return self._flow.unit_at(point - self._origin())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._unit_at(event.position())
        if index is None:
            return self.select(self._selection.cleared())
        position = self._flow.units[index].start
        if event.button() != Qt.MouseButton.LeftButton and self._selection.covers(self._flow.units[index]):
            return  # a menu for the whole selection
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.select(self._selection.to(position))
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.select(self._selection.toggled(position, self._flow.units))
        else:
            self.select(Selection().at(position))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            return self._drag(event.position())
        hovered = self._unit_at(event.position())
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().setCursor(
                Qt.CursorShape.ArrowCursor if hovered is None else Qt.CursorShape.PointingHandCursor
            )
            self.viewport().update()

    def _drag(self, point: QPointF) -> None:
        """Select as far as here, and scroll where that is out of sight."""
        index = self._flow.nearest(point - self._origin())
        if index is not None and self._selection.anchor is not None:
            self.select(self._selection.to(self._flow.units[index].start))
            self._keep_in_sight(index)

    def _keep_in_sight(self, unit: int) -> None:
        box, bar = self.boxes(unit)[0], self.verticalScrollBar()
        over = box.top() - MARGIN // 2
        under = box.bottom() + FOOT - self.viewport().height()
        bar.setValue(bar.value() + (over if over < 0 else max(0, min(under, over))))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._unit_at(QPointF(event.pos()))
            text = "" if index is None else describe(self._flow.units[index])
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        if event.type() == QEvent.Type.Leave and self._hovered is not None:
            self._hovered = None
            self.viewport().update()
        return super().viewportEvent(event)

    # the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        index = target(self._flow, self._cursor(), Qt.Key(event.key()), control)
        if index is not None:
            self._move_to(index, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selection.cursor is not None:
            self.select(self._selection.toggled(self._selection.cursor, self._flow.units))
        elif event.key() == Qt.Key.Key_Escape and self.selected():
            self.select(self._selection.cleared())
        else:
            event.ignore()

    def _move_to(self, index: int, extend: bool) -> None:
        unit = self._flow.units[index]
        self.select(self._selection.to(unit.start) if extend else Selection().at(unit.start))
        self._keep_in_sight(index)
        chosen = "selected" if self._selection.covers(unit) else "not selected"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{describe(unit)}, {chosen}"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by the keyboard finds the cursor on the first unit."""
        super().focusInEvent(event)
        if self._selection.cursor is None and self._flow.units and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._selection = Selection(0, 0)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def letter_font(pixels: int) -> QFont:
    """The font of the text; asking the system for it takes a millisecond."""
    font = theme.font()
    font.setPixelSize(pixels)
    return font
