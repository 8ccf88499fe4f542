"""A picture that one comes closer to and pushes about: the wheel zooms to what is under it, a drag pushes.

What else is on the picture, and what else the mouse does there, is its heir's: this one knows layers and a scale.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame

from studio import theme
from studio.previews.picture_paint import Averages
from studio.previews.picture_scale import PictureScale
from studio.previews.picture_scene import Scene

NOTCH = 1.2  # a notch of the wheel
PUSH = 48.0  # pixels, by a press of an arrow key
ARROWS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
"""Rows down, columns to the right."""
EDGE = 1  # the frame around it, in pixels


class PicturePane(QFrame):
    """`scaled` when it is shown larger or smaller, or no longer as large as fits."""

    scaled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scene, self.scale = Scene(), PictureScale()
        self._averages = Averages()
        self._pushing: QPointF | None = None  # where the mouse was, while it pushes the picture
        self._space: bool | None = None  # held; True once it was used
        self.setProperty("role", "surface")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    def show_scene(self, scene: Scene) -> None:
        """Show this; one of the same size stays as close as it was."""
        self.scene = scene
        self._set_scale(self.scale.of(scene.width, scene.height))

    def fit(self) -> None:
        """The whole picture."""
        self._set_scale(self.scale.fitted())

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """So many pixels of the screen for one of the picture; what is at this place stays there."""
        self._set_scale(self.scale.zoomed(zoom, (at.x(), at.y()) if at else None))

    def zoom_by(self, way: int) -> None:
        """The next level, larger or smaller."""
        self._set_scale(self.scale.stepped(way))

    def _set_scale(self, scale: PictureScale) -> None:
        changed = (scale.zoom, scale.wanted) != (self.scale.zoom, self.scale.wanted)
        self.scale = scale
        self.update()
        if changed:
            self.scaled.emit()

    # --- what an heir has more of ---

    def paint_scene(self, painter: QPainter, room: QRectF) -> None:
        """All that is in sight."""

    def hover(self, point: QPointF) -> None:
        """The mouse is here, and no button is down."""
        grips = self._space is not None or self.scale.wanted is not None
        shape = Qt.CursorShape.OpenHandCursor if grips and self.scene.width else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    # --- the mouse ---

    def _pushes(self, event: QMouseEvent) -> bool:
        """Whether this press takes hold of the picture, whatever is under it."""
        held = self._space is not None and event.button() == Qt.MouseButton.LeftButton
        return held or event.button() == Qt.MouseButton.MiddleButton

    def _push_from(self, point: QPointF) -> None:
        self._pushing = point
        self._space = True if self._space is not None else None
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pushing is None:
            return self.hover(event.position())
        way, self._pushing = event.position() - self._pushing, event.position()
        self._set_scale(self.scale.moved(way.x(), way.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pushing = None
        self.hover(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if self.scene.width and notches:
            self.zoom_to(self.scale.zoom * NOTCH**notches, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom_to(self.scale.zoom * (1 + event.value()), event.position())
            return True
        return super().event(event)

    # --- the keyboard ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self._space = False if self._space is None else self._space
        elif key in ARROWS and self.scale.wanted is not None:
            down, right = ARROWS[key]
            self._set_scale(self.scale.moved(-right * PUSH, -down * PUSH))
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space alone plays the run, as everywhere on the stage; held while the mouse pushes it does not."""
        if event.key() != Qt.Key.Key_Space or event.isAutoRepeat():
            return event.ignore()
        used, self._space = self._space, None
        parent = self.parentWidget()
        if used is False and parent is not None:
            QApplication.sendEvent(parent, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, event.modifiers()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._space = None
        self.update()

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter, room = QPainter(self), self.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
        if self.scene.width:
            painter.setClipRect(room)
            self.paint_scene(painter, QRectF(room))
            painter.setClipping(False)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.colours().accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_scale(self.scale.within((self.width(), self.height()), self.devicePixelRatioF()))

    def sizeHint(self) -> QSize:
        return QSize(620, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)
