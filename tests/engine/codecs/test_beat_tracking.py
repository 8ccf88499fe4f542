"""Beats that are heard where they were put, at any tempo, also where the asked one is another."""

import numpy as np
import pytest
import soxr
import torch

from engine.codecs.beat_tracking import RATE, Beats, chained, harmonic_change, on_changes, track
from tests.engine import music_sounds
from tests.engine.music_sounds import Samples, clicks


def tracked(sound: Samples, prior: float) -> Beats:
    return track(torch.from_numpy(soxr.resample(sound, music_sounds.RATE, RATE).astype(np.float32)), prior)


@pytest.mark.parametrize("tempo", [50, 77, 100, 133, 180, 230])
def test_clicks_are_heard_where_they_are(tempo: float) -> None:
    beats = tracked(clicks(10.0, tempo, first=0.2), tempo)
    assert beats.tempo == pytest.approx(tempo, rel=0.01)
    nearest = [(each - 0.2) * tempo / 60 - round((each - 0.2) * tempo / 60) for each in beats.times]
    assert np.abs(nearest).max() * 60 / tempo < 0.03
    assert len(beats.times) == pytest.approx(9.8 * tempo / 60, abs=1.5)


@pytest.mark.parametrize("asked", [0.85, 0.92, 1.1, 1.2])
def test_another_tempo_than_asked_is_heard(asked: float) -> None:
    assert tracked(clicks(12.0, 110), 110 * asked).tempo == pytest.approx(110, rel=0.01)


@pytest.mark.parametrize("asked", [60, 120])
def test_the_asked_tempo_says_which_of_two_is_the_beat(asked: float) -> None:
    both = clicks(10.0, 60, seed=1) + 0.6 * clicks(10.0, 60, first=0.5, seed=2)
    assert tracked(both, asked).tempo == pytest.approx(asked, rel=0.02)


def test_silence_and_a_moment_have_no_beats() -> None:
    assert tracked(np.zeros(22_050, np.float32), 100) == Beats(0.0, ())
    assert tracked(clicks(0.3, 100), 100) == Beats(0.0, ())


def test_the_best_chain_keeps_to_its_period_over_a_gap() -> None:
    onsets = np.zeros(400)
    onsets[[10, 60, 110, 160, 260, 310, 360]] = 3.0
    onsets[185] = 1.0
    assert chained(onsets, 50.0).tolist() == [10, 60, 110, 160, 210, 260, 310, 360]


def test_beats_stand_where_harmony_changes() -> None:
    rows = torch.eye(12)[torch.arange(100) // 10 % 12]  # another note every ten frames of 0.05 s
    late = Beats(120.0, tuple(0.25 + 0.5 * place for place in range(9)))
    moved = on_changes(late, rows, 0.05)
    assert moved.times[0] == 0 and np.diff(moved.times) == pytest.approx(0.5) and moved.tempo == 120
    assert on_changes(moved, rows, 0.05) == moved
    assert on_changes(Beats(0.0, ()), rows, 0.05) == Beats(0.0, ())


def test_change_is_one_between_strangers_and_none_in_between() -> None:
    rows = torch.eye(12)[torch.arange(40) // 20]
    assert harmonic_change(rows, [20], 5) == pytest.approx(1) and harmonic_change(rows, [10], 5) == pytest.approx(0)
    assert harmonic_change(rows, [1], 5) == 0
