"""What is to be seen of a picture: images in their places within the whole, and the tokens over them.

Places are in pixels of the whole picture: what was given and the frame that is made anew, wherever one reaches beyond
the other.
"""

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QImageReader

from engine.api.messages import PicturePreview
from studio.previews.picture_tokens import Grid
from studio.previews.tokens import Unit

MOST = 512  # MiB that one picture may take


@dataclass(frozen=True)
class Layer:
    """An image and where it lies."""

    image: QImage
    box: QRectF

    def covers(self) -> bool:
        """Whether nothing is seen through it."""
        return not self.image.isNull() and not self.image.hasAlphaChannel()


@dataclass(frozen=True)
class Scene:
    """`layers` from the lowest; `frame` is where the tokens lie, and what is made anew. `width` 0 is nothing."""

    width: int = 0
    height: int = 0
    layers: tuple[Layer, ...] = ()
    frame: QRectF = field(default_factory=QRectF)
    grid: Grid = (0, 0)
    units: tuple[Unit, ...] = ()

    @property
    def whole(self) -> QRectF:
        return QRectF(0, 0, self.width, self.height)

    def framed(self) -> bool:
        """Whether only a part of the whole is made anew."""
        return self.width > 0 and self.frame != self.whole

    def unit_at(self, x: float, y: float) -> int | None:
        """The token at this place."""
        rows, columns = self.grid
        if not self.units or not self.frame.contains(QPointF(x, y)):
            return None
        row = int((y - self.frame.top()) / self.frame.height() * rows)
        column = int((x - self.frame.left()) / self.frame.width() * columns)
        return min(row, rows - 1) * columns + min(column, columns - 1)

    def nearest(self, x: float, y: float) -> int | None:
        """The token at this place, or the nearest to it."""
        inside = self.frame.adjusted(0, 0, -1e-3, -1e-3)
        return self.unit_at(min(max(x, inside.left()), inside.right()), min(max(y, inside.top()), inside.bottom()))


def image_of(preview: PicturePreview) -> QImage:
    """The present guess; a null image where the pixels are not what they are said to be."""
    width, height, pixels = preview.width, preview.height, preview.pixels
    if min(width, height) < 1 or len(pixels) != 3 * width * height:
        return QImage()
    shared = QImage(pixels, width, height, 3 * width, QImage.Format.Format_RGB888)
    return shared.convertToFormat(QImage.Format.Format_RGB32)  # a copy, so that it outlives the bytes


def read(path: str) -> QImage:
    """A picture of this machine, turned as its camera was held; a null image where it cannot be read."""
    if not path:
        return QImage()
    QImageReader.setAllocationLimit(MOST)
    reader = QImageReader(path)
    reader.setAutoTransform(True)
    return reader.read()


def placed(preview: PicturePreview) -> tuple[tuple[int, int], QRectF]:
    """The size of the whole picture, and where in it the preview is; both its own where it says no more."""
    width, height = preview.whole if min(preview.whole) > 0 else (preview.width, preview.height)
    left, top, side = preview.frame
    return (width, height), QRectF(left, top, side, side) if side > 0 else QRectF(0, 0, width, height)


def offset(frame: tuple[int, ...]) -> QPointF:
    """Where the picture that was given begins in the whole, by the frame that was asked for in its pixels."""
    left, top = frame[:2] if len(frame) == 3 else (0, 0)
    return QPointF(max(0, -left), max(0, -top))
