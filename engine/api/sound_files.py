"""Sounds as they leave Quartet: WAV and FLAC files of a chosen depth, with a comment in them.

In WAV the comment stands in LIST/INFO/ICMT, which editors show and keep; behind the samples, so that these begin where
simple readers expect them; in ASCII, since programs disagree on the letters of INFO. In FLAC it is the Vorbis comment
COMMENT. `engine/api/sound_comments.py` finds it again. Tags of music are in `engine/api/sound_tags.py`.

Samples are float32 in [-1, 1], the channels of each frame in turns. 16 bits are dithered by TPDF noise (Lipshitz,
Wannamaker & Vanderkooy 1992): what is rounded off becomes noise that does not depend on the sound. That noise is the
same each time, so the same work gives the same file.
"""

import io
import random
import struct
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from operator import add, mul, sub
from pathlib import Path
from typing import Any, BinaryIO

from engine.api.errors import BadInput, Failure
from engine.api.files import writing
from engine.api.sound_comments import chunks
from engine.api.sound_tags import CHUNK, id3, with_comments

WAV, FLAC = ".wav", ".flac"
SOUND_ENDINGS = (WAV, FLAC)
PCM, FLOAT = 1, 3  # forms of samples
FORMAT = struct.Struct("<HHIIHH")  # form, channels, rate, bytes a second, bytes a frame, bits a sample
BLOCK = 2**16  # frames converted at once

Convert = Callable[["array[float]", random.Random], bytes]
NO_TAGS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Depth:
    """What a sample becomes: its form and bits, and what makes them of floats."""

    form: int
    bits: int
    convert: Convert


@dataclass(frozen=True)
class Header:
    """`rate` in Hz; so many `frames` begin at byte `start`."""

    rate: int
    channels: int
    start: int
    frames: int


def export_sound(
    source: Path, path: Path, depth: str = "24", comment: str = "", tags: Mapping[str, str] = NO_TAGS
) -> None:
    """Write the sound of `source`, a WAV file of 32-bit floats, to a .wav or .flac file of this depth, atomically.

    `depth` is one of DEPTHS; FLAC knows no floats and takes 24 bits for them. Raises BadInput for another ending,
    Failure where the source is missing or of another kind, or where the disk refuses.
    """
    if path.suffix.lower() not in SOUND_ENDINGS:
        raise BadInput(
            f"A sound is written as {' or '.join(SOUND_ENDINGS)}, not “{path.suffix}”; change the name {path.name}."
        )
    write = _write_wav if path.suffix.lower() == WAV else _write_flac
    with _opened(source) as sound:
        header = _header(sound)
        if header is None:
            raise Failure(f"The sound {source} was changed by another program; make it again.")
        sound.seek(header.start)
        with writing(path) as file:
            write(file, header, DEPTHS[depth], _blocks(sound, header), comment, tags)


