"""The waveform: the peaks where they were, at every scale."""

import msgspec
import pytest
from PySide6.QtCore import QRectF

from engine.api.messages import SoundWork
from studio.previews.time_scale import TimeScale
from studio.previews.waveform import FILLED, outline
from tests.studio.previews.spoken import peaks, work

ROOM = QRectF(0, 0, 400, 100)


def sound(heights: list[int], seconds: float = 4.0) -> SoundWork:
    return msgspec.structs.replace(work(), peaks=peaks(heights), seconds=seconds)


def heights(made: SoundWork, scale: TimeScale, start: float = 0.0) -> dict[int, float]:
    """How high the outline is at each pixel, above the middle; it is as high below."""
    points = outline(made, start, scale, ROOM)
    upper = points[: len(points) // 2]
    for above, below in zip(upper, points[::-1], strict=False):
        assert above.x() == below.x() and above.y() - 50 == pytest.approx(50 - below.y())
    return {round(point.x()): 50 - point.y() for point in upper}


def test_the_loudest_peak_fills_the_room() -> None:
    made = heights(sound([0, 40, 0, 80]), TimeScale(4, 400))
    assert max(made.values()) == pytest.approx(50 * FILLED)
    assert made[150] == pytest.approx(25 * FILLED) and made[350] == pytest.approx(50 * FILLED)


def test_a_whisper_is_enlarged_but_stays_a_whisper() -> None:
    assert max(heights(sound([4] * 8), TimeScale(4, 400)).values()) == pytest.approx(50 * 4 * 4 / 127)


def test_silence_is_a_thin_line() -> None:
    assert all(height == pytest.approx(0.6) for height in heights(sound([0] * 400), TimeScale(4, 400)).values())


def test_no_peak_is_lost_where_many_share_a_pixel() -> None:
    lone = [0] * 4000
    lone[1234] = 100
    made = heights(sound(lone), TimeScale(4, 400))
    assert [x for x, height in made.items() if height > 10] == [pytest.approx(123.4, abs=1)]


def test_it_begins_where_the_sound_does() -> None:
    made = heights(sound([100] * 100, seconds=1.0), TimeScale(4, 400), start=2.0)
    assert min(made) >= 200 and max(made) <= 300


def test_closer_to_it_the_rest_is_left_out() -> None:
    made = heights(sound([10] * 4000), TimeScale(4, 400).zoomed(10, 2.0))
    assert min(made) >= -10 and max(made) <= 410 and len(made) > 300


def test_a_sound_without_peaks_has_no_outline() -> None:
    assert outline(sound([]), 0, TimeScale(4, 400), ROOM) == []
