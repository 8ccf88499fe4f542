"""The scene of a job of pictures: what is given, the square of it that the network looks at, and what is made anew.

A frame may reach beyond the picture. The work is then the whole of both, at the picture's own size of pixels; what is
in neither is white. Where nothing is made anew the picture stays bit for bit, and grey of the mask lets it shine
through.

Shapes: H and W of the whole, S the side of the frame, s that of the network's picture. Pixels are uint8.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.api.requests import ImageRequest
from engine.codecs.pictures import MOST, Pixels, blended, read_mask, read_picture, scaled, square

Frame = tuple[int, int, int]
"""Left, top, side."""


@dataclass(frozen=True)
class Made:
    """What a system answers with: a square of pixels (s, s, 3), its tokens where it has some, and sentences."""

    pixels: Pixels
    codes: tuple[int, ...] = ()
    grid: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """`whole` (H, W, 3) holds the picture and room for the `frame`, whose places are counted in it.

    `view` (S, S, 3) is what the frame shows, with the picture's edge going on beyond it, where `beyond` (S, S) is true.
    `anew` (S, S) says how far each pixel is made anew, 255 wholly. `other` is the middle of the second picture.
    """

    whole: Pixels
    frame: Frame
    view: Pixels
    beyond: NDArray[np.bool_]
    anew: Pixels
    other: Pixels | None = None
    notes: tuple[str, ...] = ()


def scene_of(request: ImageRequest) -> Scene | None:
    """None where no picture is given. Raises BadInput where something of what is given cannot be used."""
    if not request.picture:
        return None
    picture, notes = read_picture(Path(request.picture))
    frame = (request.frame[0], request.frame[1], request.frame[2]) if request.frame else middle(picture)
    whole, place = joined(picture, frame)
    beyond = square_beyond(picture, frame)
    mask = read_mask(Path(request.mask), picture) if request.mask else None
    other = None
    if request.towards:
        second, more = read_picture(Path(request.towards))
        other, notes = square(second, *middle(second)), notes + more
    return Scene(
        whole,
        place,
        square(picture, *frame),
        beyond,
        made_anew(mask, frame, beyond),
        other,
        tuple(notes),
    )


def middle(pixels: Pixels) -> Frame:
    """The largest square in the middle."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    return (width - side) // 2, (height - side) // 2, side


def joined(picture: Pixels, frame: Frame) -> tuple[Pixels, Frame]:
    """Picture and frame as one picture, and where the frame is in it. Raises BadInput where they do not meet."""
    height, width = picture.shape[:2]
    left, top, side = frame
    if left >= width or top >= height or left + side <= 0 or top + side <= 0:
        raise BadInput("The frame lies beside the picture; move it so that the two meet.")
    first, over = min(left, 0), min(top, 0)
    wide, high = max(width, left + side) - first, max(height, top + side) - over
    if wide * high > MOST:
        raise BadInput(
            f"Picture and frame together have {wide:,} × {high:,} pixels; make the frame or the picture smaller, "
            f"to {MOST // 10**6} million at most."
        )
    if (high, wide) == (height, width):
        return picture, frame
    whole = np.full((high, wide, 3), 255, np.uint8)
    whole[-over : height - over, -first : width - first] = picture
    return whole, (left - first, top - over, side)


def square_beyond(picture: Pixels, frame: Frame) -> NDArray[np.bool_]:  # -> (S, S)
    """Where in the frame there is no picture."""
    left, top, side = frame
    rows, columns = np.arange(top, top + side), np.arange(left, left + side)
    outside = (rows < 0) | (rows >= picture.shape[0]), (columns < 0) | (columns >= picture.shape[1])
    return outside[0][:, None] | outside[1][None, :]


def made_anew(mask: Pixels | None, frame: Frame, beyond: NDArray[np.bool_]) -> Pixels:  # -> (S, S)
    """What the mask says and what lies beyond; the whole frame where neither says anything."""
    if mask is None and not beyond.any():
        return np.full(beyond.shape, 255, np.uint8)
    share = np.zeros(beyond.shape, np.uint8) if mask is None else square(mask, *frame)
    share = np.where(beyond, np.uint8(255), share)
    if not share.any():
        raise BadInput("The mask is black where the frame is: paint white what is to be made anew.")
    return share


def touched(shares: Pixels | NDArray[np.bool_], rows: int, columns: int) -> NDArray[np.bool_]:  # (S, S) -> (h, w)
    """Which places of a grid laid over the frame hold anything but 0."""
    down = np.stack([shares[band].any(0) for band in bands(len(shares), rows)])
    return np.stack([down[:, band].any(1) for band in bands(shares.shape[1], columns)], 1)


def bands(length: int, count: int) -> list[slice]:
    """The pixels of each of so many equal stretches; those on a border belong to both."""
    return [slice(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]


def finished(scene: Scene | None, made: Pixels) -> tuple[Pixels, Frame]:
    """The square laid into the picture, and where it is there; by itself where there is none."""
    if scene is None:
        return made, (0, 0, len(made))
    left, top, side = scene.frame
    whole = scene.whole.copy()
    place = whole[top : top + side, left : left + side]
    place[...] = blended(place, scaled(made, side, side), scene.anew)
    return whole, scene.frame
