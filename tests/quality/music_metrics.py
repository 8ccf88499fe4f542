"""How near what is heard of a piece of music comes to what was asked for: arithmetic, nothing is listened to here.

Tempo, key, chord and beat measures are those of Melechovsky et al. 2024, Mustango, https://arxiv.org/abs/2311.08355.
Where the paper leaves it open: chords are matched in order by their longest common subsequence, and the key that may
stand for another is its relative one. Chords that the judge does not tell apart count as one (`TYPES`).

Shapes: S samples, C channels, N rows of D features.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.api.chords import QUALITIES, Chord, Key
from engine.api.score import Score, Sounding

Sound = NDArray[np.float32]
Features = NDArray[Any]
Named = tuple[int, str]  # root and type of a chord

MARKS = (40, 60, 70, 90, 110, 140, 160, 210)
"""Beats a minute between Grave, Largo, Adagio, Andante, Moderato, Allegro, Vivace, Presto and Prestissimo."""
TYPES = {"5": "", "6": "", "add9": "", "m6": "m", "mM7": "m", "9": "7", "maj9": "maj7", "m9": "m7", "7sus4": "sus4"}
"""Quality → the one that it is heard as."""
NEAR = 0.03  # by how much of itself a tempo may be off
STEP = 0.1  # seconds between the moments at which chords are compared
QUIET = 1e-3  # of the peak: -60 dB
BLOCK = 0.01  # seconds
HIGH = 4000.0  # Hz; what lies above is mostly timbre and noise
HIGHEST = 16_000.0
WINDOW = 2048


def tempo_bin(tempo: float) -> int:
    return sum(tempo > mark for mark in MARKS)


def is_near(tempo: float, asked: float) -> bool:
    return abs(tempo / asked - 1) <= NEAR


def same_or_relative(key: Key, other: Key) -> bool:
    """Whether two keys are one or have the same notes."""
    return key == other or (key.mode != other.mode and set(key.scale) == set(other.scale))


def named(chord: Chord) -> Named | None:
    """A chord as a judge would name it; none for no chord."""
    return None if chord.root is None else (chord.root, TYPES.get(chord.quality, chord.quality))


def third(chord: Chord) -> Named | None:
    """Its root and whether the third above it is minor; what has none counts as major."""
    if chord.root is None:
        return None
    minor = 3 in QUALITIES[chord.quality] and 4 not in QUALITIES[chord.quality]
    return chord.root, "minor" if minor else "major"


def sequence(names: Iterable[Named | None]) -> list[Named]:
    """One after the other, without repetitions and without silence."""
    found: list[Named] = []
    for name in names:
        if name is not None and (not found or name != found[-1]):
            found.append(name)
    return found


def in_order(asked: Sequence[Named], heard: Sequence[Named]) -> int:
    """The length of the longest common subsequence."""
    row = [0] * (len(heard) + 1)
    for name in asked:
        before, row = row, [0]
        for place, other in enumerate(heard):
            row.append(before[place] + 1 if name == other else max(row[-1], before[place + 1]))
    return row[-1]


def in_any_order(asked: Sequence[Named], heard: Sequence[Named]) -> int:
    return (Counter(asked) & Counter(heard)).total()


def chord_matches(asked: Sequence[Sounding], heard: Sequence[Sounding]) -> dict[str, float]:
    """PCM: all and nothing else. ECM: the share in order. CMO: in any order. CMOT: root and third, any order."""
    wanted, found = (sequence(named(each.chord) for each in side) for side in (asked, heard))
    thirds, found_thirds = (sequence(third(each.chord) for each in side) for side in (asked, heard))
    return {
        "pcm": float(wanted == found),
        "ecm": in_order(wanted, found) / len(wanted),
        "cmo": in_any_order(wanted, found) / len(wanted),
        "cmot": in_any_order(thirds, found_thirds) / len(thirds),
    }


def frames_right(score: Score, heard: Sequence[Sounding], bass: bool = False) -> float:
    """The share of moments with the right root and third, or with the right bass note."""

    def look(chord: Chord) -> Any:
        return chord.pitches[:1] if bass else third(chord)

    moments = np.arange(STEP / 2, score.seconds, STEP)
    return float(np.mean([look(score.chord_at(at)) == look(chord_at(heard, at)) for at in moments]))


def chord_at(chords: Sequence[Sounding], seconds: float) -> Chord:
    return next((each.chord for each in chords if each.start <= seconds < each.stop), Chord(None))


def silence_at_end(sound: Sound, rate: int) -> float:  # (S, C)
    """Seconds after the last block that is louder than 60 dB below the peak."""
    size = round(BLOCK * rate)
    blocks = np.abs(sound[: len(sound) // size * size]).max(-1).reshape(-1, size).max(-1)
    loud = np.flatnonzero(blocks > QUIET * blocks.max(initial=1e-9))
    return float(len(blocks) - 1 - loud[-1]) * BLOCK if len(loud) else len(sound) / rate


def high_share(power: Features, rate: int) -> float:  # (frames, frequencies)
    """The share of energy above 4 kHz."""
    return float(power[:, high(rate)].sum() / (power.sum() + 1e-12))


def high_flatness(power: Features, rate: int) -> float:
    """The geometric mean of the power from 4 to 16 kHz in its mean, averaged over frames: 1 is noise, 0 is tones."""
    band = power[:, high(rate)] + 1e-12
    loud = power.sum(1) > QUIET**2 * power.sum(1).max()
    return float(np.mean((np.exp(np.log(band).mean(1)) / band.mean(1))[loud]))


def high(rate: int) -> NDArray[np.bool_]:  # -> (frequencies,)
    hertz = np.fft.rfftfreq(WINDOW, 1 / rate)
    return (hertz >= HIGH) & (hertz <= HIGHEST)


def spectrum(sound: Sound) -> Features:  # (S, C) -> (frames, frequencies)
    """The power of a sound's mean over its channels."""
    mono = np.pad(sound.mean(-1), (0, max(0, WINDOW - len(sound))))
    frames = np.lib.stride_tricks.sliding_window_view(mono, WINDOW)[:: WINDOW // 2]
    return np.abs(np.fft.rfft(frames * np.hanning(WINDOW + 1)[:-1])) ** 2


def frechet(ours: Features, theirs: Features) -> float:  # (N, D), (N', D)
    """The distance of two normal distributions with the features' means and covariances; 0 is none.

    Heusel et al. 2017, https://arxiv.org/abs/1706.08500, for sound Kilgour et al. 2018, https://arxiv.org/abs/1812.08466
    """
    means = ours.mean(0) - theirs.mean(0)
    first, second = np.cov(ours, rowvar=False), np.cov(theirs, rowvar=False)
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ second @ root).clip(0)).sum()
    return float(means @ means + np.trace(first) + np.trace(second) - 2 * cross)
