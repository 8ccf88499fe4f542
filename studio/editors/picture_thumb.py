"""A picture as a small view of it, with the coat of its mask and its frame; a click asks for more."""

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio import theme
from studio.editors.mask_canvas_paint import coat, paint_beyond, paint_frame, square_of
from studio.editors.picture_files import thumbnail
from studio.editors.picture_frame import Frame, Size, full
from studio.editors.picture_sight import Sight, fitted

LEAST = 120


class Thumb(QWidget):
    """Takes no keys: whatever a click on it does, a button does too."""

    pressed = Signal()

    def __init__(self, height: int) -> None:
        super().__init__()
        self._height = height
        self._path = self._mask = ""
        self._size: Size = (0, 0)
        self._frame: Frame = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_picture(self, path: str, size: Size) -> None:
        """`size` is that of the whole picture, (0, 0) where there is none. It is read once it is to be seen."""
        self._path, self._size = path, size
        self.setVisible(bool(path) and size > (0, 0))
        self.update()

    def show_over(self, mask: str, frame: Frame) -> None:
        """What is painted on it, and where its frame is."""
        self._mask, self._frame = mask, full(frame, self._size)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(LEAST, self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme.colours()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        sight = self._sight()
        place = sight.box(QRectF(0, 0, *self._size))
        if self._frame:
            paint_beyond(painter, self._frame, self._size, sight)
        painter.drawImage(place, thumbnail(self._path))
        if self._mask:
            self._paint_mask(painter, place)
        if self._frame:
            paint_frame(painter, self._frame, sight, active=False)

    def _sight(self) -> Sight:
        """The picture and all of its frame in the middle."""
        whole = QRectF(0, 0, *self._size)
        content = whole | square_of(self._frame) if self._frame else whole
        return fitted(content, QSizeF(self.size()), theme.GAP)

    def _paint_mask(self, painter: QPainter, place: QRectF) -> None:
        coated = thumbnail(self._mask, "black").convertedTo(QImage.Format.Format_Grayscale8)
        coated.reinterpretAsFormat(QImage.Format.Format_Indexed8)
        coated.setColorTable(coat())
        painter.drawImage(place, coated)