def _header(file: BinaryIO) -> Header | None:
    """Of a WAV file of 32-bit floats; None for any other."""
    parts = dict[bytes, tuple[int, int]]()
    for name, start, size in chunks(file):
        parts.setdefault(name, (start, size))
    if b"fmt " not in parts or b"data" not in parts:
        return None
    file.seek(parts[b"fmt "][0])
    described = file.read(FORMAT.size)
    form, channels, rate, _, _, bits = FORMAT.unpack(described.ljust(FORMAT.size, b"\0"))
    if (form, bits) != (FLOAT, 32) or not channels or not rate:
        return None
    start, size = parts[b"data"]
    there = min(size, file.seek(0, io.SEEK_END) - start)
    return Header(rate, channels, start, there // (4 * channels))


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except FileNotFoundError as error:
        raise Failure(f"The sound {source} is no longer there; make it again.") from error
    except OSError as error:
        raise Failure(f"The sound {source} cannot be read: {error.strerror or error}.") from error


def _blocks(sound: BinaryIO, header: Header) -> Iterator["array[float]"]:
    left = header.frames
    while left > 0:
        samples = array("f", sound.read(min(left, BLOCK) * header.channels * 4))
        left -= BLOCK
        yield _native(samples)


def _native(samples: Any) -> Any:
    """Little-endian to this machine's order, or back."""
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _write_wav(
    file: BinaryIO,
    header: Header,
    depth: Depth,
    blocks: Iterable["array[float]"],
    comment: str,
    tags: Mapping[str, str],
) -> None:
    frame = header.channels * depth.bits // 8
    form = FORMAT.pack(depth.form, header.channels, header.rate, header.rate * frame, frame, depth.bits)
    before = _chunk(b"fmt ", form)
    if depth.form == FLOAT:
        before += _chunk(b"fact", struct.pack("<I", header.frames))
    size = header.frames * frame
    after = bytes(size % 2)
    if comment:
        after += _chunk(b"LIST", b"INFO" + _chunk(b"ICMT", _ascii(comment) + b"\0"))
    if tags:
        after += _chunk(CHUNK, id3(tags))
    file.write(struct.pack("<4sI4s", b"RIFF", 4 + len(before) + 8 + size + len(after), b"WAVE"))
    file.write(before + struct.pack("<4sI", b"data", size))
    noise = random.Random(0)
    file.writelines(depth.convert(block, noise) for block in blocks)
    file.write(after)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack("<4sI", name, len(data)) + data + bytes(len(data) % 2)


def _ascii(comment: str) -> bytes:
    return comment.encode("ascii", "backslashreplace")


def _write_flac(
    file: BinaryIO,
    header: Header,
    depth: Depth,
    blocks: Iterable["array[float]"],
    comment: str,
    tags: Mapping[str, str],
) -> None:
    """In memory first: an error of the disk would be lost on its way through libsndfile."""
    try:
        import soundfile  # here, since hardly any run needs it
    except (ImportError, OSError) as error:
        raise Failure("FLAC cannot be written, because soundfile is missing; write a .wav, or set up again.") from error
    kind, given, convert = ("PCM_16", "int16", _to_16) if depth.bits == 16 else ("PCM_24", "int32", _to_32)
    packed, noise = io.BytesIO(), random.Random(0)
    with soundfile.SoundFile(packed, "w", header.rate, header.channels, kind, format="FLAC") as flac:
        if comment:
            flac.comment = _ascii(comment).decode()
        for block in blocks:
            flac.buffer_write(convert(block, noise), given)
    file.write(with_comments(packed.getbuffer(), tags) if tags else packed.getbuffer())


# --- samples: blocks of floats to bytes ---


def _to_floats(samples: "array[float]", noise: random.Random) -> bytes:
    return bytes(_native(samples))


def _to_16(samples: "array[float]", noise: random.Random) -> bytes:
    drawn = array("H", noise.randbytes(4 * len(samples)))
    dither = map(mul, map(sub, drawn[::2], drawn[1::2]), repeat(2**-16))  # triangular, two steps wide
    return _bytes("h", map(add, map(mul, samples, repeat(32767.0)), dither))


def _to_32(samples: "array[float]", noise: random.Random) -> bytes:
    """24 bits in the upper three bytes; half of what the fourth is worth is added, which rounds where it is cut off."""
    return _bytes("i", map(add, map(mul, samples, repeat(8388607.0 * 256)), repeat(128.0)))


def _to_24(samples: "array[float]", noise: random.Random) -> bytes:
    wide = _to_32(samples, noise)
    narrow = bytearray(len(wide) // 4 * 3)
    for byte in range(3):
        narrow[byte::3] = wide[byte + 1 :: 4]
    return bytes(narrow)


def _bytes(letter: str, values: Iterable[float]) -> bytes:
    """The nearest whole numbers. What is beyond the scale, or no number, is put at its end, which takes longer."""
    scaled = list(values)
    try:
        whole = array(letter, list(map(round, scaled)))
    except (OverflowError, ValueError):
        most = 2 ** (8 * array(letter).itemsize - 1) - 1
        whole = array(letter, [round(max(-most - 1, min(most, value))) for value in scaled])
    return bytes(_native(whole))


DEPTHS = {"16": Depth(PCM, 16, _to_16), "24": Depth(PCM, 24, _to_24), "float": Depth(FLOAT, 32, _to_floats)}
"""What may be asked for, by the words of flags and settings."""
