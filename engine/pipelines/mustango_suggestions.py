"""What Mustango's predictors make of a prompt, written into the request, to be looked at before it is played.

Melechovsky et al. 2023, https://arxiv.org/abs/2311.08355. Only what was left empty is filled: tempo and metre where
the beats are to come from the prompt, the lane where it has no chords. The lane stands on the beats of the tempo, so
that a chord moves to the nearest of them.
"""

from collections.abc import Sequence
from statistics import median

import msgspec

from engine.api.chords import Chord, Span, lane_text
from engine.api.mustango import merged
from engine.api.requests import MusicRequest
from engine.api.score import BEATS, score_of
from engine.pipelines.contract import Shelf
from engine.pipelines.mustango_events import AS_SET, Events, events

SLOWEST, FASTEST = 40.0, 240.0  # beats a minute that a request can have


def suggested(request: MusicRequest, shelf: Shelf) -> tuple[MusicRequest, tuple[str, ...]]:
    """The request with what the prompt suggests, and sentences about it. Raises BadInput where a part is not there."""
    told = events(request, score_of(request), shelf, shelf.card(request.checkpoint))
    if request.beats != AS_SET:
        request = msgspec.structs.replace(request, tempo=tempo(told, request.tempo), metre=metre(told, request.metre))
        request = msgspec.structs.replace(request, beats=AS_SET)
    if not request.chords.strip():
        request = msgspec.structs.replace(request, chords=lane(told.chords, request))
    return request, told.notes


def tempo(told: Events, usual: float) -> float:
    """Of the middle one of the intervals, in whole beats a minute; as it was where there are too few beats."""
    gaps = [later[0] - earlier[0] for earlier, later in zip(told.beats, told.beats[1:], strict=False)]
    gap = median(gaps) if gaps else 0.0
    return float(round(min(max(60 / gap, SLOWEST), FASTEST))) if gap > 0 else usual


def metre(told: Events, usual: str) -> str:
    """As it was where there is no metre of so many beats."""
    return str(told.bar) if str(told.bar) in BEATS else usual


def lane(chords: Sequence[tuple[Chord, float]], request: MusicRequest) -> str:
    """Chords at their seconds as a lane, each to the next one and the last to the end of its bar."""
    bar, beat = BEATS[request.metre], 60 / request.tempo
    end = -(-score_of(request).seconds // (bar * beat)) * bar
    at = {float(round(seconds / beat)): chord for chord, seconds in chords}  # of two at one beat the later
    starts = merged([(chord, start) for start, chord in sorted(at.items()) if start < end])
    stops = [*(start for _, start in starts[1:]), end][: len(starts)]
    spans = [Span(chord, start, stop) for (chord, start), stop in zip(starts, stops, strict=True)]
    return lane_text([span for span in spans if span.chord.root is not None], bar)
