"""Where the words of a transcript are heard, from nothing but energy and the lengths of the words.

A sound falls apart into stretches of speech between pauses; dynamic programming hands each stretch, or a few that only
seem to be apart, the words that would take as long at the speaker's pace, and prefers to breathe at punctuation. Within
a stretch the words share the time by their weights. It needs no network and knows no language; a trained aligner is
better and can take its place as an `Align`. Against the durations of synthesised speech, beginnings of words are off by
75 ms in the mean; moving them to where it is quietest nearby did not help.

Costs are negative log likelihoods but for a constant. Shapes: W words, R stretches, F frames of 10 ms.
"""

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np
from numpy.typing import NDArray

from engine.api.messages import SpokenWord
from engine.api.words import Written, written
from engine.conditioners.voice import Samples, Span, levels, pauses, weight

Align = Callable[[Samples, str, str], tuple[SpokenWord, ...]]
"""(S,) at 24 kHz, its transcript and language → when each word (`engine.api.words.written`) is heard, in order."""
Array = NDArray[np.float64]
Group = tuple[int, int, int, int]
"""Words [first, last) in frames [start, stop)."""

FRAMES = 100  # a second
SHORTEST_PAUSE, SHORTEST_SPEECH = 8, 4  # frames
DEPTH = 0.4  # of the way from the quietest to the loudest, below which it is a pause
CONTRAST = 12.0  # dB between those two, or there is no telling
SPREAD = 10.0  # frames: the variance of a stretch is this times its expected length
IGNORED = 12.0  # frames of a pause that may well be inside a word
SLACK, DRIFT = 300.0, 0.1  # how far, in frames and in shares of the whole, a speaker may be ahead or behind
UNMARKED, UNHEARD = 0.7, {",": 0.5, ";": 0.5, ":": 0.5, "—": 0.5}  # a pause without a mark; a mark without a pause
MARKS = ".,;:!?…—।॥。，！？；："


def by_energy(
    samples: Samples, transcript: str, language: str = "", weigh: Callable[[str], float] = weight
) -> tuple[SpokenWord, ...]:
    """When each word is heard. `weigh` says how long a word takes beside the others."""
    words = written(transcript)
    stretches = speech(levels(samples))
    if not words or not stretches:
        return ()
    weights = np.maximum([weigh(word.text) for word in words], 0.5)
    groups = shared_out(stretches, weights, [word.text for word in words])
    spans = [span for first, last, start, stop in groups for span in _spread(weights[first:last], start, stop)]
    return tuple(_spoken(word, *span) for word, span in zip(words, spans, strict=True))


def speech(level: Array) -> list[Span]:
    """(F,) → the stretches between pauses, as frames [start, stop)."""
    low, high = np.percentile(level, (5, 90)) if len(level) else (0.0, 0.0)
    if high - low < CONTRAST:
        return [(0, len(level))] if len(level) else []
    quiet = pauses(level, low + DEPTH * (high - low), SHORTEST_PAUSE)
    edges = [0, *(edge for pause in quiet for edge in pause), len(level)]
    found = zip(edges[::2], edges[1::2], strict=True)
    return [(start, stop) for start, stop in found if stop - start >= SHORTEST_SPEECH]


def shared_out(stretches: Sequence[Span], weights: Array, words: Sequence[str]) -> list[Group]:
    """The likeliest way to hand the words, in order, to the stretches, of which neighbours may be one."""
    together = max(4, 2 * ceil(len(stretches) / len(words)))
    due = np.concatenate([[0.0], np.cumsum(weights)]) * _pace(stretches, weights)  # (W + 1,) frames
    near = _near(stretches, due)
    marks, breaths = _marks(words), _breaths(words)
    best = np.full((len(stretches) + 1, len(due)), np.inf)
    best[0, 0] = 0.0
    way: dict[Span, Span] = {}
    for last in range(1, len(stretches) + 1):
        to = near[last]
        after = 0.0 if last == len(stretches) else breaths[to]
        for first in range(max(0, last - together), last):
            since = near[first]
            expected = due[to] - due[since, None]
            costs = best[first, since, None] + _lasting(stretches[first:last], expected) + after
            costs += np.maximum(marks[to] - marks[since, None], 0.0)
            _take(best[last], np.where(expected > 0, costs, np.inf), (first, since.start), (last, to.start), way)
    return _traced(way, stretches, len(words))


def _near(stretches: Sequence[Span], due: Array) -> list[slice]:
    """Before each stretch, and after the last: the words that may have been said, for all that the pace varies."""
    spoken = np.cumsum([0, *(stop - start for start, stop in stretches)])
    slack = SLACK + DRIFT * due[-1]
    firsts, lasts = np.searchsorted(due, spoken - slack), np.searchsorted(due, spoken + slack)
    return [slice(0, 1), *(slice(int(a), int(b)) for a, b in zip(firsts[1:], lasts[1:], strict=True))]


def _take(best: Array, costs: Array, source: Span, target: Span, way: dict[Span, Span]) -> None:
    """Where ending this group at a word is cheaper than what was known, go this way. Spans are (stretch, word)."""
    origin, cheapest = np.argmin(costs, 0), np.min(costs, 0)
    for place in np.flatnonzero(cheapest < best[target[1] : target[1] + len(cheapest)]):
        word = target[1] + int(place)
        best[word] = cheapest[place]
        way[target[0], word] = source[0], source[1] + int(origin[place])


def _traced(way: dict[Span, Span], stretches: Sequence[Span], count: int) -> list[Group]:
    """Back from the last word; where there are more stretches than can be used, all is one."""
    groups: list[Group] = []
    at = len(stretches), count
    while at != (0, 0):
        if at not in way:
            return [(0, count, stretches[0][0], stretches[-1][1])]
        before = way[at]
        groups.append((before[1], at[1], stretches[before[0]][0], stretches[at[0] - 1][1]))
        at = before
    return groups[::-1]


def _pace(stretches: Sequence[Span], weights: Array) -> float:
    """Frames for each unit of weight."""
    return sum(stop - start for start, stop in stretches) / float(weights.sum())


def _lasting(group: Sequence[Span], expected: Array) -> Array:
    """How unlikely it is that words of an expected length last this long, and that the pauses between are none."""
    lasts = sum(stop - start for start, stop in group)
    ignored = sum(((group[i + 1][0] - group[i][1]) / IGNORED) ** 2 / 2 for i in range(len(group) - 1))
    return np.square(lasts - expected) / (2 * SPREAD * np.maximum(expected, 1.0)) + ignored


def _marks(words: Sequence[str]) -> Array:
    """(W + 1,): what it costs that the marks before a word are not heard, the one just before it left out."""
    costs = [UNHEARD.get(word[-1], 1.0) if word[-1] in MARKS else 0.0 for word in words]
    return np.concatenate([[0.0, 0.0], np.cumsum(costs[:-1])])


def _breaths(words: Sequence[str]) -> Array:
    """(W + 1,): what a pause costs after so many words; nothing at a mark."""
    return np.array([0.0, *(0.0 if word[-1] in MARKS else UNMARKED for word in words)])


def _spread(weights: Array, start: int, stop: int) -> list[tuple[float, float]]:
    """Words one after the other over frames [start, stop), in seconds."""
    edges = (start + (stop - start) * np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()) / FRAMES
    return [(float(a), float(b)) for a, b in zip(edges, edges[1:], strict=False)]


def _spoken(word: Written, start: float, stop: float) -> SpokenWord:
    return SpokenWord(text=word.text, start=round(start, 3), stop=round(stop, 3), first=word.first, last=word.last)
