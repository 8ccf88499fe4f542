"""Sounds whose speech and pauses are known, since they were put there."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
Samples = NDArray[np.float32]


def tone(seconds: float, loudness: float = 0.3, rate: int = RATE) -> Samples:
    """A voiced sound, swelling and fading by some 12 dB four times a second as syllables do."""
    t = np.arange(round(seconds * rate)) / rate
    return (loudness * np.sin(2 * np.pi * 180 * t) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * t))).astype(np.float32)


def silence(seconds: float, rate: int = RATE) -> Samples:
    return np.zeros(round(seconds * rate), np.float32)


def speech(*lengths: float, loudness: float = 0.3) -> Samples:
    """Speech and silence in turns, each so many seconds, beginning with speech."""
    return np.concatenate([silence(each) if i % 2 else tone(each, loudness) for i, each in enumerate(lengths)])


def edges(lengths: Sequence[float]) -> list[float]:
    """Where each of these begins, and the last one ends."""
    return [0.0, *accumulate(lengths)]
