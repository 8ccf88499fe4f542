"""Chords recognised from notes: for each beat the chord that explains it, changing no more often than it must.

How long each pitch class sounds in a beat is laid over the notes of every known chord (Fujishima 1999, "Realtime chord
recognition of musical sound"). The best way through all beats is found by dynamic programming (Viterbi 1967), where
each change costs something, less at a bar line.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from operator import itemgetter

from engine.api.chords import QUALITIES, Chord, Span

OUTSIDE, MISSING, FIFTH = 1.0, 0.15, 0.05
"""What a share of notes outside the chord costs, a note of it that is not heard, its fifth."""
ROOTED = 0.12  # what its root as bass gains
RICH = 0.1  # what each note beyond a triad costs: melodies would make every chord a ninth
CHANGE, AT_BAR = 0.25, 0.12
SILENT, UNEXPLAINED = 0.1, 0.2
"""What holding a chord through a silent beat costs; what hearing no chord where there are notes does."""
HEARD = 0.05  # of a beat's notes
UNDER = 0.6  # of a chord's time another bass must be held
NOTHING = Chord(None)


@dataclass(frozen=True)
class Note:
    """A MIDI pitch and when it sounds, in beats: [start, stop)."""

    pitch: int
    start: float
    stop: float


@dataclass(frozen=True)
class Beat:
    """The share of each pitch class, all 0 in silence, and the lowest note that is held."""

    shares: tuple[float, ...] = (0.0,) * 12
    bass: int | None = None


def chords_of(notes: Iterable[Note], beats: int, bar: int) -> list[Span]:
    """A chord for every one of so many beats, `bar` to the bar; beats alike are one span. N where there is none."""
    heard = _beats(notes, beats)
    spans: list[Span] = []
    for number, chord in enumerate(_way(heard, bar)):
        if spans and spans[-1].chord == chord:
            spans[-1] = replace(spans[-1], stop=float(number + 1))
        else:
            spans.append(Span(chord, float(number), float(number + 1)))
    return [replace(span, chord=_over(span, heard)) for span in spans]


def _beats(notes: Iterable[Note], count: int) -> list[Beat]:
    times = [[0.0] * 12 for _ in range(count)]
    lowest: list[dict[int, float]] = [{} for _ in range(count)]
    for note in notes:
        for number in range(max(0, int(note.start)), min(count, int(-(-note.stop // 1)))):
            part = min(note.stop, number + 1) - max(note.start, number)
            times[number][note.pitch % 12] += part
            lowest[number][note.pitch] = lowest[number].get(note.pitch, 0.0) + part
    return [_beat(weights, held) for weights, held in zip(times, lowest, strict=True)]


def _beat(weights: Sequence[float], held: dict[int, float]) -> Beat:
    total = sum(weights)
    if total <= 0:
        return Beat()
    long = [pitch for pitch, part in held.items() if part >= 0.25] or list(held)
    return Beat(tuple(weight / total for weight in weights), min(long) % 12)


# --- the best way through ---


@cache
def _known() -> tuple[Chord, ...]:
    """Every chord that has a name, and none at all; simpler ones first, which win where two explain the same."""
    return (*(Chord(root, quality) for quality in QUALITIES for root in range(12)), NOTHING)


def _way(beats: Sequence[Beat], bar: int) -> list[Chord]:
    if not beats:
        return []
    known, worth = _known(), [0.0] * len(_known())
    before: list[list[int]] = []
    for number, beat in enumerate(beats):
        best = max(range(len(known)), key=worth.__getitem__)
        other = worth[best] - (AT_BAR if number % bar == 0 else CHANGE)
        before.append([state if worth[state] >= other else best for state in range(len(known))])
        worth = [max(value, other) + gain for value, gain in zip(worth, _gains(beat), strict=True)]
    state, way = max(range(len(known)), key=worth.__getitem__), []
    for steps in reversed(before):
        way.append(known[state])
        state = steps[state]
    return way[::-1]


@lru_cache(maxsize=4096)
def _gains(beat: Beat) -> tuple[float, ...]:
    """How well each known chord explains a beat: what is inside, less what is outside and what is missing."""
    if beat.bass is None:
        return tuple(0.0 if chord is NOTHING else -SILENT for chord in _known())
    lacks = [0.0 if share > HEARD else MISSING for share in beat.shares]
    worth = [(1 + OUTSIDE) * share - lack for share, lack in zip(beat.shares, lacks, strict=True)]
    fifths = [value + max(0.0, lack - FIFTH) for value, lack in zip(worth, lacks, strict=True)]
    values = (*worth, *fifths)
    gains = [sum(take(values)) - cost for take, cost in _templates()]
    for number in range(beat.bass, len(gains), 12):
        gains[number] += ROOTED
    return (*gains, -UNEXPLAINED)


@cache
def _templates() -> tuple[tuple[Callable[[Sequence[float]], tuple[float, ...]], float], ...]:
    """For every chord that has a name, what takes its notes out of the values of a beat, and what it costs."""
    made = []
    for chord in _known()[:-1]:
        intervals = QUALITIES[chord.quality]
        pitches = (((chord.root or 0) + interval) % 12 + 12 * (interval == 7) for interval in intervals)
        made.append((itemgetter(*pitches), OUTSIDE + RICH * max(0, len(intervals) - 3)))
    return tuple(made)


def _over(span: Span, beats: Sequence[Beat]) -> Chord:
    """The chord with the bass that is held under it."""
    lowest = [beat.bass for beat in beats[int(span.start) : int(span.stop)] if beat.bass is not None]
    if span.chord.root is None or not lowest:
        return span.chord
    bass = max(set(lowest), key=lowest.count)
    other = bass != span.chord.root and lowest.count(bass) >= UNDER * len(lowest)
    return replace(span.chord, bass=bass) if other else span.chord
