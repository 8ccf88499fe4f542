"""Exported sounds are what other programs read, sample by sample, and carry a comment that comes back."""

import errno
import os
import struct
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.api.errors import BadInput, Failure
from engine.api.sound_comments import read_comments
from engine.api.sound_files import DEPTHS, SOUND_ENDINGS, export_sound
from tests.sounds import RATE, tone, write_floats

SAMPLES = st.lists(st.floats(-1, 1, width=32), min_size=2, max_size=60).map(lambda drawn: drawn[: len(drawn) // 2 * 2])
STEP = {"16": 1 / 32768, "24": 1 / 8388608, "float": 0.0}
"""Of the scale that a file has, by its depth."""
WIDEST = {"16": 2.5, "24": 1.5, "float": 0.0}
"""How many steps a sample may be off: dither makes 1.5 of them, and one is lost to the upper end of the scale."""


def exported(folder: Path, samples: Any, name: str = "a.wav", depth: str = "24", **rest: Any) -> Path:
    channels, rate = rest.pop("channels", 1), rest.pop("rate", RATE)
    source = write_floats(folder / "source.wav", samples, channels, rate)
    export_sound(source, folder / name, depth, **rest)
    return folder / name


def read(path: Path) -> NDArray[np.float64]:
    samples, _ = soundfile.read(path, always_2d=True)
    return samples  # type: ignore[no-any-return]


@settings(max_examples=40)
@given(SAMPLES, st.integers(1, 2), st.sampled_from([8000, 24_000, 44_100]), st.sampled_from(sorted(DEPTHS)))
def test_every_sample_comes_back_out_of_a_wav(
    tmp_path_factory: pytest.TempPathFactory, samples: list[float], channels: int, rate: int, depth: str
) -> None:
    path = exported(tmp_path_factory.mktemp("sound"), samples, depth=depth, channels=channels, rate=rate, comment="x")
    found = soundfile.info(path)
    assert (found.samplerate, found.channels, found.frames) == (rate, channels, len(samples) // channels)
    assert found.subtype == {"16": "PCM_16", "24": "PCM_24", "float": "FLOAT"}[depth]
    off = np.abs(read(path).ravel() - np.asarray(samples, np.float32)).max()
    assert off <= WIDEST[depth] * STEP[depth]


@settings(max_examples=20)
@given(SAMPLES, st.integers(1, 2), st.sampled_from(sorted(DEPTHS)))
def test_every_sample_comes_back_out_of_a_flac(
    tmp_path_factory: pytest.TempPathFactory, samples: list[float], channels: int, depth: str
) -> None:
    path = exported(tmp_path_factory.mktemp("sound"), samples, "a.flac", depth, channels=channels, comment="x")
    bits = "16" if depth == "16" else "24"
    assert (soundfile.info(path).format, soundfile.info(path).subtype) == ("FLAC", f"PCM_{bits}")
    assert np.abs(read(path).ravel() - np.asarray(samples, np.float32)).max() <= WIDEST[bits] * STEP[bits]


@pytest.mark.parametrize("depth", ["16", "24"])
def test_the_standard_library_reads_it_too(tmp_path: Path, depth: str) -> None:
    path = exported(tmp_path, tone(0.1)[:999], depth=depth, comment="odd sizes are padded")
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (1, RATE, int(depth) // 8)
        assert len(file.readframes(2000)) == 999 * int(depth) // 8
    size = path.stat().st_size
    assert struct.unpack_from("<I", path.read_bytes(), 4)[0] == size - 8 and size % 2 == 0


@pytest.mark.parametrize("constant", [0.0, 0.25, 0.5, 0.8])
def test_dither_makes_the_rounding_noise_the_same_whatever_the_sound(tmp_path: Path, constant: float) -> None:
    """Lipshitz et al.: with TPDF dither the error has no mean and a variance of a quarter step, at any level."""
    path = exported(tmp_path, np.full(60_000, constant / 32767), depth="16")
    with wave.open(str(path)) as file:
        error = np.frombuffer(file.readframes(60_000), "<i2") - constant
    assert abs(error.mean()) < 0.01 and abs(error.var() - 0.25) < 0.01
    assert abs(np.corrcoef(error[1:], error[:-1])[0, 1]) < 0.02


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_the_same_sound_gives_the_same_file(tmp_path: Path, name: str) -> None:
    both = [exported(tmp_path, tone(), name, "16", comment="x").read_bytes() for _ in range(2)]
    assert both[0] == both[1]


@pytest.mark.parametrize("depth", sorted(DEPTHS))
@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_what_is_beyond_the_scale_is_limited_in_whole_numbers(tmp_path: Path, name: str, depth: str) -> None:
    path = exported(tmp_path, [0.5, 3.0, -3.0, float("inf"), float("-inf"), float("nan"), 0.5], name, depth)
    back = read(path).ravel()
    assert len(back) == 7 and abs(back[0] - 0.5) < 1e-3 and abs(back[6] - 0.5) < 1e-3
    if not (depth == "float" and name == "a.wav"):
        assert back[[1, 3]] == pytest.approx(1, abs=1e-3) and back[[2, 4]] == pytest.approx(-1, abs=1e-3)


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
@settings(max_examples=25)
@given(comment=st.text(st.characters(codec="ascii", exclude_characters="\0"), min_size=1))
def test_the_comment_comes_back(tmp_path_factory: pytest.TempPathFactory, name: str, comment: str) -> None:
    path = exported(tmp_path_factory.mktemp("sound"), [0.0, 0.5], name, comment=comment)
    assert read_comments(path) == [comment]


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_other_programs_see_the_comment(tmp_path: Path, name: str) -> None:
    with soundfile.SoundFile(exported(tmp_path, tone(), name, comment="quartet: {}")) as file:
        assert file.comment == "quartet: {}"


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_a_comment_longer_than_other_programs_take_does_not_trouble_them(tmp_path: Path, name: str) -> None:
    path = exported(tmp_path, tone(), name, comment="x" * 100_000)
    assert np.abs(read(path).ravel() - tone()).max() < 1e-6
    assert read_comments(path) == ["x" * 100_000]


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_without_a_comment_there_is_no_trace_of_one(tmp_path: Path, name: str) -> None:
    path = exported(tmp_path, tone(), name)
    assert read_comments(path) == [] or read_comments(path) == [""]
    assert b"uartet" not in path.read_bytes() and b"ICMT" not in path.read_bytes()


@pytest.mark.parametrize("ending", SOUND_ENDINGS)
def test_the_comments_of_other_programs_are_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"other{ending}"
    with soundfile.SoundFile(path, "w", 48_000, 2, "PCM_16") as file:
        file.comment, file.title = "made elsewhere", "आज"
        file.write(np.zeros((100, 2)))
    assert {"made elsewhere", "आज"} <= set(read_comments(path))


def test_the_samples_of_a_large_file_are_passed_over(tmp_path: Path) -> None:
    """Three gigabytes of nothing, which take no room on the disk; reading them would take seconds and the memory."""
    path, size = tmp_path / "long.wav", 3 * 2**30
    with path.open("wb") as file:
        file.write(struct.pack("<4sI4s4sI", b"RIFF", size + 100, b"WAVE", b"data", size))
        file.seek(size, os.SEEK_CUR)
        file.write(struct.pack("<4sI4s4sI", b"LIST", 16, b"INFO", b"ICMT", 4) + b"far\0")
    assert read_comments(path) == ["far"]


@given(
    st.binary(max_size=200), st.sampled_from([b"", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVELIST", b"fLaC", b"fLaC\x84"])
)
def test_garbage_has_no_comments_that_matter(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, head: bytes
) -> None:
    path = tmp_path_factory.mktemp("garbage") / "a.wav"
    path.write_bytes(head + noise)
    assert all(isinstance(comment, str) for comment in read_comments(path))


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_a_file_cut_off_anywhere_is_read_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    whole = exported(tmp_path, tone(0.01), name, comment="kept").read_bytes()
    for length in range(0, len(whole), 7):
        (tmp_path / name).write_bytes(whole[:length])
        assert "".join(read_comments(tmp_path / name)) in "kept"


def test_an_endless_row_of_empty_chunks_comes_to_an_end(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with path.open("wb") as file:
        file.write(b"RIFF\0\0\0\0WAVE")
        file.truncate(2**32)
    assert read_comments(path) == []


def test_a_sound_that_was_cut_off_is_exported_as_far_as_it_goes(tmp_path: Path) -> None:
    source = write_floats(tmp_path / "source.wav", tone())
    source.write_bytes(source.read_bytes()[:-4001])
    export_sound(source, tmp_path / "a.wav")
    assert 0 <= len(tone()) - 1001 - len(read(tmp_path / "a.wav")) < 3


@pytest.mark.parametrize(
    ("source", "target", "error", "said"),
    [
        ("none.wav", "a.wav", Failure, "is no longer there; make it again."),
        (".", "a.wav", Failure, "cannot be read: Is a directory."),
        ("16.wav", "a.wav", Failure, "was changed by another program; make it again."),
        ("text.wav", "a.wav", Failure, "was changed by another program; make it again."),
        ("good.wav", "a.mp3", BadInput, "A sound is written as .wav or .flac, not “.mp3”; change the name a.mp3."),
        ("good.wav", "good.wav/a.wav", Failure, "a part of the path is a file"),
    ],
)
def test_what_cannot_be_exported_is_said_in_one_sentence(
    tmp_path: Path, source: str, target: str, error: type[Exception], said: str
) -> None:
    write_floats(tmp_path / "good.wav", tone())
    soundfile.write(tmp_path / "16.wav", tone(), RATE, subtype="PCM_16")
    (tmp_path / "text.wav").write_text("Once there was a river.")
    there = set(tmp_path.iterdir())
    with pytest.raises(error) as raised:
        export_sound(tmp_path / source, tmp_path / target)
    assert said in str(raised.value) and "\n" not in str(raised.value)
    assert set(tmp_path.iterdir()) == there


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = exported(tmp_path, [0.0] * 10, name)
    before = path.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(Failure, match="the disk is full"):
        exported(tmp_path, tone(), name)
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 2
