"""Bars, chords and sections as they lie on a sound."""

import pytest

from engine.api.requests import MusicRequest, TextRequest
from studio.previews import measures
from studio.previews.measures import Mark
from tests.studio.previews.played import conformity, score


def test_only_music_that_can_be_read_has_a_score() -> None:
    found = measures.score_for(MusicRequest(bars=4, tempo=60))
    assert found is not None and found.seconds == 16
    assert measures.score_for(TextRequest()) is None and measures.score_for(None) is None
    assert measures.score_for(MusicRequest(chords="Am F@1")) is None


@pytest.mark.parametrize(
    ("one", "other", "bars"),
    [
        (0.1, 0.2, (0, 2)),
        (3.9, 2.1, (2, 4)),
        (2.0, 4.0, (2, 4)),
        (1.9, 4.1, (0, 6)),
        (15, 99, (14, 16)),
        (6, 6, (6, 8)),
    ],
)
def test_spans_are_widened_to_whole_bars(one: float, other: float, bars: tuple[float, float]) -> None:
    assert measures.around(score(), one, other) == bars


def test_the_last_bar_may_be_cut_short() -> None:
    assert measures.around(score(MusicRequest(tempo=120, seconds=5)), 4.2, 4.4) == (4, 5)


def test_places_are_told_in_bars_and_beats() -> None:
    assert [measures.beat_at(score(), seconds) for seconds in (0, 0.6, 2.0, 15.9, 99)] == [
        "1.1",
        "1.2",
        "2.1",
        "8.4",
        "8.4",
    ]
    assert measures.bars_named(score(), (2, 4)) == "Bar 2"
    assert measures.bars_named(score(), (2, 8)) == "Bars 2–4"
    assert measures.bars_named(score(), (2.3, 8)) == "2.3 s to 8.0 s"


def test_chords_are_written_in_the_key_with_what_is_heard_of_them() -> None:
    asked = measures.chords_of(score(), None)
    assert [mark.name for mark in asked] == ["Am", "F", "C", "G/B"] * 2
    assert asked[1] == Mark("F", 2.0, 4.0) and asked[1].agrees
    heard = measures.chords_of(score(), conformity(wrong=1))
    assert heard[0] == Mark("Am", 0.0, 2.0, share=0.95) and heard[0].agrees
    assert heard[1] == Mark("F", 2.0, 4.0, "C#m", 0.1) and not heard[1].agrees
    flat = measures.chords_of(score(MusicRequest(chords="Bb N", key="F major", tempo=120)), None)
    assert [mark.name for mark in flat][:2] == ["Bb", "–"]


def test_sections_have_their_names() -> None:
    assert measures.sections_of(score()) == (Mark("Intro", 0, 4), Mark("Verse", 4, 16))
    assert measures.at(measures.sections_of(score()), 4.1) == 1
    assert measures.at(measures.sections_of(score()), 16.1) is None
