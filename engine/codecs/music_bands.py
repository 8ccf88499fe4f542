"""Stereo music as bands of a spectrogram and where each stands between left and right, and back again.

44.1 kHz, windows of 2048 samples (Hann), one frame every 512 centred on its sample. The first bands are the lowest
frequencies of the transform as they are, since that is where notes lie close; above them triangles evenly spaced in the
logarithm. Their magnitude is that of the mean power of both sides, so that nothing cancels; in natural logarithm,
clamped from below. Position p in [-1, 1] is (R - L)/(R + L) of the powers of wider bands.

Shapes: S samples, T frames, F frequencies, M bands, P positions, C = M + P channels.
"""

import math
from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.api.errors import BadInput

SAMPLE_RATE = 44_100  # Hz
WINDOW = 2048
HOP = 512
LOW_BANDS = 64  # frequencies as they are: up to 1.4 kHz
HIGH_BANDS = 80
BANDS = LOW_BANDS + HIGH_BANDS
POSITIONS = 16
CHANNELS = BANDS + POSITIONS
FLOOR = 3e-3  # of a band's magnitude: some 80 dB below the loudest
POWER_FLOOR = 1e-5  # where there is next to no sound it stands in the middle
LOWEST_ZONE = 100.0  # Hz, below which all stands at one place
FRAMES_A_SECOND = SAMPLE_RATE / HOP


@cache
@torch.inference_mode(False)  # training may ask for them later
def filters() -> Tensor:  # -> (F, M)
    """Each band's weight of each frequency."""
    frequencies = torch.arange(WINDOW // 2 + 1, dtype=torch.float64)
    corners = torch.logspace(0, 1, HIGH_BANDS + 2, 10, dtype=torch.float64)
    top = float(WINDOW // 2)
    corners = (LOW_BANDS - 1) * (top / (LOW_BANDS - 1)) ** torch.log10(corners)
    low, peak, high = corners[:-2], corners[1:-1], corners[2:]
    high, low = torch.maximum(high, peak + 1), torch.minimum(low, peak - 1)
    rising, falling = (frequencies[:, None] - low) / (peak - low), (high - frequencies[:, None]) / (high - peak)
    triangles = torch.minimum(rising, falling).clamp(min=0)
    return torch.cat([torch.eye(WINDOW // 2 + 1, dtype=torch.float64)[:, :LOW_BANDS], triangles], 1).float()


@cache
def zones() -> Tensor:  # -> (F,) int64
    """Which position each frequency belongs to: evenly spaced in the logarithm from 100 Hz on."""
    hertz = torch.arange(WINDOW // 2 + 1) * SAMPLE_RATE / WINDOW
    share = (hertz.clamp(min=LOWEST_ZONE) / LOWEST_ZONE).log() / math.log(SAMPLE_RATE / 2 / LOWEST_ZONE)
    return (share * POSITIONS).long().clamp(max=POSITIONS - 1)


def frame_count(samples: int) -> int:
    return samples // HOP + 1


def powers(waveforms: Tensor) -> Tensor:  # (B, S) -> (B, T, F)
    """The short-time power spectra. Raises BadInput where there is next to no sound."""
    if waveforms.shape[-1] <= WINDOW // 2:
        least = 1000 * WINDOW // SAMPLE_RATE
        raise BadInput(f"The sound is too short to be analysed; give at least {least} ms of it.")
    padded = F.pad(waveforms[:, None].float(), (WINDOW // 2, WINDOW // 2), mode="reflect")[:, 0]
    window = torch.hann_window(WINDOW, device=waveforms.device)
    spectrum = torch.stft(padded, WINDOW, HOP, window=window, center=False, return_complex=True).mT
    return spectrum.real.square() + spectrum.imag.square()


def bands_of(power: Tensor) -> Tensor:  # (..., T, F) -> (..., T, M)
    return (power.sqrt() @ filters().to(power.device)).clamp(min=FLOOR).log()


def encoded(sound: Tensor) -> Tensor:  # (2, S) -> (T, C)
    """The bands and positions of a sound. Raises BadInput where there is next to none."""
    power = powers(sound)
    sides = power.new_zeros(2, power.shape[1], POSITIONS).index_add_(2, zones(), power)
    positions = (sides[1] - sides[0]) / (sides.sum(0) + POWER_FLOOR)
    return torch.cat([bands_of(power.mean(0)), positions], 1)


def sides(positions: Tensor) -> Tensor:  # (T, P) -> (2, T, F)
    """By how much each frequency is louder on either side than in the mean of both."""
    spread = positions.clamp(-1, 1)[:, zones()]
    return torch.stack([(1 - spread).sqrt(), (1 + spread).sqrt()])
