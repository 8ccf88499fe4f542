"""The measures themselves, on pieces whose answers are known."""

import math
from typing import Any

import numpy as np
import pytest

from engine.api.chords import parse_chord, parse_key
from engine.api.requests import MusicRequest
from engine.api.score import Sounding, score_of
from tests.quality import music_metrics as metrics

RATE = 44_100
RNG = np.random.default_rng(8)


def lane(text: str, each: float = 1.0) -> list[Sounding]:
    """Chords of so many seconds each."""
    return [Sounding(parse_chord(name), number * each, (number + 1) * each) for number, name in enumerate(text.split())]


def test_a_tempo_falls_in_the_bin_of_its_marking() -> None:
    assert [metrics.tempo_bin(tempo) for tempo in (40, 41, 60, 100, 140.5, 300)] == [0, 1, 1, 4, 6, 8]


def test_three_per_cent_are_near_and_an_octave_is_not() -> None:
    assert metrics.is_near(102.9, 100) and metrics.is_near(97.1, 100)
    assert not any(metrics.is_near(tempo, 100) for tempo in (103.2, 96.8, 200, 50, 0))


@pytest.mark.parametrize(
    ("heard", "same"),
    [("A minor", True), ("C major", True), ("C minor", False), ("A major", False), ("G major", False)],
)
def test_a_key_may_be_heard_as_its_relative(heard: str, same: bool) -> None:
    assert metrics.same_or_relative(parse_key(heard), parse_key("C major")) == same


def test_chords_heard_as_asked_for_match_in_every_way() -> None:
    asked = lane("Am F/A C6 G")
    assert set(metrics.chord_matches(asked, lane("N Am Am F C G")).values()) == {1.0}


def test_each_measure_forgives_something_else() -> None:
    asked = lane("Am F C G")
    matches = {name: metrics.chord_matches(asked, lane(heard)) for name, heard in SAID.items()}
    assert matches["one more"] == {"pcm": 0, "ecm": 1, "cmo": 1, "cmot": 1}
    assert matches["one missing"] == {"pcm": 0, "ecm": 0.75, "cmo": 0.75, "cmot": 0.75}
    assert matches["backwards"] == {"pcm": 0, "ecm": 0.25, "cmo": 1, "cmot": 1}
    assert matches["sevenths"] == {"pcm": 0, "ecm": 0, "cmo": 0, "cmot": 1}
    assert set(matches["another key"].values()) == {0}


SAID = {
    "one more": "Am F Dm C G",
    "one missing": "F C G",
    "backwards": "G C F Am",
    "sevenths": "Am7 Fmaj7 Cmaj7 G7",
    "another key": "A#m F# C# G#",
}


def test_frames_are_right_where_root_and_third_are() -> None:
    score = score_of(MusicRequest(chords="Am7 F", tempo=60, metre="2", seconds=4.0))
    assert metrics.frames_right(score, lane("Am F", 2)) == 1
    assert metrics.frames_right(score, lane("A F", 2)) == 0.5
    assert metrics.frames_right(score, lane("Am", 2)) == 0.5
    assert metrics.frames_right(score, lane("N N", 2)) == 0


def test_the_bass_is_right_where_an_inversion_is_heard() -> None:
    score = score_of(MusicRequest(chords="Am/C F", tempo=60, metre="2", seconds=4.0))
    assert metrics.frames_right(score, lane("C F", 2), bass=True) == 1
    assert metrics.frames_right(score, lane("Am F", 2), bass=True) == 0.5


def test_silence_at_the_end_is_what_follows_the_last_sound() -> None:
    sound = RNG.normal(0, 0.1, (RATE, 2)).astype(np.float32)
    assert metrics.silence_at_end(sound, RATE) == 0
    sound[RATE // 2 :] *= 1e-5
    assert metrics.silence_at_end(sound, RATE) == pytest.approx(0.5, abs=0.02)
    assert metrics.silence_at_end(np.zeros((RATE, 1), np.float32), RATE) == 1


def test_timbre_tells_noise_from_tones_and_low_from_high() -> None:
    times = np.arange(RATE)[:, None] / RATE
    kinds: dict[str, Any] = {
        "noise": RNG.normal(0, 0.1, (RATE, 1)),
        "low": 0.5 * np.sin(2 * math.pi * 440 * times),
        "high": 0.5 * np.sin(2 * math.pi * 8000 * times),
    }
    heard = {name: metrics.spectrum(sound.astype(np.float32)) for name, sound in kinds.items()}
    shares = {name: metrics.high_share(power, RATE) for name, power in heard.items()}
    assert shares["low"] < 0.01 < 0.5 < shares["noise"] < 0.6 < 0.99 < shares["high"]
    assert metrics.high_flatness(heard["noise"], RATE) > 0.5 > 0.05 > metrics.high_flatness(heard["high"], RATE)


def test_the_distance_of_normal_distributions_is_the_known_one() -> None:
    first = RNG.normal(0, 1, (200_000, 2))
    second = RNG.normal(0, 1, (200_000, 2)) * [1, 3] + [2, 0]
    assert metrics.frechet(first, first) == pytest.approx(0, abs=1e-9)
    assert metrics.frechet(first, second) == pytest.approx(2**2 + (3 - 1) ** 2, rel=0.02)
    assert metrics.frechet(second, first) == pytest.approx(metrics.frechet(first, second))


def test_what_is_shorter_than_a_window_has_a_spectrum() -> None:
    assert metrics.spectrum(np.ones((10, 1), np.float32)).shape == (1, metrics.WINDOW // 2 + 1)
