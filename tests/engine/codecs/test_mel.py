"""The mel spectrogram on sounds whose spectrum is known."""

import math

import pytest
import torch

from engine.api.errors import BadInput
from engine.codecs.mel import BANDS, BIGVGAN, HOP, SAMPLE_RATE, SCALES, VOCOS, MelSettings, filters, frame_count, mel

BOTH = pytest.mark.parametrize("settings", [VOCOS, BIGVGAN], ids=["vocos", "bigvgan"])


def tone(hertz: float, samples: int = SAMPLE_RATE) -> torch.Tensor:  # -> (1, S)
    return torch.sin(2 * math.pi * hertz * torch.arange(samples, dtype=torch.float64) / SAMPLE_RATE)[None].float()


def peaks(settings: MelSettings) -> torch.Tensor:  # -> (M,) Hz
    """The frequency at which each band peaks, by the closed form of its scale."""
    to_mel, to_hertz = SCALES[settings.scale]
    top = float(to_mel(torch.tensor(SAMPLE_RATE / 2, dtype=torch.float64)))
    return to_hertz(torch.arange(1, BANDS + 1, dtype=torch.float64) * top / (BANDS + 1))


@BOTH
@pytest.mark.parametrize("hertz", [440.0, 2000.0, 9000.0])
def test_a_tone_is_loudest_in_the_band_that_holds_it(settings: MelSettings, hertz: float) -> None:
    loudest = int(mel(tone(hertz), settings)[0, 10:-10].mean(0).argmax())
    nearest = int((peaks(settings) - hertz).abs().argmin())
    assert abs(loudest - nearest) <= 1


def test_the_tone_of_a_frequency_in_the_grid_has_the_height_of_half_the_window() -> None:
    bins = 64
    frame = mel(tone(bins * SAMPLE_RATE / 1024))[0, 40].exp()
    spread = torch.tensor([0.5, 1.0, 0.5], dtype=torch.float32) * 1024 / 4  # Hann's main lobe on a magnitude of N/4
    expected = spread @ filters(VOCOS)[bins - 1 : bins + 2]
    assert torch.allclose(frame[expected > 1], expected[expected > 1], rtol=1e-3)


@BOTH
def test_silence_is_the_floor_everywhere(settings: MelSettings) -> None:
    silence = mel(torch.zeros(2, 4096), settings)
    assert silence.shape == (2, frame_count(4096, settings), BANDS)
    assert silence[0].isfinite().all() and float(silence.max()) < math.log(1e-3)


def test_a_centred_mel_has_a_frame_more_than_hops_and_the_other_as_many() -> None:
    for samples in (1024, 24000, 24063):
        waveform = torch.randn(1, samples)
        assert mel(waveform).shape[1] == frame_count(samples) == samples // HOP + 1
        assert mel(waveform, BIGVGAN).shape[1] == frame_count(samples, BIGVGAN) == samples // HOP


@pytest.mark.parametrize("scale", sorted(SCALES))
def test_a_scale_and_its_inverse_cancel_and_grow(scale: str) -> None:
    to_mel, to_hertz = SCALES[scale]
    hertz = torch.linspace(0, 12000, 1001, dtype=torch.float64)
    assert torch.allclose(to_hertz(to_mel(hertz)), hertz, atol=1e-8)
    assert (to_mel(hertz).diff() > 0).all()
    assert float(to_mel(torch.tensor(1000.0, dtype=torch.float64))) == pytest.approx(
        15 if scale == "slaney" else 999.99, abs=0.01
    )


def test_triangles_of_even_area_have_area_one() -> None:
    areas = filters(BIGVGAN).sum(0) * SAMPLE_RATE / 1024
    assert torch.allclose(areas[60:], torch.ones(BANDS - 60), atol=0.02)  # the narrow ones are barely sampled


@BOTH
def test_a_sound_too_short_for_a_frame_is_refused_in_one_sentence(settings: MelSettings) -> None:
    with pytest.raises(BadInput, match="too short"):
        mel(torch.zeros(1, settings.padding), settings)
    assert mel(torch.zeros(1, settings.padding + 256), settings).shape[1] > 0


def test_filters_made_for_a_work_serve_training_too() -> None:
    filters.cache_clear()
    with torch.inference_mode():
        filters(VOCOS)
    spectrum = torch.ones(1, filters(VOCOS).shape[0], requires_grad=True)
    (spectrum @ filters(VOCOS)).sum().backward()
    assert spectrum.grad is not None and spectrum.grad.any()
