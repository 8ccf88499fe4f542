"""Music whose chords and beats are known, since they were put there: tones with six harmonics, and bursts of noise."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.api.chords import Chord, parse_chord

RATE = 22_050
Samples = NDArray[np.float32]


def tones(pitches: Sequence[int], seconds: float, cents: float = 0.0) -> Samples:
    """These MIDI notes at once, fading as strings do."""
    t = np.arange(round(seconds * RATE)) / RATE
    hertz = [440 * 2 ** ((pitch + cents / 100 - 69) / 12) for pitch in pitches]
    waves = [np.sin(2 * np.pi * f * number * t) / number for f in hertz for number in range(1, 7)]
    return (0.1 * np.sum(waves, 0) * np.exp(-1.5 * t)).astype(np.float32) if pitches else np.zeros(len(t), np.float32)


def voiced(chord: Chord) -> list[int]:
    """The bass in the octave from C2, all notes in that from C4."""
    return [36 + pitch for pitch in chord.pitches[:1]] + [60 + pitch for pitch in chord.pitches]


def chords(names: str, seconds: float, cents: float = 0.0) -> Samples:
    """Chords by their names, each so many seconds."""
    return np.concatenate([tones(voiced(parse_chord(name)), seconds, cents) for name in names.split()])


def clicks(seconds: float, tempo: float, first: float = 0.0, seed: int = 0) -> Samples:
    """A burst of noise at every beat."""
    draw = np.random.default_rng(seed)
    out = np.zeros(round(seconds * RATE), np.float32)
    for beat in np.arange(first, seconds - 0.05, 60 / tempo):
        start = round(beat * RATE)
        burst = draw.standard_normal(1000) * np.exp(-np.arange(1000) / 150)
        out[start : start + 1000] += 0.3 * burst[: len(out) - start].astype(np.float32)
    return out
