"""Pictures as small as rows show them, read beside what goes on and remembered while there is room."""

import contextlib
from collections import OrderedDict

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath

from engine.api.messages import PicturePreview, PictureWork
from studio.previews.picture_scene import image_of

KEPT = 300  # thumbnails; 27 MB on a screen with two pixels for one
ROUND = 4  # of the corners, in pixels


class Thumbnails(QObject):
    """`arrived` says that one is there now for which somebody had to wait."""

    arrived = Signal()
    _read = Signal(str, int, QImage)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[tuple[str, int], QImage | None] = OrderedDict()  # None while it is being read
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._read.connect(self._keep)

    def draw(self, painter: QPainter, box: QRect, picture: PictureWork | PicturePreview) -> None:
        """A picture in the middle of a square, as sharp as the screen can show it; nothing before it has been read."""
        if isinstance(picture, PicturePreview):
            return paint(painter, box, image_of(picture))
        side = round(box.width() * painter.device().devicePixelRatioF())
        image = self.get(picture.path, side)
        if image:
            paint(painter, box, image)

    def get(self, path: str, side: int) -> QImage | None:
        """The picture, no wider or higher than `side`, null where it cannot be read; None until it has been read."""
        key = path, side
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        self._kept[key] = None
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._pool.start(lambda: self._do(path, side))
        return None

    def _do(self, path: str, side: int) -> None:
        image = small(path, side)
        with contextlib.suppress(RuntimeError):  # the window has gone meanwhile
            self._read.emit(path, side, image)

    def _keep(self, path: str, side: int, image: QImage) -> None:
        if (path, side) in self._kept:
            self._kept[path, side] = image
            self.arrived.emit()


def small(path: str, side: int) -> QImage:
    """A file's picture, no wider or higher than `side`; null where it cannot be read."""
    reader = QImageReader(path)
    size = reader.size()
    if max(size.width(), size.height()) > side:
        reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1)))
    return reader.read()


def paint(painter: QPainter, box: QRect, image: QImage) -> None:
    """A picture in the middle of a square, with round corners."""
    if image.isNull():
        return
    size = image.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRectF(QRect(box.topLeft(), size))
    place.moveCenter(QRectF(box).center())
    corners = QPainterPath()
    corners.addRoundedRect(place, ROUND, ROUND)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(corners)
    painter.drawImage(place, image)
    painter.restore()
