"""Previews: a work in the making, as it is seen at a step."""

import msgspec


class TextPreview(msgspec.Struct, frozen=True, kw_only=True, tag="text"):
    """A text in the making, token by token.

    `ids` has −1 where masked. `pieces` is what to show for each token ("" inside a letter of several tokens); for a
    masked token it is the present guess. `confidence` is in [0, 1]. `fixed` tokens came with the request or are locked.
    """

    ids: tuple[int, ...]
    pieces: tuple[str, ...]
    confidence: tuple[float, ...]
    fixed: tuple[bool, ...]


class SpectrogramPreview(msgspec.Struct, frozen=True, kw_only=True, tag="sound"):
    """A sound in the making: a mel spectrogram, `frames` rows of `bins` bytes, low to high.

    A byte b stands for the log magnitude low + b/255·(high − low). `given` are the spans of frames [start, stop) that
    came with the request. It begins at `start` seconds of the whole work, and a frame lasts `hop` seconds. `scale` says
    what the bands are: "mel" (HTK's, to 12 kHz), "slaney" (to 8 kHz), "music" (engine/codecs/music_bands.py).
    """

    frames: int
    bins: int
    mel: bytes
    low: float
    high: float
    hop: float
    start: float = 0.0
    given: tuple[tuple[int, int], ...] = ()
    scale: str = "mel"


class PicturePreview(msgspec.Struct, frozen=True, kw_only=True, tag="picture"):
    """A picture in the making: the present guess x0 of what the network makes, `pixels` of 8-bit sRGB row by row.

    Where it is made of tokens, `codes` has those of a `grid` of (rows, columns) in raster order, −1 where hidden;
    `confidence` is a byte each, 255 is sure; `fixed` says which came with the request or are locked. The grid is (0, 0)
    where there are none. `frame` is where in the whole picture that is: left, top, side, in pixels of `whole`, its
    width and height.
    """

    width: int
    height: int
    pixels: bytes
    grid: tuple[int, int] = (0, 0)
    codes: tuple[int, ...] = ()
    confidence: bytes = b""
    fixed: tuple[bool, ...] = ()
    frame: tuple[int, int, int] = (0, 0, 0)
    whole: tuple[int, int] = (0, 0)


Preview = TextPreview | SpectrogramPreview | PicturePreview
"""Any preview, tagged by its medium."""
