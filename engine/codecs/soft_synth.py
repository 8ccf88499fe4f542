"""Chords and a click to be heard before anything is generated: additive synthesis, quick and soft.

Voices: the bass alone in its own octave, above it the chord's notes in that close position which moves least from the
chord before (as pianists lead voices). A tone is one period of a few harmonics, read round and round at its pitch
(wavetable synthesis, Mathews 1969): a dark one that sounds on and a bright one that fades, as a struck string does.

Shapes: S samples of float32 in [-1, 1]. Pitches are MIDI numbers: 60 is middle C, 69 the A of 440 Hz.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.api.chords import QUALITIES, Chord
from engine.api.score import Score, Sounding

Samples = NDArray[np.float32]
RATE = 44_100  # Hz

LOWEST_BASS = 40  # E2
LOWEST, HIGHEST, CENTRE = 55, 79, 65  # the hand above it: G3 to G5, about F4
HAND = 4  # notes at most; of more, that which the bass has is spared, or else the fifth
FIFTH = 7
PERIOD = 2**14  # samples of a wavetable: read to the nearest sample, what is lost lies at −80 dB
DARK = (1.0, 0.22, 0.07)
BRIGHT = (0.3, 0.3, 0.25, 0.14, 0.09, 0.05, 0.03)
ATTACK, RELEASE = 0.008, 0.06  # s
SUSTAIN, SPARKLE = 2.2, 0.35  # s until 1/e is left
LOUDNESS, BASS_LOUDNESS = 0.11, 0.2
LOUDEST = 0.95
CLICK = 0.05  # s
ACCENTED, PLAIN = (1760.0, 0.45), (1175.0, 0.25)  # Hz and loudness


def audition(score: Score, chords: bool = True, click: bool = False, rate: int = RATE) -> Samples:
    """The score's chords, its beats or both -> (S,), as long as the score to the sample."""
    sound = np.zeros(score.samples(rate), np.float32)
    if chords:
        _play(sound, score.chords, rate)
    if click:
        _tick(sound, score.beats, rate)
    return sound / max(1.0, float(np.abs(sound).max(initial=0)) / LOUDEST)


def voicings(chords: Sequence[Chord]) -> list[tuple[int, ...]]:
    """Of each chord its pitches, the bass first; none for no chord."""
    found: list[tuple[int, ...]] = []
    hand: tuple[int, ...] = ()
    for chord in chords:
        if chord.root is None:
            found.append(())
            continue
        hand = min(_hands(chord), key=lambda each: _effort(hand, each))
        found.append((_bass(chord), *hand))
    return found


def _bass(chord: Chord) -> int:
    return LOWEST_BASS + (chord.pitches[0] - LOWEST_BASS) % 12


def _hands(chord: Chord) -> list[tuple[int, ...]]:
    """Every close position of the chord's own notes within the hand's reach."""
    intervals = QUALITIES[chord.quality]
    root, bass = chord.root or 0, chord.pitches[0]
    spare = next((each for each in (*intervals, FIFTH) if (root + each) % 12 == bass), FIFTH)
    kept = [each for each in intervals if len(intervals) <= HAND or each != spare]
    classes = sorted((root + each) % 12 for each in kept)
    stacks = (_stack(lowest, classes) for lowest in range(LOWEST, LOWEST + 12) if lowest % 12 in classes)
    return [hand for stack in stacks for hand in (stack, tuple(each + 12 for each in stack)) if hand[-1] <= HIGHEST]


def _stack(lowest: int, classes: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(lowest + (each - lowest) % 12 for each in classes))


def _effort(before: Sequence[int], hand: Sequence[int]) -> float:
    """How far the voices move, each to the nearest, both ways; and a little for leaving the middle."""
    moved = sum(min(abs(note - other) for other in before) for note in hand) if before else 0
    moved += sum(min(abs(note - other) for other in hand) for note in before)
    return moved + 0.25 * abs(sum(hand) / len(hand) - CENTRE)


def _play(sound: Samples, chords: Sequence[Sounding], rate: int) -> None:
    made: dict[tuple[int, int, bool], Samples] = {}  # lanes start over: most notes come again
    for sounding, pitches in zip(chords, voicings([each.chord for each in chords]), strict=True):
        start = round(sounding.start * rate)
        size = min(round(sounding.stop * rate), len(sound)) - start
        for voice, pitch in enumerate(pitches):
            note = (pitch, size, voice == 0)
            if note not in made:
                made[note] = _note(*note, rate)
            sound[start : start + size] += made[note]


def _note(pitch: int, size: int, bass: bool, rate: int) -> Samples:
    """A struck tone of so many samples that is silent at its end."""
    step = 440.0 * 2 ** ((pitch - 69) / 12) / rate * PERIOD
    places = (np.arange(size, dtype=np.float64) * step).astype(np.int64) & (PERIOD - 1)
    times = np.arange(size, dtype=np.float32) / rate
    tone = _period(DARK)[places] * np.exp(-times / SUSTAIN) + _period(BRIGHT)[places] * np.exp(-times / SPARKLE)
    tone *= BASS_LOUDNESS if bass else LOUDNESS
    return _faded(tone, rate)


@cache
def _period(harmonics: tuple[float, ...]) -> Samples:
    phase = 2 * np.pi * np.arange(PERIOD) / PERIOD
    waves = [height * np.sin(number * phase) for number, height in enumerate(harmonics, start=1)]
    return np.sum(waves, axis=0).astype(np.float32)


def _faded(tone: Samples, rate: int) -> Samples:
    """In place: its first and last moments rise and fall."""
    rise, fall = (min(len(tone), round(each * rate)) for each in (ATTACK, RELEASE))
    tone[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    tone[len(tone) - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    return tone


def _tick(sound: Samples, beats: Sequence[tuple[float, int]], rate: int) -> None:
    for seconds, number in beats:
        tick = _click(number == 0, rate)
        start = round(seconds * rate)
        part = sound[start : start + len(tick)]
        part += tick[: len(part)]


@cache
def _click(accented: bool, rate: int) -> Samples:
    hertz, loudness = ACCENTED if accented else PLAIN
    times = np.arange(round(CLICK * rate)) / rate
    return (loudness * np.sin(2 * np.pi * hertz * times) * np.exp(-times / (CLICK / 6))).astype(np.float32)
