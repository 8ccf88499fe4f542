"""The samples of a WAV file, 16-bit integers or 32-bit floats of any rate, read when needed; or those of a FLAC file.

A frame is one sample of each channel. Floats are in [−1, 1].
"""

import struct
from array import array
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.api.errors import BadInput, Failure

INTEGER, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
LETTERS = {(FLOAT, 32): "f", (INTEGER, 16): "h"}
"""The letter of `array` for each (form, bits) that can be read."""


@dataclass(frozen=True)
class Clip:
    """`rate` in Hz; `data` holds the channels of each frame in turns, in the form of `letter`."""

    path: str
    rate: int
    channels: int
    letter: str
    data: memoryview

    @cached_property
    def frames(self) -> int:
        return len(self.data) // self._size

    @cached_property
    def seconds(self) -> float:
        return self.frames / self.rate

    @cached_property
    def _size(self) -> int:
        """Of a frame, in bytes."""
        return self.channels * array(self.letter).itemsize

    def read(self, start: int, stop: int) -> "array[float]":
        """Frames [start, stop), their channels in turns; silence where the clip has none."""
        samples = array(self.letter)
        samples.frombytes(self.data[max(0, start) * self._size : max(0, min(stop, self.frames)) * self._size])
        floats = array("f", samples if self.letter == "f" else [sample / 32768 for sample in samples])
        before = array("f", bytes(4 * self.channels * (min(stop, 0) - min(start, 0))))
        after = bytes(4 * self.channels * max(0, stop - start) - 4 * len(before) - 4 * len(floats))
        return before + floats + array("f", after)


def read_clip(path: str) -> Clip:
    """The sound of a file. Raises Failure where it cannot be read, BadInput where it is no sound that we know."""
    try:
        held = Path(path).read_bytes()
    except OSError as error:
        raise Failure(f"The sound {path} cannot be read: {error.strerror or error}.") from error
    if held[:4] == b"fLaC":
        return _unpacked(path)
    chunks = _chunks(held)
    if b"fmt " not in chunks or len(chunks[b"fmt "]) < 16 or b"data" not in chunks:
        raise BadInput(f"{Path(path).name} is not a WAV file, so it cannot be played.")
    form, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks[b"fmt "])
    if form == EXTENSIBLE and len(chunks[b"fmt "]) >= 26:
        form = int.from_bytes(chunks[b"fmt "][24:26], "little")
    letter = LETTERS.get((form, bits))
    if letter is None or not channels or not rate:
        raise BadInput(f"{Path(path).name} cannot be played; save it as WAV of 16-bit or 32-bit float samples.")
    data = chunks[b"data"]
    clip = Clip(path, rate, channels, letter, data[: len(data) - len(data) % (channels * bits // 8)])
    if not clip.frames:
        raise BadInput(f"{Path(path).name} holds no sound, so there is nothing to play.")
    return clip


def _unpacked(path: str) -> Clip:
    """A voice that was added by hand may be FLAC; libsndfile, which takes a moment to load, serves that alone."""
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            return Clip(path, file.samplerate, file.channels, "f", memoryview(bytes(file.buffer_read(dtype="float32"))))
    except soundfile.LibsndfileError as error:
        raise BadInput(f"{Path(path).name} is damaged, so it cannot be played.") from error


def _chunks(held: bytes) -> dict[bytes, memoryview]:
    """The parts of a RIFF file by their names; one that was cut off ends where the file does."""
    view, at, found = memoryview(held), 12, dict[bytes, memoryview]()
    if held[:4] != b"RIFF" or held[8:12] != b"WAVE":
        return found
    while at + 8 <= len(held):
        name, size = struct.unpack_from("<4sI", held, at)
        found.setdefault(name, view[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return found
