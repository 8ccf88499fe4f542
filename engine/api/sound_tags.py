"""Tags by which other programs know the tempo and the key of music.

In FLAC they are the Vorbis comments BPM and INITIALKEY (RFC 9639). WAV has none of its own that players agree on: they
read the frames TBPM and TKEY of an ID3 tag (version 2.3, https://id3.org/id3v2.3.0) in a chunk of the file.
"""

import io
import struct
from collections.abc import Mapping

from engine.api.chords import parse_key
from engine.api.errors import BadInput
from engine.api.requests import MusicRequest, Request
from engine.api.works import SoundWork

TEMPO, KEY = "BPM", "INITIALKEY"
FRAMES = {TEMPO: "TBPM", KEY: "TKEY"}
"""Vorbis comment → frame of ID3."""
CHUNK = b"id3 "  # in this case of letters more programs find it
MARK, VORBIS, LAST = b"fLaC", 4, 0x80  # of a FLAC file; kind of a block of it; the flag of the last one
SIZE = struct.Struct("<I")


def tags_of(request: Request, sound: SoundWork) -> dict[str, str]:
    """What was asked for; a key that was left open as it is heard, and no tempo that the checkpoint chose."""
    if not isinstance(request, MusicRequest):
        return {}
    heard = sound.conformity
    tempo = request.tempo if request.beats == "as set" else heard.tempo_heard if heard else 0.0
    key = request.key if request.key != "any" else heard.key_heard if heard else ""
    found = {TEMPO: f"{tempo:.4g}" if tempo else "", KEY: _short(key)}
    return {name: value for name, value in found.items() if value}


def _short(key: str) -> str:
    try:
        return parse_key(key).short
    except BadInput:
        return ""


def id3(tags: Mapping[str, str]) -> bytes:
    """An ID3 tag: a head with the size, seven bits a byte; of each frame its name, its size, no flags, its letters."""
    frames = b""
    for name, value in tags.items():
        text = b"\0" + value.encode("latin-1", "replace")
        frames += FRAMES[name].encode() + struct.pack(">IH", len(text), 0) + text
    sevens = bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + sevens + frames


def with_comments(flac: bytes | memoryview, tags: Mapping[str, str]) -> bytes:
    """A FLAC file with these comments beside those that it has; libsndfile writes but a few names of its own."""
    made, at, kind = io.BytesIO(), len(MARK), 0
    made.write(MARK)
    while not kind & LAST:
        kind = flac[at]
        stop = at + 4 + int.from_bytes(flac[at + 1 : at + 4], "big")
        block = bytes(flac[at + 4 : stop])
        block = _extended(block, tags) if kind & ~LAST == VORBIS else block
        made.write(bytes([kind]) + len(block).to_bytes(3, "big") + block)
        at = stop
    made.write(flac[at:])
    return made.getvalue()


def _extended(block: bytes, tags: Mapping[str, str]) -> bytes:
    """Of a block: the size and name of what wrote it, a count, of each comment its size and NAME=comment."""
    at = SIZE.size + SIZE.unpack_from(block)[0]
    count = SIZE.unpack_from(block, at)[0]
    added = [f"{name}={value}".encode() for name, value in tags.items()]
    more = b"".join(SIZE.pack(len(comment)) + comment for comment in added)
    return block[:at] + SIZE.pack(count + len(added)) + block[at + SIZE.size :] + more
