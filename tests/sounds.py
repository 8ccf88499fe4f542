"""Sounds for tests: WAV files as the engine leaves them, written by another program's library."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.api.messages import SoundWork

RATE = 24_000


def write_floats(
    path: Path, samples: Sequence[float] | NDArray[np.float32], channels: int = 1, rate: int = RATE
) -> Path:
    """A WAV file of 32-bit floats, the channels of each frame in turns."""
    frames = np.asarray(samples, dtype=np.float32).reshape(-1, channels)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, frames, rate, subtype="FLOAT", format="WAV")
    return path


def tone(seconds: float = 0.5, pitch: float = 220.0) -> NDArray[np.float32]:
    """(S,) at RATE."""
    return (0.5 * np.sin(2 * np.pi * pitch * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def sound_work(path: Path, seconds: float = 0.5) -> SoundWork:
    """A finished sound, its file written."""
    write_floats(path, tone(seconds))
    return SoundWork(path=str(path), sample_rate=RATE, channels=1, seconds=seconds, peaks=bytes([192, 64] * 10))
