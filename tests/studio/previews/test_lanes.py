"""What stands where on a sound's canvas."""

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont

from studio import theme
from studio.previews.lanes import Lanes, Scene, lay_out
from studio.previews.sound_places import AGAIN, PAD, Frame, place_at
from studio.previews.time_scale import TimeScale
from tests.studio.previews.spoken import spectrogram, work

SPOKEN = Scene((spectrogram(4.0),), work())


def rooms(lanes: Lanes) -> list[tuple[float, float]]:
    each = (lanes.ruler, lanes.picture, lanes.wave, lanes.words, lanes.parts)
    return [(room.top(), room.bottom()) for room in each if room.height()]


@pytest.mark.parametrize("height", [150, 320, 900])
@pytest.mark.parametrize(
    ("scene", "count"),
    [(Scene(), 2), (Scene((spectrogram(),)), 2), (Scene((), work(("One.",))), 4), (SPOKEN, 5)],
)
def test_lanes_fill_the_height_without_crossing(scene: Scene, count: int, height: float) -> None:
    made = rooms(lay_out(scene, 600, height))
    assert len(made) == count
    assert all(after[0] >= before[1] for before, after in zip(made, made[1:], strict=False))
    assert made[0][0] == 0 and (made[-1][1] <= height or height == 150)


def test_the_length_is_the_longer_of_what_is_seen_and_heard() -> None:
    assert Scene().seconds == pytest.approx(0.1)
    assert Scene((spectrogram(2.0), spectrogram(1.0, start=2.0))).seconds == pytest.approx(3.0)
    assert Scene((spectrogram(1.0),), work(), start=1.0).seconds == pytest.approx(5.0)


def test_a_work_of_one_sentence_needs_no_lane_for_it() -> None:
    assert Scene((), work(("One sentence.",))).parts == ()


def test_words_and_sentences_are_found_by_their_time() -> None:
    later = Scene((), work(), start=10.0)
    assert [later.word_at(seconds) for seconds in (9.9, 10.1, 11.2, 99)] == [None, 0, 2, None]
    assert [later.part_at(seconds) for seconds in (10.0, 11.49, 11.5, 14.1)] == [0, 0, 1, None]


def test_a_point_is_a_word_a_sentence_or_its_icon(qapp: object) -> None:
    lanes = lay_out(SPOKEN, 844, 400)
    frame = Frame(SPOKEN, lanes, TimeScale(4.0, 800, 34), theme.DARK, 1.0, QFont())
    word = place_at(frame, QPointF(34 + 250, lanes.words.center().y()))
    assert (word.lane, word.word, word.part) == ("words", 2, None)
    part = place_at(frame, QPointF(34 + 400, lanes.parts.center().y()))
    assert (part.lane, part.part, part.again) == ("parts", 1, False)
    assert place_at(frame, QPointF(34 + 300 - PAD - AGAIN / 2, lanes.parts.center().y())).again
    assert place_at(frame, QPointF(134, lanes.picture.center().y())).seconds == pytest.approx(0.5)
    assert place_at(frame, QPointF(100, 399)).lane == ""
