"""Log-mel spectrograms as they are shown on the way: a byte a value, and back again to be heard.

Shapes: T frames, M mel bands. A byte is worth 0.5 dB where LOW and HIGH are the bounds.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.api.errors import BadInput
from engine.api.messages import SpectrogramPreview

LOW, HIGH = -11.6, 3.0  # log magnitudes: what is quieter or louder is drawn, and heard, as these


def spectrogram_preview(
    mel: Tensor, hop: float, start: float = 0.0, given: Sequence[tuple[int, int]] = (), scale: str = "mel"
) -> SpectrogramPreview:
    """Of (T, M), whose frames last `hop` seconds and begin at `start` seconds of the whole work."""
    share = (mel.detach().float().nan_to_num(LOW, HIGH, LOW) - LOW) / (HIGH - LOW)
    drawn = share.clamp(0, 1).mul(255).round().to(torch.uint8).cpu().contiguous()
    frames, bins = mel.shape
    return SpectrogramPreview(
        frames=frames,
        bins=bins,
        mel=drawn.numpy().tobytes(),
        low=LOW,
        high=HIGH,
        hop=hop,
        start=start,
        given=tuple(given),
        scale=scale,
    )


def mel_of(preview: SpectrogramPreview) -> Tensor:
    """(T, M) of float32. Raises BadInput where its bytes are not as many as it says."""
    if preview.frames < 1 or preview.frames * preview.bins != len(preview.mel):
        raise BadInput("This step holds no spectrogram that can be heard; choose another step.")
    drawn = torch.frombuffer(bytearray(preview.mel), dtype=torch.uint8).view(preview.frames, preview.bins)
    return preview.low + drawn.float() / 255 * (preview.high - preview.low)
