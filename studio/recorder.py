"""Sound from a microphone: up to 30 s of 16-bit samples, and how loud it is meanwhile. By PortAudio, without numpy.

The device hands over blocks in a thread of its own; the window's thread counts and measures what has come.
"""

import contextlib
import time
import wave
from array import array
from collections.abc import Callable
from math import sqrt
from operator import mul
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from engine.api.errors import Failure
from engine.api.files import writing
from studio.playback.portaudio import OPENED, Stream, load, look_again
from studio.playback.pump import SILENT, Level

LONGEST, BLOCK = 30.0, 0.030  # seconds: of a recording; handed over at once
TICK = 33  # ms
STALLED = 2.0  # seconds without sound after which a microphone is lost
NO_LIBRARY = (
    "Sound cannot be recorded: this system lacks the library libportaudio2. "
    "Install it (sudo apt-get install libportaudio2), or import a sound file."
)
NO_DEVICE = "There is no microphone on this machine; connect one and press Record again, or import a sound file."
LOST = "The microphone was lost; what was recorded until then is here."

Take = Callable[[bytes], None]
"""Gets a block of samples, the channels of each frame in turns."""


class Inputs(Protocol):
    """What can be recorded from. Opening and starting raise Failure with one sentence."""

    def names(self) -> list[str]: ...
    def open(self, name: str, take: Take) -> Stream: ...
    def refresh(self) -> None: ...


class Recorder(QObject):
    """`levelled` carries the level and `lasted` the seconds so far, 30 times a second."""

    levelled = Signal(object)
    lasted = Signal(float)
    changed = Signal()
    """It has begun, or come to its end."""
    complained = Signal(str)

    def __init__(self, inputs: Inputs | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._inputs, self._clock = inputs or Microphones(), clock
        self._stream: Stream | None = None
        self._rate, self._channels, self._measured, self._came = 0, 1, 0, 0.0
        self._blocks: list[bytes] = []
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.tick)

    @property
    def recording(self) -> bool:
        return self._stream is not None

    @property
    def seconds(self) -> float:
        """How much there is."""
        frames = sum(map(len, self._blocks)) // (2 * self._channels)
        return min(frames / self._rate, LONGEST) if self._rate else 0.0

    def inputs(self) -> list[str]:
        """The microphones to choose from; looked for again while nothing is recorded."""
        if not self.recording:
            self._inputs.refresh()
        return self._inputs.names()

    def record(self, name: str = "") -> None:
        """Forget what there is and listen to this microphone; "" is the system's own choice."""
        self.stop()
        self._blocks, self._measured, self._came = [], 0, self._clock()
        try:
            self._stream = self._inputs.open(name, self._blocks.append)
            self._rate, self._channels = self._stream.rate, self._stream.channels
            self._stream.start()
            self._timer.start()
        except Failure as error:
            self._close()
            self.complained.emit(str(error))
        self.changed.emit()

    def stop(self) -> None:
        """Listen no more; what came is kept."""
        if self.recording:
            self._close()
            self.lasted.emit(self.seconds)
            self.changed.emit()

    def forget(self) -> None:
        """As if nothing had been recorded."""
        self.stop()
        self._blocks = []

    def write(self, path: Path) -> None:
        """What was recorded as a 16-bit WAV file. Raises Failure where the disk refuses."""
        frames = round(self.seconds * self._rate)
        with writing(path) as file, wave.open(file, "wb") as sound:
            sound.setnchannels(self._channels)
            sound.setsampwidth(2)
            sound.setframerate(self._rate)
            sound.writeframes(b"".join(self._blocks)[: 2 * self._channels * frames])

    def tick(self) -> None:
        """Tell what came, and notice the end of it."""
        if self._stream is None:
            return
        now, fresh = self._clock(), self._blocks[self._measured :]
        self._measured += len(fresh)
        if fresh:
            self._came = now
            self.levelled.emit(loudness(b"".join(fresh)))
            self.lasted.emit(self.seconds)
        if self.seconds >= LONGEST:
            self.stop()
        elif not self._stream.active or now - self._came > STALLED:
            self.stop()
            self.complained.emit(LOST)

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        self._timer.stop()
        if stream is not None:
            stream.close()
        self.levelled.emit(SILENT)


def loudness(block: bytes) -> Level:
    """Of all channels together."""
    samples = array("h", block[: len(block) - len(block) % 2])
    if not samples:
        return SILENT
    peak = max(max(samples), -min(samples))
    return Level(peak / 32768, sqrt(sum(map(mul, samples, samples)) / len(samples)) / 32768)


class Microphones:
    """Those of this machine."""

    def names(self) -> list[str]:
        """None where there is no sound at all."""
        try:
            library = load()
            indices = library.query_hostapis(library.default.hostapi)["devices"]  # each device is there in every API
            devices = [library.query_devices(index) for index in indices]
        except Exception:  # of a broken sound system anything may come, and none of it matters for a list
            return []
        return list(dict.fromkeys(device["name"] for device in devices if device["max_input_channels"] > 0))

    def open(self, name: str, take: Take) -> Stream:
        """The microphone of this name, or the system's own choice where it is "" or gone."""
        library = _library()
        try:
            return _Microphone(library, _index(library, name), take)
        except (library.PortAudioError, ValueError) as error:
            raise Failure(_sentence(library, error)) from error

    def refresh(self) -> None:
        """Look for devices again, unless something plays or records."""
        with contextlib.suppress(Exception):  # then there is none to be found, which `open` says
            look_again()


class _Microphone:
    """At its own rate, in mono if it can."""

    def __init__(self, library: Any, device: int | None, take: Take) -> None:
        self._library = library
        about = library.query_devices(device, "input")
        self.rate = round(about["default_samplerate"])
        self.channels = 1 if _takes_mono(library, device, self.rate) else min(2, about["max_input_channels"])
        self._stream = library.RawInputStream(
            samplerate=self.rate,
            blocksize=round(BLOCK * self.rate),
            device=device,
            channels=self.channels,
            dtype="int16",
            callback=lambda block, frames, time, status: take(bytes(block)),
        )
        OPENED.add(self)

    @property
    def active(self) -> bool:
        return bool(self._stream.active)

    def start(self) -> None:
        try:
            self._stream.start()
        except self._library.PortAudioError as error:
            raise Failure(_sentence(self._library, error)) from error

    def close(self) -> None:
        self._stream.close(ignore_errors=True)


def _library() -> Any:
    try:
        return load()
    except Failure as failure:
        raise Failure(NO_LIBRARY if isinstance(failure.__cause__, OSError) else str(failure)) from failure


def _index(library: Any, name: str) -> int | None:
    """The device of this name; None is the system's own choice."""
    devices = enumerate(library.query_devices())
    return next((index for index, each in devices if each["name"] == name and each["max_input_channels"] > 0), None)


def _takes_mono(library: Any, device: int | None, rate: int) -> bool:
    try:
        library.check_input_settings(device, 1, "int16", samplerate=rate)
    except (library.PortAudioError, ValueError):
        return False
    return True


def _sentence(library: Any, error: Exception) -> str:
    if not [device for device in library.query_devices() if device["max_input_channels"] > 0]:
        return NO_DEVICE
    said = str(error).split(" [PaErrorCode")[0].removeprefix("Error opening RawInputStream: ")
    return f"The microphone cannot be used ({said}); choose another one, or close the program that has it."
