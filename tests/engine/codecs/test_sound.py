"""Sound files of every kind and in every state."""

import random
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api.errors import BadInput, Failure
from engine.codecs.sound import is_clipped, peaks, read_sound, spoken, write_sound
from tests.engine.sounds import RATE, silence, tone

ENDINGS = ("wav", "flac", "mp3", "ogg")


def kept(folder: Path, samples: np.ndarray, rate: int = RATE, ending: str = "wav", **how: str) -> Path:
    path = folder / f"recording.{ending}"
    soundfile.write(path, samples, rate, **how)
    return path


def complaint(path: Path, **how: float) -> str:
    with pytest.raises(BadInput) as caught:
        read_sound(path, **how)  # type: ignore[arg-type]
    said = str(caught.value)
    assert said.endswith(".") and "\n" not in said
    return said


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_tone_keeps_its_pitch_and_length_in_every_format(tmp_path: Path, ending: str) -> None:
    rate, seconds = 44_100, 2.0
    given = 0.5 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate)
    sound = read_sound(kept(tmp_path, given, rate, ending))
    assert sound.samples.dtype == np.float32 and sound.notes == ()
    assert len(sound.samples) == pytest.approx(seconds * RATE, rel=0.001)
    loudest = np.abs(np.fft.rfft(sound.samples)).argmax() * RATE / len(sound.samples)
    assert loudest == pytest.approx(440, abs=1)
    middle = sound.samples[RATE // 2 : -RATE // 2]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_what_cannot_be_heard_at_24_khz_is_filtered_out_before_resampling(tmp_path: Path) -> None:
    t = np.arange(96_000) / 48_000
    sound = read_sound(kept(tmp_path, 0.5 * np.sin(2 * np.pi * 15_000 * t), 48_000))
    assert np.abs(sound.samples[100:-100]).max() < 1e-3


def test_channels_are_mixed_and_that_is_said(tmp_path: Path) -> None:
    one = tone(1.5)
    sound = read_sound(kept(tmp_path, np.stack([one, *([silence(1.5)] * 7)], -1), subtype="FLOAT"))
    assert sound.notes == ("Its 8 channels were mixed into one.",)
    assert np.allclose(sound.samples, one / 8, atol=1e-5)


def test_a_clipped_recording_is_used_and_that_is_said(tmp_path: Path) -> None:
    (note,) = read_sound(kept(tmp_path, (5 * tone(1.5)).clip(-1, 1))).notes
    assert "clipped" in note


def test_a_loud_recording_is_not_clipped() -> None:
    t = np.arange(RATE) / RATE
    assert not is_clipped(np.sin(2 * np.pi * 97 * t)[:, None].astype(np.float32))


def test_floats_beyond_the_scale_are_made_quieter(tmp_path: Path) -> None:
    sound = read_sound(kept(tmp_path, 40_000 * tone(1.5), subtype="FLOAT"))
    assert np.abs(sound.samples).max() == pytest.approx(1, abs=1e-3) and "quieter" in sound.notes[0]


def test_only_the_beginning_is_read_where_only_that_is_wanted(tmp_path: Path) -> None:
    assert len(read_sound(kept(tmp_path, tone(9)), first=2).samples) == 2 * RATE


def test_missing_and_empty_files_are_told_apart(tmp_path: Path) -> None:
    empty = tmp_path / "empty.wav"
    empty.touch()
    assert "There is no sound file" in complaint(tmp_path / "none.wav")
    assert "There is no sound file" in complaint(tmp_path)
    assert complaint(empty) == "empty.wav is empty; choose another file."
    assert "holds no sound" in complaint(kept(tmp_path, np.zeros(0)))


@pytest.mark.parametrize("ending", ENDINGS)
def test_garbage_is_no_sound(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"garbage.{ending}"
    path.write_bytes(random.Random(1).randbytes(9000))
    assert "cannot be read as sound" in complaint(path)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes_or_refused(
    tmp_path: Path, ending: str, share: float
) -> None:
    path = kept(tmp_path, tone(4), ending=ending)
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    try:
        sound = read_sound(path)
    except BadInput as error:
        assert path.name in str(error)
    else:
        assert RATE <= len(sound.samples) <= 4 * RATE and np.isfinite(sound.samples).all()


def test_silence_and_what_is_too_short_are_refused(tmp_path: Path) -> None:
    assert "is silent" in complaint(kept(tmp_path, silence(3)))
    assert complaint(kept(tmp_path, tone(0.4))) == "recording.wav lasts 0.4 s; 1 s at least is needed."


def test_three_hours_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    size = 3 * 3600 * 16_000
    with soundfile.SoundFile(path, "w", 8_000, 1, "PCM_16") as file:
        file.write(tone(1, rate=8_000))
    whole = bytearray(path.read_bytes())
    whole[4:8], whole[40:44] = (size + 36).to_bytes(4, "little"), size.to_bytes(4, "little")
    path.write_bytes(whole)
    with path.open("r+b") as file:
        file.truncate(44 + size)  # a hole, which takes no room on the disk
    assert complaint(path) == "long.wav lasts 3 h; cut it to 10 min at most."


def test_rates_without_speech_in_them_are_refused(tmp_path: Path) -> None:
    assert "1,000 samples a second, which is too low" in complaint(kept(tmp_path, tone(3, rate=1_000), 1_000))
    assert "1,000,000 samples a second" in complaint(kept(tmp_path, tone(1, rate=1_000_000), 1_000_000))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused(tmp_path: Path, bad: float) -> None:
    samples = tone(2)
    samples[1000] = bad
    assert "no numbers" in complaint(kept(tmp_path, samples, subtype="FLOAT"))


def test_what_is_written_is_read_back_to_the_last_bit(tmp_path: Path) -> None:
    samples = tone(1.25)
    write_sound(tmp_path / "new" / "work.wav", samples)
    assert np.array_equal(read_sound(tmp_path / "new" / "work.wav").samples, samples)
    assert soundfile.info(tmp_path / "new" / "work.wav").subtype == "FLOAT"


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failure):
        write_sound(tmp_path / "file" / "work.wav", tone(1))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("count", [1, 7, 2000, 2001, 100_000])
def test_a_waveform_holds_the_extremes_and_no_more_stretches_than_asked_for(count: int) -> None:
    samples = np.random.default_rng(count).uniform(-1, 1, count).astype(np.float32)
    found = np.frombuffer(peaks(samples, 2000), np.int8).reshape(-1, 2)
    assert 0 < len(found) <= 2000
    assert found.min() == round(127 * samples.min()) and found.max() == round(127 * samples.max())


def test_the_waveform_of_nothing_is_empty() -> None:
    assert peaks(np.zeros(0, np.float32)) == b""


@pytest.mark.parametrize(
    ("seconds", "words"), [(42, "42 s"), (180, "3 min"), (600, "10 min"), (3600, "1 h"), (10_830, "3 h")]
)
def test_lengths_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
