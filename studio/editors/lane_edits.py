"""What can be done to a lane of chords: pure functions from one lane to the next. Times in beats.

Chords never overlap: what is drawn, moved or stretched over another one takes its time from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.api.chords import Chord, Span, lane_length, transposed
from studio.editors.lane import NEAR, Edge, Lane, Spans, at, gap_at, index_at


def carved(spans: Iterable[Span], start: float, stop: float) -> Spans:
    """Without the time from `start` to `stop`."""
    left = []
    for span in spans:
        for begin, end in ((span.start, min(span.stop, start)), (max(span.start, stop), span.stop)):
            if end - begin > NEAR:
                left.append(Span(span.chord, begin, end))
    return tuple(left)


def laid(under: Iterable[Span], over: Sequence[Span]) -> Lane:
    """These chords over others; they are then chosen."""
    rest = tuple(under)
    for span in over:
        rest = carved(rest, span.start, span.stop)
    spans = tuple(sorted([*rest, *over], key=lambda span: span.start))
    begins = {span.start for span in over}
    chosen = frozenset(index for index, span in enumerate(spans) if span.start in begins)
    return Lane(spans, chosen, min(begins, default=0.0))


def drawn(lane: Lane, chord: Chord, start: float, stop: float, bar: int) -> Lane:
    """With a new chord there; the repeats before it, which were heard so far, are written out."""
    return laid([*lane.spans, *repeats(lane.spans, bar, start)], [Span(chord, start, stop)])


def named(lane: Lane, chord: Chord, bar: int) -> Lane:
    """With this name for all that are chosen; where none is, a new chord in the gap."""
    if not lane.chosen:
        start, stop = gap_at(lane, lane.at, bar)
        return drawn(lane, chord, start, stop, bar)
    changed = enumerate(lane.spans)
    return replace(lane, spans=tuple(replace(s, chord=chord) if i in lane.chosen else s for i, s in changed))


def followed(lane: Lane, chord: Chord, bar: int) -> Lane:
    """With this chord after the chosen one: in its place if there is one, else new, as long as a bar."""
    if not lane.chosen:
        return named(lane, chord, bar)
    return named(at(lane, lane.spans[max(lane.chosen)].stop), chord, bar)


def raised(lane: Lane, semitones: int) -> Lane:
    """The chosen ones so much higher."""
    changed = enumerate(lane.spans)
    spans = (replace(s, chord=transposed(s.chord, semitones)) if i in lane.chosen else s for i, s in changed)
    return replace(lane, spans=tuple(spans))


def split(lane: Lane, beat: float) -> Lane:
    """The chord there in two, the second one chosen; what has no inside stays whole."""
    index = index_at(lane.spans, beat)
    if index is None or beat - lane.spans[index].start < NEAR:
        return lane
    whole = lane.spans[index]
    halves = Span(whole.chord, whole.start, beat), Span(whole.chord, beat, whole.stop)
    return Lane((*lane.spans[:index], *halves, *lane.spans[index + 1 :]), frozenset({index + 1}), beat)


def removed(lane: Lane, closing: bool = False) -> Lane:
    """Without the chosen ones; `closing` moves up what comes after."""
    picked, beat = lane.picked(), min((span.start for span in lane.picked()), default=lane.at)
    rest = [span for index, span in enumerate(lane.spans) if index not in lane.chosen]
    for gone in reversed(picked if closing else ()):
        long = gone.stop - gone.start
        rest = [shifted(span, -long) if span.start > gone.start else span for span in rest]
    return replace(at(Lane(tuple(rest)), beat), at=beat) if closing else Lane(tuple(rest), frozenset(), beat)


def inserted(lane: Lane, block: Sequence[Span], beat: float) -> Lane:
    """These chords (from beat 0) there; what comes later moves along as far as it has to."""
    if not block:
        return lane
    long = block[-1].stop
    before = [span for span in lane.spans if span.start < beat - NEAR]
    after = [span for span in lane.spans if span.start >= beat - NEAR]
    way = max(0.0, beat + long - after[0].start) if after else 0.0
    return laid([*before, *(shifted(span, way) for span in after)], [shifted(span, beat) for span in block])


def block_of(spans: Sequence[Span]) -> Spans:
    """The same, beginning at beat 0."""
    return tuple(shifted(span, -spans[0].start) for span in spans)


def shifted(span: Span, beats: float) -> Span:
    return Span(span.chord, round(span.start + beats, 4), round(span.stop + beats, 4))


def moved(lane: Lane, beats: float) -> Lane:
    """The chosen ones elsewhere, over what is there."""
    picked = lane.picked()
    if not picked:
        return lane
    way = max(beats, -picked[0].start)
    rest = [span for index, span in enumerate(lane.spans) if index not in lane.chosen]
    return laid(rest, [shifted(span, way) for span in picked])


def dragged(lane: Lane, edge: Edge, to: float, least: float, pushing: bool = False) -> Lane:
    """With this edge elsewhere, as far as its neighbours leave them `least`; `pushing` moves all that comes after."""
    spans = list(lane.spans)
    if pushing and edge.before is not None:
        return _pushed(lane, edge.before, to, least)
    low, high = _room(spans, edge, least)
    there = min(max(low, to), high)
    if edge.before is not None:
        spans[edge.before] = replace(spans[edge.before], stop=there)
    if edge.after is not None:
        spans[edge.after] = replace(spans[edge.after], start=there)
    return replace(lane, spans=tuple(spans))


def _pushed(lane: Lane, index: int, to: float, least: float) -> Lane:
    span = lane.spans[index]
    stop = max(to, span.start + min(least, span.stop - span.start))
    after = (shifted(each, stop - span.stop) for each in lane.spans[index + 1 :])
    return replace(lane, spans=(*lane.spans[:index], replace(span, stop=stop), *after))


def _room(spans: Sequence[Span], edge: Edge, least: float) -> tuple[float, float]:
    """A chord that is shorter than `least` already may stay so."""
    low, high = 0.0, float("inf")
    if edge.before is not None:
        span = spans[edge.before]
        low = span.start + min(least, span.stop - span.start)
        high = spans[edge.before + 1].start if edge.before + 1 < len(spans) else high
    if edge.after is not None:
        span = spans[edge.after]
        high = span.stop - min(least, span.stop - span.start)
        low = low if edge.before is not None else (spans[edge.after - 1].stop if edge.after else 0.0)
    return low, high


# --- what is heard again ---


def repeats(spans: Sequence[Span], bar: int, until: float) -> list[Span]:
    """The lane over again, from its end until this beat; the last one may be cut off."""
    length, found = lane_length(spans, bar), []
    for again in range(1, int(-(-until // length)) if length else 0):
        for span in spans:
            if span.start + again * length < until - NEAR:
                copy = shifted(span, again * length)
                found.append(replace(copy, stop=min(copy.stop, until)))
    return found


def written_out(lane: Lane, bar: int, until: float) -> Lane:
    """With the repeats that begin before this beat as chords of their own; silence until then is written too."""
    again = repeats(lane.spans, bar, until)
    if not again:
        return lane
    spans = (*lane.spans, *again)
    if lane_length(spans, bar) < until - NEAR:  # else it would start over too early
        spans = (*spans, Span(Chord(None), spans[-1].stop, round(until, 4)))
    return replace(lane, spans=spans)
