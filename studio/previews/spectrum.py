"""The colours of a spectrogram: 256 from silence to the loudest, in even steps to the eye.

The theme names a few; between them the way goes through OKLab (Ottosson 2020, https://bottosson.github.io/posts/oklab/),
and each is passed where its own lightness stands, so that lightness rises (or falls) in a straight line.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from PySide6.QtGui import QColor

QUIET, LOUD = -5.5, 3.0  # log magnitudes that are the first and the last colour: 74 dB

Lab = tuple[float, float, float]
Matrix = tuple[Lab, Lab, Lab]
TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
FROM_CONES: Matrix = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
TO_LAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
FROM_LAB: Matrix = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)


@lru_cache(maxsize=8)
def colour_table(named: Sequence[str], low: float, high: float) -> list[int]:
    """A QRgb for each byte, which stand for log magnitudes from low to high; the named colours go by evenly."""
    places = [lab(colour) for colour in named]
    first, last = places[0][0], places[-1][0]
    loudness = [(low + (high - low) * byte / 255 - QUIET) / (LOUD - QUIET) for byte in range(256)]
    return [_at(places, first + (last - first) * min(max(0.0, share), 1.0)) for share in loudness]


def lab(colour: str) -> Lab:
    """Lightness, and how green or red, blue or yellow."""
    named = QColor(colour)
    cones = _times(TO_CONES, (_linear(named.redF()), _linear(named.greenF()), _linear(named.blueF())))
    return _times(TO_LAB, _each(cones, 1 / 3))


def _at(places: Sequence[Lab], lightness: float) -> int:
    """The colour of this lightness on the way from place to place."""
    pairs = list(pairwise(places))
    around = (pair for pair in pairs if (pair[0][0] - lightness) * (pair[1][0] - lightness) <= 0)
    before, after = next(around, pairs[-1])
    share = (lightness - before[0]) / (after[0] - before[0])
    one, two, three = (old + share * (new - old) for old, new in zip(before, after, strict=True))
    red, green, blue = _times(FROM_CONES, _each(_times(FROM_LAB, (one, two, three)), 3))
    return QColor.fromRgbF(_gamma(red), _gamma(green), _gamma(blue)).rgb()


def _times(matrix: Matrix, vector: Lab) -> Lab:
    one, two, three = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def _each(vector: Lab, power: float) -> Lab:
    one, two, three = (part**power for part in vector)
    return one, two, three


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def _gamma(part: float) -> float:
    part = min(max(0.0, part), 1.0)
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
