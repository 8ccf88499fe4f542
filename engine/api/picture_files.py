"""Pictures as they leave Quartet: PNG, WebP and JPEG files with the words of `engine/api/picture_tags.py` in them.

The engine's PNG is never encoded anew for a PNG; whoever exports brings what encodes the others. Words are put in and
taken out as bytes, and found without reading a pixel. PNG (ISO/IEC 15948) is made of chunks: size, name, data, CRC-32.
WebP (RFC 9649) is a RIFF file in which the chunk VP8X tells of EXIF and XMP. JPEG (ITU-T T.81) is made of segments:
marker, size, data; those called APP1 hold Exif and XMP.
"""

import itertools
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from engine.api.errors import BadInput, Failure
from engine.api.files import write_atomically
from engine.api.picture_tags import PARAMETERS, RECIPE, exif, recipe_in_xmp, xmp
from engine.api.sound_comments import chunks

PNG, WEBP, JPEG = ".png", ".webp", ".jpg"
PICTURE_ENDINGS = (PNG, WEBP, JPEG, ".jpeg")
QUALITY = {PNG: 100, WEBP: 100, JPEG: 95, ".jpeg": 95}
"""Unless another is asked for; 100 is without loss in WebP."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"
WORDED = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")  # chunks of PNG that are no part of the picture
START, END, SCAN, APP0, APP1, COMMENT = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xFE  # markers of JPEG
EXIF_HEAD, XMP_HEAD = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"  # what APP1 begins with
LONGEST = 0xFFFF - 2  # bytes in a segment
HAS_ALPHA, HAS_EXIF, HAS_XMP = 0x10, 0x08, 0x04  # flags of VP8X
MOST_PARTS = 100_000  # of a file, before it is taken for garbage
MOST_TEXT = 16 * 2**20  # bytes

Encode = Callable[[bytes, str, int], bytes]
"""A PNG, the ending of a file and a quality from 1 to 100 -> that file."""


def export_picture(source: Path, path: Path, tags: Mapping[str, str], encode: Encode, quality: int = 0) -> None:
    """Write the PNG at `source` to a .png, .webp or .jpg file with these tags and no others, atomically.

    Raises BadInput for another ending, or tags too long for a JPEG; Failure where the source is missing or of another
    kind, or where the disk refuses.
    """
    ending = path.suffix.lower()
    if ending not in PICTURE_ENDINGS:
        raise BadInput(
            f"A picture is written as .png, .webp or .jpg, not “{path.suffix}”; change the name {path.name}."
        )
    bare = tagged_png(_opened(source), {})
    if ending == PNG:
        return write_atomically(path, tagged_png(bare, tags))
    encoded = encode(bare, ending, quality or QUALITY[ending])
    write_atomically(path, (tagged_webp if ending == WEBP else tagged_jpeg)(encoded, tags))


def _opened(source: Path) -> bytes:
    try:
        data = source.read_bytes()
    except FileNotFoundError as error:
        raise Failure(f"The picture {source} is no longer there; make it again.") from error
    except OSError as error:
        raise Failure(f"The picture {source} cannot be read: {error.strerror or error}.") from error
    if not data.startswith(SIGNATURE):
        raise Failure(f"The picture {source} was changed by another program; make it again.")
    return data


def read_texts(path: Path) -> dict[str, str]:
    """The recipe and the parameters in a picture, by their keywords; none where there are none. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(12)
        if head.startswith(SIGNATURE):
            return _png_texts(file)
        packets = _webp_packets(file) if head[8:] == b"WEBP" else _jpeg_packets(file)
        found = (recipe_in_xmp(packet) for packet in packets)
        recipe = next((recipe for recipe in found if recipe is not None), None)
        return {} if recipe is None else {RECIPE: recipe}


# --- PNG ---


def tagged_png(png: bytes, tags: Mapping[str, str]) -> bytes:
    """The picture with these words and no others, in front of the pixels, where simple readers look for them."""
    kept = [png[start - 8 : start + size + 4] for name, start, size in png_chunks(png) if name not in WORDED]
    texts = [_png_chunk(b"iTXt", key.encode() + b"\0\0\0\0\0" + text.encode()) for key, text in tags.items()]
    return b"".join([SIGNATURE, *kept[:1], *texts, *kept[1:]])


