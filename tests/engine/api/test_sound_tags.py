"""Tempo and key stand in exported music where other programs look for them."""

import io
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from engine.api.recipe import read_recipe, recipe_for, write_sound
from engine.api.requests import MusicRequest, Request, SpeechRequest
from engine.api.sound_comments import chunks, read_comments
from engine.api.sound_tags import id3, tags_of, with_comments
from engine.api.works import Conformity, SoundWork
from tests.sounds import RATE, tone, write_floats

HEARD = Conformity(
    tempo_asked=100, tempo_heard=124.06, beats_hit=1, key_asked="any", key_heard="C# minor", key_agrees=True
)


def work(folder: Path, conformity: Conformity | None = None) -> SoundWork:
    path = write_floats(folder / "source.wav", tone(0.1))
    return SoundWork(
        path=str(path), sample_rate=RATE, channels=1, seconds=0.1, peaks=b"", conformity=conformity
    )  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "heard", "tags"),
    [
        (MusicRequest(tempo=92.5, key="Bb minor"), HEARD, {"BPM": "92.5", "INITIALKEY": "Bbm"}),
        (MusicRequest(tempo=120), HEARD, {"BPM": "120", "INITIALKEY": "C#m"}),
        (MusicRequest(tempo=120), None, {"BPM": "120"}),
        (MusicRequest(beats="from the prompt"), HEARD, {"BPM": "124.1", "INITIALKEY": "C#m"}),
        (MusicRequest(beats="from the prompt"), None, {}),
        (SpeechRequest(text="x"), None, {}),
    ],
)
def test_they_say_what_was_asked_and_else_what_is_heard(
    tmp_path: Path, request_: Request, heard: Conformity | None, tags: dict[str, str]
) -> None:
    assert tags_of(request_, work(tmp_path, heard)) == tags


@pytest.mark.parametrize("ending", [".wav", ".flac"])
def test_sound_and_recipe_stay_as_they_are(tmp_path: Path, ending: str) -> None:
    request, path = MusicRequest(tempo=92, key="A minor", prompt="शांत"), tmp_path / f"a{ending}"
    write_sound(path, work(tmp_path), recipe_for(request))
    assert read_recipe(path).request == request
    samples, rate = soundfile.read(path)
    assert rate == RATE and np.abs(samples - tone(0.1)).max() < 1e-6


def test_a_flac_has_vorbis_comments(tmp_path: Path) -> None:
    write_sound(tmp_path / "a.flac", work(tmp_path), recipe_for(MusicRequest(tempo=92, key="A minor")))
    assert set(read_comments(tmp_path / "a.flac")) > {"92", "Am"}
    held = (tmp_path / "a.flac").read_bytes()
    assert b"\x06\0\0\0BPM=92" in held and b"\x0d\0\0\0INITIALKEY=Am" in held


def test_a_wav_has_an_id3_chunk_and_no_other_kind(tmp_path: Path) -> None:
    write_sound(tmp_path / "a.wav", work(tmp_path), recipe_for(MusicRequest(tempo=92, key="A minor")))
    with (tmp_path / "a.wav").open("rb") as file:
        parts = {name: (start, size) for name, start, size in chunks(file)}
        assert set(parts) == {b"fmt ", b"data", b"LIST", b"id3 "}
        file.seek(parts[b"id3 "][0])
        tag = file.read(parts[b"id3 "][1])
    assert tag[:6] == b"ID3\x03\x00\x00" and int.from_bytes(tag[6:10], "big") == len(tag.rstrip(b"")) - 10
    assert b"TBPM\0\0\0\x03\0\0\x0092" in tag and b"TKEY\0\0\0\x03\0\0\x00Am" in tag


def test_without_a_recipe_there_are_none(tmp_path: Path) -> None:
    write_sound(tmp_path / "a.wav", work(tmp_path), "")
    assert b"ID3" not in (tmp_path / "a.wav").read_bytes()


def test_sizes_of_id3_have_seven_bits_a_byte() -> None:
    tag = id3({"BPM": "9" * 300})
    assert tag[6:10] == bytes([0, 0, (len(tag) - 10) >> 7, (len(tag) - 10) & 0x7F])


def test_comments_are_added_wherever_the_block_stands() -> None:
    held = io.BytesIO()
    with soundfile.SoundFile(held, "w", 8000, 1, "PCM_16", format="FLAC") as file:
        file.title = "नदी"
        file.write(np.zeros(9000))
    more = with_comments(held.getvalue(), {"BPM": "92"})
    with soundfile.SoundFile(io.BytesIO(more)) as file:
        assert file.title == "नदी" and file.frames == 9000


def test_a_recipe_of_another_time_does_no_harm(tmp_path: Path) -> None:
    recipe = msgspec.json.decode(recipe_for(MusicRequest())) | {"version": 99}
    write_sound(tmp_path / "a.wav", work(tmp_path), msgspec.json.encode(recipe).decode())
    assert b"ID3" not in (tmp_path / "a.wav").read_bytes()
