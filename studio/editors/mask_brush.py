"""What paints on a mask: a round brush with a soft edge, and whole shapes.

A dab lightens (or, to erase, darkens) to its own shade and no further: a stroke that crosses itself is no denser, and
its soft edge stays as wide as it was asked for. Sizes in pixels of the picture.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, hypot, pi

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QRadialGradient

from studio.editors.mask_painting import Painting

SPACING = 0.08  # of a brush's size between two dabs: closer than an eye can tell
STOPS = 16  # of the gradient of a soft edge
FAINTEST = 0.1  # of the size is left of a brush that is hardly pressed
MODES = {
    False: QPainter.CompositionMode.CompositionMode_Lighten,
    True: QPainter.CompositionMode.CompositionMode_Darken,
}


@dataclass(frozen=True)
class Brush:
    """`soft` is the share of the radius over which it fades, from 0 to 1."""

    size: float = 64.0
    soft: float = 0.3


class Stroke:
    """Dabs along the way of a pointer, from `start` on."""

    def __init__(self, painting: Painting, brush: Brush, erase: bool, start: QPointF, pressure: float = 1.0) -> None:
        self._painting, self._brush, self._erase = painting, brush, erase
        self._last, self._pressure = start, pressure
        self._dab([(start, pressure)])

    def to(self, point: QPointF, pressure: float = 1.0) -> None:
        """On to this point, once it is far enough for a dab."""
        way = point - self._last
        gap = max(0.5, SPACING * self._brush.size * max(FAINTEST, min(pressure, self._pressure)))
        count = int(hypot(way.x(), way.y()) / gap)
        if count:
            shares = [(index + 1) * gap / hypot(way.x(), way.y()) for index in range(count)]
            rise = pressure - self._pressure
            self._dab([(self._last + way * share, self._pressure + rise * share) for share in shares])
            self._last, self._pressure = self._last + way * shares[-1], self._pressure + rise * shares[-1]

    def _dab(self, dabs: list[tuple[QPointF, float]]) -> None:
        sizes = [max(1.0, self._brush.size * max(FAINTEST, pressure)) for _, pressure in dabs]
        places = [_around(point, size) for (point, _), size in zip(dabs, sizes, strict=True)]
        room = QRect()
        for place in places:
            room = room.united(place)

        def draw(painter: QPainter) -> None:
            painter.setCompositionMode(MODES[self._erase])
            for place, size in zip(places, sizes, strict=True):
                painter.drawImage(place.topLeft(), stamp(ceil(size), self._brush.soft, self._erase))

        self._painting.paint(room, draw)


def fill(painting: Painting, shape: QPainterPath, erase: bool) -> None:
    """All within this shape, as one step."""
    room = shape.boundingRect().toAlignedRect()
    painting.paint(room, lambda painter: painter.fillPath(shape, QColor("black" if erase else "white")))
    painting.close()


@lru_cache(maxsize=64)
def stamp(size: int, soft: float, erase: bool) -> QImage:
    """A dab: bright in the middle for painting, dark for erasing; the fall between is half a cosine."""
    dab = QImage(size, size, QImage.Format.Format_RGB32)
    radius = size / 2
    core = min(max(0.0, 1 - soft), max(0.0, 1 - 1 / radius))  # one pixel of an edge at least, or it looks sawn
    gradient = QRadialGradient(QPointF(radius, radius), radius)
    for index in range(STOPS + 1):
        share = index / STOPS
        shade = round(255 * (1 + cos(pi * share)) / 2)
        grey = 255 - shade if erase else shade
        gradient.setColorAt(core + (1 - core) * share, QColor(grey, grey, grey))
    painter = QPainter(dab)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(dab.rect(), gradient)
    painter.end()
    return dab


def box(one: QPointF, other: QPointF) -> QPainterPath:
    """The rectangle between two points, in whole pixels."""
    path = QPainterPath()
    path.addRect(QRectF(QRectF(one, other).normalized().toAlignedRect()))
    return path


def _around(point: QPointF, size: float) -> QRect:
    side = ceil(size)
    return QRect(round(point.x() - side / 2), round(point.y() - side / 2), side, side)
