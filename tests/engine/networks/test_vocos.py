"""Vocos: its inverse transform against torch's, phases that go on, magnitudes that a mel implies, what it keeps."""

import dataclasses
import math

import pytest
import torch
from torch import nn

from engine.networks.vocos import InverseTransform, Vocos, VocosConfig, depthwise, going_on, partials, transform

TINY = VocosConfig(bands=8, width=16, middle=32, depth=2, window=32, hop=8)
ANCHORED = dataclasses.replace(TINY, bands=5, anchored=True)
WINDOW, HOP = 256, 64


def filters() -> torch.Tensor:  # (17, 5): triangles over the frequencies of TINY
    bins, peaks = torch.arange(17.0)[:, None], torch.linspace(2, 14, 5)
    return (1 - (bins - peaks).abs() / 3).clamp(min=0)


def wave(cycles: torch.Tensor) -> torch.Tensor:  # (S,) cycles a sample -> (1, S)
    return torch.sin(2 * math.pi * cycles.double().cumsum(0)).float()[None]


def spectrum(waveform: torch.Tensor) -> torch.Tensor:
    return transform(waveform, torch.hann_window(WINDOW), HOP)


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


def test_the_top_of_a_peak_is_found_between_the_bins() -> None:
    magnitude = spectrum(wave(torch.full((4096,), 20.3 / WINDOW)))[:, 10:-10].abs()
    top, owner = partials(magnitude)
    assert (owner[..., 15:26] == 20).all()
    assert (top[..., 20] - 20.3).abs().max() < 0.05


def test_a_frame_of_silence_has_every_frequency_by_itself() -> None:
    _, owner = partials(torch.zeros(1, 2, 9))
    assert torch.equal(owner, torch.arange(9).expand(1, 2, 9))


@pytest.mark.parametrize("slide", [0.0, 8.0], ids=["steady", "sliding"])
def test_phases_go_on_as_those_of_a_tone_do(slide: float) -> None:
    """The phase at the peak moves from frame to frame by as much as that of the true spectrum."""
    true = spectrum(wave((20.3 + slide * torch.linspace(0, 1, 16384)) / WINDOW))[:, 10:-10]
    made = going_on(true.abs(), HOP)
    peak = true.abs().argmax(-1, keepdim=True)
    errors = (true.angle() - made).gather(-1, peak)[0, :, 0]
    steps = (errors.diff() + math.pi).remainder(2 * math.pi) - math.pi
    assert steps.abs().max() < 0.15


def test_a_tone_comes_back_from_its_magnitudes_alone() -> None:
    inverse = InverseTransform(dataclasses.replace(TINY, window=WINDOW, hop=HOP))
    true = spectrum(wave(torch.full((8192,), 20.3 / WINDOW)))
    copy = inverse(torch.polar(true.abs(), going_on(true.abs(), HOP)))
    middle = slice(1024, -1024)
    assert (spectrum(copy[:, middle]).abs() - spectrum(inverse(true)[:, middle]).abs()).norm() < 0.1 * true.norm()


@torch.no_grad()
def test_anchored_magnitudes_are_at_first_those_that_the_mel_implies() -> None:
    network = Vocos(ANCHORED)
    network.head.set_anchor(filters())
    magnitudes = torch.rand(1, 6, 5) @ torch.linalg.pinv(filters()).clamp(min=0) + 0.2
    mel = (magnitudes @ filters()).log()
    implied = network.spectrum(mel).abs()
    assert torch.allclose((implied @ filters()).log(), mel, atol=0.3)
    assert float(implied.min()) >= 1e-5


@torch.no_grad()
def test_refinement_makes_a_spectrum_agree_with_its_sound() -> None:
    network = Vocos(TINY)
    said = torch.polar(torch.rand(1, 40, 17), 6.3 * torch.rand(1, 40, 17))

    def disagreement(refinements: int) -> float:
        heard = transform(network.sound(said, refinements), torch.hann_window(32), 8)
        return float((heard.abs() - said.abs()).norm() / said.norm())

    assert disagreement(16) < disagreement(4) < disagreement(0)


def test_refinement_is_for_centred_frames() -> None:
    with pytest.raises(ValueError, match="centred"):
        Vocos(dataclasses.replace(TINY, refinements=2, centred=False))
