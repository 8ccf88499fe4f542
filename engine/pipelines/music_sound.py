"""Bands of music to stereo sound and back, and a recording spliced with what was made anew.

Shapes: T frames, C channels (engine/codecs/music_bands.py), F frequencies, S samples.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

from engine.codecs.music_bands import BANDS, HOP, SAMPLE_RATE, sides
from engine.codecs.sound import Samples
from engine.networks.vocos import transform

FADE = round(0.02 * SAMPLE_RATE)  # at the very end
PEAK = 0.98
SPLICE = round(0.03 * SAMPLE_RATE)  # from a recording into what was made, and back

Span = tuple[int, int]


def sounded(channels: Tensor, vocoder: Any) -> Samples:  # (T, C) -> (S, 2), S = (T - 1) * HOP
    """What the vocoder hears in the mean of both sides, put where each band stands between them."""
    device = next(vocoder.parameters()).device
    bands, positions = channels.to(device).split([BANDS, channels.shape[1] - BANDS], 1)
    mono = vocoder(bands[None])
    spectrum = transform(mono, vocoder.head.istft.window.float(), HOP)
    both = vocoder.head.istft(spectrum * sides(positions))
    return np.ascontiguousarray(both.float().cpu().numpy().T)


def faded(sound: Samples) -> Samples:
    """Silent at its last sample."""
    fade = min(FADE, len(sound))
    out = sound.copy()
    out[len(out) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    return out


def unclipped(sound: Samples) -> Samples:
    """Made quieter as a whole where its loudest sample would be cut off."""
    return sound * np.float32(min(1.0, PEAK / max(float(np.abs(sound).max()), PEAK)))


def circular(sound: Samples, before: int, count: int) -> Samples:
    """`count` samples from `before` on, the last of them led into the first by what sounded before it."""
    out = sound[before : before + count].copy()
    over = min(before, count, SPLICE)
    ramp = np.linspace(0, 1, over, dtype=np.float32)[:, None]
    out[count - over :] = out[count - over :] * (1 - ramp) + sound[before - over : before] * ramp
    return out


def spliced(made: Samples, recording: Samples, anew: Sequence[Span]) -> Samples:
    """The recording sample for sample, but for the spans made anew; the two go over into each other within these."""
    share = np.zeros(len(made), np.float32)  # of what was made
    for start, stop in anew:
        share[start:stop] = 1
        over = min(SPLICE, (stop - start) // 2)
        ramp = np.linspace(0, 1, over, dtype=np.float32)
        if start > 0:
            share[start : start + over] = ramp
        if stop < len(recording):
            share[stop - over : stop] = np.minimum(share[stop - over : stop], ramp[::-1])
    share[len(recording) :] = 1
    old = np.zeros_like(made)
    old[: len(recording)] = recording[: len(made)]
    return made * share[:, None] + old * (1 - share[:, None])


def shown(channels: Tensor) -> Tensor:  # (T, C) -> (T, M)
    """The bands as a preview has them: its scale is that of quieter sounds."""
    return channels[:, :BANDS] - PREVIEW_OFFSET


def unshown(bands: Tensor) -> Tensor:
    return bands + PREVIEW_OFFSET


PREVIEW_OFFSET = 4.0  # of log magnitudes
