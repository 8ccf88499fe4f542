"""Tempo and metre of a recorded click: a metronome, a count-in, claps.

A click begins where the loudness of 5 ms is several times that of the 40 ms before. The tempo is the slope of a
straight line through the beginnings (least squares); the metre is how far apart the clicks are that stand out, by their
loudness or by how high they sound.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

from engine.api.errors import BadInput, Failure
from studio.playback.clip import Clip, read_clip
from studio.sheets.sheet import MOST_SECONDS, Sheet

WINDOW, BEFORE = 0.005, 8  # seconds; windows
LOUD, RISE = 0.15, 4.0  # of the loudest; times what was before
APART = 0.12  # seconds between two clicks at least
FEWEST, UNSTEADY = 4, 0.08  # clicks; seconds a click may be off
STANDS_OUT = 1.2  # times the others
METRES = {4: "4", 3: "3", 2: "2"}
SLOWEST, FASTEST = 40.0, 240.0


@dataclass(frozen=True)
class Click:
    """When it begins, in seconds; how loud it is; how often its sound crosses zero."""

    start: float
    loudness: float
    height: float


def read_click(path: Path) -> Sheet:
    """Raises BadInput with one sentence where there is no steady click in a file."""
    try:
        clip = read_clip(str(path))
    except Failure as error:
        raise BadInput(f"{str(error).rstrip('.')}; check the name.") from error
    if clip.seconds > MOST_SECONDS:
        raise BadInput(f"{path.name} lasts {clip.seconds / 60:.0f} minutes; a click of a few bars is enough.")
    clicks = clicks_of(clip)
    beat = _beat([click.start for click in clicks])
    if beat is None:
        raise BadInput(f"{path.name} holds no steady click; record at least {FEWEST} beats with nothing else.")
    return Sheet(tempo=_within(60 / beat), metre=_metre(clicks))


def clicks_of(clip: Clip) -> list[Click]:
    """All of them, in their order."""
    long = max(1, round(WINDOW * clip.rate))
    samples = [clip.read(start, start + long) for start in range(0, clip.frames, long)]
    levels = [max(max(each), -min(each)) for each in samples]
    loudest, found = max(levels, default=0.0), list[Click]()
    for index, level in enumerate(levels):
        before = levels[max(0, index - BEFORE) : index] or [0.0]
        start = index * long / clip.rate
        rises = level > LOUD * loudest and level > RISE * mean(before)
        if rises and (not found or start - found[-1].start > APART):
            held = levels[index : index + BEFORE]
            found.append(Click(start, max(held), mean(map(_crossings, samples[index : index + BEFORE // 2]))))
    return found


def _crossings(samples: "array[float]") -> float:
    return sum((one < 0) != (two < 0) for one, two in pairwise(samples))


def _beat(starts: Sequence[float]) -> float | None:
    """Seconds a beat; None where the clicks do not keep to one."""
    if len(starts) < FEWEST:
        return None
    usual = median(two - one for one, two in pairwise(starts))
    counts = [round((start - starts[0]) / usual) for start in starts]
    middle, center = mean(starts), mean(counts)
    spread = sum((count - center) ** 2 for count in counts)
    slope = sum((count - center) * (start - middle) for count, start in zip(counts, starts, strict=True)) / spread
    off = [abs(start - middle - (count - center) * slope) for count, start in zip(counts, starts, strict=True)]
    return slope if max(off) <= UNSTEADY and len(set(counts)) == len(counts) else None


def _within(tempo: float) -> float:
    while tempo > FASTEST:
        tempo /= 2
    while tempo < SLOWEST:
        tempo *= 2
    return round(tempo, 1)


def _metre(clicks: Sequence[Click]) -> str | None:
    """Every how many clicks one stands out; None where none does."""
    shares = {
        beats: max(
            _stands_out([click.loudness for click in clicks], beats),
            _stands_out([click.height for click in clicks], beats),
        )
        for beats in METRES
    }
    best = max(shares, key=lambda beats: shares[beats])
    return METRES[best] if shares[best] >= STANDS_OUT else None


def _stands_out(values: Sequence[float], beats: int) -> float:
    """How many times as much the strongest place in the bar has as the strongest of the others."""
    if len(values) < 2 * beats:
        return 0.0
    places = sorted(mean(values[first::beats]) for first in range(beats))
    return places[-1] / max(places[-2], 1e-9)
