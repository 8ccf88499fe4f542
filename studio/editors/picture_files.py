"""Picture files of this machine: whether one can be used, and pictures of our own beside them.

Whatever Qt reads is taken. Formats and shades that not every reader agrees on (turned by a camera, 16 bits, in inks,
moving, or with a ground that shines through) are read once here and kept as a plain PNG; so is what was pasted or
painted. Those files lie in `paths.data()/"pictures"/"given"` under the hash of their pixels, so that the same picture
is there once.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageIOHandler, QImageReader, QPainter

from engine.api import paths
from engine.api.errors import BadInput
from engine.api.files import write_atomically

LARGEST = 80_000_000  # pixels of a picture: what a good camera takes; four bytes each are held while it is painted on
LONGEST = 30_000  # pixels of a side
PLAIN = frozenset({b"png", b"jpeg", b"jpg", b"webp", b"bmp"})
PLAIN_SHADES = frozenset({QImage.Format.Format_RGB32, QImage.Format.Format_Grayscale8, QImage.Format.Format_Indexed8})
READABLE = ("Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.tga *.ppm *.pgm)", "All files (*)")
QImageReader.setAllocationLimit(8 * LARGEST // 2**20)  # MiB: 16 bits in four channels


def given() -> Path:
    """Where pasted, painted and converted pictures are kept."""
    return paths.data() / "pictures" / "given"


def size_of(path: str) -> QSize:
    """Width and height as it is seen, by its header. Raises BadInput with one sentence where it cannot be used."""
    reader = _reader(path)
    size = reader.size()
    if not size.isValid():
        _refuse(path)
    if size.width() * size.height() > LARGEST or max(size.width(), size.height()) > LONGEST:
        raise BadInput(
            f"“{Path(path).name}” has {size.width():,} × {size.height():,} pixels, more than the {LARGEST // 10**6} "
            "million that can be worked on; make it smaller first."
        )
    turned = reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90
    return size.transposed() if turned else size


def read(path: str, within: QSize | None = None) -> QImage:
    """The picture upright in 8-bit colours, no larger than `within`. Raises BadInput as `size_of` does."""
    size, reader = size_of(path), _reader(path)
    if within is not None and (size.width() > within.width() or size.height() > within.height()):
        small = size.scaled(within, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        upright = reader.size() == size
        reader.setScaledSize(small if upright else small.transposed())
    picture = reader.read()
    if picture.isNull():
        _refuse(path)
    return on_white(picture)


def taken(path: str) -> str:
    """The path to ask the engine with: this one, or a plain copy of it. Raises BadInput, or Failure of the disk."""
    size_of(path)
    reader = _reader(path)
    shades = reader.imageFormat()
    moving = reader.supportsAnimation() and reader.imageCount() != 1
    turned = reader.transformation() != QImageIOHandler.Transformation.TransformationNone
    picture = read(path)  # to the end: a file that is cut off is noticed here
    if bytes(reader.format().data()) in PLAIN and shades in PLAIN_SHADES and not moving and not turned:
        return str(Path(path).absolute())
    return str(keep(picture, Path(path).stem))


def keep(picture: QImage, stem: str) -> Path:
    """A PNG of our own, by the hash of what it holds. Raises Failure where the disk refuses."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG", 80)  # type: ignore[call-overload]
    written = bytes(buffer.data().data())
    path = given() / f"{stem[:40]}-{hashlib.sha256(written).hexdigest()[:16]}.png"
    if not path.exists():
        write_atomically(path, written)
    return path


def is_ours(path: str) -> bool:
    """Whether nobody but us has given it its name."""
    return Path(path).parent == given()


def on_white(picture: QImage) -> QImage:
    """As it looks on white paper, in RGB32: no picture here has holes."""
    if not picture.hasAlphaChannel():
        return picture.convertedTo(QImage.Format.Format_RGB32)
    ground = QImage(picture.size(), QImage.Format.Format_RGB32)
    ground.fill(QColor("white"))
    painter = QPainter(ground)
    painter.drawImage(0, 0, picture)
    painter.end()
    return ground


def thumbnail(path: str, within: QSize) -> QImage:
    """Small, and read but once; null where the file is of no use any more."""
    try:
        return _thumbnail(path, within.width(), within.height(), Path(path).stat().st_mtime_ns)
    except OSError:
        return QImage()


@lru_cache(maxsize=16)
def _thumbnail(path: str, width: int, height: int, changed: int) -> QImage:
    try:
        return read(path, QSize(width, height))
    except BadInput:
        return QImage()


def _reader(path: str) -> QImageReader:
    reader = QImageReader(path)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    return reader


def _refuse(path: str) -> None:
    """Say why it cannot be read."""
    name = f"“{Path(path).name}”"
    if not Path(path).is_file():
        raise BadInput(f"There is no file {path} any more; choose another picture.")
    if not _reader(path).canRead():
        raise BadInput(f"{name} is no picture that can be read here; choose a PNG, JPEG or WebP file.")
    raise BadInput(f"{name} is broken or cut off; choose another picture, or save it anew in another program.")
