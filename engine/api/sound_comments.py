"""Comments in WAV and FLAC files, found without reading the samples.

WAV is a RIFF file (Microsoft and IBM 1991): chunks of a name, a size and so many bytes; comments stand in LIST/INFO. In
FLAC they are Vorbis comments (RFC 9639).
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MOST_CHUNKS = 1000  # of a file, before it is taken for garbage
MOST_COMMENT = 16 * 2**20  # bytes
SIZE = struct.Struct("<I")
VORBIS, LAST = 4, 0x80  # kind of a FLAC block; the flag of the last one


def read_comments(path: Path) -> list[str]:
    """All comments in a WAV or FLAC file, whatever they are called; none where it is no such file. Raises OSError.

    Samples are passed over, so a long file takes no longer.
    """
    with path.open("rb") as file:
        return list(_flac_comments(file) if file.read(4) == b"fLaC" else _wav_comments(file))


def chunks(file: BinaryIO, form: bytes = b"WAVE") -> Iterator[tuple[bytes, int, int]]:
    """(name, first byte, size) of every chunk of a RIFF file; one that was cut off has the size it should have."""
    file.seek(0)
    head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != form:
        return
    at = 12
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], "little")
        yield head[:4], at + 8, size
        at += 8 + size + size % 2


def _wav_comments(file: BinaryIO) -> Iterator[str]:
    for name, start, size in chunks(file):
        if name == b"LIST" and size <= MOST_COMMENT:
            file.seek(start)
            if file.read(4) == b"INFO":
                yield from _info(file.read(max(size - 4, 0)))


def _info(entries: bytes) -> Iterator[str]:
    at = 0
    while at + 8 <= len(entries):
        size = int.from_bytes(entries[at + 4 : at + 8], "little")
        yield entries[at + 8 : at + 8 + size].split(b"\0")[0].decode(errors="replace")
        at += 8 + size + size % 2


def _flac_comments(file: BinaryIO) -> Iterator[str]:
    """Of the blocks behind "fLaC": a byte for the kind, three for the size."""
    for _ in range(MOST_CHUNKS):
        head = file.read(4)
        if len(head) < 4:
            return
        behind = file.tell() + int.from_bytes(head[1:], "big")
        if head[0] & ~LAST == VORBIS:
            yield from _vorbis(file.read(behind - file.tell()))
        if head[0] & LAST:
            return
        file.seek(behind)


def _vorbis(block: bytes) -> Iterator[str]:
    """A size and the name of what wrote it; a count; of each comment its size and NAME=comment."""
    at = SIZE.size
    try:
        at += SIZE.unpack_from(block)[0]
        for _ in range(SIZE.unpack_from(block, at)[0]):
            at += SIZE.size
            size = SIZE.unpack_from(block, at)[0]
            yield block[at + SIZE.size : at + SIZE.size + size].decode(errors="replace").partition("=")[2]
            at += size
    except struct.error:  # it was cut off
        return
