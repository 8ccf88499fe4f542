"""Which frames of a clip come next: from a position on, within limits, once or over and over, at any speed.

Sound is handed on in hops of 20 ms. At speed 1 they follow one another as they stand in the clip, sample for sample. At
another speed each begins where it fits best near where it should (`stretch`), and fades in over what would have come;
jumps fade too, so that nothing clicks. Only a whole clip that loops has a hard seam: there one wants to hear it.
"""

from array import array
from math import ceil, cos, pi

from studio.playback.clip import Clip
from studio.playback.stretch import best_start

HOP, FADE = 0.020, 0.005  # seconds


class Reel:
    """`loop`, `speed` and the limits may be changed between any two pulls. Positions are frames of the clip."""

    def __init__(self, clip: Clip) -> None:
        self.clip, self.loop, self.speed = clip, False, 1.0
        self._limits = (0, clip.frames)
        self._next = 0.0  # where the next hop should begin
        self._after: int | None = None  # where what was heard last would go on; None before anything was
        self._ready = array("f")  # not yet pulled
        self._looped = False

    def set_limits(self, limits: tuple[int, int] | None) -> None:
        """Play only these frames; None plays all."""
        self._limits = limits or (0, self.clip.frames)

    def seek(self, frame: float) -> None:
        """Go on from there."""
        if self._after is not None:
            self._after -= self._left()
        self._ready, self._looped = array("f"), False
        self._next = min(max(0.0, frame), float(self.clip.frames))

    def position(self) -> float:
        """The frame that is pulled next."""
        start, stop = self._limits
        place = self._next - self.speed * self._left()
        return place + stop - start if self._looped and place < start else place

    def ended(self) -> bool:
        """Whether nothing is left to be pulled."""
        return not self._ready and self._begin() is None

    def pull(self, frames: int) -> "array[float]":
        """The next frames, channels in turns; fewer where the sound ends."""
        channels = self.clip.channels
        while self._left() < frames and self._hop():
            pass
        pulled, self._ready = self._ready[: frames * channels], self._ready[frames * channels :]
        return pulled

    def _left(self) -> int:
        return len(self._ready) // self.clip.channels

    def _begin(self) -> float | None:
        """Where the next hop should begin; None at the end."""
        start, stop = self._limits
        if self._next < stop:
            return self._next
        return start + (self._next - stop) % (stop - start) if self.loop and stop > start else None

    def _hop(self) -> bool:
        """Add a hop to what is ready, if there is one."""
        wanted = self._begin()
        if wanted is None:
            return False
        if wanted < self._next:
            self._looped = True
            self._after = None if self._limits == (0, self.clip.frames) and self.speed == 1 else self._after
        length = max(1, min(round(HOP * self.clip.rate), ceil((self._limits[1] - wanted) / self.speed)))
        start = self._start(wanted, length)
        self._ready += self._faded(start, length)
        self._after, self._next = start + length, wanted + length * self.speed
        return True

    def _start(self, wanted: float, length: int) -> int:
        if self._after is None or self.speed == 1:
            return round(wanted)
        return best_start(self.clip, self._after, round(wanted), length)

    def _faded(self, start: int, length: int) -> "array[float]":
        """The frames from there on, faded in over what would have come if they do not follow on it."""
        clip, frames = self.clip, self.clip.read(start, start + length)
        if self._after is None or self._after == start:
            return frames
        over = min(length, length if self.speed != 1 else round(FADE * clip.rate))
        leaving = clip.read(self._after, self._after + over)
        weights = [0.5 - 0.5 * cos(pi * (i + 0.5) / over) for i in range(over) for _ in range(clip.channels)]
        blend = zip(leaving, frames, weights, strict=False)
        return array("f", [old + weight * (new - old) for old, new, weight in blend]) + frames[len(leaving) :]
