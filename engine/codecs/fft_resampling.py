"""Sound at another rate by its Fourier coefficients: the frequencies that both rates know are kept, all others are 0.

So Noise2Music brings the low-fidelity sound to the rate of the next stage (Huang et al. 2023, section 3.3,
https://arxiv.org/abs/2302.03917). A transform takes the sound for a circle; so that its end does not ring into its
beginning, it is followed by its mirror image.

Shapes: S samples, whatever stands before them (channels, batch) stays. Rates in Hz.
"""

from math import gcd

import torch
import torch.nn.functional as F
from torch import Tensor


def resampled(sound: Tensor, rate: int, wanted: int, samples: int) -> Tensor:  # (…, S) -> (…, samples)
    """The sound at the rate `wanted`, from its first sample on; its last value lasts where it is too short."""
    common = gcd(rate, wanted)
    up, down = wanted // common, rate // common
    steps = max(-(-(samples - 1) * down // up), sound.shape[-1] - 1, 1)
    circle = mirrored(lengthened(sound, -(-steps // down) * down + 1))
    size = circle.shape[-1] // down * up
    spectrum = torch.fft.rfft(circle)
    kept = min(circle.shape[-1], size) // 2  # without the highest, which stands for two
    spectrum = F.pad(spectrum[..., :kept], (0, size // 2 + 1 - kept))
    return torch.fft.irfft(spectrum, size)[..., :samples] * (up / down)


def lengthened(sound: Tensor, count: int) -> Tensor:  # (…, S) -> (…, count)
    missing = count - sound.shape[-1]
    return torch.cat([sound, sound[..., -1:].expand(*sound.shape[:-1], missing)], -1)


def mirrored(sound: Tensor) -> Tensor:  # (…, S) -> (…, 2S − 2)
    """There and back: the first and the last sample stand once, so that at any rate it is even about both."""
    return torch.cat([sound, sound[..., 1:-1].flip(-1)], -1)
