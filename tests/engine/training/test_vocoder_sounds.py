"""What a vocoder learns from: pieces that are the same again, notes at their pitch, clips at many volumes."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api.errors import BadInput
from engine.training.sounds import LOUD, SOFTEST, Sounds, excerpt, sounds_in
from engine.training.tones import RATE, Timbre, coloured, note, pieces

PLAIN = Timbre(tilt=1.0, hollow=0.0, stretch=0.0, attack=0.01, decay=5.0, damping=0.0, vibrato=0.0)


def spectrum(sound: np.ndarray) -> np.ndarray:
    return np.abs(np.fft.rfft(sound * np.hanning(len(sound))))


def constant(value: float, samples: int = 5000) -> np.ndarray:
    return np.full(samples, round(value * 32767), np.int16)


def test_a_note_has_its_partials_at_multiples_of_its_pitch() -> None:
    loud = spectrum(note(200.0, 1.0, PLAIN, np.random.default_rng(0)))
    peaks = [int(loud[k * 200 - 50 : k * 200 + 50].argmax()) - 50 for k in range(1, 11)]
    assert peaks == [0] * 10
    assert loud[400] / loud[200] == pytest.approx(0.5, abs=0.05)


def test_no_partial_folds_back_at_the_top() -> None:
    loud = spectrum(note(3500.0, 0.5, PLAIN, np.random.default_rng(0)))
    assert int(loud.argmax()) == 1750 and loud[5850:].max() < 1e-3 * loud.max()


def test_coloured_noise_stays_in_its_band() -> None:
    power = np.abs(np.fft.rfft(coloured(RATE, 1000, 3000, 0.0, np.random.default_rng(0)))) ** 2
    assert power[1000:3001].sum() > 0.999 * power.sum()


def test_pieces_are_whole_and_the_same_for_the_same_seed() -> None:
    first, again, other = pieces(0.1, 1, 3.0), pieces(0.1, 1, 3.0), pieces(0.1, 2, 3.0)
    assert len(first) == 2 and all(len(piece) == 3 * RATE and np.isfinite(piece).all() for piece in first)
    assert all(0.1 <= np.abs(piece).max() <= 0.91 for piece in first)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_voices_are_heard_as_often_however_much_there_is_of_them() -> None:
    sounds = Sounds([[constant(0.5)] * 50, [constant(-0.5)]], [constant(0.0)])
    clips = sounds.draw(400, 64, np.random.default_rng(0)).numpy()
    speech = clips[np.abs(clips).max(1) > 0]
    assert 0.55 < len(speech) / 400 < 0.85
    assert 0.4 < (speech.mean(1) > 0).mean() < 0.6


def test_clips_have_many_volumes_within_bounds() -> None:
    clips = Sounds([[constant(0.7)]], [constant(0.2)]).draw(300, 64, np.random.default_rng(1)).numpy()
    decibels = 20 * np.log10(np.abs(clips).max(1))
    assert decibels.min() >= SOFTEST - 0.1 and decibels.max() <= LOUD + 0.1
    assert decibels.std() > 4


def test_a_short_sound_ends_in_silence() -> None:
    cut = excerpt([constant(1.0, 10)], 16, np.random.default_rng(0))
    assert cut.tolist() == [1.0] * 10 + [0.0] * 6


def test_sound_files_are_heard_at_our_rate_and_in_one_channel(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.flac", np.full((9600, 2), [0.5, 0.1]), 48_000)
    (tmp_path / "notes.txt").write_text("not a sound")
    (sound,) = sounds_in(tmp_path)
    assert len(sound) == 4800 and sound.dtype == np.int16
    assert abs(int(sound[2400]) - round(0.3 * 32767)) < 20


def test_a_folder_without_sounds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="WAV, FLAC or Ogg"):
        sounds_in(tmp_path)
    assert sounds_in(None) == []
