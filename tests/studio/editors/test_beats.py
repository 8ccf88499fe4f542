"""The ruler follows the request, and beats are where their pixels are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.chords import parse_key
from engine.api.requests import MusicRequest
from studio.editors.beats import BeatScale, Ruler, ruler_of


@pytest.mark.parametrize(
    ("asked", "bar", "parts", "beats"),
    [
        (MusicRequest(tempo=120, seconds=8), 4, 2, 16),
        (MusicRequest(tempo=90, bars=8, metre="3", seconds=1), 3, 2, 24),
        (MusicRequest(tempo=60, bars=4, metre="6/8"), 2, 3, 8),
        (MusicRequest(tempo=0, seconds=60, metre="nonsense"), 4, 2, 1),
    ],
)
def test_the_ruler_follows_tempo_metre_and_length(asked: MusicRequest, bar: int, parts: int, beats: float) -> None:
    ruler = ruler_of(asked)
    assert (ruler.bar, ruler.parts) == (bar, parts) and ruler.beats == pytest.approx(beats)


def test_the_key_is_known_where_one_is_set() -> None:
    assert ruler_of(MusicRequest(key="Eb minor")).key == parse_key("Eb minor")
    assert ruler_of(MusicRequest()).key is None and ruler_of(MusicRequest(key="H dur")).key is None


def test_beats_are_snapped_to_beats_halves_and_in_six_eight_to_quavers() -> None:
    assert (Ruler().snapped(2.4), Ruler().snapped(2.4, fine=True), Ruler().snapped(-3)) == (2, 2.5, 0)
    assert Ruler(2, 3).snapped(0.4, fine=True) == 0.3333


def test_a_place_is_told_in_bars_and_beats() -> None:
    assert Ruler(3).told(4.5) == "bar 2, beat 2.5" and Ruler().told(0) == "bar 1, beat 1"


@given(st.floats(1, 200), st.floats(0, 4000))
def test_pixels_and_beats_are_the_inverse_of_each_other(density: float, beat: float) -> None:
    scale = BeatScale(Ruler(), density)
    assert scale.beat(scale.x(beat)) == pytest.approx(beat, abs=1e-6)


@given(st.floats(0.5, 200), st.integers(0, 10_000))
def test_numbers_have_room_and_stand_at_their_bars(density: float, left: int) -> None:
    scale = BeatScale(Ruler(), density)
    shown = list(scale.numbers(left, left + 400))
    assert shown and all(x == pytest.approx((int(bar) - 1) * 4 * density) for x, bar in shown)
    assert all(b[0] - a[0] >= min(26, 64 * 4 * density) - 1e-6 for a, b in zip(shown, shown[1:], strict=False))


def test_bar_lines_are_the_strongest() -> None:
    weights = {round(x): weight for x, weight in BeatScale(Ruler(3), 40.0).lines(0, 200)}
    assert (weights[0], weights[40], weights[60], weights[120]) == (2, 1, 0, 2)
