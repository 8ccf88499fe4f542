"""The picture that is painted on: zoomed, moved about, with brush, rectangle, lasso and frame, by mouse, pen and keys.

Only what has changed is drawn again. The arrow keys move a cross, Return puts the button down there and lifts it again:
what a mouse can do, the keys can.
"""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from studio import theme
from studio.editors.mask_brush import Brush
from studio.editors.mask_canvas_paint import (
    Pointer,
    coat,
    paint_beyond,
    paint_frame,
    paint_outline,
    paint_picture,
    paint_pointer,
    paint_shade,
    pointer_box,
    square_of,
)
from studio.editors.mask_hand import Hand
from studio.editors.mask_keys import nudge, nudged
from studio.editors.mask_painting import Painting
from studio.editors.picture_sight import Sight, fitted

CLOSER = 1.25
LARGER = 1.15  # a brush, by a notch of the wheel
NEAR = 8  # screen pixels within which the frame snaps
Button = Qt.MouseButton


class Canvas(QWidget):
    """`hand` holds the tool. `brushed` carries the brush when it is another one, `zoomed` the scale."""

    brushed = Signal(object)
    zoomed = Signal(float)

    def __init__(self, painting: Painting) -> None:
        super().__init__()
        self.painting, self.hand = painting, Hand(painting)
        self._sight, self._fits = Sight(), True
        self._pan: QPointF | None = None
        self._space = False
        self._pointer: Pointer | None = None
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        painting.tint.set_table(coat())
        painting.painted.connect(self._painted)
        painting.framed.connect(self.update)

    # --- what the controls ask for ---

    def take_tool(self, tool: str) -> None:
        self._drop()
        self.hand.tool = tool
        self._point(None)
        self._show_cursor()

    def take_brush(self, brush: Brush) -> None:
        """At most as large as the picture."""
        self.hand.brush = replace(brush, size=min(max(1.0, brush.size), float(max(self.painting.size))))
        self.brushed.emit(self.hand.brush)
        if self._pointer:
            self._point(replace(self._pointer, size=self._brush_size()))

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        self._see(self._sight.zoomed(factor, about or QPointF(self.width() / 2, self.height() / 2)))

    def zoom_to(self, scale: float) -> None:
        self.zoom(scale / self._sight.scale)

    def fit(self) -> None:
        """The whole picture and the whole frame."""
        content = QRectF(0, 0, *self.painting.size) | square_of(self.painting.frame)
        self._see(fitted(content, QSizeF(self.size())))
        self._fits = True

    # --- gestures ---

    def _begin(self, at: QPointF, erase: bool, shift: bool, pressure: float = 1.0) -> None:
        self.hand.begin(at, erase, NEAR / self._sight.scale, shift, pressure)

    def _carry_on(self, at: QPointF, pressure: float = 1.0, free: bool = False) -> None:
        before = self.hand.outline()
        self.hand.to(at, pressure, free)
        self._update(before.controlPointRect() | self.hand.outline().controlPointRect())

    def _end(self, at: QPointF) -> None:
        self._update(self.hand.outline().controlPointRect())
        self.hand.end(at)

    def _drop(self) -> None:
        """Leave off a gesture, if there is one."""
        self.hand.drop()
        self.update()

    # --- mouse, pen, wheel ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._sight.picture(event.position())
        pans = event.button() == Button.MiddleButton or self.hand.tool == "hand" or self._space
        if not pans and event.button() in (Button.LeftButton, Button.RightButton) and not self.hand.busy():
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._begin(at, event.button() == Button.RightButton, shift)
        if not self.hand.busy():
            self._pan = event.position()
        self._show_cursor(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._sight.picture(event.position())
        if self._pan is not None:
            self._see(self._sight.moved(event.position() - self._pan))
            self._pan = event.position()
        else:
            self._carry_on(at, free=bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        self._point(Pointer(at, self._brush_size()) if self.hand.tool == "brush" else None)
        self._show_cursor(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pan = None
        self._end(self._sight.picture(event.position()))
        self._show_cursor(self._sight.picture(event.position()))

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen paints as wide as it is pressed; its other end erases. All else it does as a mouse does."""
        at = self._sight.picture(event.position())
        pressing = event.type() == QEvent.Type.TabletPress and event.button() == Button.LeftButton
        if self.hand.tool != "brush" or self._space or not (pressing or self.hand.busy()):
            event.ignore()  # it comes again as the mouse's
        elif pressing:
            eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._begin(at, eraser, False, event.pressure())
        elif event.type() == QEvent.Type.TabletRelease:
            self._end(at)
        else:
            self._carry_on(at, event.pressure())
        self._point(Pointer(at, self._brush_size()) if self.hand.tool == "brush" else None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zooms; with Ctrl it sizes the brush, with Shift it moves sideways."""
        way = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.resize_brush(LARGER ** (way / 120))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._see(self._sight.moved(QPointF(way / 2, 0)))
        else:
            self.zoom(CLOSER ** (way / 120), event.position())

    def resize_brush(self, factor: float) -> None:
        """By at least a pixel."""
        size = self.hand.brush.size
        self.take_brush(replace(self.hand.brush, size=max(size * factor, size + 1) if factor > 1 else size * factor))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    # --- keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self._hold_space(True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hand.tool in ("brush", "rectangle", "lasso"):
            self._press_key()
        elif key == Qt.Key.Key_Escape and self.hand.busy():
            self._drop()
        elif self.hand.tool == "frame" and (frame := nudged(self.painting, event, self._sight.scale)):
            self.painting.set_frame(frame)
            self.painting.close()
        elif self.hand.tool == "hand" and (way := nudge(event, 1.0)) is not None:
            self._see(self._sight.moved(way * -8))
        elif self.hand.tool != "frame" and (way := nudge(event, self._sight.scale)) is not None:
            self._move_cross(self._cross() + way)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(False)
        else:
            super().keyReleaseEvent(event)

    def _hold_space(self, held: bool) -> None:
        self._space = held
        self._show_cursor()

    def _press_key(self) -> None:
        """The button goes down where the cross is, or up again."""
        at = self._cross()
        if self.hand.busy():
            self._end(at)
        else:
            self._begin(at, False, False)
        self._move_cross(at)

    def _cross(self) -> QPointF:
        """Where the keys are: where they were, or else in the middle of what is seen."""
        middle = self._sight.picture(QPointF(self.width() / 2, self.height() / 2))
        return self._pointer.at if self._pointer else middle

    def _move_cross(self, to: QPointF) -> None:
        width, height = self.painting.size
        at = QPointF(min(max(0.0, to.x()), width), min(max(0.0, to.y()), height))
        self._carry_on(at)
        self._point(Pointer(at, self._brush_size(), cross=True))
        self.setAccessibleDescription(f"Cross at {at.x():.0f}, {at.y():.0f} of {width} × {height} pixels.")

    # --- what is seen ---

    def _brush_size(self) -> float:
        return self.hand.brush.size if self.hand.tool == "brush" else 0.0

    def _see(self, sight: Sight) -> None:
        self._sight, self._fits = sight, False
        self.hand.show_scale(sight.scale)
        self.zoomed.emit(sight.scale)
        self.update()

    def _painted(self, dirty: QRect) -> None:
        self._update(QRectF(dirty))

    def _update(self, dirty: QRectF) -> None:
        """These pixels of the picture look otherwise."""
        spare = int(2 + 2 * self._sight.scale)
        self.update(self._sight.box(dirty).toAlignedRect().adjusted(-spare, -spare, spare, spare))

    def _point(self, pointer: Pointer | None) -> None:
        for each in (self._pointer, pointer):
            if each:
                self.update(pointer_box(each, self._sight).toAlignedRect())
        self._pointer = pointer

    def _show_cursor(self, at: QPointF | None = None) -> None:
        shapes = Qt.CursorShape
        if self._pan is not None:
            self.setCursor(shapes.ClosedHandCursor)
        elif self.hand.tool == "hand" or self._space:
            self.setCursor(shapes.OpenHandCursor)
        elif self.hand.tool == "frame":
            corner = self.hand.corner(at) if at is not None else None
            across = shapes.SizeFDiagCursor if corner in ((0, 0), (1, 1)) else shapes.SizeBDiagCursor
            self.setCursor(
                across if corner else shapes.SizeAllCursor if at and self.hand.in_frame(at) else shapes.ArrowCursor
            )
        else:
            self.setCursor(shapes.BlankCursor if self.hand.tool == "brush" else shapes.CrossCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = QPainter(self), QRectF(event.rect())
        painter.fillRect(room, QColor(theme.colours().background))
        paint_picture(painter, self.painting, self._sight, room)
        paint_beyond(painter, self.painting.frame, self.painting.size, self._sight)
        paint_shade(painter, self.painting.frame, self._sight, QRectF(self.rect()))
        paint_frame(painter, self.painting.frame, self._sight, self.hand.tool == "frame")
        paint_outline(painter, self.hand.outline(), self._sight)
        if self._pointer:
            paint_pointer(painter, self._pointer, self._sight)
        if self.hasFocus():
            painter.setPen(QColor(theme.colours().accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.PaletteChange:
            self.painting.tint.set_table(coat())
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(760, 620)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 280)

    def at(self, point: QPointF) -> QPoint:
        """Where on the screen a pixel of the picture is."""
        return self._sight.screen(point).toPoint()
