"""MIDI files byte by byte, by the specification (Standard MIDI Files 1.0): made without what reads them."""

import struct
from collections.abc import Sequence
from pathlib import Path

Event = tuple[int, bytes]
"""Ticks after the one before; what is said."""


def write(path: Path, *tracks: Sequence[Event], ticks: int = 96, kind: int = 1) -> Path:
    chunks = [b"MThd" + struct.pack(">Lhhh", 6, kind, len(tracks), ticks)]
    for track in tracks:
        body = b"".join(length(delta) + said for delta, said in [*track, (0, b"\xff\x2f\x00")])
        chunks.append(b"MTrk" + struct.pack(">L", len(body)) + body)
    path.write_bytes(b"".join(chunks))
    return path


def length(value: int) -> bytes:
    """Seven bits a byte, the highest first; all but the last are marked."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(0x80 | value & 0x7F)
    return bytes(reversed(found))


def tempo(bpm: float) -> bytes:
    return b"\xff\x51\x03" + round(60e6 / bpm).to_bytes(3, "big")


def metre(numerator: int, power: int) -> bytes:
    """The denominator as a power of two."""
    return bytes([0xFF, 0x58, 4, numerator, power, 24, 8])


def key(sharps: int, minor: bool = False) -> bytes:
    return bytes([0xFF, 0x59, 2, sharps & 0xFF, minor])


def marker(text: str) -> bytes:
    return b"\xff\x06" + length(len(text.encode())) + text.encode()


def chord(*pitches: int, ticks: int = 384, channel: int = 0) -> list[Event]:
    """These notes for so long, one after the other struck at once."""
    on = [(0, bytes([0x90 | channel, pitch, 80])) for pitch in pitches]
    off = [(ticks if index == 0 else 0, bytes([0x80 | channel, pitch, 0])) for index, pitch in enumerate(pitches)]
    return [*on, *off]
