"""How a picture looks on its canvas: its images, the heat of its tokens, the marks on them.

All tokens are painted together: their heat is an image of a pixel each that is drawn large, and hatches are one
path and outlines one set of lines each, so that hundreds of them cost a millisecond or two.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from studio.previews.picture_scale import PictureScale
from studio.previews.picture_scene import Layer, Scene
from studio.theme import Colours

CHECK, HATCH = 8, 8  # pixels of the screen
MOST_KEPT = 6  # averaged images
CRISP = 2.0  # from this zoom on a pixel of the picture is a square
SURE = 0.3  # of the opacity, where the choice was sure: the picture is what counts there
WHITE, BLACK = QColor(255, 255, 255), QColor(0, 0, 0)


@dataclass(frozen=True)
class Look:
    """`heat` is how strong the colours are, 0 for none. `selected`, `cursor` and `hovered` are positions of tokens."""

    colours: Colours
    heat: float = 0.0
    selected: frozenset[int] = frozenset()
    cursor: int | None = None
    hovered: int | None = None


def paint_layers(
    painter: QPainter, layers: Sequence[Layer], scene: Scene, scale: PictureScale, look: Look, averages: "Averages"
) -> None:
    """Images in their places, over checks where nothing is to be seen."""
    box = on_screen(scene.whole, scale)
    if not any(layer.box == scene.whole and layer.covers() for layer in layers):
        painter.setBrushOrigin(box.topLeft())
        painter.fillRect(box, checks(look.colours.surface, look.colours.border))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not crisp(scale))
    for layer in layers:
        target = on_screen(layer.box, scale)
        painter.drawImage(target, averages.of(layer.image, target, scale.ratio))
    paint_rim(painter, box, look.colours)


def paint_rim(painter: QPainter, box: QRectF, colours: Colours) -> None:
    """Where the picture ends, also where it is as light as what is around it."""
    painter.setPen(QPen(QColor(colours.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))


def crisp(scale: PictureScale) -> bool:
    """Whether pixels are to be seen as such: where one has come close, not where a small picture fills a large room."""
    return scale.wanted is not None and scale.zoom > CRISP


class Averages:
    """Images that are shown much smaller than they are: averaged once for a size, and not picked at."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, int], QImage] = {}

    def of(self, image: QImage, target: QRectF, ratio: float) -> QImage:
        width, height = round(target.width() * ratio), round(target.height() * ratio)
        if width * 2 > image.width() or min(width, height) < 1:
            return image
        key = image.cacheKey(), width, height
        if key not in self._kept:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            smooth = Qt.TransformationMode.SmoothTransformation
            self._kept[key] = image.scaled(width, height, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        return self._kept[key]


def paint_tokens(painter: QPainter, scene: Scene, scale: PictureScale, look: Look) -> None:
    """The heat and the marks of all tokens, and what is selected of them."""
    if not scene.units:
        return
    boxes = Boxes(scene, scale)
    if look.heat:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(boxes.frame, heat_map(scene, look))
    lit = scene.units if look.heat else [unit for unit in scene.units if unit.marked]
    _hatch(painter, boxes.runs([unit.start for unit in lit if unit.masked]), look)
    accent = QColor(look.colours.accent)
    _outline(painter, boxes.edges([unit.start for unit in lit if unit.mine and not unit.marked]), WHITE, 1.2)
    _outline(painter, boxes.edges([unit.start for unit in lit if unit.mine and unit.marked]), accent, 2)
    remasked = boxes.edges([unit.start for unit in lit if unit.masked and unit.marked])
    _outline(painter, remasked, accent, 2, Qt.PenStyle.DashLine)
    _pointed(painter, scene, boxes, look)


def paint_frame(painter: QPainter, scene: Scene, scale: PictureScale, look: Look) -> None:
    """Around what is made anew, where that is not all."""
    if scene.framed():
        box = on_screen(scene.frame, scale)
        corners = (box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft())
        sides = [QLineF(one, other) for one, other in zip(corners, (*corners[1:], corners[0]), strict=True)]
        _outline(painter, sides, QColor(look.colours.accent), 1.5, Qt.PenStyle.DashLine)


class Boxes:
    """Where tokens are on the screen. Their edges are worked out once for a row and a column."""

    def __init__(self, scene: Scene, scale: PictureScale) -> None:
        self.frame = on_screen(scene.frame, scale)
        self._rows, self._columns = scene.grid
        self._lefts = [self.frame.left() + self.frame.width() * at / self._columns for at in range(self._columns)]
        self._tops = [self.frame.top() + self.frame.height() * at / self._rows for at in range(self._rows)]
        self.width, self.height = self.frame.width() / self._columns, self.frame.height() / self._rows

    def of(self, position: int) -> QRectF:
        row, column = divmod(position, self._columns)
        return QRectF(self._lefts[column], self._tops[row], self.width, self.height)

    def runs(self, positions: Iterable[int]) -> list[QRectF]:
        """These, those side by side in one box, from the least on."""
        found: list[QRectF] = []
        last = -2
        for position in sorted(positions):
            if position == last + 1 and position % self._columns:
                found[-1].setRight(self.of(position).right())
            else:
                found.append(self.of(position))
            last = position
        return found

    def edges(self, positions: Collection[int]) -> list[QLineF]:
        """Where these end and others begin."""
        inside, columns, found = set(positions), self._columns, []
        for position in inside:
            box, column = self.of(position), position % columns
            if position - columns not in inside:
                found.append(QLineF(box.topLeft(), box.topRight()))
            if position + columns not in inside:
                found.append(QLineF(box.bottomLeft(), box.bottomRight()))
            if column == 0 or position - 1 not in inside:
                found.append(QLineF(box.topLeft(), box.bottomLeft()))
            if column == columns - 1 or position + 1 not in inside:
                found.append(QLineF(box.topRight(), box.bottomRight()))
        return found


def on_screen(box: QRectF, scale: PictureScale) -> QRectF:
    """A place of the picture on the screen."""
    left, top = scale.to_room(box.left(), box.top())
    return QRectF(left, top, box.width() * scale.density, box.height() * scale.density)


def heat_map(scene: Scene, look: Look) -> QImage:
    """A pixel for each token, by how sure its choice is; clear where it is the user's."""
    rows, columns = scene.grid
    table = heat_table(look.colours.heat, round(look.heat * 100))
    clear = bytes(4)
    pixels = b"".join(clear if unit.mine else table[round(unit.confidence * 255)] for unit in scene.units)
    return QImage(pixels, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888_Premultiplied).copy()


@lru_cache(maxsize=16)
def heat_table(colours: tuple[str, ...], opacity: int) -> tuple[bytes, ...]:
    """The colour of each of 256 degrees of sureness, premultiplied, at an opacity in %; the surer the more clear."""
    table = []
    for degree in range(256):
        share = degree / 255
        alpha = opacity / 100 * (1 - (1 - SURE) * share)
        colour = blended(colours, share)
        parts = (colour.red(), colour.green(), colour.blue(), 255)
        table.append(bytes(round(part * alpha) for part in parts))
    return tuple(table)


def blended(colours: tuple[str, ...], share: float) -> QColor:
    """The colour so far along the scale."""
    place = min(max(share, 0.0), 1.0) * (len(colours) - 1)
    at = min(int(place), len(colours) - 2)
    one, other, between = QColor(colours[at]), QColor(colours[at + 1]), place - at
    parts = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return QColor(*(round(low + (high - low) * between) for low, high in parts))


def _hatch(painter: QPainter, boxes: list[QRectF], look: Look) -> None:
    """Light and dark lines side by side, seen on any picture."""
    if boxes:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrushOrigin(QPointF(0, 0))
        painter.setBrush(hatch(round(100 * max(0.5, look.heat))))
        painter.drawRects(boxes)


@lru_cache(maxsize=16)
def hatch(strength: int) -> QBrush:
    """Lines from the lower left to the upper right, a dark one beside each light one."""
    tile = QImage(HATCH, HATCH, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    for row in range(HATCH):
        tile.setPixelColor(HATCH - 1 - row, row, _thin(WHITE, 0.8 * strength / 100))
        tile.setPixelColor((HATCH - row) % HATCH, row, _thin(BLACK, 0.6 * strength / 100))
    return QBrush(tile)


def _outline(
    painter: QPainter, lines: list[QLineF], colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine
) -> None:
    """Over a dark line, so that it stands out on any picture."""
    if lines:
        flat, square = Qt.PenCapStyle.FlatCap, Qt.PenCapStyle.SquareCap  # what is dark must not lie on itself
        ends, solid = flat if style is Qt.PenStyle.DashLine else square, Qt.PenStyle.SolidLine
        for pen in (QPen(_thin(BLACK, 0.5), width + 1.6, solid, flat), QPen(colour, width, style, ends)):
            painter.setPen(pen)
            painter.drawLines(lines)


def _pointed(painter: QPainter, scene: Scene, boxes: Boxes, look: Look) -> None:
    """What is selected, where the cursor stands, and where the mouse points."""
    chosen = [position for position in look.selected if position < len(scene.units)]
    accent = QColor(look.colours.accent)
    if chosen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_thin(accent, 0.38))
        painter.drawRects(boxes.runs(chosen))
        _outline(painter, boxes.edges(chosen), accent, 2)
    for position, colour, width in ((look.hovered, WHITE, 1.0), (look.cursor, accent, 2.5)):
        if position is not None and position < len(scene.units):
            _outline(painter, boxes.edges([position]), colour, width)


def _thin(colour: QColor, strength: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(min(1.0, strength))
    return made


@lru_cache(maxsize=4)
def checks(light: str, dark: str) -> QBrush:
    """What is seen through what is transparent."""
    tile = QImage(2 * CHECK, 2 * CHECK, QImage.Format.Format_RGB32)
    tile.fill(QColor(light))
    painter = QPainter(tile)
    for place in (0, CHECK):
        painter.fillRect(place, place, CHECK, CHECK, QColor(dark))
    painter.end()
    return QBrush(tile)
