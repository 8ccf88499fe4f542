"""How the judges listen, where they are looked for and, where they are, what they say of known voices."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import paths
from engine.api.voices import find_voices
from tests.quality import judges, speech_judge


def tone(path: Path, frequency: float, seconds: float = 1.0, rate: int = 24_000, channels: int = 1) -> None:
    wave = 0.5 * np.sin(2 * math.pi * frequency * np.arange(round(seconds * rate)) / rate)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate, subtype="FLOAT")


def test_any_sound_is_heard_as_one_channel_at_16_khz(tmp_path: Path) -> None:
    tone(tmp_path / "a.wav", 1000.0, rate=44_100, channels=2)
    heard = judges.read_sound(tmp_path / "a.wav")
    assert heard.shape == (16_000,) and heard.dtype == np.float32
    assert np.abs(np.fft.rfft(heard)).argmax() == 1000


def test_what_is_hardly_a_sound_can_be_heard(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([np.nan, 3.0, -3.0]), 16_000, subtype="FLOAT")
    heard = judges.read_sound(tmp_path / "a.wav")
    assert len(heard) == judges.SHORTEST
    assert heard[:3].tolist() == [0.0, 1.0, -1.0] and not heard[3:].any()


def test_a_missing_judge_is_told_with_what_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUARTET_JUDGES", raising=False)
    assert "QUARTET_JUDGES" in judges.missing()
    monkeypatch.setenv("QUARTET_JUDGES", str(tmp_path))
    assert f"tests.quality.judges {tmp_path}" in judges.missing()


def test_a_listener_is_put_together_from_its_parts_in_order(tmp_path: Path) -> None:
    parts = [tmp_path / "one", tmp_path / "two"]
    for part, data in zip(parts, (b"first ", b"second"), strict=True):
        part.mkdir()
        (part / f"model.bin.{part.name}").write_bytes(data)
    (parts[0] / "config.json").write_text("{}")
    judges.put_together(parts, tmp_path / "whole")
    assert {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()} == {
        "model.bin": b"first second",
        "config.json": b"{}",
    }


@pytest.fixture
def known() -> Callable[[str], judges.Waveform]:
    """The shipped voices' sounds, by the voice's id."""
    if reason := judges.missing():
        pytest.skip(reason)
    return lambda voice: judges.read_sound(paths.assets() / "voices" / voice / "voice.wav")


@pytest.mark.quality
def test_the_judges_hear_what_is_said_how_well_and_by_whom(known: Callable[[str], judges.Waveform]) -> None:
    voices = find_voices(paths.assets() / "voices")[0]
    said, heard = (
        speech_judge.units(text, "english", judges.normaliser())
        for text in (voices["heart"].transcript, judges.listener()(known("heart"), "english"))
    )
    assert speech_judge.distance(said, heard) <= len(said) * 0.1
    noise = 0.1 * np.random.default_rng(0).standard_normal(48_000).astype(np.float32)
    assert judges.opinion(known("heart")) > 2.8 > 1.8 > judges.opinion(noise)
    first, second = np.split(known("heart")[: len(known("heart")) // 2 * 2], 2)
    assert judges.voice(first) @ judges.voice(second) > 0.75 > judges.voice(first) @ judges.voice(known("george"))
