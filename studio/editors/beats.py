"""Beats and pixels: the ruler that a lane lies on, which follows tempo, metre, key and length of a request.

Beats are counted from 0 at the start; a bar has so many of them. Pixels are device-independent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

from engine.api.chords import Key, parse_key
from engine.api.errors import BadInput
from engine.api.requests import MusicRequest
from engine.api.score import BEATS, seconds_of

NUMBERS = (1, 2, 4, 8, 16, 32, 64)  # bars between two that are numbered
ROOM = 26  # pixels between two numbers at least
TAIL = 1  # bars behind the end, to draw on


@dataclass(frozen=True)
class Ruler:
    """`bar` beats a bar, each of `parts` notes; the music lasts `beats`, at `tempo` of them a minute."""

    bar: int = 4
    parts: int = 2
    beats: float = 16.0
    tempo: float = 120.0
    key: Key | None = None

    def snapped(self, beat: float, fine: bool = False) -> float:
        """The nearest beat, or the nearest part of one; 4 digits, as a lane is written with."""
        grain = self.parts if fine else 1
        return max(0.0, round(round(beat * grain) / grain, 4))

    def grain(self, fine: bool = False) -> float:
        """What is snapped to, in beats."""
        return 1 / self.parts if fine else 1.0

    def told(self, beat: float) -> str:
        """Where a beat is: bar 2, beat 3.5."""
        bar = floor(beat / self.bar + 1e-6)
        return f"bar {bar + 1}, beat {beat - bar * self.bar + 1:.4g}"

    def bars_of(self, length: float) -> float:
        """So many bars from the start: the music, what is written beyond it, and a little to draw on."""
        return ceil(max(self.beats, length) / self.bar - 1e-6) + TAIL


def ruler_of(asked: MusicRequest) -> Ruler:
    """Of a request, whatever stands in it by now."""
    tempo = max(1.0, asked.tempo)
    bar = BEATS.get(asked.metre, 4)
    seconds = seconds_of(asked) if asked.metre in BEATS and asked.tempo > 0 else asked.seconds
    parts = 3 if asked.metre == "6/8" else 2
    return Ruler(bar, parts, max(0.0, seconds) * tempo / 60, tempo, _key(asked.key))


def _key(name: str) -> Key | None:
    try:
        return parse_key(name)
    except BadInput:
        return None


@dataclass(frozen=True)
class BeatScale:
    """`density` pixels a beat."""

    ruler: Ruler = Ruler()
    density: float = 20.0

    def x(self, beat: float) -> float:
        return beat * self.density

    def beat(self, x: float) -> float:
        return max(0.0, x / self.density)

    def numbers(self, left: float, right: float) -> Iterator[tuple[float, str]]:
        """Pixels and numbers of the bars that are numbered between these pixels."""
        wide = self.density * self.ruler.bar
        step = next((step for step in NUMBERS if step * wide >= ROOM), NUMBERS[-1])
        first = max(0, floor(left / wide / step) * step)
        for bar in range(first, ceil(right / wide) + 1, step):
            yield bar * wide, str(bar + 1)

    def lines(self, left: float, right: float) -> Iterator[tuple[float, int]]:
        """Pixels of bar lines (2), beats (1) and their parts (0) between these pixels, as far as there is room."""
        parts = self.ruler.parts if self.density >= 40 else 1
        grain = 1 / parts if self.density >= 7 else float(self.ruler.bar)
        for index in range(floor(left / self.density / grain), ceil(right / self.density / grain) + 1):
            beat = index * grain
            bar, whole = (
                abs(beat / self.ruler.bar - round(beat / self.ruler.bar)) < 1e-6,
                abs(beat - round(beat)) < 1e-6,
            )
            yield self.x(beat), 2 if bar else 1 if whole else 0
