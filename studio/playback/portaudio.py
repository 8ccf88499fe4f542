"""The loudspeakers of this machine, by PortAudio. Loaded with the first sound that is played, not before.

PortAudio looks for devices once, as it is loaded; `refresh` has it look again.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Protocol
from weakref import WeakSet

from engine.api.errors import Failure

BLOCK, AHEAD = 0.020, 0.120  # seconds: what is asked for at once, and how far ahead of the loudspeaker
NO_LIBRARY = (
    "Sound cannot be played: this system lacks the library libportaudio2. "
    "Install it (sudo apt-get install libportaudio2), then press play again."
)
NO_PACKAGE = "Sound cannot be played: the package sounddevice is missing; run packaging/run.sh again to set it up."
NO_DEVICE = "There is no sound device on this machine; connect loudspeakers or headphones, then press play again."

OPENED: WeakSet[Any] = WeakSet()
"""The streams of this program, to play and to record: whoever opens one adds it."""

Fill = Callable[[memoryview, int, float], None]
"""Write so many frames of 32-bit floats; they are heard so many seconds from now."""


class Stream(Protocol):
    """A loudspeaker or a microphone. Once started it is active until it is closed or lost."""

    rate: int
    channels: int

    @property
    def active(self) -> bool: ...
    def start(self) -> None: ...
    def close(self) -> None: ...


class Outputs(Protocol):
    """What a player plays on."""

    def names(self) -> list[str]: ...
    def open(self, name: str, rate: int, channels: int, fill: Fill) -> Stream: ...
    def refresh(self) -> None: ...


class PortAudio:
    """The devices of this machine. Opening and starting raise Failure where there is nothing to play on."""

    def names(self) -> list[str]:
        """The outputs one can choose from; none where there is no sound at all."""
        try:
            library = load()
            indices = library.query_hostapis(library.default.hostapi)["devices"]  # each device is there in every API
            devices = [library.query_devices(index) for index in indices]
        except Exception:  # of a broken sound system anything may come, and none of it matters for a list
            return []
        return list(dict.fromkeys(device["name"] for device in devices if device["max_output_channels"] > 0))

    def open(self, name: str, rate: int, channels: int, fill: Fill) -> Stream:
        """Play on the output of this name, or on the system's own choice where it is "" or gone."""
        library = load()
        with explained(library):
            return _Stream(library, _index(library, name), rate, channels, fill)

    def refresh(self) -> None:
        look_again()


class _Stream:
    """At the rate asked for if the device takes it, else at its own; in stereo if it has two channels."""

    def __init__(self, library: ModuleType, device: int | None, rate: int, channels: int, fill: Fill) -> None:
        self._library = library
        about = library.query_devices(device, "output")
        self.channels = max(1, min(max(2, channels), about["max_output_channels"]))
        self.rate = rate if _takes(library, device, rate, self.channels) else round(about["default_samplerate"])
        self._stream = library.RawOutputStream(
            samplerate=self.rate,
            blocksize=round(BLOCK * self.rate),
            device=device,
            channels=self.channels,
            dtype="float32",
            latency=AHEAD,
            callback=lambda out, frames, time, status: fill(memoryview(out), frames, self._lag(time)),
        )

        OPENED.add(self)

    @property
    def active(self) -> bool:
        return bool(self._stream.active)

    def start(self) -> None:
        with explained(self._library):
            self._stream.start()

    def close(self) -> None:
        self._stream.close(ignore_errors=True)

    def _lag(self, time: Any) -> float:
        """Until what is filled now is heard; some sound systems do not know it."""
        lag = float(time.outputBufferDacTime - time.currentTime)
        return lag if 0 < lag < 1 else float(self._stream.latency)


def look_again() -> None:
    """Have PortAudio look for devices, unless something plays or records, which that would end."""
    library = sys.modules.get("sounddevice")
    if library is not None and not any(stream.active for stream in OPENED):
        library._terminate()
        library._initialize()


def load() -> ModuleType:
    """The module sounddevice. Raises Failure with a sentence where it or its library is missing."""
    try:
        import sounddevice
    except OSError as error:
        raise Failure(NO_LIBRARY) from error
    except ImportError as error:
        raise Failure(NO_PACKAGE) from error
    return sounddevice  # type: ignore[no-any-return]


@contextmanager
def explained(library: ModuleType) -> Iterator[None]:
    """What PortAudio complains of in here, as a Failure with a sentence."""
    try:
        yield
    except (library.PortAudioError, ValueError) as error:
        raise Failure(_sentence(library, error)) from error


def _index(library: ModuleType, name: str) -> int | None:
    """The device of this name; None is the system's own choice."""
    found = [index for index, device in enumerate(library.query_devices()) if device["name"] == name]
    return next((index for index in found if library.query_devices(index)["max_output_channels"] > 0), None)


def _takes(library: ModuleType, device: int | None, rate: int, channels: int) -> bool:
    try:
        library.check_output_settings(device, channels, "float32", samplerate=rate)
    except (library.PortAudioError, ValueError):
        return False
    return True


def _sentence(library: ModuleType, error: Exception) -> str:
    if not [device for device in library.query_devices() if device["max_output_channels"] > 0]:
        return NO_DEVICE
    said = str(error).split(" [PaErrorCode")[0].removeprefix("Error opening RawOutputStream: ")
    return f"The sound device does not play ({said}); choose another one in the settings, or press play again."
