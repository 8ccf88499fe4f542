"""Picture files of this machine: whether one can be used, and pictures of our own beside them.

What the engine reads is left to it, with its colours and its depth. Other kinds that Qt reads are kept as a PNG, and so
is what was pasted or painted: in `paths.given()`, under the hash of what is written, so that the same picture is there
once.
"""

import hashlib
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageIOHandler, QImageReader, QPainter

from engine.api import paths
from engine.api.errors import BadInput
from engine.api.files import write_atomically

LARGEST, LEAST = 64_000_000, 8  # pixels of a picture, and of its side: the engine's own bounds
WIDEST = 32_000  # pixels of a side that can be drawn on
KNOWN = frozenset({b"png", b"jpeg", b"jpg", b"webp", b"bmp", b"gif", b"tif", b"tiff"})
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm", ".svg")
READABLE = (f"Pictures ({' '.join(f'*{ending}' for ending in ENDINGS)})", "All files (*)")
SEEN = QSize(640, 320)  # pixels of a small view: enough for screens with two for one
QImageReader.setAllocationLimit(8 * LARGEST // 2**20 + 1)  # MiB: 16 bits in four channels


def size_of(path: str) -> QSize:
    """Width and height as it is seen, by its header. Raises BadInput with one sentence where it cannot be used."""
    reader, name = _reader(path), f"“{Path(path).name}”"
    size = reader.size()
    if not size.isValid():
        raise _refusal(path)
    width, height = size.width(), size.height()
    if width * height > LARGEST or max(width, height) > WIDEST:
        raise BadInput(
            f"{name} has {width:,} × {height:,} pixels, more than the {LARGEST // 10**6} million that can be worked "
            "on; make it smaller first."
        )
    if min(width, height) < LEAST:
        raise BadInput(f"{name} has {width} × {height} pixels; choose a picture of at least {LEAST} a side.")
    return size.transposed() if _lies(reader) else size


def read(path: str, within: QSize | None = None, ground: str = "white") -> QImage:
    """The picture upright in 8-bit colours, no larger than `within`. Raises BadInput as `size_of` does."""
    size, reader = size_of(path), _reader(path)
    if within is not None and (size.width() > within.width() or size.height() > within.height()):
        small = size.scaled(within, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))
        reader.setScaledSize(small.transposed() if _lies(reader) else small)
    picture = reader.read()
    if picture.isNull():
        raise _refusal(path)
    return laid_on(picture, ground)


def taken(path: str) -> str:
    """The path to ask the engine with: this one, or that of a copy. Raises BadInput, or Failure of the disk."""
    size_of(path)
    if thumbnail(path).isNull():  # read to the end: a file that is cut off is noticed here
        raise _refusal(path)
    if bytes(_reader(path).format().data()) in KNOWN:
        return str(Path(path).absolute())
    return str(keep(read(path), Path(path).stem))


def keep(picture: QImage, stem: str) -> Path:
    """A PNG of our own, by the hash of what it holds. Raises Failure where the disk refuses."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG", 80)  # type: ignore[call-overload]
    written = bytes(buffer.data().data())
    path = paths.given() / f"{stem[:40]}-{hashlib.sha256(written).hexdigest()[:16]}.png"
    if not path.exists():
        write_atomically(path, written)
    return path


def is_picture(path: Path) -> bool:
    """Whether this may be a picture, by its name."""
    return path.suffix.lower() in ENDINGS


def is_ours(path: str) -> bool:
    """Whether nobody but us has given it its name."""
    return Path(path).parent == paths.given()


def laid_on(picture: QImage, ground: str = "white") -> QImage:
    """As it looks on paper of this colour, in RGB32: no picture here has holes."""
    if not picture.hasAlphaChannel():
        return picture.convertedTo(QImage.Format.Format_RGB32)
    paper = QImage(picture.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor(ground))
    painter = QPainter(paper)
    painter.drawImage(0, 0, picture)
    painter.end()
    return paper


def thumbnail(path: str, ground: str = "white") -> QImage:
    """Small, and read but once; null where the file is of no use any more."""
    try:
        return _thumbnail(path, ground, Path(path).stat().st_mtime_ns)
    except OSError:
        return QImage()


@lru_cache(maxsize=16)
def _thumbnail(path: str, ground: str, changed: int) -> QImage:
    try:
        return read(path, SEEN, ground)
    except BadInput:
        return QImage()


def _reader(path: str) -> QImageReader:
    reader = QImageReader(path)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    return reader


def _lies(reader: QImageReader) -> bool:
    """Whether the camera lay on its side."""
    return bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)


def _refusal(path: str) -> BadInput:
    """Why it cannot be read."""
    name = f"“{Path(path).name}”"
    if not Path(path).is_file():
        return BadInput(f"There is no file {path} any more; choose another picture.")
    if not _reader(path).canRead():
        return BadInput(f"{name} is no picture that can be read here; choose a PNG, JPEG or WebP file.")
    return BadInput(f"{name} is broken or cut off; choose another picture, or save it anew in another program.")
