"""Music-like sounds made of sums of sines and shaped noise, so that a vocoder hears more than speech.

Each piece is some bars of random chords, a melody, a bass and drums at a random tempo. A note is a sum of partials,
each with its own decay: struck, plucked, bowed and blown timbres differ in how partials fall with their number, how far
they are off the harmonics, how fast they start and fade, and in vibrato. Drums are noise in a band or falling sines.

Shapes: S samples, K partials.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
NYQUIST = 11_600.0  # Hz, of the highest partial
SCALE = np.array([0, 2, 4, 5, 7, 9, 11])  # semitones
LOUDEST = 0.9

Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Timbre:
    tilt: float  # partial k has amplitude k ** -tilt
    hollow: float  # 0: all partials, 1: odd ones only
    stretch: float  # inharmonicity of a stiff string
    attack: float  # seconds
    decay: float  # seconds until the first partial has fallen by half
    damping: float  # how much faster higher partials fall
    vibrato: float  # depth, share of the frequency


def any_timbre(rng: np.random.Generator) -> Timbre:
    sustained = rng.random() < 0.5
    return Timbre(
        tilt=rng.uniform(0.6, 2.2),
        hollow=rng.choice([0.0, 0.0, 0.9]),
        stretch=0.0 if sustained else rng.uniform(0, 6e-4),
        attack=rng.uniform(0.02, 0.12) if sustained else rng.uniform(0.002, 0.01),
        decay=rng.uniform(2, 8) if sustained else rng.uniform(0.08, 0.7),
        damping=0.0 if sustained else rng.uniform(0, 0.3),
        vibrato=rng.uniform(0, 0.008) if sustained else 0.0,
    )


def note(hertz: float, seconds: float, timbre: Timbre, rng: np.random.Generator) -> Sound:  # -> (S,)
    time = np.arange(int(seconds * RATE), dtype=np.float32) / RATE
    number = np.arange(1, max(2, min(48, int(NYQUIST / hertz) + 1)), dtype=np.float32)[:, None]  # (K, 1)
    partial = number * np.sqrt(1 + timbre.stretch * number**2)
    keep = partial * hertz < NYQUIST
    amplitude = number**-timbre.tilt * np.where(number % 2 == 0, 1 - timbre.hollow, 1) * keep
    wobble = timbre.vibrato / (2 * np.pi * 5.5) * np.sin(2 * np.pi * 5.5 * time)
    phase = 2 * np.pi * (hertz * partial * (time + wobble) + rng.random(number.shape, dtype=np.float32))
    fading = 0.5 ** (time / timbre.decay * (1 + timbre.damping * (number - 1)))
    ends = np.minimum(1, time / timbre.attack) * np.minimum(1, (seconds - time) / 0.02)
    summed: Sound = (amplitude * fading * np.sin(phase)).sum(0) * ends / np.sqrt((amplitude**2).sum())
    return summed.astype(np.float32)


def drum(seconds: float, rng: np.random.Generator) -> Sound:  # -> (S,)
    """Noise in a band, or a sine that falls, dying away within a fraction of a second."""
    time = np.arange(int(seconds * RATE), dtype=np.float32) / RATE
    fading = np.exp(-time / rng.uniform(0.02, 0.12))
    if rng.random() < 0.4:
        low, fall = rng.uniform(40, 90), rng.uniform(60, 300)
        return (fading * np.sin(2 * np.pi * (low * time - fall * 0.04 * np.exp(-time / 0.04)))).astype(np.float32)
    edge = rng.uniform(200, 7000)
    return (fading * coloured(len(time), edge, rng.uniform(edge, 12_000), 0.0, rng)).astype(np.float32)


def coloured(count: int, low: float, high: float, tilt: float, rng: np.random.Generator) -> Sound:  # -> (S,)
    """Noise between two frequencies, falling as frequency ** -tilt, of deviation one."""
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    shape = np.maximum(frequency, 20) ** -tilt * ((frequency >= low) & (frequency <= high))
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(count)) * shape, count)
    return (noise / (noise.std() + 1e-9)).astype(np.float32)


def add(sound: Sound, part: Sound, start: int, volume: float) -> None:
    """Mix `part` into `sound` from a sample on, as far as there is room."""
    room = sound[start : start + len(part)]
    room += volume * part[: len(room)]


def piece(seconds: float, rng: np.random.Generator) -> Sound:  # -> (S,)
    """Some bars, its loudest sample between 0.1 and 0.9."""
    sound = np.zeros(int(seconds * RATE), np.float32)
    beat = 60 / rng.uniform(60, 170)
    tonic = rng.uniform(100, 210)
    voices = {name: any_timbre(rng) for name in ("chord", "melody", "bass")}
    volumes = {name: rng.uniform(0.2, 1.0) * (rng.random() < 0.8) for name in (*voices, "drum", "noise")}
    for index in range(int(seconds / beat)):
        place = int(index * beat * RATE)
        if index % 4 == 0:
            degree = int(rng.integers(7))
            for step in (0, 2, 4, 6)[: rng.integers(3, 5)]:
                add(sound, note(pitch(tonic, degree + step), 4 * beat, voices["chord"], rng), place, volumes["chord"])
            add(sound, note(pitch(tonic, degree) / 2, 2 * beat, voices["bass"], rng), place, volumes["bass"])
        for half in range(2):
            if rng.random() < 0.6:
                high = note(pitch(tonic, int(rng.integers(7, 21))), beat, voices["melody"], rng)
                add(sound, high, place + int(half * beat * RATE / 2), volumes["melody"])
            if rng.random() < 0.7:
                add(sound, drum(0.4, rng), place + int(half * beat * RATE / 2), volumes["drum"])
    sound = echoing(sound, rng)
    loudness = 0.3 * volumes["noise"] if rng.random() < 0.3 else 10 ** rng.uniform(-3.5, -2.5)  # or a faint hiss
    sound += loudness * coloured(len(sound), 30, 12_000, rng.uniform(0, 1), rng)
    peak = np.abs(sound).max() + 1e-6
    return (sound * (rng.uniform(0.1, LOUDEST) / peak)).astype(np.float32)


def echoing(sound: Sound, rng: np.random.Generator) -> Sound:  # (S,) -> (S,)
    """As in a room: with some of itself convolved with noise that dies away."""
    time = np.arange(RATE, dtype=np.float32) / RATE
    room = rng.standard_normal(RATE).astype(np.float32) * np.exp(-time / rng.uniform(0.03, 0.25))
    count = len(sound) + RATE
    echo = np.fft.irfft(np.fft.rfft(sound, count) * np.fft.rfft(room, count), count)[: len(sound)]
    return (sound + rng.uniform(0, 0.6) * echo / np.linalg.norm(room)).astype(np.float32)


def pitch(tonic: float, degree: int) -> float:
    """Hz of a degree of the major scale on `tonic`."""
    return float(tonic * 2 ** (degree // 7 + SCALE[degree % 7] / 12))


def pieces(minutes: float, seed: int, seconds: float = 8.0) -> list[Sound]:
    """As many pieces as fill the minutes; the same ones for the same seed."""
    return [piece(seconds, np.random.default_rng([seed, i])) for i in range(round(minutes * 60 / seconds))]
