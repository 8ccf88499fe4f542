"""A sound as its outline, drawn from the least and the greatest sample of equal stretches."""

from array import array

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from engine.api.messages import SoundWork
from studio.previews.time_scale import TimeScale

LOUDEST, THIN = 127, 0.6  # a peak; half the height of silence, in pixels
FILLED, ENLARGED = 0.94, 4.0  # of the room by the loudest peak; how many times a quiet sound is drawn larger at most


def draw(painter: QPainter, sound: SoundWork, start: float, scale: TimeScale, room: QRectF) -> None:
    """Fill the outline of a sound that begins at second `start`, in the painter's brush."""
    painter.drawPolygon(outline(sound, start, scale, room))


def outline(sound: SoundWork, start: float, scale: TimeScale, room: QRectF) -> list[QPointF]:
    """Around what is in sight, above from left to right, below back again."""
    peaks = array("b", sound.peaks)
    lows, highs = peaks[::2], peaks[1::2]
    count = len(highs)
    upper: list[QPointF] = []
    lower: list[QPointF] = []
    if not count or sound.seconds <= 0:
        return upper
    middle = room.center().y()
    half = room.height() / 2 * min(ENLARGED, FILLED * LOUDEST / max(1, max(highs), -min(lows)))
    a_second = count / sound.seconds
    step = max(1.0, a_second / scale.density)  # stretches a pixel
    at = max(0.0, (scale.first - start) * a_second - step)
    last = min(count, (scale.first + scale.shown - start) * a_second + step)
    while at < last:
        begin, end = int(at), max(int(at) + 1, int(at + step))
        x = scale.x(start + (at + step / 2) / a_second)
        upper.append(QPointF(x, middle - max(THIN, half * max(highs[begin:end]) / LOUDEST)))
        lower.append(QPointF(x, middle - min(-THIN, half * min(lows[begin:end]) / LOUDEST)))
        at += step
    return upper + lower[::-1]
