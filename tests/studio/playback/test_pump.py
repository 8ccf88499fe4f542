"""Blocks for a device: in its channels, as loud as asked, measured; and what is heard when."""

import math
from array import array
from pathlib import Path

import pytest

from studio.playback.clip import read_clip
from studio.playback.pump import SILENT, Pump, levels, spread
from studio.playback.reel import Reel
from tests.studio.playback.sounds import ramp, tone, write_floats


def pump(tmp_path: Path, samples: list[float], rate: int = 8000, channels: int = 1) -> Pump:
    return Pump(Reel(read_clip(str(write_floats(tmp_path / "a.wav", samples)))), rate, channels)


def fill(made: Pump, frames: int, due: float = 0.0, channels: int = 1) -> list[float]:
    block = bytearray(b"\xff" * 4 * frames * channels)
    made.fill(memoryview(block), frames, due)
    return array("f", bytes(block)).tolist()


def test_after_the_end_there_is_silence(tmp_path: Path) -> None:
    assert fill(pump(tmp_path, ramp(50)), 80) == ramp(50) + [0.0] * 30


def test_one_channel_is_heard_on_both_sides(tmp_path: Path) -> None:
    assert fill(pump(tmp_path, ramp(4), channels=2), 4, channels=2) == [s for each in ramp(4) for s in (each, each)]


def test_two_channels_are_mixed_for_one() -> None:
    assert spread(array("f", [1.0, 0.0, 0.5, 0.25]), 2, 1).tolist() == [0.5, 0.375]
    assert spread(array("f", [1.0, 0.5]), 2, 4).tolist() == [1.0, 0.5, 0.0, 0.0]


def test_loudness_is_set(tmp_path: Path) -> None:
    made = pump(tmp_path, ramp(100))
    made.set(None, loop=False, speed=1.0, gain=0.25)
    assert fill(made, 100) == [sample / 4 for sample in ramp(100)]


def test_levels_are_those_of_a_sine() -> None:
    [level] = levels(array("f", tone(100, 8000, 0.1, loudness=0.8)), 1)
    assert level.peak == pytest.approx(0.8, rel=1e-3) and level.rms == pytest.approx(0.8 / math.sqrt(2), rel=1e-3)
    assert levels(array("f"), 2) == (SILENT, SILENT)
    left, right = levels(array("f", [0.5, -1.0] * 10), 2)
    assert (left.peak, right.peak) == (0.5, 1.0)


def test_what_is_heard_is_what_was_filled_for_then(tmp_path: Path) -> None:
    made = pump(tmp_path, ramp(8000))
    for block in range(5):
        fill(made, 800, due=10 + 0.1 * block)
    assert made.heard(9.9) == []
    assert made.heard(10.05)[-1].at(10.05) == pytest.approx(0.05)
    gone = made.heard(10.33)
    assert len(gone) == 4 and gone[-1].at(10.33) == pytest.approx(0.33)
    assert len(made.heard(10.34)) == 1, "the others were told"


def test_the_last_block_says_so(tmp_path: Path) -> None:
    made = pump(tmp_path, ramp(800))
    for block in range(3):
        fill(made, 400, due=0.05 * block)
    assert [mark.last for mark in made.heard(1.0)] == [False, True]


def test_a_jump_forgets_what_was_filled(tmp_path: Path) -> None:
    made = pump(tmp_path, ramp(8000))
    fill(made, 800, due=10)
    made.seek(4000)
    assert made.heard(11) == []
    fill(made, 80, due=12)
    assert made.heard(12)[-1].position == 0.5


def test_another_rate_keeps_the_position(tmp_path: Path) -> None:
    made = pump(tmp_path, tone(100, 8000), rate=44100)
    for block in range(10):
        fill(made, 441, due=0.01 * block)
    assert made.heard(0.095)[-1].at(0.095) == pytest.approx(0.095, abs=1e-4)
