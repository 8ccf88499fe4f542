"""What is heard in a finished piece of music, against what was asked: its conformity.

Chords by chroma, templates and Viterbi; key by Krumhansl's profiles; beats by dynamic programming. Nothing of it knows
what was asked but for the tempo, which decides between a beat and its half or double.

Shapes: S samples, C channels. Times in seconds.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

import numpy as np
import soxr
import torch
from numpy.typing import NDArray

from engine.api.chords import QUALITIES, Chord, Key, spelled
from engine.api.score import Score, Sounding
from engine.api.works import ChordHeard, Conformity
from engine.codecs import beat_tracking, chord_recognition, chroma

Samples = NDArray[np.float32]
TONAL = 3.8  # with more clarity, harmony says where the beats are; drums alone have none
NEAR = 0.07  # s: within this a beat is hit (as MIREX has it)


def conformity(sound: Samples, rate: int, score: Score) -> Conformity:  # (S,) or (S, C)
    """What is heard in a sound of this rate, beside what its score asks."""
    mono = sound if sound.ndim == 1 else sound.mean(1)
    mono = np.pad(mono, (0, max(0, rate - len(mono))))  # a second is the least that beats are looked for in
    wide = soxr.resample(mono, rate, beat_tracking.RATE, "MQ").astype(np.float32)
    narrow = soxr.resample(wide, beat_tracking.RATE, chroma.RATE, "MQ").astype(np.float32)
    with torch.inference_mode():
        notes = chroma.chroma(torch.from_numpy(narrow))
        beats = beat_tracking.track(torch.from_numpy(wide), score.tempo)
        if chroma.clarity(notes.all) > TONAL:
            beats = beat_tracking.on_changes(beats, notes.all, chroma.FRAME)
        heard, key = chord_recognition.chords_of(notes, beats.times), chord_recognition.key_of(notes)
    chords = tuple(_chord_heard(each, heard, score.key) for each in score.chords)
    return Conformity(
        tempo_asked=score.tempo,
        tempo_heard=round(beats.tempo, 2),
        beats_hit=_hit([seconds for seconds, _ in score.beats], beats.times),
        key_asked=score.key.name if score.key else "",
        key_heard=key.name if key else "",
        key_agrees=score.key is None or (key is not None and set(key.scale) == set(score.key.scale)),
        chords_right=_share(chords),
        chords=chords,
        beats=tuple(round(float(seconds), 3) for seconds in beats.times),
    )


def _chord_heard(asked: Sounding, heard: Sequence[Chord], key: Key | None) -> ChordHeard:
    first, last = (round(each / chroma.FRAME) for each in (asked.start, asked.stop))
    frames = heard[first : max(last, first + 1)] or heard[-1:]
    usual = Counter(frames).most_common(1)[0][0]
    return ChordHeard(
        asked=spelled(asked.chord, key),
        heard=spelled(usual, key),
        start=asked.start,
        stop=asked.stop,
        share=sum(alike(asked.chord, each) for each in frames) / len(frames),
    )


def alike(asked: Chord, heard: Chord) -> bool:
    """Whether root and third are the same: a chord asked without a third may be heard with any."""
    third = _third(asked)
    return asked.root == heard.root and (third is None or third == _third(heard))


def _third(chord: Chord) -> int | None:
    """3 of a minor chord, 4 of a major one."""
    return None if chord.root is None else next((each for each in QUALITIES[chord.quality] if each in (3, 4)), None)


def _share(chords: Sequence[ChordHeard]) -> float | None:
    """Of the time of all chords."""
    asked = sum(each.stop - each.start for each in chords)
    return sum(each.share * (each.stop - each.start) for each in chords) / asked if asked else None


def _hit(asked: Sequence[float], heard: Sequence[float]) -> float:
    """The share of the asked beats that have a heard one near."""

    def near(beat: float) -> bool:
        place = bisect_left(heard, beat - NEAR)
        return place < len(heard) and heard[place] <= beat + NEAR

    return float(sum(map(near, asked)) / len(asked))  # no number of numpy's, which no message can carry
