"""Sound at another rate keeps what both rates can hold, to the last digit, and nothing else."""

import math

import pytest
import torch
from torch import Tensor

from engine.codecs.fft_resampling import resampled

RATES = [(3_200, 16_000), (16_000, 24_000), (3_200, 24_000), (16_000, 3_200), (44_100, 24_000)]


def cosine(halves: int, samples: int) -> Tensor:
    """So many half periods from the first to the last sample: its mirror image goes on as it would."""
    return torch.cos(math.pi * halves * torch.arange(samples, dtype=torch.float64) / (samples - 1))


@pytest.mark.parametrize(("rate", "wanted"), RATES)
@pytest.mark.parametrize("halves", [0, 3, 40])
def test_a_wave_that_both_rates_hold_is_the_same_wave(rate: int, wanted: int, halves: int) -> None:
    made = resampled(cosine(halves, rate // 10 + 1), rate, wanted, wanted // 10 + 1)
    assert (made - cosine(halves, wanted // 10 + 1)).abs().max() < 1e-9


def test_a_wave_that_the_lower_rate_cannot_hold_is_gone() -> None:
    assert resampled(cosine(400, 1_601), 16_000, 3_200, 321).abs().max() < 1e-9  # 2 kHz, and 3.2 kHz holds 1.6 kHz


@pytest.mark.parametrize("rate", [3_200, 16_000, 24_000])
def test_there_and_back_is_what_it_was(rate: int) -> None:
    coarse = resampled(torch.randn(2, 3_201, dtype=torch.float64), 3_200, 1_600, 1_601)
    there = resampled(coarse, 1_600, rate, rate + 1)
    assert (resampled(there, rate, 1_600, 1_601) - coarse).abs().max() < 1e-9


@pytest.mark.parametrize("samples", [1, 7, 100, 3_211])
def test_it_is_as_long_as_asked_for_and_its_last_value_lasts(samples: int) -> None:
    flat = torch.full((2, 1, 321), 0.5)
    made = resampled(flat, 3_200, 24_000, samples)
    assert made.shape == (2, 1, samples)
    assert (made - 0.5).abs().max() < 1e-6


def test_the_end_does_not_ring_into_the_beginning() -> None:
    sound = torch.cat([torch.zeros(2_000), torch.ones(1_200)])
    made = resampled(sound, 3_200, 16_000, 16_000)
    assert made[:1_000].abs().max() < 1e-2 and (made[-1_000:] - 1).abs().max() < 1e-2
