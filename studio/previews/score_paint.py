"""How a piece looks on its sound: bars and beats along the ruler, bar lines, its chords and its sections.

A chord that is heard as it was asked stands on green, one that is heard otherwise on amber with a rule under it and
with what is heard in its place: nobody has to tell the colours apart.
"""

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from studio.previews.legend import tinted
from studio.previews.measures import Mark
from studio.previews.paint import faded
from studio.previews.sound_places import PAD, Frame, box_of

APART, BEATS_APART = 40, 7  # pixels between two bars that are numbered; between two beats that are drawn
EVERY = (1, 2, 4, 8, 16, 32, 64, 128)
CORNER, RULE = 4.0, 3.0
LEAST = 10.0  # pixels of a box in which something is written


def ruler(painter: QPainter, frame: Frame) -> None:
    """The numbers of bars, and a tick for every beat where there is room."""
    scene, room = frame.scene, frame.lanes.ruler
    if scene.score is None:
        return
    beats = [start for start, number in scene.score.beats if number]
    painter.setPen(QPen(QColor(frame.colours.border), 1))
    for x in _in_sight(frame, beats, BEATS_APART):
        painter.drawLine(QPointF(x, room.bottom() - 4), QPointF(x, room.bottom()))
    metrics, every = QFontMetricsF(frame.font), _every(frame)
    for number, start in enumerate(scene.bars):
        x = frame.scale.x(start)
        painter.setPen(QPen(QColor(frame.colours.muted), 1))
        painter.drawLine(QPointF(x, room.bottom() - 8), QPointF(x, room.bottom()))
        text = str(number + 1)
        if number % every == 0 and room.left() - 1 <= x and x + 5 + metrics.horizontalAdvance(text) <= room.right():
            painter.drawText(QPointF(x + 5, room.bottom() - 8), text)


def bar_lines(painter: QPainter, frame: Frame) -> None:
    """Through what is seen of the sound."""
    painter.setPen(QPen(faded(frame.colours.muted, 0.35), 1))
    for x in _in_sight(frame, frame.scene.bars[1:], APART / 4):
        for room in (frame.lanes.picture, frame.lanes.wave):
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))


def chords(painter: QPainter, frame: Frame) -> None:
    for mark in frame.scene.chords:
        chord(painter, frame, mark, *_heard_as(frame, mark))


def sections(painter: QPainter, frame: Frame) -> None:
    for mark in frame.scene.sections:
        section(painter, frame, mark, frame.colours.raised, frame.colours.muted)


def chord(painter: QPainter, frame: Frame, mark: Mark, ground: QColor, ink: str) -> None:
    """The chord in its time, and what is heard instead."""
    box = box_of(frame, (mark.start, mark.stop), frame.lanes.chords)
    _box(painter, box, ground)
    if not mark.agrees:
        painter.fillRect(QRectF(box.left(), box.bottom() - RULE, box.width(), RULE), QColor(frame.colours.warning))
    room = box.intersected(frame.lanes.chords).adjusted(PAD, 0, -PAD, -1)
    whole = f"{mark.name} → {mark.heard}" if mark.heard else mark.name
    text = whole if QFontMetricsF(frame.font).horizontalAdvance(whole) <= room.width() else mark.name
    _write(painter, frame, room.adjusted(-PAD + 2, 0, PAD - 2, 0), text, ink, Qt.AlignmentFlag.AlignCenter)


def section(painter: QPainter, frame: Frame, mark: Mark, ground: str, ink: str) -> None:
    box = box_of(frame, (mark.start, mark.stop), frame.lanes.sections)
    _box(painter, box, QColor(ground))
    room = box.intersected(frame.lanes.sections).adjusted(PAD, 0, -PAD, 0)
    _write(painter, frame, room, mark.name, ink, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def _heard_as(frame: Frame, mark: Mark) -> tuple[QColor, str]:
    """The ground and the ink of a chord, by how it is heard."""
    colours = frame.colours
    if mark.share is None:
        return QColor(colours.raised), colours.text
    return QColor(tinted(colours, colours.ok if mark.agrees else colours.warning)), colours.text


def _box(painter: QPainter, box: QRectF, ground: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(box, min(CORNER, box.width() / 2), CORNER)


def _write(painter: QPainter, frame: Frame, room: QRectF, text: str, ink: str, where: Qt.AlignmentFlag) -> None:
    """As much of it as there is room for."""
    if room.width() >= LEAST:
        shown = QFontMetricsF(frame.font).elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.setPen(QColor(ink))
        painter.drawText(room, where, shown)


def _every(frame: Frame) -> int:
    """Every how many bars one is numbered."""
    bars = frame.scene.bars
    wide = (bars[1] - bars[0] if len(bars) > 1 else frame.scene.seconds) * frame.scale.density
    return next((every for every in EVERY if every * wide >= APART), EVERY[-1])


def _in_sight(frame: Frame, times: "tuple[float, ...] | list[float]", apart: float) -> list[float]:
    """Pixels of these times; none where they would stand closer than this."""
    scale = frame.scale
    if len(times) > 1 and (times[-1] - times[0]) / (len(times) - 1) * scale.density < apart:
        return []
    first, last = bisect_left(times, scale.first), bisect_right(times, scale.first + scale.shown)
    return [scale.x(each) for each in times[first:last]]
