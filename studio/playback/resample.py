"""A stream of sound at another rate, for devices that do not take the clip's: interpolation by a windowed sinc.

16 frames weigh in each new one (more where the new rate is lower); what the new rate cannot hold is left out.
Smith, "Digital Audio Resampling", https://ccrma.stanford.edu/~jos/resample/
"""

from array import array
from collections.abc import Callable
from functools import cache
from math import ceil, cos, gcd, pi, sin
from operator import mul

HALF, PASSED = 8, 0.94  # frames on each side, share of the band that is kept

Pull = Callable[[int], "array[float]"]
"""So many frames, channels in turns; fewer at the end."""


class Resampler:
    """Pulls at one rate (Hz), is pulled at another."""

    def __init__(self, pull: Pull, channels: int, rate: int, new_rate: int) -> None:
        common = gcd(rate, new_rate)
        self._pull, self._channels, self._rate, self._new_rate = pull, channels, rate // common, new_rate // common
        self._narrowed = min(1.0, new_rate / rate)
        self._half = ceil(HALF / self._narrowed)
        self._held = array("f", bytes(4 * channels * (self._half - 1)))
        self._tick = 0  # from the place of the next new frame to the old one before it, in 1/new_rate of an old frame

    def held(self) -> float:
        """Frames at the old rate that were pulled and not yet handed on."""
        return max(0.0, len(self._held) / self._channels - (self._half - 1) - self._tick / self._new_rate)

    def pull(self, frames: int) -> "array[float]":
        """So many frames at the new rate; silence after the end."""
        last = (self._tick + max(0, frames - 1) * self._rate) // self._new_rate
        missing = last + 2 * self._half - len(self._held) // self._channels
        if missing > 0:
            pulled = self._pull(missing)
            self._held += pulled + array("f", bytes(4 * (missing * self._channels - len(pulled))))
        made = array("f", bytes(4 * frames * self._channels))
        for channel in range(self._channels):
            made[channel :: self._channels] = self._interpolated(self._held[channel :: self._channels], frames)
        self._tick += frames * self._rate
        self._held = self._held[self._tick // self._new_rate * self._channels :]
        self._tick %= self._new_rate
        return made

    def _interpolated(self, held: "array[float]", frames: int) -> "array[float]":
        """One channel."""
        half, narrowed, new_rate = self._half, self._narrowed, self._new_rate
        ticks = range(self._tick, self._tick + frames * self._rate, self._rate)
        places = ((tick // new_rate, weights(half, tick % new_rate, new_rate, narrowed)) for tick in ticks)
        return array("f", [sum(map(mul, weight, held[at : at + 2 * half])) for at, weight in places])


@cache
def weights(half: int, tick: int, new_rate: int, narrowed: float) -> tuple[float, ...]:
    """Of the frames from 1 − half to half for a place tick/new_rate after frame 0; they sum to 1."""
    distances = [frame - tick / new_rate for frame in range(1 - half, half + 1)]
    made = [_sinc(PASSED * narrowed * each) * cos(pi * each / (2 * half + 1)) ** 2 for each in distances]
    return tuple(weight / sum(made) for weight in made)


def _sinc(x: float) -> float:
    return sin(pi * x) / (pi * x) if x else 1.0
