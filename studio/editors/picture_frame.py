"""The frame: the square of a picture that the network looks at, which may reach beyond the picture.

A frame is (left, top, side) in the picture's own pixels; () stands for the usual one, the largest in the middle.
Sizes are (width, height) in pixels. What of a frame lies beyond the picture is drawn anew: so a picture grows.
"""

from typing import Literal

Frame = tuple[int, ...]
Size = tuple[int, int]
Corner = tuple[int, int]
"""0 or 1 each: left or right, top or bottom."""
Way = tuple[int, int]
"""−1, 0 or 1 each: to the left or right, up or down."""
Side = Literal["left", "right", "up", "down"]
WAYS: dict[Side, Way] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
LEAST, FARTHEST = 16, 4  # pixels of a side; how many times the longest side of the picture a frame may have
LARGEST = 64_000_000  # pixels of a picture that has grown
ASTRAY = "The frame lies wholly beside the picture; move it so that it sees some of it."
TOO_LARGE = "The picture would grow to {:,} × {:,}, more than {} million pixels; make the frame smaller."
HALF = 0.5  # of a frame: how much of it the next one shares with it


def usual(size: Size) -> Frame:
    """The largest square in the middle."""
    width, height = size
    side = min(size)
    return (width - side) // 2, (height - side) // 2, side


def whole(size: Size) -> Frame:
    """The smallest square that the whole picture is in."""
    width, height = size
    side = max(size)
    return (width - side) // 2, (height - side) // 2, side


def full(frame: Frame, size: Size) -> Frame:
    """In numbers, also the usual one."""
    return frame if len(frame) == 3 and frame[2] > 0 else usual(size)


def told(frame: Frame, size: Size) -> Frame:
    """As a request says it: () where it is the usual one."""
    return () if frame == usual(size) else frame


def moved(frame: Frame, right: float, down: float) -> Frame:
    left, top, side = frame
    return round(left + right), round(top + down), side


def resized(frame: Frame, corner: Corner, x: float, y: float, size: Size) -> Frame:
    """With this corner drawn to a point, as far as it stays a square; the corner across stays where it is."""
    left, top, side = frame
    still_x, still_y = left + side * (1 - corner[0]), top + side * (1 - corner[1])
    ways = [1 if corner[axis] else -1 for axis in (0, 1)]
    asked = max(ways[0] * (x - still_x), ways[1] * (y - still_y))
    made = _bounded(round(asked), size)
    return still_x - (0 if corner[0] else made), still_y - (0 if corner[1] else made), made


def grown(frame: Frame, by: int, size: Size) -> Frame:
    """So many pixels larger on every side, about the same middle."""
    left, top, side = frame
    made = _bounded(side + 2 * by, size)
    return left + (side - made) // 2, top + (side - made) // 2, made


def neighbour(frame: Frame, way: Way) -> Frame:
    """Half a frame farther on: what it shares with this one says how the picture goes on."""
    left, top, side = frame
    step = round(HALF * side)
    return left + way[0] * step, top + way[1] * step, side


def snapped(frame: Frame, size: Size, near: float) -> Frame:
    """Moved to where its sides or its middle meet those of the picture, if they are within `near` pixels."""
    left, top, side = frame
    return left + _pull(left, side, size[0], near), top + _pull(top, side, size[1], near), side


def snapped_point(x: float, y: float, size: Size, near: float) -> tuple[float, float]:
    """A corner that is drawn to a side of the picture."""
    return _nearest(x, size[0], near), _nearest(y, size[1], near)


def outside(frame: Frame, size: Size) -> bool:
    """Whether it lies wholly beside the picture, and so sees nothing of it."""
    left, top, side = frame
    return left >= size[0] or top >= size[1] or left + side <= 0 or top + side <= 0


def beyond(frame: Frame, size: Size) -> bool:
    """Whether some of it lies beside the picture."""
    left, top, side = frame
    return left < 0 or top < 0 or left + side > size[0] or top + side > size[1]


def union(frame: Frame, size: Size) -> Size:
    """How large the picture becomes."""
    left, top, side = frame
    return max(size[0], left + side) - min(0, left), max(size[1], top + side) - min(0, top)


def wrong(frame: Frame, size: Size) -> str:
    """Why it cannot be where it is; "" where it can."""
    if outside(frame, size):
        return ASTRAY
    width, height = union(frame, size)
    return TOO_LARGE.format(width, height, LARGEST // 10**6) if width * height > LARGEST else ""


def briefly(frame: Frame, size: Size) -> str:
    """How large it is, and how large the picture becomes."""
    width, height = union(frame, size)
    return f"{frame[2]:,} pixels; grows to {width:,} × {height:,}" if beyond(frame, size) else f"{frame[2]:,} pixels"


def place(frame: Frame, size: Size) -> str:
    """Where it is, and how large the picture becomes."""
    left, top, side = frame
    square = f"{side:,} × {side:,} at {left:,}, {top:,}".replace("-", "−")
    if beyond(frame, size):
        width, height = union(frame, size)
        return f"{square}; grows to {width:,} × {height:,}"
    return square


def _bounded(side: int, size: Size) -> int:
    return min(max(LEAST, side), FARTHEST * max(size))


def _pull(start: int, side: int, length: int, near: float) -> int:
    """How far to the nearest place where edges meet, 0 where none is near."""
    places = (0, length - side, length, -side, (length - side) // 2)
    nearest = min(places, key=lambda place: abs(place - start))
    return nearest - start if abs(nearest - start) <= near else 0


def _nearest(at: float, length: int, near: float) -> float:
    edge = min((0.0, float(length)), key=lambda edge: abs(edge - at))
    return edge if abs(edge - at) <= near else at