def png_chunks(png: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, first byte, size) of every chunk."""
    at = len(SIGNATURE)
    while at + 12 <= len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        yield png[at + 4 : at + 8], at + 8, size
        at += 12 + size


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png_texts(file: BinaryIO) -> dict[str, str]:
    """Only the first text of a keyword counts, so that a file made of compressed bombs costs no more than one."""
    found: dict[str, str | None] = {}
    at = len(SIGNATURE)
    for _ in range(MOST_PARTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        size = int.from_bytes(head[:4], "big")
        if head[4:] in READERS and size <= MOST_TEXT:
            key, _, rest = file.read(size).partition(b"\0")
            keyword = key.decode("latin-1")
            if keyword in (RECIPE, PARAMETERS) and keyword not in found:
                found[keyword] = READERS[head[4:]](rest)
        at += 12 + size
    return {keyword: text for keyword, text in found.items() if text is not None}


def _plain(rest: bytes) -> str:
    return rest.decode("latin-1")


def _compressed(rest: bytes) -> str | None:
    data = _inflated(rest[1:])
    return None if data is None else data.decode("latin-1")


def _international(rest: bytes) -> str | None:
    """A flag for compression, its method; a language and the keyword in it, each ending in a zero; the text."""
    parts = rest[2:].split(b"\0", 2)
    data = parts[-1] if rest[:1] == b"\0" else _inflated(parts[-1])
    return None if data is None or len(parts) < 3 else data.decode(errors="replace")


def _inflated(data: bytes) -> bytes | None:
    try:
        inflated = zlib.decompressobj().decompress(data, MOST_TEXT + 1)
    except zlib.error:
        return None
    return inflated if len(inflated) <= MOST_TEXT else None


READERS: dict[bytes, Callable[[bytes], str | None]] = {b"tEXt": _plain, b"zTXt": _compressed, b"iTXt": _international}
"""Chunk of PNG → what reads the text behind its keyword."""

# --- WebP ---


def tagged_webp(webp: bytes, tags: Mapping[str, str]) -> bytes:
    """The picture with these words and no others, behind the pixels as RFC 9649 wants them."""
    parts = {name: webp[start : start + size] for name, start, size in _riff(webp)}
    flags, size = _canvas(parts)
    body = {name: data for name, data in parts.items() if name not in (b"VP8X", b"EXIF", b"XMP ")}
    flags &= ~(HAS_EXIF | HAS_XMP)
    if tags:
        body |= {b"EXIF": exif(tags), b"XMP ": xmp(tags)}
        flags |= HAS_EXIF | HAS_XMP
    if tags or b"VP8X" in parts:
        body = {b"VP8X": bytes([flags, 0, 0, 0]) + size} | body
    written = b"".join(
        struct.pack("<4sI", name, len(data)) + data + bytes(len(data) % 2) for name, data in body.items()
    )
    return struct.pack("<4sI4s", b"RIFF", 4 + len(written), b"WEBP") + written


def _riff(webp: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= len(webp):
        size = int.from_bytes(webp[at + 4 : at + 8], "little")
        yield webp[at : at + 4], at + 8, size
        at += 8 + size + size % 2


def _canvas(parts: Mapping[bytes, bytes]) -> tuple[int, bytes]:
    """The flags of a still picture, and its width and height as VP8X has them: less one, three bytes each."""
    if extended := parts.get(b"VP8X"):
        return extended[0], extended[4:10]
    if lossless := parts.get(b"VP8L"):
        bits = int.from_bytes(lossless[1:5], "little")
        alpha, wide, high = bits >> 28 & 1, bits & 0x3FFF, bits >> 14 & 0x3FFF
    else:
        alpha, wide, high = 0, *(side - 1 & 0x3FFF for side in struct.unpack_from("<HH", parts[b"VP8 "], 6))
    return alpha * HAS_ALPHA, wide.to_bytes(3, "little") + high.to_bytes(3, "little")


def _webp_packets(file: BinaryIO) -> Iterator[bytes]:
    for name, start, size in chunks(file, b"WEBP"):
        if name == b"XMP " and size <= MOST_TEXT:
            file.seek(start)
            yield file.read(size)


# --- JPEG ---


def tagged_jpeg(jpeg: bytes, tags: Mapping[str, str]) -> bytes:
    """The picture with these words and no others, behind the segment that calls it JFIF. BadInput for too many."""
    segments, at = [], 2
    while jpeg[at + 1] != SCAN:
        stop = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        segments.append(jpeg[at:stop])
        at = stop
    kept = [segment for segment in segments if segment[1] not in (APP1, COMMENT)]
    first = len(list(itertools.takewhile(lambda segment: segment[1] == APP0, kept)))
    added = [_segment(EXIF_HEAD + exif(tags)), _segment(XMP_HEAD + xmp(tags))] if tags else []
    return b"".join([jpeg[:2], *kept[:first], *added, *kept[first:], jpeg[at:]])


def _segment(data: bytes) -> bytes:
    if len(data) > LONGEST:
        raise BadInput("The settings of this picture are too long for a JPEG; write it as .png or .webp.")
    return struct.pack(">BBH", 0xFF, APP1, 2 + len(data)) + data


def _jpeg_packets(file: BinaryIO) -> Iterator[bytes]:
    """XMP, of the segments in front of the pixels."""
    file.seek(0)
    if file.read(2) != bytes([0xFF, START]):
        return
    for _ in range(MOST_PARTS):
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF or head[1] in (SCAN, END):
            return
        size = int.from_bytes(head[2:], "big") - 2
        if size < 0:
            return
        data = file.read(size)
        if head[1] == APP1 and data.startswith(XMP_HEAD):
            yield data[len(XMP_HEAD) :]
