"""Bars, chords and sections of a piece, as they lie on its sound; and what is heard of the chords, once that is known.

Seconds of the work throughout.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from engine.api.chords import Chord, Key, parse_chord, spelled
from engine.api.errors import BadInput
from engine.api.requests import MusicRequest, Request
from engine.api.score import Score, Sounding, score_of
from engine.api.works import ChordHeard, Conformity

Span = tuple[float, float]
HALF = 0.5  # of its time a chord must be heard as it was asked
NONE = "–"  # what no chord is called


@dataclass(frozen=True)
class Mark:
    """A chord or a section and when it is; `share` is how much of its time it is heard so, None where nobody listened.

    `heard` is what is heard for most of its time, "" where it is what was asked.
    """

    name: str
    start: float
    stop: float
    heard: str = ""
    share: float | None = None

    @property
    def agrees(self) -> bool:
        return self.share is None or self.share >= HALF


def score_for(request: Request | None) -> Score | None:
    """What a request for music lays out; None for any other, and where its lanes cannot be read."""
    if not isinstance(request, MusicRequest):
        return None
    try:
        return score_of(request)
    except BadInput:
        return None


def bars_of(score: Score) -> tuple[float, ...]:
    """When each bar begins."""
    return tuple(seconds for seconds, number in score.beats if number == 0)


def around(score: Score, one: float, other: float) -> Span:
    """The whole bars that these two seconds lie in."""
    edges = [*bars_of(score), score.seconds]
    first, last = sorted((one, other))
    begin = edges[max(0, bisect_right(edges, first + 1e-6) - 1)]
    end = next((edge for edge in edges if edge >= last - 1e-6 and edge > begin), score.seconds)
    return begin, end


def bar_at(score: Score, seconds: float) -> int:
    """The bar that sounds then; counts from 1."""
    return max(1, bisect_right(bars_of(score), seconds + 1e-6))


def beat_at(score: Score, seconds: float) -> str:
    """ "3.2": bar 3, beat 2."""
    index = max(0, bisect_right([start for start, _ in score.beats], seconds + 1e-6) - 1)
    return f"{bar_at(score, seconds)}.{score.beats[index][1] + 1}"


def bars_named(score: Score, span: Span) -> str:
    """ "Bar 3", "Bars 3–4"; times where it is not of whole bars."""
    first, last = bar_at(score, span[0]), bar_at(score, span[1] - 1e-3)
    begin, end = around(score, *span)
    if abs(begin - span[0]) > 0.005 or abs(end - span[1]) > 0.005:
        return f"{span[0]:.1f} s to {span[1]:.1f} s"
    return f"Bar {first}" if first == last else f"Bars {first}–{last}"


def chords_of(score: Score, conformity: Conformity | None) -> tuple[Mark, ...]:
    """The chords that were asked for, as they are written in the key; with what is heard of them."""
    heard = {round(each.start, 2): each for each in conformity.chords} if conformity else {}
    return tuple(_mark(each, heard.get(round(each.start, 2)), score.key) for each in score.chords)


def _mark(asked: Sounding, heard: ChordHeard | None, key: Key | None) -> Mark:
    name = _written(asked.chord, key)
    if heard is None:
        return Mark(name, asked.start, asked.stop)
    other = _written(_read(heard.heard), key)
    return Mark(name, asked.start, asked.stop, other if heard.share < HALF and other != name else "", heard.share)


def _written(chord: Chord, key: Key | None) -> str:
    return NONE if chord.root is None else spelled(chord, key)


def _read(name: str) -> Chord:
    try:
        return parse_chord(name)
    except BadInput:
        return Chord(None)


def sections_of(score: Score) -> tuple[Mark, ...]:
    return tuple(Mark(each.name.capitalize(), each.start, each.stop) for each in score.sections)


def at(marks: Sequence[Mark], seconds: float) -> int | None:
    """The one that is heard then."""
    index = bisect_right([mark.start for mark in marks], seconds) - 1
    return index if index >= 0 and seconds < marks[index].stop else None
