"""A picture with the mask that is painted over it and the frame that is laid on it; every step can be taken back.

The mask is 8-bit grey of the picture's own size, white where it is made anew. A step keeps the tiles that it has
changed, as they were, compressed: a stroke over a photograph costs some kilobytes, not the photograph.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from studio.editors.mask_pyramid import Pyramid, Tint
from studio.editors.picture_frame import Frame, Size

GREY = QImage.Format.Format_Grayscale8
TILE = 256  # pixels of a side
MOST = 300  # steps that are kept
Tile = tuple[int, int]


@dataclass(frozen=True)
class Step:
    """What comes back when a step is taken back (or done again)."""

    tiles: dict[Tile, bytes]
    frame: Frame


class Painting(QObject):
    """`painted` carries the pixels that look otherwise; `framed`: the frame moved; `stepped`: a step is over."""

    painted = Signal(QRect)
    framed = Signal()
    stepped = Signal()

    def __init__(self, picture: QImage, mask: QImage | None, frame: Frame) -> None:
        super().__init__()
        self.picture = Pyramid(picture)
        self.mask = _blank(picture.size()) if mask is None else mask.convertedTo(GREY)
        self.tint = Tint(self.mask)
        self.frame = frame
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._before: dict[Tile, QImage] = {}  # what the open step has painted over
        self._frame_before = frame

    @property
    def size(self) -> Size:
        return self.mask.width(), self.mask.height()

    def masked(self, room: QRect | None = None) -> bool:
        """Whether anything is painted, within these pixels of it."""
        part = self.mask if room is None else self.mask.copy(room & self.mask.rect())
        return part != _blank(part.size())

    # --- a step: any number of these, then `close` ---

    def paint(self, room: QRect, draw: Callable[[QPainter], object]) -> None:
        """Draw on the mask, within these pixels of it."""
        with self._opened(room) as dirty:
            painter = QPainter(self.mask)
            painter.setClipRect(dirty)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(painter)
            painter.end()

    def invert(self) -> None:
        with self._opened(self.mask.rect()):
            self.mask.invertPixels()
        self.close()

    def clear(self) -> None:
        with self._opened(self.mask.rect()):
            self.mask.fill(0)
        self.close()

    def set_frame(self, frame: Frame) -> None:
        if frame != self.frame:
            self.frame = frame
            self.framed.emit()

    def close(self) -> None:
        """What was drawn since the last step is a step."""
        tiles = {tile: before for tile, before in self._before.items() if before != self._tile(tile)}
        if tiles or self._frame_before != self.frame:
            step = Step({tile: _packed(before) for tile, before in tiles.items()}, self._frame_before)
            self._done = [*self._done, step][-MOST:]
            self._undone = []
        self._begin()

    def drop(self) -> None:
        """What was drawn since the last step is not wanted."""
        for tile, before in self._before.items():
            self._put(tile, before)
        self.set_frame(self._frame_before)
        self._begin()

    # --- back and forth ---

    def can_undo(self) -> bool:
        return bool(self._done)

    def can_redo(self) -> bool:
        return bool(self._undone)

    def undo(self) -> None:
        if self._done:
            self._undone.append(self._exchange(self._done.pop()))
            self._begin()

    def redo(self) -> None:
        if self._undone:
            self._done.append(self._exchange(self._undone.pop()))
            self._begin()

    def _exchange(self, step: Step) -> Step:
        """Bring back what this step has kept; what is there now is the step the other way."""
        other = Step({tile: _packed(self._tile(tile)) for tile in step.tiles}, self.frame)
        for tile, packed in step.tiles.items():
            self._put(tile, _unpacked(packed, self._place(tile).size()))
        self.set_frame(step.frame)
        return other

    def _begin(self) -> None:
        self._before, self._frame_before = {}, self.frame
        self.stepped.emit()

    # --- tiles ---

    @contextmanager
    def _opened(self, room: QRect) -> Iterator[QRect]:
        """Keep what is there before it is painted over; bring it to the screen afterwards."""
        dirty = room & self.mask.rect()
        for tile in _tiles(dirty):
            if tile not in self._before:
                self._before[tile] = self._tile(tile)
        yield dirty
        self._show(dirty)

    def _place(self, tile: Tile) -> QRect:
        return QRect(tile[0] * TILE, tile[1] * TILE, TILE, TILE) & self.mask.rect()

    def _tile(self, tile: Tile) -> QImage:
        return self.mask.copy(self._place(tile))

    def _put(self, tile: Tile, content: QImage) -> None:
        painter = QPainter(self.mask)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(self._place(tile).topLeft(), content)
        painter.end()
        self._show(self._place(tile))

    def _show(self, dirty: QRect) -> None:
        if not dirty.isEmpty():
            self.tint.update(dirty)
            self.painted.emit(dirty)


def _blank(size: QSize) -> QImage:
    made = QImage(size, GREY)
    made.fill(QColor("black"))
    return made


def _tiles(room: QRect) -> Iterator[Tile]:
    if room.isEmpty():
        return
    first, last = QPoint(room.left() // TILE, room.top() // TILE), QPoint(room.right() // TILE, room.bottom() // TILE)
    for row in range(first.y(), last.y() + 1):
        for column in range(first.x(), last.x() + 1):
            yield column, row


def _packed(tile: QImage) -> bytes:
    return zlib.compress(bytes(tile.constBits()), 1)


def _unpacked(packed: bytes, size: QSize) -> QImage:
    """Lines of an image begin at multiples of four bytes."""
    line = (size.width() + 3) // 4 * 4
    return QImage(zlib.decompress(packed), size.width(), size.height(), line, GREY).copy()
