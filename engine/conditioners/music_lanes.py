"""A score as a network hears of it: lanes frame by frame, and lists of beats and chords.

Lanes are the sounding chord's pitch classes, its bass, where beat and bar stand, the section, how far the ends are.
Mustango (Melechovsky et al. 2024, https://arxiv.org/abs/2311.08355) tells a network of lists alone; given frame by
frame, even a small network follows them within minutes of training.

Shapes: N tokens, L = 41 lanes, K events. Times in seconds.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.api.chords import QUALITIES
from engine.api.score import SECTIONS, Score

Array = NDArray[np.float32]

CHROMA, BASS = slice(0, 12), slice(12, 24)
CHORD_KNOWN, CHORD_BEGINS = 24, 25
PHASES = slice(26, 30)  # sine and cosine of the beat, of the bar
BEAT, BAR, BEATS_KNOWN = 30, 31, 32  # pulses at their beginnings
SECTION, SECTION_KNOWN = slice(33, 38), 38
BEGUN, LEFT = 39, 40
LANES = 41
HARMONY = [*range(0, 26)]
RHYTHM = [*range(26, 33)]
FORM = [*range(33, 39)]

PULSE = 0.04  # seconds within which a pulse falls to 1/e
REACH = 8.0  # seconds over which the ends are felt
NO_PITCH = 12
KINDS = {quality: number for number, quality in enumerate(QUALITIES)}
METRES = {"2": 0, "3": 1, "4": 2, "6/8": 3}
NO_METRE, NO_KEY = 4, 24


@dataclass(frozen=True)
class Lists:
    """Events of a stretch: beats (K, 2), seconds and number in the bar; chords (K, 4), seconds, root, kind, bass."""

    beats: Array
    chords: Array


def lanes(score: Score, times: Array) -> Array:  # (N,) -> (N, L)
    """At each of the times, which are the middles of tokens; beyond the end there is nothing."""
    found = np.zeros((len(times), LANES), np.float32)
    for sounding in score.chords:
        inside = (times >= sounding.start) & (times < sounding.stop)
        for number, pitch in enumerate(sounding.chord.pitches):
            found[inside, pitch] = 1
            if number == 0:
                found[inside, 12 + pitch] = 1
        found[:, CHORD_BEGINS] += pulse(times, sounding.start)
    found[:, CHORD_KNOWN] = float(bool(score.chords))
    rhythm(score, times, found)
    for section in score.sections:
        inside = (times >= section.start) & (times < section.stop)
        found[inside, SECTION.start + SECTIONS.index(section.name)] = 1
    found[:, SECTION_KNOWN] = float(bool(score.sections))
    found[:, BEGUN] = np.exp(-np.maximum(times, 0) / REACH)
    found[:, LEFT] = np.exp(-np.maximum(score.seconds - times, 0) / REACH)
    found[times >= score.seconds] = 0
    return found


def rhythm(score: Score, times: Array, found: Array) -> None:
    """Beat and bar as phases and pulses."""
    beat = 60 / score.tempo
    bar = beat * (max(number for _, number in score.beats) + 1)
    for place, length in ((0, beat), (2, bar)):
        angle = 2 * math.pi * times / length
        found[:, PHASES.start + place], found[:, PHASES.start + place + 1] = np.sin(angle), np.cos(angle)
    found[:, BEAT] = np.exp(-(times % beat) / PULSE)
    found[:, BAR] = np.exp(-(times % bar) / PULSE)
    found[:, BEATS_KNOWN] = 1


def pulse(times: Array, start: float) -> Array:
    after = times - start
    return np.where(after >= 0, np.exp(-np.maximum(after, 0) / PULSE), 0)


def lists(score: Score, start: float, stop: float) -> Lists:
    """The beats and chords that begin within [start, stop), the chord that sounds at its start among them."""
    beats = [(at - start, number) for at, number in score.beats if start <= at < stop]
    chords = [
        (max(each.start, start) - start, *kind_of(each.chord.root, each.chord.quality, each.chord.pitches))
        for each in score.chords
        if each.stop > start and each.start < stop
    ]
    return Lists(np.array(beats, np.float32).reshape(-1, 2), np.array(chords, np.float32).reshape(-1, 4))


def kind_of(root: int | None, quality: str, pitches: tuple[int, ...]) -> tuple[int, int, int]:
    return (NO_PITCH, 0, NO_PITCH) if root is None else (root, KINDS[quality], pitches[0])


def padded(events: list[Array], width: int) -> Array:  # B x (K, width) -> (B, K, width)
    """As many rows for each, −1 where there are no more."""
    most = max([1, *(len(each) for each in events)])
    rows = [np.pad(each, ((0, most - len(each)), (0, 0)), constant_values=-1) for each in events]
    found = np.stack(rows).astype(np.float32)
    found[..., 1:] = np.maximum(found[..., 1:], 0)
    return found.reshape(len(events), most, width)


def key_number(score: Score) -> int:
    return NO_KEY if score.key is None else score.key.tonic + (12 if score.key.mode == "minor" else 0)
