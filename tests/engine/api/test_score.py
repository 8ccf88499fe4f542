"""A request laid out in time."""

import pytest

from engine.api.errors import BadInput
from engine.api.params import complaints
from engine.api.requests import MusicRequest
from engine.api.score import score_of


def test_bars_win_over_seconds_and_are_exact() -> None:
    score = score_of(MusicRequest(tempo=96, metre="4", bars=8, seconds=3))
    assert score.seconds == 20.0
    assert score.samples(44_100) == 882_000
    assert len(score.beats) == 32


def test_six_eight_has_two_beats_a_bar() -> None:
    score = score_of(MusicRequest(tempo=60, metre="6/8", seconds=4))
    assert score.beats == ((0, 0), (1, 1), (2, 0), (3, 1))


def test_the_lane_starts_over_until_the_end() -> None:
    score = score_of(MusicRequest(tempo=120, chords="Am F:2", seconds=9))
    heard = [(each.chord.name(), each.start, each.stop) for each in score.chords]
    assert heard == [("Am", 0, 2), ("F", 2, 3), ("Am", 4, 6), ("F", 6, 7), ("Am", 8, 9)]
    assert [score.chord_at(second).name() for second in (0, 2.5, 3.5, 8.9)] == ["Am", "F", "N", "Am"]


def test_sections_follow_each_other_and_end_with_the_music() -> None:
    score = score_of(MusicRequest(tempo=120, sections="intro:1, verse:2 outro:9", seconds=10))
    assert [(each.name, each.start, each.stop) for each in score.sections] == [
        ("intro", 0, 2),
        ("verse", 2, 6),
        ("outro", 6, 10),
    ]


@pytest.mark.parametrize("tempo", [0, 999])
def test_an_impossible_tempo_is_refused(tempo: float) -> None:
    assert complaints(MusicRequest(tempo=tempo)) == {"tempo": f"Tempo must be from 40 to 240, not {tempo}."}


def test_an_unknown_section_is_refused() -> None:
    with pytest.raises(BadInput, match="“solo:4” is no section"):
        score_of(MusicRequest(sections="solo:4"))
    assert "“solo:4” is no section" in complaints(MusicRequest(sections="solo:4"))["sections"]
