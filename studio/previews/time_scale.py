"""Seconds and pixels: how a sound lies in its room, how far it is zoomed in, which times are written on it."""

from dataclasses import dataclass, replace
from math import ceil, floor

STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300)  # seconds between two times that are written
APART, FINEST = 72, 900  # pixels between them at least; pixels a second at most


@dataclass(frozen=True)
class TimeScale:
    """`seconds` of sound in `width` pixels from `left` on; `first` is the second at the left edge."""

    seconds: float = 1.0
    width: float = 1.0
    left: float = 0.0
    zoom: float = 1.0
    first: float = 0.0

    @property
    def density(self) -> float:
        """Pixels a second."""
        return self.width * self.zoom / self.seconds

    @property
    def shown(self) -> float:
        """How many seconds are in sight."""
        return self.seconds / self.zoom

    def x(self, seconds: float) -> float:
        return self.left + (seconds - self.first) * self.density

    def at(self, x: float) -> float:
        """The second at this pixel, within the sound."""
        return min(max(0.0, self.first + (x - self.left) / self.density), self.seconds)

    def zoomed(self, factor: float, about: float) -> "TimeScale":
        """So many times closer; the second `about` stays where it is."""
        finest = max(1.0, FINEST * self.seconds / self.width)
        zoom = min(max(1.0, self.zoom * factor), finest)
        offset = (about - self.first) * self.zoom / zoom
        return replace(self, zoom=zoom).scrolled(about - offset)

    def scrolled(self, first: float) -> "TimeScale":
        """With this second at the left edge, as far as there is sound."""
        return replace(self, first=min(max(0.0, first), self.seconds - self.shown))

    def showing(self, seconds: float) -> "TimeScale":
        """Turned over like a page where this second is out of sight."""
        if self.first <= seconds <= self.first + self.shown:
            return self
        return self.scrolled(seconds - 0.05 * self.shown)

    def ticks(self) -> list[tuple[float, str]]:
        """The times in sight that are written, and how."""
        step = next((step for step in STEPS if step * self.density >= APART), STEPS[-1])
        begin, last = ceil(self.first / step - 1e-6), floor((self.first + self.shown) / step + 1e-6)
        return [(index * step, clock(index * step, step < 1)) for index in range(begin, last + 1)]


def clock(seconds: float, tenths: bool = True) -> str:
    """A time as players write it: "0:03.2", "12:05"."""
    whole = round(10 * seconds) / 10 if tenths else float(round(seconds))
    minutes, rest = divmod(whole, 60)
    return f"{int(minutes)}:{rest:04.1f}" if tenths else f"{int(minutes)}:{int(rest):02d}"
