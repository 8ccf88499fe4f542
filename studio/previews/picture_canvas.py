"""Where a picture is looked at, its tokens are pointed at, and another picture is held against it.

While the tokens are seen, a click selects one and a drag a rectangle of them; Shift adds to them, Ctrl picks single
ones, and the picture is pushed with Space held or the middle button. While two pictures are compared, the line between
them is dragged. Arrow keys move what is in hand: the line, the cursor among the tokens, or the picture.
"""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
)
from PySide6.QtWidgets import QToolTip

from studio import theme
from studio.previews.picture_compare import GRIP, STEP, STRIDE, Comparison, line, paint_other, share
from studio.previews.picture_paint import Boxes, Look, paint_frame, paint_layers, paint_tokens
from studio.previews.picture_pane import ARROWS, PicturePane
from studio.previews.picture_scene import Scene
from studio.previews.picture_selection import Rectangle, stepped
from studio.previews.picture_tokens import tell
from studio.previews.tokens import Unit


class PictureCanvas(PicturePane):
    """Shows a Scene. `heat` is how strong the colours of the tokens are; 0 hides them."""

    selection_changed = Signal()
    divided = Signal(float)
    """The line between two pictures was moved."""

    def __init__(self) -> None:
        super().__init__()
        self.heat = 0.0
        self.comparison: Comparison | None = None
        self._selection = Rectangle()
        self._hovered: int | None = None
        self._dividing = self._selecting = False
        self._font = theme.font("small")
        self.setAccessibleName("Picture preview")

    # --- what is shown ---

    def show_scene(self, scene: Scene) -> None:
        super().show_scene(scene)
        hidden = sum(unit.masked for unit in scene.units)
        words = [f"{scene.width} × {scene.height} pixels"] if scene.width else []
        words += [f"{hidden} of {len(scene.units)} tokens hidden"] if scene.units else []
        self.setAccessibleDescription(", ".join(words))

    def selected(self) -> list[Unit]:
        """The tokens that are selected."""
        covered = self._covered()
        return [unit for unit in self.scene.units if unit.start in covered]

    def select(self, selection: Rectangle) -> None:
        """Select so."""
        if selection != self._selection:
            self._selection = selection
            self.update()
            self.selection_changed.emit()

    def select_all(self) -> None:
        """Select every token."""
        self.select(self._selection.all(self.scene.grid))

    def compare(self, comparison: Comparison | None) -> None:
        """Show this one right of a line; None shows the present one alone."""
        self.comparison = comparison
        self.update()

    def box_of(self, position: int) -> QRectF:
        """Where this token is on the canvas."""
        return Boxes(self.scene, self.scale).of(position)

    def pickable(self) -> bool:
        """Whether tokens can be pointed at."""
        return self.heat > 0 and bool(self.scene.units) and self.comparison is None

    def _covered(self) -> frozenset[int]:
        return self._selection.covered(self.scene.grid)

    # --- drawing ---

    def paint_scene(self, painter: QPainter, room: QRectF) -> None:
        look, other = self._look(), self.comparison
        paint_layers(painter, self.scene.layers, self.scene, self.scale, look, self._averages)
        if other is None:
            paint_tokens(painter, self.scene, self.scale, look)
            paint_frame(painter, self.scene, self.scale, look)
            return
        painter.save()
        painter.setClipRect(room.adjusted(line(other, self.scene, self.scale) - room.left(), 0, 0, 0))
        paint_layers(painter, (other.layer(self.scene),), self.scene, self.scale, look, self._averages)
        painter.restore()
        paint_other(painter, other, line(other, self.scene, self.scale), room, look.colours, self._font)

    def _look(self) -> Look:
        if not self.pickable():
            return Look(theme.colours(), self.heat)
        cursor = self._selection.cursor if self.hasFocus() else None
        return Look(theme.colours(), self.heat, self._covered(), cursor, self._hovered)

    # --- the mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point, left = event.position(), event.button() == Qt.MouseButton.LeftButton
        if self._pushes(event):
            self._push_from(point)
        elif left and self._on_line(point):
            self._dividing = True
        elif left and self._unit_at(point) is not None:
            self._selecting = True
            self._pick(point, event.modifiers())
        elif left:
            self.select(self._selection.cleared())
            self._push_from(point)
        elif self._unit_at(point) not in (None, *self._covered()):
            self._pick(point, Qt.KeyboardModifier.NoModifier)  # a menu for what is not selected yet

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        if self._dividing:
            self.divide(share(point.x(), self.scene, self.scale))
        elif self._selecting:
            position = self.scene.nearest(*self.scale.to_picture(point.x(), point.y()))
            if position is not None:
                self.select(self._selection.to(position))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dividing = self._selecting = False
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All of it, or as large as it is."""
        if event.button() != Qt.MouseButton.LeftButton or self.pickable():
            return self.mousePressEvent(event)
        self.fit() if self.scale.wanted is not None else self.zoom_to(1.0, event.position())

    def _pick(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        position, grid = self._unit_at(point), self.scene.grid
        if position is None:
            return
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.select(self._selection.added(position, grid))
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            self._selecting = False
            self.select(self._selection.toggled(position, grid))
        else:
            self.select(self._selection.at(position))

    def _unit_at(self, point: QPointF) -> int | None:
        """The token that can be pointed at here."""
        return self.scene.unit_at(*self.scale.to_picture(point.x(), point.y())) if self.pickable() else None

    def _on_line(self, point: QPointF) -> bool:
        return self.comparison is not None and abs(point.x() - line(self.comparison, self.scene, self.scale)) <= GRIP

    def divide(self, divider: float) -> None:
        """Move the line between two pictures."""
        if self.comparison is not None:
            self.compare(replace(self.comparison, divider=min(max(0.0, divider), 1.0)))
            self.divided.emit(self.comparison.divider)

    def hover(self, point: QPointF) -> None:
        super().hover(point)
        hovered = self._unit_at(point) if self._space is None else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()
        if self._on_line(point):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif hovered is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            position = self._unit_at(QPointF(event.pos()))
            text = "" if position is None else tell(self.scene.units[position], self.scene.grid)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        if event.type() == QEvent.Type.Leave and self._hovered is not None:
            self._hovered = None
            self.update()
        return super().event(event)

    # --- the keyboard ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in ARROWS and self.comparison is not None:
            self.divide(self.comparison.divider + sum(ARROWS[key]) * (STRIDE if shift else STEP))
        elif key in ARROWS and self.pickable():
            self._move(*ARROWS[key], shift)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.pickable() and self._selection.cursor is not None:
            self.select(self._selection.toggled(self._selection.cursor, self.scene.grid))
        elif key == Qt.Key.Key_Escape and self._covered():
            self.select(self._selection.cleared())
        else:
            super().keyPressEvent(event)

    def _move(self, down: int, right: int, extend: bool) -> None:
        position = stepped(self._selection.cursor, self.scene.grid, down, right)
        if position is None:
            return
        self.select(self._selection.to(position) if extend else self._selection.at(position))
        chosen = "selected" if position in self._covered() else "not selected"
        words = f"{tell(self.scene.units[position], self.scene.grid)}, {chosen}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Whoever comes by the keyboard finds the cursor on the first token."""
        super().focusInEvent(event)
        if self._selection.cursor is None and self.scene.units and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._selection = Rectangle(0, 0)
