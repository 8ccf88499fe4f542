"""WAV files are read as others write them, whole or cut off."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api.errors import BadInput, Failure
from studio.playback.clip import read_clip
from tests.engine_process import ROOT
from tests.studio.playback.sounds import ramp, tone, write_floats, write_integers


def test_every_shipped_voice_is_played_without_a_library() -> None:
    program = (
        "import sys; from pathlib import Path; from engine.api.voices import find_voices; from engine.api import paths;"
        "from studio.playback.clip import read_clip;"
        "print([read_clip(str(voice.path())).seconds for voice in find_voices(paths.assets() / 'voices')[0].values()],"
        "{'soundfile', 'numpy'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    seconds, _, loaded = ran.stdout.strip().rpartition("] ")
    assert loaded == "set()", ran.stderr
    assert len(seconds.split(",")) == 11 and all(3 < float(each.strip("[ ")) < 5 for each in seconds.split(","))


def test_floats_are_read_as_they_are(tmp_path: Path) -> None:
    clip = read_clip(str(write_floats(tmp_path / "a.wav", ramp(100), rate=44100)))
    assert (clip.rate, clip.channels, clip.frames, clip.seconds) == (44100, 1, 100, 100 / 44100)
    assert clip.read(0, 100).tolist() == ramp(100)
    assert clip.read(40, 42).tolist() == [40 / 65536, 41 / 65536]


def test_integers_are_read_as_shares_of_the_greatest(tmp_path: Path) -> None:
    clip = read_clip(str(write_integers(tmp_path / "a.wav", [0, 16384, -32768, 32767])))
    assert clip.read(0, 4).tolist() == [0, 0.5, -1, 32767 / 32768]


def test_a_frame_holds_a_sample_of_each_channel(tmp_path: Path) -> None:
    clip = read_clip(str(write_integers(tmp_path / "a.wav", [8192, -8192, 16384, -16384], channels=2)))
    assert clip.frames == 2 and clip.read(1, 2).tolist() == [0.5, -0.5]


def test_outside_of_the_clip_there_is_silence(tmp_path: Path) -> None:
    clip = read_clip(str(write_floats(tmp_path / "a.wav", [1.0, 1.0])))
    assert clip.read(-2, 4).tolist() == [0, 0, 1, 1, 0, 0]
    assert clip.read(-3, -1).tolist() == [0, 0] and clip.read(7, 9).tolist() == [0, 0]
    assert len(clip.read(2, 2)) == 0


def test_chunks_of_other_programs_are_passed_by(tmp_path: Path) -> None:
    clip = read_clip(str(write_floats(tmp_path / "a.wav", ramp(8), note=b"odd")))
    assert clip.read(0, 8).tolist() == ramp(8)


def test_a_form_that_is_written_at_length_is_understood(tmp_path: Path) -> None:
    path = write_floats(tmp_path / "a.wav", ramp(8))
    held = path.read_bytes()
    longer = (40).to_bytes(4, "little") + b"\xfe\xff" + held[22:36] + bytes(8) + b"\x03\0" + bytes(14)
    path.write_bytes(held[:16] + longer + held[36:])
    assert read_clip(str(path)).read(0, 8).tolist() == ramp(8)


def test_what_was_cut_off_ends_where_it_ends(tmp_path: Path) -> None:
    path = write_floats(tmp_path / "a.wav", ramp(100), channels=2)
    path.write_bytes(path.read_bytes()[:-5])
    assert read_clip(str(path)).frames == 49


@pytest.mark.parametrize(
    ("held", "says"),
    [
        (b"", "not a WAV file"),
        (b"ID3 and more", "not a WAV file"),
        (b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0\0\0", "not a WAV"),
    ],
)
def test_what_is_no_sound_is_refused_by_name(tmp_path: Path, held: bytes, says: str) -> None:
    (tmp_path / "tune.mp3").write_bytes(held)
    with pytest.raises(BadInput, match=f"tune.mp3 is {says}"):
        read_clip(str(tmp_path / "tune.mp3"))


def test_other_forms_of_sound_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = write_integers(tmp_path / "a.wav", [1, 2], width=3)
    with pytest.raises(BadInput, match=r"a\.wav cannot be played; save it as WAV of 16-bit"):
        read_clip(str(path))


def test_a_file_without_a_sound_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no sound"):
        read_clip(str(write_floats(tmp_path / "a.wav", [])))


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"gone\.wav cannot be read: No such file"):
        read_clip(str(tmp_path / "gone.wav"))


def test_a_flac_file_is_unpacked(tmp_path: Path) -> None:
    given = np.array(tone(200), np.float32)
    soundfile.write(tmp_path / "voice.flac", given, 8000, subtype="PCM_16")
    clip = read_clip(str(tmp_path / "voice.flac"))
    assert (clip.rate, clip.channels, clip.frames) == (8000, 1, 8000)
    assert list(clip.read(0, 8000)) == pytest.approx(given.tolist(), abs=1e-4)


def test_a_damaged_flac_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "voice.flac").write_bytes(b"fLaC" + bytes(100))
    with pytest.raises(BadInput, match="voice.flac is damaged"):
        read_clip(str(tmp_path / "voice.flac"))
