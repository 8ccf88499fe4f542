"""BigVGAN: its filters keep what they should, its activations do not fold overtones back, its shapes."""

import math

import pytest
import torch

from engine.networks.bigvgan import Activation, BigVGAN, BigVGANConfig, LowPass, Snake, half_band

TINY = BigVGANConfig(
    num_mels=4,
    upsample_rates=(4, 2),
    upsample_kernel_sizes=(8, 4),
    upsample_initial_channel=8,
    resblock_kernel_sizes=(3,),
    resblock_dilation_sizes=((1, 3),),
)


def tone(cycles: float, samples: int = 256) -> torch.Tensor:  # cycles a sample -> (1, 1, S)
    return torch.sin(2 * math.pi * cycles * torch.arange(samples))[None, None]


def test_the_filter_passes_what_is_constant_and_is_symmetric() -> None:
    taps = half_band().flatten()
    assert float(taps.sum()) == pytest.approx(1.0, abs=1e-6)
    assert torch.allclose(taps, taps.flip(0), atol=1e-7)


def test_doubling_and_halving_the_rate_returns_a_low_tone() -> None:
    low_pass, x = LowPass(), tone(0.05)
    assert low_pass.up(x).shape == (1, 1, 512)
    assert torch.allclose(low_pass.up(x)[..., 64:-64:2], tone(0.025, 512)[..., 64:-64:2], atol=0.5)
    assert (low_pass.down(low_pass.up(x)) - x)[..., 16:-16].abs().max() < 0.01


def test_an_overtone_beyond_the_band_is_not_folded_back() -> None:
    """sin² of a tone at 0.4 cycles a sample makes one at 0.8, which would sound as 0.2."""
    x, snake, activation = tone(0.4, 1000), Snake(1, TINY), Activation(1, TINY)
    folded, clean = (net(x)[0, 0, 100:900].detach() for net in (snake, activation))
    spectrum = [torch.fft.rfft(side * torch.hann_window(800)).abs()[160] for side in (folded, clean)]
    assert spectrum[1] < 0.5 * spectrum[0]  # the filters have twelve taps


@torch.no_grad()
def test_every_frame_becomes_a_hop_of_sound_within_bounds() -> None:
    waveform = BigVGAN(TINY)(torch.randn(2, 7, 4) * 100)
    assert waveform.shape == (2, 56) and float(waveform.abs().max()) <= 1.0


@pytest.mark.parametrize(
    "wrong",
    [dict(resblock="3"), dict(activation="relu"), dict(upsample_rates=(4,))],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_configuration_that_is_not_known_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        BigVGAN(BigVGANConfig(**{**vars(TINY), **wrong}))
