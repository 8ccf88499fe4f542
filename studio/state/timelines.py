"""The steps of a work as the library keeps them: packed, and those of a sound thinned out to about its own size.

A second of spectrogram is 9 KB, of each of some dozens of steps. The last step of every part is what the finished work
is looked at and is kept as it is for as long as there is room; of the others some are left out, and the rest lose every
other frame until all fit.
"""

import zlib
from collections.abc import Sequence

import msgspec

from engine.api.messages import SpectrogramPreview, Stepped, TextPreview

MOST = 64  # steps of a sound
ROOM = 8 * 2**20  # bytes of spectrograms, before they are packed
HALVINGS = 12  # at most: then a frame lasts 40 seconds
TOKEN = 200  # bytes in memory, about


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
        case TextPreview(ids=ids):
            return TOKEN * len(ids)
    return TOKEN


def thinned(steps: Sequence[Stepped]) -> list[Stepped]:
    """So many and so fine that the spectrograms fit; steps of other media stay as they are."""
    previews = [step.preview for step in steps if isinstance(step.preview, SpectrogramPreview)]
    if len(previews) < len(steps):
        return list(steps)
    last = set({preview.start: number for number, preview in enumerate(previews)}.values())
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
    """Every other frame, which lasts twice as long."""
    preview = step.preview
    assert isinstance(preview, SpectrogramPreview)
    mel, row = preview.mel, preview.bins
    fewer = msgspec.structs.replace(
        preview,
        frames=(preview.frames + 1) // 2,
        mel=b"".join(mel[at : at + row] for at in range(0, len(mel), 2 * row)),
        hop=2 * preview.hop,
        given=tuple((start // 2, (stop + 1) // 2) for start, stop in preview.given),
    )
    return msgspec.structs.replace(step, preview=fewer)
