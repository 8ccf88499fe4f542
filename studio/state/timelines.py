"""The steps of a work as the library keeps them: packed, and those of sounds and pictures thinned out until they fit.

A second of spectrogram is 9 KB and a picture of 512 pixels 768 KB, of each of some dozens of steps. The last step of
every part is what the finished work is looked at and is kept as it is for as long as there is room; of the others some
are left out, and the rest lose every other frame, or every other row and column, until all fit.
"""

import zlib
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from engine.api.messages import PicturePreview, SpectrogramPreview, Stepped, TextPreview

MOST = 64  # steps of a sound or a picture
ROOM = 8 * 2**20  # bytes of spectrograms or pixels, before they are packed
HALVINGS = 12  # at most: then a frame lasts 40 seconds
TOKEN, CODE = 200, 8  # bytes in memory of a token of text and of one of a picture, about


def pack(steps: Sequence[Stepped]) -> bytes:
    """The steps, compressed."""
    return zlib.compress(msgspec.msgpack.encode(thinned(steps)), 1)


def unpack(packed: bytes) -> list[Stepped]:
    """The steps; none where they cannot be read any more."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(packed), type=list[Stepped])
    except (TypeError, zlib.error, msgspec.DecodeError):
        return []


def size(step: Stepped) -> int:
    """About how many bytes a step takes in memory."""
    match step.preview:
        case SpectrogramPreview(mel=mel):
            return len(mel)
        case PicturePreview(pixels=pixels, codes=codes):
            return len(pixels) + CODE * len(codes)
        case TextPreview(ids=ids):
            return TOKEN * len(ids)
    return TOKEN


def thinned(steps: Sequence[Stepped]) -> list[Stepped]:
    """So many and so fine that the spectrograms or pictures fit; steps of other media stay as they are."""
    if not all(type(step.preview) in COARSER for step in steps):
        return list(steps)
    last = set({getattr(step.preview, "start", 0.0): number for number, step in enumerate(steps)}.values())
    others = [number for number in range(len(steps)) if number not in last]
    chosen = last | set(_spread(others, max(MOST - len(last), 0)))
    kept = {number: steps[number] for number in sorted(chosen)}
    for numbers in ([number for number in kept if number not in last], list(kept)):
        for _ in range(HALVINGS):
            if sum(size(step) for step in kept.values()) > ROOM:
                kept |= {number: _halved(kept[number]) for number in numbers}
    return list(kept.values())


def _spread(numbers: Sequence[int], count: int) -> list[int]:
    """So many of them, evenly, the first among them."""
    if len(numbers) <= count:
        return list(numbers)
    return [numbers[i * len(numbers) // count] for i in range(count)]


def _halved(step: Stepped) -> Stepped:
    return msgspec.structs.replace(step, preview=COARSER[type(step.preview)](step.preview))


def _fewer_frames(preview: SpectrogramPreview) -> SpectrogramPreview:
    """Every other frame, which lasts twice as long."""
    mel, row = preview.mel, preview.bins
    return msgspec.structs.replace(
        preview,
        frames=(preview.frames + 1) // 2,
        mel=b"".join(mel[at : at + row] for at in range(0, len(mel), 2 * row)),
        hop=2 * preview.hop,
        given=tuple((start // 2, (stop + 1) // 2) for start, stop in preview.given),
    )


def _fewer_pixels(preview: PicturePreview) -> PicturePreview:
    """Every other pixel of every other row."""
    width, height, row = (preview.width + 1) // 2, (preview.height + 1) // 2, 3 * preview.width
    pixels = bytearray(3 * width * height)
    for y in range(height):
        line, at = preview.pixels[2 * y * row : (2 * y + 1) * row], 3 * width * y
        for colour in range(3):
            pixels[at + colour : at + 3 * width : 3] = line[colour::6]
    return msgspec.structs.replace(preview, width=width, height=height, pixels=bytes(pixels))


COARSER: dict[type, Callable[[Any], Any]] = {SpectrogramPreview: _fewer_frames, PicturePreview: _fewer_pixels}
"""Preview → the same with half of what it shows."""
