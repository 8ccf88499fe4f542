"""What a file says of a piece of music, in the words of a request."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from engine.api.chords import Chord, Key, Span, lane_text, spelled

MOST_BARS, MOST_SECONDS = 256, 300
"""What a request may ask for."""

Bar = tuple[tuple[Chord, float, float], ...]
"""Chords with their beginnings and ends, in beats of the bar."""


@dataclass(frozen=True)
class Sheet:
    """As a request for music has it; None where the file says nothing. `notes` are sentences for the user."""

    chords: str | None = None
    tempo: float | None = None
    metre: str | None = None
    key: str | None = None
    sections: str | None = None
    bars: int | None = None
    notes: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        """By the names of a request's fields, what the file says."""
        return {name: value for name, value in asdict(self).items() if value is not None and name != "notes"}


def lane_of(spans: Sequence[Span], bar: int, key: Key | None = None) -> str:
    """The lane of these spans, which do not overlap, without what it says again by starting over; `bar` in beats."""
    bars = _cut(spans, bar)
    lengths = (length for length in range(1, len(bars)) if len(bars) % length == 0)
    once = next((length for length in lengths if bars == bars[:length] * (len(bars) // length)), len(bars))
    flat = (Span(*_moved(each, number * bar)) for number, held in enumerate(bars[:once]) for each in held)
    return lane_text(list(_joined(flat)), bar, name=lambda chord: spelled(chord, key))


def in_sections(bars: Iterable[tuple[str, int]]) -> str:
    """Sections in their order, each with its bars; one that goes on is one."""
    named = groupby(bars, key=lambda section: section[0])
    counted = ((name, sum(count for _, count in group)) for name, group in named)
    return " ".join(f"{name}:{count}" for name, count in counted if count)


def _cut(spans: Sequence[Span], bar: int) -> list[Bar]:
    """Bar by bar."""
    count = int(-(-max((span.stop for span in spans), default=0.0) // bar))
    found: list[list[tuple[Chord, float, float]]] = [[] for _ in range(count)]
    for span in spans:
        for number in range(int(span.start // bar), int(-(-span.stop // bar))):
            begin, end = max(0.0, span.start - number * bar), min(float(bar), span.stop - number * bar)
            if end - begin > 1e-6:
                found[number].append((span.chord, round(begin, 4), round(end, 4)))
    return [tuple(each) for each in found]


def _moved(each: tuple[Chord, float, float], by: float) -> tuple[Chord, float, float]:
    chord, start, stop = each
    return chord, start + by, stop + by


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Chords that go on without a break are one."""
    held: Span | None = None
    for span in spans:
        if held and held.chord == span.chord and abs(held.stop - span.start) < 1e-3:
            held = Span(held.chord, held.start, span.stop)
            continue
        if held:
            yield held
        held = span
    if held:
        yield held
