"""Tempo and metre of a recorded click."""

import random
from pathlib import Path

import pytest

from engine.api.errors import BadInput
from studio.sheets.clicks import read_click
from tests.studio.playback.sounds import tone, write_floats

RATE = 8000


def clicks(tempo: float, count: int, metre: int, off: float = 0.0) -> list[float]:
    """Beeps of 30 ms, the first of each bar higher, with some noise under them."""
    chance = random.Random(0)
    samples = [chance.uniform(-0.01, 0.01) for _ in range(round((count * 60 / tempo + 0.5) * RATE))]
    for number in range(count):
        start = 0.3 + number * 60 / tempo + chance.uniform(-off, off)
        beep = tone(1500 if metre and number % metre == 0 else 1000, RATE, 0.03, 0.8)
        at = round(start * RATE)
        samples[at : at + len(beep)] = beep
    return samples


@pytest.mark.parametrize(("tempo", "metre"), [(90, 4), (132.5, 3), (61, 2), (200, 0)])
def test_tempo_and_metre_are_heard(tmp_path: Path, tempo: float, metre: int) -> None:
    sheet = read_click(write_floats(tmp_path / "a.wav", clicks(tempo, 12, metre), RATE))
    assert sheet.tempo == pytest.approx(tempo, abs=0.5)
    assert sheet.metre == (str(metre) if metre else None)
    assert sheet.chords is None and "chords" not in sheet.values()


def test_hands_are_not_exact(tmp_path: Path) -> None:
    sheet = read_click(write_floats(tmp_path / "a.wav", clicks(100, 16, 4, off=0.02), RATE))
    assert sheet.tempo == pytest.approx(100, abs=1)


def test_what_is_no_click_is_told_in_one_sentence(tmp_path: Path) -> None:
    for samples in (tone(200, RATE, 3), [0.0] * RATE, clicks(100, 3, 0)):
        with pytest.raises(BadInput, match=r"^a.wav holds no steady click; record at least 4 beats"):
            read_click(write_floats(tmp_path / "a.wav", samples, RATE))
    with pytest.raises(BadInput, match="cannot be read"):
        read_click(tmp_path / "nowhere.wav")
