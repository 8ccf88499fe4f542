"""A lane of chords as it is edited: the chords, which of them are chosen, and where the keys are. Times in beats."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.api.chords import Span

NEAR = 1e-6  # of a beat: no difference
Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Lane:
    """Chords in their order, which of them are chosen, and the beat that the keys act on."""

    spans: Spans = ()
    chosen: frozenset[int] = frozenset()
    at: float = 0.0

    @property
    def stop(self) -> float:
        """Where the last chord ends."""
        return self.spans[-1].stop if self.spans else 0.0

    @property
    def first(self) -> int | None:
        """The first of the chosen."""
        return min(self.chosen, default=None)

    def picked(self) -> Spans:
        return tuple(self.spans[index] for index in sorted(self.chosen))


@dataclass(frozen=True)
class Edge:
    """The end of chord `before` and the beginning of chord `after`; None where it is only the other."""

    before: int | None
    after: int | None


# --- where things are ---


def index_at(spans: Sequence[Span], beat: float) -> int | None:
    """The chord that sounds there."""
    found = (index for index, span in enumerate(spans) if span.start - NEAR <= beat < span.stop - NEAR)
    return next(found, None)


def gap_at(lane: Lane, beat: float, bar: int) -> tuple[float, float]:
    """The room for a chord at this beat: as far as the neighbours, the bar line and a bar reach."""
    before = max((span.stop for span in lane.spans if span.stop <= beat + NEAR), default=0.0)
    after = min((span.start for span in lane.spans if span.start > beat + NEAR), default=float("inf"))
    start = max(before, (beat + NEAR) // bar * bar)
    line = (start + NEAR) // bar * bar + bar
    return start, min(after, line)


def places(lane: Lane, bar: int) -> list[float]:
    """Where the keys may stop: at every chord, in every gap between two, and behind the last."""
    found, now = [], 0.0
    for span in lane.spans:
        if span.start > now + NEAR:
            found.append(now)
        found.append(span.start)
        now = span.stop
    return [*found, now]


def edges(spans: Sequence[Span]) -> list[Edge]:
    """All of them, from left to right; the beginning of the lane is none."""
    found: list[Edge] = []
    for index, span in enumerate(spans):
        if index and span.start - spans[index - 1].stop < NEAR:
            found[-1] = Edge(index - 1, index)
        elif span.start > NEAR:
            found.append(Edge(None, index))
        found.append(Edge(index, None))
    return found


def place(spans: Sequence[Span], edge: Edge) -> float:
    return spans[edge.before].stop if edge.before is not None else spans[edge.after or 0].start


# --- what is chosen ---


def at(lane: Lane, beat: float) -> Lane:
    """With the keys there, and what is there chosen."""
    index = index_at(lane.spans, beat)
    there = beat if index is None else lane.spans[index].start
    return replace(lane, at=there, chosen=frozenset() if index is None else frozenset({index}))


def behind_all(spans: Spans) -> Lane:
    """With the keys where the next chord would go."""
    lane = Lane(spans)
    return replace(lane, at=lane.stop)


def extended(lane: Lane, index: int) -> Lane:
    """With all chosen from where the keys are to this chord."""
    home = index_at(lane.spans, lane.at)
    low, high = sorted((index if home is None else home, index))
    return replace(lane, chosen=frozenset(range(low, high + 1)))


def stepped(lane: Lane, way: int, bar: int) -> Lane:
    """With the keys one place on (1) or back (-1)."""
    there = places(lane, bar)
    here = min(range(len(there)), key=lambda index: abs(there[index] - lane.at))
    return at(lane, there[min(max(0, here + way), len(there) - 1)])


def stretched(lane: Lane, way: int) -> Lane:
    """With one chord more or less chosen on the side that is not where the keys are."""
    home = index_at(lane.spans, lane.at)
    if home is None or not lane.chosen:
        return lane
    head = max(lane.chosen) if max(lane.chosen) != home else min(lane.chosen)
    return extended(lane, min(max(0, head + way), len(lane.spans) - 1))
