"""Mel spectrograms and their filters against librosa's, and against the formulas of Vocos and BigVGAN in NumPy."""

from typing import Any

import numpy as np
import pytest
import torch
from librosa.core import stft
from librosa.filters import mel as librosa_mel

from engine.codecs.mel import BIGVGAN, VOCOS, MelSettings, filters, mel

pytestmark = pytest.mark.parity

LIBROSA: dict[str, dict[str, Any]] = {"htk": dict(htk=True, norm=None), "slaney": dict(htk=False, norm="slaney")}
BOTH = pytest.mark.parametrize("settings", [VOCOS, BIGVGAN], ids=["vocos", "bigvgan"])


def reference_filters(settings: MelSettings) -> np.ndarray:  # -> (M, F)
    options = LIBROSA[settings.scale]
    found: np.ndarray = librosa_mel(sr=24000, n_fft=1024, n_mels=100, fmin=0, fmax=None, dtype=np.float64, **options)
    return found


def sound() -> np.ndarray:  # -> (S,)
    """A sweep with noise and a silent end."""
    rng, time = np.random.default_rng(5), np.arange(30000) / 24000
    sweep = 0.5 * np.sin(2 * np.pi * (100 + 4000 * time) * time) + 0.01 * rng.standard_normal(30000)
    return np.where(time < 1.1, sweep, 0.0).astype(np.float32)


@BOTH
def test_filters_are_those_of_librosa(settings: MelSettings) -> None:
    assert np.abs(filters(settings).numpy().T - reference_filters(settings)).max() < 1e-6


def test_vocos_mel_is_that_of_librosa() -> None:
    spectrum = np.abs(stft(sound().astype(np.float64), n_fft=1024, hop_length=256, pad_mode="reflect"))
    expected = np.log(np.maximum(reference_filters(VOCOS) @ spectrum, 1e-5))
    assert np.abs(mel(torch.from_numpy(sound())[None])[0].numpy().T - expected).max() < 1e-3


def test_bigvgan_mel_is_its_formula() -> None:
    padded = np.pad(sound().astype(np.float64), (1024 - 256) // 2, mode="reflect")
    spectrum = stft(padded, n_fft=1024, hop_length=256, center=False)
    magnitude = np.sqrt(spectrum.real**2 + spectrum.imag**2 + 1e-9)
    expected = np.log(np.maximum(reference_filters(BIGVGAN) @ magnitude, 1e-5))
    assert np.abs(mel(torch.from_numpy(sound())[None], BIGVGAN)[0].numpy().T - expected).max() < 1e-3
