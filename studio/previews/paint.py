"""How units look: tints by confidence, blocks for what is masked, what is the user's, what is selected."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QTextLayout

from studio.previews.flow import RISE, Box, Flow
from studio.previews.tokens import Unit, glyphs
from studio.theme import Colours

CORNER = 4.0
GHOST = 0.72  # how strong a guess is, against what is revealed


@dataclass(frozen=True)
class Look:
    """`tint` is how strong the colours are, 0 (plain text) to 1; `guesses` writes into each block its present guess.

    `selected`, `cursor` and `hovered` are indices of units.
    """

    colours: Colours
    tint: float = 1.0
    guesses: bool = False
    selected: frozenset[int] = frozenset()
    cursor: int | None = None
    hovered: int | None = None


def paint(painter: QPainter, flow: Flow, look: Look, top: float, bottom: float) -> None:
    """Draw the lines between these heights."""
    boxes = flow.between(top, bottom)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    _grounds(painter, flow, look, boxes)
    _selection(painter, look, boxes)
    painter.setPen(QColor(look.colours.text))
    flow.draw(painter, top, bottom)
    _marks(painter, flow, look, boxes)
    _outline(painter, flow, look.hovered, QPen(QColor(look.colours.muted), 1))
    _outline(painter, flow, look.cursor, QPen(QColor(look.colours.accent), 2))


def ground(unit: Unit, colours: Colours) -> str:
    """The colour behind a unit."""
    if unit.masked:
        return colours.masked
    if unit.mine:
        return colours.locked if unit.marked else colours.fixed
    return colours.confidence[min(4, int(unit.confidence * 5))]


def _grounds(painter: QPainter, flow: Flow, look: Look, boxes: list[Box]) -> None:
    """Colour behind every unit; what is masked or marked keeps it when the rest fades."""
    for index, box in boxes:
        unit = flow.units[index]
        lasting = unit.masked or unit.marked
        if look.tint or lasting:
            painter.setBrush(brush(ground(unit, look.colours), 1.0 if lasting else look.tint))
            wider = -0.75 if unit.masked else 1.0  # blocks stand apart, words are embraced
            painter.drawRoundedRect(box.adjusted(-wider, 0, wider, 0), CORNER, CORNER)


def _selection(painter: QPainter, look: Look, boxes: list[Box]) -> None:
    """A veil over what is selected; neighbours on a line share one."""
    painter.setBrush(faded(look.colours.accent, 0.32))
    joined: list[QRectF] = []
    last = -2
    for index, box in boxes:
        if index not in look.selected:
            continue
        if joined and index <= last + 1 and box.top() == joined[-1].top():
            joined[-1] = joined[-1].united(box)
        else:
            joined.append(QRectF(box))
        last = index
    for box in joined:
        painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), CORNER + 1, CORNER + 1)


def _marks(painter: QPainter, flow: Flow, look: Look, boxes: list[Box]) -> None:
    """What stands on the text: guesses, a rule under what is the user's, a frame around what is new or re-masked."""
    colours, key = look.colours, flow.font.toString()
    ghost, sign = faded(colours.text, GHOST), faded(colours.muted, look.tint)
    fresh, given = QPen(faded(colours.text, 0.5 * look.tint), 1), QPen(sign, 1)
    locked, remasked = QPen(QColor(colours.accent), 2), QPen(QColor(colours.accent), 1.4, Qt.PenStyle.DashLine)
    for index, box in boxes:
        unit = flow.units[index]
        if unit.masked:
            if look.guesses or unit.marked:
                _centred(painter, flow, unit, box, ghost, key)
            if unit.marked:
                _frame(painter, box, remasked)
            continue
        if not unit.text.strip():
            _centred(painter, flow, unit, box, sign, key)
        if unit.mine:
            painter.setPen(locked if unit.marked else given)
            painter.drawLine(box.bottomLeft() + QPointF(1, -1), box.bottomRight() + QPointF(-1, -1))
        elif unit.fresh:
            _frame(painter, box, fresh)


def _centred(painter: QPainter, flow: Flow, unit: Unit, box: QRectF, colour: QColor, key: str) -> None:
    layout, width = small_layout(glyphs(unit.text), key)
    if width <= box.width() + 1:
        painter.setPen(colour)
        layout.draw(painter, QPointF(box.left() + (box.width() - width) / 2, box.top() + RISE * flow.em))


def _outline(painter: QPainter, flow: Flow, unit: int | None, pen: QPen) -> None:
    if unit is not None and unit < len(flow.units):
        for box in flow.boxes_of(unit):
            _frame(painter, box.adjusted(-1, -1, 1, 1), pen)


def _frame(painter: QPainter, box: QRectF, pen: QPen) -> None:
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(-0.5, 0.5, 0.5, -0.5), CORNER, CORNER)


def faded(colour: str, strength: float) -> QColor:
    """A colour of this opacity; cheaper than the painter's."""
    made = QColor(colour)
    made.setAlphaF(strength)
    return made


@lru_cache(maxsize=64)
def brush(colour: str, strength: float) -> QBrush:
    """A brush of this colour and opacity."""
    return QBrush(faded(colour, strength))


@lru_cache(maxsize=4096)
def small_layout(text: str, key: str) -> tuple[QTextLayout, float]:
    """A guess laid out on a base line at 0, and its width. `key` is the font's."""
    font = QFont()
    font.fromString(key)
    layout = QTextLayout(text, font)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(1e4)  # only then has it an ascent
    line.setPosition(QPointF(0, -line.ascent()))
    layout.endLayout()
    return layout, line.naturalTextWidth()
