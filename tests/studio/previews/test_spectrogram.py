"""Spectrograms: the bytes of a preview where they belong, of one passage or of several."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from engine.api.messages import SpectrogramPreview
from studio import theme
from studio.previews import spectrogram
from studio.previews.time_scale import TimeScale
from tests.studio.previews.spoken import HOP
from tests.studio.previews.spoken import spectrogram as toned

pytestmark = pytest.mark.gui
ROOM = QRectF(20, 10, 200, 100)


def drawn(previews: list[SpectrogramPreview], scale: TimeScale, ratio: float = 1.0) -> QImage:
    picture = QImage(round(240 * ratio), round(120 * ratio), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor("#00ff00"))
    painter = QPainter(picture)
    spectrogram.draw(painter, previews, theme.DARK.spectrum, scale, ROOM, ratio)
    painter.end()
    return picture


def loudness(picture: QImage, x: float, y: float) -> int:
    return QColor(picture.pixelColor(round(x), round(y))).lightness()


def test_pitch_goes_upwards_and_time_to_the_right(qapp: object) -> None:
    picture = drawn([toned(2.0, band=80)], TimeScale(2, 200, 20))
    rows = [loudness(picture, 120, y) for y in range(10, 110)]
    assert abs(rows.index(max(rows)) - (99 - 80)) <= 1
    halves = SpectrogramPreview(frames=200, bins=4, mel=bytes([0] * 400 + [255] * 400), low=-11.6, high=3, hop=HOP)
    picture = drawn([halves], TimeScale(2, 200, 20))
    assert loudness(picture, 60, 60) < 60 < 200 < loudness(picture, 180, 60)


def test_only_its_room_is_painted(qapp: object) -> None:
    picture = drawn([toned(2.0)], TimeScale(2, 200, 20))
    assert picture.pixelColor(10, 50) == QColor("#00ff00") and picture.pixelColor(120, 115) == QColor("#00ff00")
    assert picture.pixelColor(21, 50) != QColor("#00ff00") and picture.pixelColor(218, 50) != QColor("#00ff00")


def test_passages_stand_one_after_the_other(qapp: object) -> None:
    picture = drawn([toned(1.0, band=80), toned(1.0, band=20, start=1.0)], TimeScale(2, 200, 20))
    assert loudness(picture, 70, 29) > 150 > loudness(picture, 70, 89)
    assert loudness(picture, 170, 89) > 150 > loudness(picture, 170, 29)


def test_closer_to_it_only_what_is_in_sight_is_drawn(qapp: object) -> None:
    bands = bytes(255 if frame // 50 == band else 0 for frame in range(200) for band in range(4))
    steps = SpectrogramPreview(frames=200, bins=4, mel=bands, low=-11.6, high=3, hop=HOP)
    picture = drawn([steps], TimeScale(2, 200, 20).zoomed(4, 0.0).scrolled(1.0))
    assert loudness(picture, 120, 10 + 100 * 1.5 / 4) > 200, "the third band sounds in the third half second"
    assert loudness(picture, 120, 10 + 100 * 3.5 / 4) < 60


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_long_sound_keeps_its_place(qapp: object, ratio: float) -> None:
    """More frames than pixels by far: some are left out, none is moved."""
    frames = 60_000
    late = SpectrogramPreview(
        frames=frames, bins=2, mel=bytes(2 * frames * 3 // 4) + b"\xff" * (2 * frames // 4), low=-11.6, high=3, hop=HOP
    )
    picture = drawn([late], TimeScale(600, 200, 20), ratio)
    assert loudness(picture, ratio * 165, ratio * 60) < 60 < 200 < loudness(picture, ratio * 176, ratio * 60)


def test_of_each_passage_before_this_one_the_newest_is_seen() -> None:
    first, second, third = toned(1, band=1), toned(1, band=2), toned(1, band=3, start=1.0)
    assert spectrogram.passages([first, second, third]) == [second, third]
    assert spectrogram.passages([first, second]) == [second]
    assert spectrogram.passages([first, third, second]) == [second], "what comes later is not made yet"
    assert spectrogram.passages([]) == []


def test_frequencies_stand_on_the_mel_scale() -> None:
    """HTK's: 1000 Hz is 1000 mel, 12 kHz is 3263 mel, by the formula's usual table."""
    assert spectrogram.height_of(0, ROOM) == 110 and spectrogram.height_of(12_000, ROOM) == pytest.approx(10)
    assert spectrogram.height_of(1000, ROOM) == pytest.approx(110 - 100 * 1000 / 3265, abs=0.2)
    assert [spectrogram.written(hertz) for hertz in (500, 1000, 2500)] == ["500", "1k", "2.5k"]


def test_bands_of_music_are_lines_of_a_transform_and_then_even_in_the_logarithm() -> None:
    line = 44_100 / 2048
    for frequency, band in ((10 * line, 10), (63 * line, 63), (63 * (1024 / 63) ** (41 / 81) * line, 104)):
        found = spectrogram.height_of(frequency, ROOM, "music")
        assert found == pytest.approx(110 - 100 * (band + 0.5) / 144, abs=0.1)


def test_frequencies_that_a_scale_does_not_have_are_nowhere() -> None:
    assert spectrogram.height_of(8000, ROOM, "slaney") == pytest.approx(10)
    assert spectrogram.height_of(16_000, ROOM, "slaney") is None
    assert spectrogram.height_of(500, ROOM, "another") is None
