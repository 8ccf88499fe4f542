"""WAV files to play, written without the code that reads them, and loudspeakers that are only a test's."""

import math
import struct
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path

from engine.api.errors import Failure
from studio.playback.player import Player
from studio.playback.portaudio import Fill
from studio.state.hearing import Hearing
from studio.state.session import Session
from studio.state.settings import Settings


def tone(frequency: float, rate: int = 8000, seconds: float = 1.0, loudness: float = 0.5) -> list[float]:
    """A sine from 0 on."""
    return [loudness * math.sin(2 * math.pi * frequency * frame / rate) for frame in range(round(seconds * rate))]


def ramp(frames: int) -> list[float]:
    """Each sample tells its place: frame/65536, which a float holds exactly."""
    return [frame / 65536 for frame in range(frames)]


def write_floats(path: Path, samples: Sequence[float], rate: int = 8000, channels: int = 1, note: bytes = b"") -> Path:
    """32-bit floats, channels in turns; `note` goes before them as a chunk of its own."""
    data = array("f", samples).tobytes()
    form = struct.pack("<HHIIHH", 3, channels, rate, 4 * channels * rate, 4 * channels, 32)
    chunks = [(b"fmt ", form), *([(b"note", note)] if note else []), (b"data", data)]
    body = b"".join(name + struct.pack("<I", len(held)) + held + b"\0" * (len(held) % 2) for name, held in chunks)
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body)
    return path


def write_integers(path: Path, samples: Sequence[int], rate: int = 8000, channels: int = 1, width: int = 2) -> Path:
    """Integers of so many bytes, by the standard library."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(b"".join(sample.to_bytes(width, "little", signed=width > 1) for sample in samples))
    return path


def quiet(settings: Settings, session: Session) -> Hearing:
    """A player that nobody hears."""
    outputs = FakeOutputs()
    return Hearing(settings, session, Player(outputs, outputs.clock))


class FakeStream:
    """Plays when it is told to: `run` asks for so many seconds of sound in blocks of 10 ms."""

    def __init__(self, rate: int, channels: int, fill: Fill, clock: "Clock") -> None:
        self.rate, self.channels, self._fill, self._clock = rate, channels, fill, clock
        self.active, self.closed, self.played = False, False, array("f")

    def start(self) -> None:
        self.active = True

    def close(self) -> None:
        self.active, self.closed = False, True

    def run(self, seconds: float) -> None:
        """Time passes, and with it sound."""
        for _ in range(round(100 * seconds)):
            frames = self.rate // 100
            block = bytearray(b"\xff" * 4 * frames * self.channels)
            self._fill(memoryview(block), frames, 0.0)
            self.played.frombytes(block)
            self._clock.now += 0.01


class Clock:
    """Stands still unless it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeOutputs:
    """Two loudspeakers; `broken` is what they say when they are opened."""

    def __init__(self) -> None:
        self.clock, self.broken, self.refreshed = Clock(), "", 0
        self.rate, self.channels = 0, 2
        self.streams: list[FakeStream] = []
        self.opened: list[str] = []

    def names(self) -> list[str]:
        return ["Loudspeakers", "Headphones"]

    def open(self, name: str, rate: int, channels: int, fill: Fill) -> FakeStream:
        if self.broken:
            raise Failure(self.broken)
        self.opened.append(name)
        self.streams.append(FakeStream(self.rate or rate, self.channels, fill, self.clock))
        return self.streams[-1]

    def refresh(self) -> None:
        self.refreshed += 1

    @property
    def stream(self) -> FakeStream:
        """The one that was opened last."""
        return self.streams[-1]
