"""Messages ↔ bytes. A fixed header (magic, version, flags, two lengths), a msgpack head, a raw blob.

Anything that is not a frame of this version, or larger than the caps, ends the connection: WireError.
"""

import struct
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

from engine.api.messages import PROTOCOL, Command, Event, Message

HEADER = struct.Struct("<4sBBHIQ")  # magic, version, flags (0), reserved (0), head length, blob length
MAGIC = b"QTET"
HEAD_CAP = 16 * 2**20
BLOB_CAP = 512 * 2**20

M = TypeVar("M")


class WireError(Exception):
    """The other side does not speak this protocol, or not this version of it."""


def encode(message: Message, blob: bytes = b"") -> bytes:
    """One frame. Raises WireError where a part is over its cap or a value cannot be sent (half of a character)."""
    try:
        head = msgspec.msgpack.encode(message)
    except (UnicodeEncodeError, OverflowError) as error:
        raise WireError(f"a value that cannot be sent: {error}") from error
    if len(head) > HEAD_CAP or len(blob) > BLOB_CAP:
        raise WireError(f"a frame of {len(head)} + {len(blob)} bytes is over the cap")
    return HEADER.pack(MAGIC, PROTOCOL, 0, 0, len(head), len(blob)) + head + blob


class Decoder(Generic[M]):
    """Feed it bytes as they come; it yields (message, blob) for every whole frame."""

    def __init__(self, of: Any) -> None:
        self._head = msgspec.msgpack.Decoder(of)
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[M, bytes]]:
        """Yields every frame completed by `data`. Raises WireError; the decoder is of no use after that."""
        self._buffer += data
        while (size := self._frame_size()) is not None and len(self._buffer) >= size:
            frame = bytes(self._buffer[:size])
            del self._buffer[:size]
            yield self._parse(frame)

    def _frame_size(self) -> int | None:
        if len(self._buffer) < HEADER.size:
            if self._buffer and not MAGIC.startswith(bytes(self._buffer[:4])):
                raise WireError(f"not a frame: it begins with {bytes(self._buffer[:4])!r}")
            return None
        magic, version, flags, reserved, head, blob = HEADER.unpack_from(self._buffer)
        if magic != MAGIC:
            raise WireError(f"not a frame: it begins with {magic!r}")
        if version != PROTOCOL or flags or reserved:
            raise WireError(f"a frame of protocol version {version}, not {PROTOCOL}")
        if head > HEAD_CAP or blob > BLOB_CAP:
            raise WireError(f"a frame of {head} + {blob} bytes is over the cap")
        return HEADER.size + int(head) + int(blob)

    def _parse(self, frame: bytes) -> tuple[M, bytes]:
        start = HEADER.size
        end = start + HEADER.unpack_from(frame)[4]
        try:
            return self._head.decode(frame[start:end]), frame[end:]
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise WireError(f"a frame whose head cannot be read: {error}") from error


def command_decoder() -> Decoder[Command]:
    """For the engine."""
    return Decoder(Command)


def event_decoder() -> Decoder[Event]:
    """For the studio."""
    return Decoder(Event)
