"""Vocos: its inverse transform against torch's, what it keeps of shapes, and that it learns."""

import pytest
import torch
from torch import nn

from engine.networks.vocos import InverseTransform, Vocos, VocosConfig, depthwise

TINY = VocosConfig(bands=8, width=16, middle=32, depth=2, window=32, hop=8)


def test_the_inverse_transform_undoes_the_transform() -> None:
    waveform = torch.randn(2, 800)
    spectrum = torch.stft(waveform, 32, 8, window=torch.hann_window(32), center=True, return_complex=True).mT
    assert torch.allclose(InverseTransform(TINY)(spectrum), waveform, atol=1e-5)


def test_the_inverse_transform_is_that_of_torch_on_spectra_of_no_sound() -> None:
    spectrum = torch.randn(3, 20, 17, dtype=torch.complex64)
    expected = torch.istft(spectrum.mT, 32, 8, window=torch.hann_window(32), center=True)
    assert torch.allclose(InverseTransform(TINY)(spectrum), expected, atol=1e-5)


def test_a_window_of_no_whole_number_of_hops_is_refused() -> None:
    with pytest.raises(ValueError, match="whole number of hops"):
        Vocos(VocosConfig(window=1000, hop=256))


def test_the_convolution_of_channels_is_the_ordinary_one() -> None:
    conv = nn.Conv1d(6, 6, 7, padding=3, groups=6)
    x = torch.randn(2, 11, 6)
    assert torch.allclose(depthwise(x, conv), conv(x.mT).mT, atol=1e-6)


@torch.no_grad()
def test_a_frame_far_away_does_not_reach_a_sample() -> None:
    network = Vocos(TINY).eval()
    mel = torch.randn(1, 100, 8)
    changed = mel.clone()
    changed[:, 60:] += 1.0
    reach = (3 * (TINY.depth + 1) + 2) * TINY.hop + TINY.window // 2
    assert torch.equal(network(mel)[:, : 60 * 8 - reach], network(changed)[:, : 60 * 8 - reach])
    assert not torch.equal(network(mel), network(changed))


@torch.no_grad()
def test_odd_input_stays_finite() -> None:
    network = Vocos(TINY).eval()
    network.head.out.weight.mul_(1e4)
    assert network(torch.full((1, 10, 8), 50.0)).isfinite().all()


def test_autocast_leaves_the_head_in_full_precision() -> None:
    network = Vocos(TINY)
    with torch.autocast("cpu", torch.bfloat16):
        waveform = network(torch.randn(1, 6, 8))
    assert waveform.dtype == torch.float32 and waveform.shape == (1, 40)
    waveform.square().mean().backward()
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in network.parameters())
