"""Where words of a recording begin and end, as edges one can take hold of. Times in ms.

A word that begins where the one before it ends shares its edge with it; around a pause there are two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.api.messages import SpokenWord

Span = tuple[int, int]
LEAST = 20  # ms of a word
PAUSE = 80  # ms; less is between any two words


@dataclass(frozen=True)
class Edge:
    """The end of word `before` and the beginning of word `after`, by their index; None where it is only the other."""

    before: int | None
    after: int | None


def found(words: Sequence[SpokenWord]) -> list[Span]:
    """The spans that the engine found; words with next to no pause between them share an edge in its middle."""
    spans = [(round(1000 * word.start), round(1000 * word.stop)) for word in words]
    for index in range(1, len(spans)):
        (start, stop), (begin, end) = spans[index - 1], spans[index]
        if 0 < begin - stop < PAUSE:
            middle = (stop + begin) // 2
            spans[index - 1], spans[index] = (start, middle), (middle, end)
    return spans


def paired(boundaries: Sequence[int]) -> list[Span]:
    """Beginnings and ends in turns → spans."""
    return list(zip(boundaries[::2], boundaries[1::2], strict=True))


def flat(spans: Sequence[Span]) -> tuple[int, ...]:
    """Spans → beginnings and ends in turns."""
    return tuple(time for span in spans for time in span)


def edges(spans: Sequence[Span]) -> list[Edge]:
    """All of them, from left to right."""
    made: list[Edge] = []
    for index, (start, _) in enumerate(spans):
        if index and spans[index - 1][1] == start:
            made[-1] = Edge(index - 1, index)
        else:
            made.append(Edge(None, index))
        made.append(Edge(index, None))
    return made


def place(spans: Sequence[Span], edge: Edge) -> int:
    """When it is."""
    return spans[edge.after][0] if edge.after is not None else spans[edge.before or 0][1]


def moved(spans: Sequence[Span], edge: Edge, to: float, lasts: int) -> list[Span]:
    """With this edge elsewhere, as far as its neighbours and the recording, of so many ms, allow."""
    low, high = _room(spans, edge, lasts)
    there = round(min(max(low, to), max(low, high)))
    changed = list(spans)
    if edge.before is not None:
        changed[edge.before] = changed[edge.before][0], there
    if edge.after is not None:
        changed[edge.after] = there, changed[edge.after][1]
    return changed


def _room(spans: Sequence[Span], edge: Edge, lasts: int) -> Span:
    first, last = edge.before, edge.after
    if first is not None:
        low = spans[first][0] + LEAST
        high = spans[first + 1][0] if first + 1 < len(spans) else lasts
    if last is not None:
        low = low if first is not None else (spans[last - 1][1] if last else 0)
        high = spans[last][1] - LEAST
    return low, high
