"""Mel spectrograms as pictures: time to the right, pitch upwards, loudness by colour.

The bytes of a preview are the picture, turned by a quarter; the colours come from a table, so nothing is computed a
pixel. A long work is made in passages, each with a preview of its own that begins where the one before ended.
"""

from collections.abc import Callable, Sequence
from math import ceil, log, log10

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QTransform

from engine.api.messages import SpectrogramPreview
from studio.previews.spectrum import colour_table
from studio.previews.time_scale import TimeScale

FREQUENCIES = (200, 500, 1000, 2000, 4000, 8000, 16_000)  # Hz, written beside the picture
FINE = 4  # frames a pixel above which frames are left out


def ends(preview: SpectrogramPreview) -> float:
    """The second of the work at which the preview ends."""
    return preview.start + preview.frames * preview.hop


def passages(previews: Sequence[SpectrogramPreview]) -> list[SpectrogramPreview]:
    """What is to be seen together with the last of these previews: of each passage before it the newest."""
    if not previews:
        return []
    now = previews[-1]
    newest = {preview.start: preview for preview in previews if preview.start < now.start}
    return [*(newest[start] for start in sorted(newest)), now]


def draw(
    painter: QPainter,
    shown: Sequence[SpectrogramPreview],
    colours: Sequence[str],
    scale: TimeScale,
    room: QRectF,
    ratio: float,
) -> None:
    """Draw what is in sight of these passages; `ratio` is the device's pixels a pixel."""
    for preview in shown:
        first = max(0, int((scale.first - preview.start) / preview.hop))
        last = min(preview.frames, ceil((scale.first + scale.shown - preview.start) / preview.hop))
        if first < last:
            left, right = (scale.x(preview.start + frame * preview.hop) for frame in (first, last))
            box = QRectF(left, room.top(), max(1.0, right - left), room.height())
            painter.drawImage(box, _picture(preview, colours, first, last, box, ratio))


def _picture(
    preview: SpectrogramPreview, colours: Sequence[str], first: int, last: int, box: QRectF, ratio: float
) -> QImage:
    """Frames [first, last) in the size of the box."""
    width, height, bins = max(1, round(box.width() * ratio)), max(1, round(box.height() * ratio)), preview.bins
    skipped = max(1, (last - first) // (FINE * width))
    frames = range(first, last, skipped)
    rows = (
        b"".join(preview.mel[frame * bins : (frame + 1) * bins] for frame in frames)
        if skipped > 1
        else preview.mel[first * bins : last * bins]
    )
    picture = QImage(rows, bins, len(frames), bins, QImage.Format.Format_Indexed8)
    picture.setColorTable(colour_table(colours, preview.low, preview.high))
    turned = picture.transformed(QTransform().rotate(-90))
    return turned.scaled(
        width, height, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def height_of(frequency: float, room: QRectF, scale: str = "mel") -> float | None:
    """Where in the room a frequency (Hz) stands; None above the highest band, and on a scale that is not known."""
    share = SCALES[scale](frequency) if scale in SCALES else 2.0
    return room.bottom() - room.height() * share if share <= 1 else None


def _slaney(frequency: float) -> float:
    """Mels of Slaney 1998: even up to 1 kHz, logarithmic above."""
    return frequency * 3 / 200 if frequency < 1000 else 15 + 27 * log(frequency / 1000) / log(6.4)


def _music(frequency: float) -> float:
    """64 frequencies of a transform of 2048 samples at 44.1 kHz, then 80 bands evenly spaced in the logarithm."""
    line = frequency * 2048 / 44_100
    band = line if line < 64 else 63 + 81 * log(line / 63) / log(1024 / 63)
    return (band + 0.5) / 144


SCALES: dict[str, Callable[[float], float]] = {
    "mel": lambda frequency: log10(1 + frequency / 700) / log10(1 + 12_000 / 700),
    "slaney": lambda frequency: _slaney(frequency) / _slaney(8000),
    "music": _music,
}
"""The scale of a preview → where a frequency stands in it, from 0 at the foot to 1 at the top."""


def written(frequency: float) -> str:
    """ "500", "2k"."""
    return f"{frequency / 1000:g}k" if frequency >= 1000 else f"{frequency:g}"
