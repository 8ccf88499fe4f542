"""A picture at its own size and at halves of it, so that drawing it costs what is on the screen, not what it has.

Level k has every side divided by 2**k. What has been painted on level 0 is brought to the others by `update`.
"""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

SMALLEST = 256  # pixels of the longest side: no level is made below
CRISP = 3.0  # screen pixels for each of the picture's: from there on single pixels are to be seen as squares


class Pyramid:
    """`levels[0]` is the image itself, painted on by whoever holds this."""

    def __init__(self, image: QImage) -> None:
        self.levels = [image]
        while max(self.levels[-1].width(), self.levels[-1].height()) > SMALLEST:
            last = self.levels[-1]
            self.levels.append(QImage((last.width() + 1) // 2, (last.height() + 1) // 2, image.format()))
        self.update(image.rect())

    def update(self, dirty: QRect) -> None:
        """What has changed on level 0 changes on all."""
        for finer, coarser in zip(self.levels, self.levels[1:], strict=False):
            dirty = _halved(dirty) & coarser.rect()
            _shrink(finer, coarser, dirty)

    def level(self, scale: float) -> int:
        """The coarsest that has a pixel for every one on a screen with `scale` pixels for one of the picture's."""
        level = 0
        while level + 1 < len(self.levels) and scale * 2 ** (level + 1) <= 1.0:
            level += 1
        return level

    def draw(self, painter: QPainter, target: QRectF, source: QRectF, scale: float) -> None:
        """The part `source` of level 0 on `target`."""
        level = self.level(scale)
        part = QRectF(source.topLeft() / 2**level, source.size() / 2**level)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < CRISP)
        painter.drawImage(target, self.shown(level), part)

    def shown(self, level: int) -> QImage:
        """What is drawn for a level."""
        return self.levels[level]


class Tint(Pyramid):
    """A mask in 8-bit grey, drawn as a coat of one colour: none where it is black."""

    def __init__(self, image: QImage) -> None:
        super().__init__(image)
        self._table: list[int] = []

    def set_table(self, table: list[int]) -> None:
        """256 colours (#aarrggbb) for the shades from black to white."""
        self._table = table

    def shown(self, level: int) -> QImage:
        coat = QImage(self.levels[level])
        coat.reinterpretAsFormat(QImage.Format.Format_Indexed8)
        coat.setColorTable(self._table)
        return coat


def _halved(dirty: QRect) -> QRect:
    """The pixels of the next level that these have a share in, and their neighbours."""
    left, top = dirty.left() // 2 - 1, dirty.top() // 2 - 1
    return QRect(left, top, dirty.right() // 2 + 2 - left, dirty.bottom() // 2 + 2 - top)


def _shrink(finer: QImage, coarser: QImage, dirty: QRect) -> None:
    """Each pixel is the mean of four."""
    painter = QPainter(coarser)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawImage(dirty, finer, QRect(dirty.topLeft() * 2, dirty.size() * 2))
    painter.end()
