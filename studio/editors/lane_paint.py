"""How a ruler of bars and beats, chords and sections are painted. Pixels of the ribbon, beats by its scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio import theme
from studio.editors.beats import BeatScale

RULER, LANE = 20, 44  # pixels of the numbers, of what lies under them
HEIGHT = RULER + LANE
SMALLEST = 12  # pixels of a block that holds letters
CORNER = 4.0
BACK = 2.0  # pixels between two blocks


@dataclass(frozen=True)
class Block:
    """A stretch of a lane, in beats: what stands on it, and under that."""

    start: float
    stop: float
    title: str
    note: str = ""
    chosen: bool = False
    faint: bool = False
    """Heard again, or behind the end."""
    plain: bool = False
    """Beside the key, or silent."""


def paint_ruler(painter: QPainter, scale: BeatScale, room: QRectF, height: float) -> None:
    """Grounds, numbers of bars, lines at bars and beats, and where the music ends."""
    colours = theme.colours()
    painter.fillRect(room, QColor(colours.surface))
    end = scale.x(scale.ruler.beats)
    painter.fillRect(QRectF(end, 0, max(0.0, room.right() - end + 1), height), QColor(colours.background))
    for x, weight in scale.lines(room.left(), room.right()):
        painter.setPen(QPen(QColor(colours.border), 1))
        top = (RULER - 4, RULER - 7, 3)[weight]
        painter.drawLine(QPointF(_crisp(x), top), QPointF(_crisp(x), height if weight == 2 else RULER))
    painter.setPen(QColor(colours.muted))
    painter.setFont(theme.font("small"))
    for x, number in scale.numbers(room.left(), room.right()):
        painter.drawText(QRectF(x + 4, 0, 40, RULER - 2), Qt.AlignmentFlag.AlignVCenter, number)
    painter.setPen(QPen(QColor(colours.border), 1))
    painter.drawLine(QPointF(room.left(), RULER - 0.5), QPointF(room.right() + 1, RULER - 0.5))
    painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(_crisp(end), RULER), QPointF(_crisp(end), height))


def paint_blocks(painter: QPainter, scale: BeatScale, blocks: Sequence[Block], room: QRectF, focused: bool) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for block in blocks:
        box = box_of(scale, block.start, block.stop)
        if box.intersects(room):
            _paint_block(painter, block, box, focused)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_room(painter: QPainter, scale: BeatScale, start: float, stop: float) -> None:
    """Where the next chord would go."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.colours().accent), 1.5, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(box_of(scale, start, stop), CORNER, CORNER)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_hint(painter: QPainter, room: QRectF, words: str) -> None:
    """What to do, where there is nothing yet."""
    painter.setPen(QColor(theme.colours().muted))
    painter.setFont(theme.font("small"))
    box = QRectF(room.left() + 6, RULER, room.width() - 12, LANE)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.fillRect(painter.boundingRect(box, flags, words).adjusted(-6, 0, 6, 0), QColor(theme.colours().surface))
    painter.drawText(box, flags, words)


def box_of(scale: BeatScale, start: float, stop: float) -> QRectF:
    """The room of a block."""
    left, right = scale.x(start), scale.x(stop)
    return QRectF(left + BACK / 2, RULER + 3, max(2.0, right - left - BACK), LANE - 7)


def _paint_block(painter: QPainter, block: Block, box: QRectF, focused: bool) -> None:
    colours = theme.colours()
    ground = QColor(colours.accent_soft if block.chosen else colours.fixed if block.plain else colours.raised)
    painter.setBrush(Qt.BrushStyle.NoBrush if block.faint else ground)
    strong = block.chosen and focused
    line = colours.accent if block.chosen else colours.border
    style = Qt.PenStyle.DotLine if block.faint else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(line), 2 if strong else 1, style))
    inset = 1.0 if strong else 0.5
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), CORNER, CORNER)
    if box.width() >= SMALLEST:
        _paint_words(painter, block, box)


def _paint_words(painter: QPainter, block: Block, box: QRectF) -> None:
    colours, within = theme.colours(), box.adjusted(3, 1, -3, -1)
    tall = within.height() * (0.58 if block.note else 1.0)
    painter.setPen(QColor(colours.muted if block.faint else colours.text))
    painter.setFont(theme.font("body", bold=not block.faint))
    if painter.fontMetrics().horizontalAdvance(block.title) > within.width():
        painter.setFont(theme.font("small", bold=not block.faint))
    _centred(painter, QRectF(within.left(), within.top(), within.width(), tall), block.title)
    painter.setFont(theme.font("small"))
    if block.note and painter.fontMetrics().horizontalAdvance(block.note) <= within.width():
        painter.setPen(QColor(colours.muted))
        _centred(
            painter, QRectF(within.left(), within.top() + tall - 1, within.width(), within.height() - tall), block.note
        )


def _centred(painter: QPainter, box: QRectF, words: str) -> None:
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)


def _crisp(x: float) -> float:
    """On the middle of a pixel, where a line one pixel wide is sharp."""
    return round(x) + 0.5
