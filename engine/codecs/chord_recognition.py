"""Chords and key of a finished piece from its chroma: templates joined by Viterbi, and Krumhansl's key profiles.

Chroma is gathered from half beat to half beat, so that what is broken into single notes becomes a chord again. A
chord's template is its notes with some weights, and the bass below it is one of them, most likely the root; which chord
sounds is how alike chroma and templates are, less what changing costs (Sheh & Ellis 2003; Mauch & Dixon 2010). Keys by
the profiles of Krumhansl & Kessler 1982. The weights were found on rendered pieces whose chords are known.

Shapes: T frames, H half beats, C chords (12 roots of each quality, then none), 12 pitch classes from C.
"""

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.api.chords import QUALITIES, Chord, Key
from engine.codecs.chroma import FRAME, Chroma, clarity

HEARD = {"": 0.0, "m": 0.0, "7": -0.06, "maj7": -0.09, "m7": -0.12, "dim": -0.05}
"""Quality that can be heard → what it has to make up for: chords of more notes fit more easily."""

SEVENTH = 0.5  # of a template's other notes
ROOT, OTHER = 1.0, 0.8  # what a bass note speaks for: the chord's root, another of its notes
BASS = 0.7  # how much the bass says, beside the treble
TREBLE_POWER, BASS_POWER = 0.7, 1.5  # loud notes of the treble count for less, those of the bass for more
CERTAINTY, CHANGE = 4.0, 5.0  # what likeness counts for, by the root of the frames it lasts; what a change costs
UNCLEAR = 3.3  # below that clarity no chord sounds
QUIET = 0.02  # nor below that share of the loudest half beat
USUAL = 0.5  # s, a stretch where no beat is heard

KEY_POWER, KEY_BASS = 0.5, 0.7
MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def chords_of(chroma: Chroma, beats: Sequence[float]) -> tuple[Chord, ...]:
    """The chord that is heard in each frame; `beats` in seconds."""
    edges = half_beats(beats, len(chroma.treble))
    lengths = [last - first for first, last in pairwise(edges)]
    treble, bass = (_gathered(each, edges) for each in (chroma.treble, chroma.bass))
    none = torch.tensor([clarity(chroma.all[first:last]) < UNCLEAR for first, last in pairwise(edges)])
    weights = CERTAINTY * torch.tensor(lengths).sqrt()[:, None]
    path = _viterbi(likeness(treble, bass, none) * weights)
    return tuple(_chords()[place] for place, length in zip(path, lengths, strict=True) for _ in range(length))


def half_beats(beats: Sequence[float], frames: int) -> list[int]:
    """Where half beats begin, from frame 0, and where the last one ends: the beats, carried on to both ends."""
    if len(beats) < 3:
        grid = np.arange(0, frames * FRAME, USUAL)
    else:
        step = float(np.median(np.diff(beats)))
        before = np.arange(beats[0] - step, -step, -step)
        after = np.arange(beats[-1] + step, frames * FRAME + step, step)
        whole = np.concatenate([before[::-1], beats, after])
        grid = np.concatenate([whole, (whole[1:] + whole[:-1]) / 2])
    places = {round(seconds / FRAME) for seconds in grid.tolist()}
    return sorted({0, frames, *(place for place in places if 0 < place < frames)})


def _gathered(chroma: Tensor, edges: Sequence[int]) -> Tensor:  # (T, 12) -> (H, 12)
    return torch.stack([chroma[first:last].mean(0) for first, last in pairwise(edges)])


def likeness(treble: Tensor, bass: Tensor, none: Tensor) -> Tensor:  # (H, 12), (H, 12), (H,) -> (H, C)
    """How well each chord explains each stretch, up to 1 and BASS; no chord does where there is `none` or silence."""
    notes, basses, handicaps = _templates()
    fits = F.normalize(treble**TREBLE_POWER, dim=1) @ notes.T + handicaps
    fits += BASS * (F.normalize(bass**BASS_POWER, dim=1) @ basses.T)
    loud = (treble + bass).sum(1)
    silent = none | (loud <= QUIET * loud.max())
    return torch.cat([fits, torch.where(silent, 1 + BASS, 0.0)[:, None]], 1)


@cache
def _chords() -> tuple[Chord, ...]:
    return (*(Chord(root, quality) for quality in HEARD for root in range(12)), Chord(None))


@cache
def _templates() -> tuple[Tensor, Tensor, Tensor]:
    """Of each chord but none: its notes (C − 1, 12) of length one, its basses (C − 1, 12), its handicap (C − 1,)."""
    notes, basses = torch.zeros(2, len(HEARD) * 12, 12)
    for place, chord in enumerate(_chords()[:-1]):
        for number, interval in enumerate(QUALITIES[chord.quality]):
            pitch = ((chord.root or 0) + interval) % 12
            notes[place, pitch] = SEVENTH if number == 3 else 1.0
            basses[place, pitch] = ROOT if number == 0 else OTHER
    handicaps = torch.tensor([HEARD[chord.quality] for chord in _chords()[:-1]])
    return F.normalize(notes, dim=1), basses, handicaps


def _viterbi(scores: Tensor) -> list[int]:  # (H, C) ->
    """The path of the highest sum; every change costs the same, so each state needs only the best one before it."""
    total, before = scores[0].clone(), []
    for score in scores[1:]:
        best = int(total.argmax())
        stay = total >= total[best] - CHANGE
        before.append(torch.where(stay, torch.arange(len(total)), best))
        total = torch.where(stay, total, total[best] - CHANGE) + score
    path = [int(total.argmax())]
    for step in reversed(before):
        path.append(int(step[path[-1]]))
    return path[::-1]


def key_of(chroma: Chroma) -> Key | None:
    """The key whose profile is most like what sounds in the whole piece; None where no notes do."""
    if clarity(chroma.all) < UNCLEAR:
        return None
    heard = F.normalize((chroma.treble + KEY_BASS * chroma.bass) ** KEY_POWER, dim=1).mean(0)
    fits = torch.corrcoef(torch.cat([heard[None], _profiles()]))[0, 1:]
    best = int(fits.argmax())
    return Key(best % 12, "major" if best < 12 else "minor")


@cache
def _profiles() -> Tensor:  # (24, 12)
    return torch.stack([torch.tensor(profile).roll(tonic) for profile in (MAJOR, MINOR) for tonic in range(12)])
