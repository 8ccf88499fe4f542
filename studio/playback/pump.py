"""Blocks of sound for a device: a reel at the device's rate, in its channels, as loud as asked; and what was in them.

The device asks for blocks in a thread of its own and does not wait, so everything here is short; the window asks what
is heard at this moment, and says how to go on, under a lock that neither holds for long.
"""

from array import array
from collections import deque
from dataclasses import dataclass
from math import sqrt
from operator import mul
from threading import Lock

from studio.playback.reel import Reel
from studio.playback.resample import Resampler

MARKS = 256  # blocks that are remembered: a few seconds


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a channel is: its greatest sample and its root mean square, 1 being as loud as can be."""

    peak: float
    rms: float


SILENT = Level(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A block: when it is heard (on the caller's clock), for how long (s), from where (s of the clip), how loud."""

    due: float
    seconds: float
    position: float
    speed: float
    levels: tuple[Level, ...]
    last: bool

    def at(self, now: float) -> float:
        """The position that is heard then."""
        return self.position + self.speed * min(max(0.0, now - self.due), self.seconds)


class Pump:
    """`fill` is called by the device; everything else by the window."""

    def __init__(self, reel: Reel, rate: int, channels: int) -> None:
        self._lock, self._gain = Lock(), 1.0
        self._reel, self._rate, self._channels = reel, rate, channels
        clip = reel.clip
        same = rate == clip.rate
        self._resampler = None if same else Resampler(reel.pull, clip.channels, clip.rate, rate)
        self._marks: deque[Mark] = deque(maxlen=MARKS)
        self._ended = False

    def fill(self, out: memoryview, frames: int, due: float) -> None:
        """Write so many frames into `out`, which is heard from `due` on; silence after the end."""
        with self._lock:
            reel, rate = self._reel, self._reel.clip.rate
            held = self._resampler.held() if self._resampler else 0.0
            position = (reel.position() - reel.speed * held) / rate
            pulled = self._resampler.pull(frames) if self._resampler else reel.pull(frames)
            heard = loud(spread(pulled, reel.clip.channels, self._channels), self._gain)
            got = len(heard) // self._channels
            last, self._ended = reel.ended() and not self._ended, reel.ended()
            mark = Mark(due, got / self._rate, position, reel.speed, levels(heard, self._channels), last)
            if got or last:
                self._marks.append(mark)
        filled = heard.tobytes()
        out[: len(filled)] = filled
        out[len(filled) :] = bytes(len(out) - len(filled))

    def seek(self, frame: float) -> None:
        """Go on from this frame of the clip; what was filled before is of no account any more."""
        with self._lock:
            self._reel.seek(frame)
            self._marks.clear()
            self._ended = False

    def set(self, limits: tuple[int, int] | None, loop: bool, speed: float, gain: float) -> None:
        """How to play from now on; limits are frames."""
        with self._lock:
            self._reel.set_limits(limits)
            self._reel.loop, self._reel.speed, self._gain = loop, speed, gain

    def heard(self, now: float) -> list[Mark]:
        """The block that is heard now, and those that were since the last time one asked; the newest is the last."""
        with self._lock:
            gone = [mark for mark in self._marks if mark.due <= now]
            for _ in gone[:-1]:
                self._marks.popleft()
            return gone


def spread(frames: "array[float]", channels: int, wanted: int) -> "array[float]":
    """The same sound in so many channels: doubled, or mixed into one; further channels are silent."""
    if channels == wanted:
        return frames
    parts = [frames[channel::channels] for channel in range(channels)]
    if wanted == 1:
        return array("f", [sum(samples) / channels for samples in zip(*parts, strict=True)])
    made = array("f", bytes(4 * wanted * len(parts[0])))
    for channel, part in enumerate((parts * 2)[:2]):
        made[channel::wanted] = part
    return made


def loud(frames: "array[float]", gain: float) -> "array[float]":
    return frames if gain == 1 else array("f", [gain * sample for sample in frames])


def levels(frames: "array[float]", channels: int) -> tuple[Level, ...]:
    """Of each channel."""
    if not frames:
        return (SILENT,) * channels
    parts = (frames[channel::channels] for channel in range(channels))
    return tuple(Level(max(max(part), -min(part)), sqrt(sum(map(mul, part, part)) / len(part))) for part in parts)
