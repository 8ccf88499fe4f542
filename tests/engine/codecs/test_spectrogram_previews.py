"""Spectrograms as bytes: within half a step of what they were, whatever the network made."""

import pytest
import torch

from engine.api.errors import BadInput
from engine.api.messages import SpectrogramPreview
from engine.codecs.spectrogram_previews import HIGH, LOW, mel_of, spectrogram_preview


def test_a_spectrogram_comes_back_within_half_a_step() -> None:
    mel = torch.linspace(LOW, HIGH, 700).view(7, 100)
    preview = spectrogram_preview(mel, 256 / 24_000, 1.5, [(0, 3)])
    assert (preview.frames, preview.bins, len(preview.mel)) == (7, 100, 700)
    assert (preview.start, preview.hop, preview.given) == (1.5, 256 / 24_000, ((0, 3),))
    assert (mel_of(preview) - mel).abs().max() <= (HIGH - LOW) / 255 / 2 + 1e-5


def test_what_is_beyond_the_bounds_is_drawn_as_they_are() -> None:
    mel = torch.tensor([[-1e9, 1e9, float("nan"), float("inf"), -float("inf")]], requires_grad=True)
    assert torch.allclose(mel_of(spectrogram_preview(mel, 0.01)), torch.tensor([[LOW, HIGH, LOW, HIGH, LOW]]))


def test_half_precision_is_drawn_too() -> None:
    assert spectrogram_preview(torch.full((2, 3), HIGH, dtype=torch.bfloat16), 0.01).mel == b"\xff" * 6


@pytest.mark.parametrize(("frames", "bins"), [(0, 0), (2, 4), (-2, -3), (3, 1)])
def test_a_preview_whose_bytes_do_not_fit_is_refused(frames: int, bins: int) -> None:
    with pytest.raises(BadInput, match="choose another step"):
        mel_of(SpectrogramPreview(frames=frames, bins=bins, mel=bytes(6), low=0, high=1, hop=0.01))
