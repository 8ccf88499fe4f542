"""Sound files to samples and back: any file that libsndfile reads becomes mono float32 at one rate.

What cannot be used is said in one sentence, from the file's header where that is enough: three hours are never decoded.
What was done to the sound on the way is said in `Sound.notes`.

Shapes: S samples, float32 in [-1, 1]. Lengths in seconds, rates in Hz.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.api.files import writing

Samples = NDArray[np.float32]

SAMPLE_RATE = 24_000
LOWEST_RATE, HIGHEST_RATE = 8_000, 768_000
SHORTEST, LONGEST = 1.0, 600.0
SILENT = 1e-3  # of the full scale: nothing louder is next to nothing
UNKNOWN = 2**48  # samples; libsndfile says more where it does not know how many there are
BLOCK = 65_536  # samples decoded at once
FULL = 0.99  # clipped: three samples in a row stand at the same height, near the full scale
STRETCHES = 2_000  # of a waveform
CLIPPED = "It is clipped: its loudest parts are cut off and sound harsh; a quieter recording would be better."


@dataclass(frozen=True)
class Sound:
    """What a file holds, and a sentence for each thing that was done to it or that may be heard in it."""

    samples: Samples
    notes: tuple[str, ...] = ()


def read_sound(path: Path, sample_rate: int = SAMPLE_RATE, longest: float = LONGEST, first: float = LONGEST) -> Sound:
    """A sound file as mono (S,) at `sample_rate`; one of more than `longest` s is refused, only the `first` are read.

    Raises BadInput with one sentence where the file is missing, damaged, empty, silent, too short, too long or too
    coarse, or holds numbers that are none.
    """
    if not path.is_file():
        raise BadInput(f"There is no sound file {path}; choose another one.")
    if path.stat().st_size == 0:
        raise BadInput(f"{path.name} is empty; choose another file.")
    try:
        with soundfile.SoundFile(path) as file:
            _check_header(path.name, file, longest)
            mono, clipped = _decoded(file, first)
            notes = [_mixed(file.channels)] if file.channels > 1 else []
            rate = file.samplerate
    except (soundfile.LibsndfileError, RuntimeError, ValueError) as error:
        raise BadInput(f"{path.name} cannot be read as sound; use a wav, flac, mp3 or ogg file that plays.") from error
    _check_samples(path.name, mono, rate)
    notes += [CLIPPED] if clipped else []
    peak = float(np.abs(mono).max())
    if peak > 1:
        mono /= peak
        notes.append("It was louder than the full scale and was made quieter as a whole.")
    return Sound(soxr.resample(mono, rate, sample_rate).astype(np.float32), tuple(notes))


def read_raw(path: Path) -> tuple[Samples, int]:
    """A sound file that `read_sound` has taken already, as it is: (S, C) and its rate."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return samples, rate


def write_sound(path: Path, samples: Samples, sample_rate: int = SAMPLE_RATE) -> None:
    """A WAV file of 32-bit floats: (S,) mono or (S, C). Raises Failure with one sentence where the disk refuses."""
    with writing(path) as file:
        soundfile.write(file, samples, sample_rate, subtype="FLOAT", format="WAV")


def peaks(samples: Samples, stretches: int = STRETCHES) -> bytes:
    """Least and greatest of equal stretches, a signed byte each, in turns: what a waveform is drawn from."""
    if not len(samples):
        return b""
    size = ceil(len(samples) / stretches)
    rows = np.pad(samples, (0, -len(samples) % size), mode="edge").reshape(-1, size)
    ends = np.stack([rows.min(-1), rows.max(-1)], -1).clip(-1, 1)
    return np.round(ends * 127).astype(np.int8).tobytes()


def _mixed(channels: int) -> str:
    return f"Its {channels} channels were mixed into one."


def _check_header(name: str, file: soundfile.SoundFile, longest: float) -> None:
    rate, frames = file.samplerate, file.frames
    if rate < LOWEST_RATE:
        advice = f"speech needs {LOWEST_RATE:,} at least: use a better recording"
        raise BadInput(f"{name} holds {rate:,} samples a second, which is too low; {advice}.")
    if rate > HIGHEST_RATE:
        raise BadInput(f"{name} says that it holds {rate:,} samples a second; save it again at 48,000.")
    if frames == 0:
        raise BadInput(f"{name} holds no sound; choose another file.")
    if longest * rate < frames < UNKNOWN:
        raise BadInput(f"{name} lasts {spoken(frames / rate)}; cut it to {spoken(longest)} at most.")


def _decoded(file: soundfile.SoundFile, first: float) -> tuple[Samples, bool]:
    """The first seconds as the mean of all channels, and whether any of them is clipped."""
    mono, clipped = [], False
    for block in _blocks(file, round(first * file.samplerate)):  # (block, channels)
        clipped = clipped or is_clipped(block)
        mono.append(block.mean(-1, dtype=np.float32))
    return (np.concatenate(mono) if mono else np.zeros(0, np.float32)), clipped


def _blocks(file: soundfile.SoundFile, samples: int) -> Iterator[Samples]:
    while samples > 0:
        block = file.read(min(BLOCK, samples), dtype="float32", always_2d=True)
        if not len(block):
            return
        samples -= len(block)
        yield block


def is_clipped(block: Samples) -> bool:
    """Whether some channel of (S, C) stands still at the end of its scale, as sound never does by itself."""
    high = np.abs(block) >= FULL
    still = high[1:] & high[:-1] & (np.abs(np.diff(block, axis=0)) < 1e-4)
    return bool((still[1:] & still[:-1]).any())


def _check_samples(name: str, mono: Samples, rate: int) -> None:
    if not np.isfinite(mono).all():
        raise BadInput(f"{name} holds samples that are no numbers (NaN or infinite); save it again from its source.")
    if len(mono) < SHORTEST * rate:
        raise BadInput(f"{name} lasts {len(mono) / rate:.1f} s; {SHORTEST:g} s at least is needed.")
    if np.abs(mono).max() < SILENT:
        raise BadInput(f"{name} is silent; choose a recording in which somebody speaks.")


def spoken(seconds: float) -> str:
    """A length as people say it: 42 s, 3 min, 3 h 5 min."""
    minutes = round(seconds / 60)
    if seconds < 100:
        return f"{seconds:.0f} s"
    hours = f"{minutes // 60} h " if minutes >= 60 else ""
    return f"{hours}{minutes % 60} min" if minutes % 60 or not hours else hours.strip()
