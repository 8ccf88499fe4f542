"""Colours by name: what a colour is called, which colour most of a drawing has, and a drawing in another colour.

The names are the eleven that English and Hindi share (Berlin and Kay 1969). What lies between two of them has no name
here, so that a caption never says what a careful eye would deny. Pixels are (..., 3) or (..., 4) uint8, sRGB.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float64]

# Hues in degrees that have a name when they are clear.
HUES = {
    "red": (-14, 11),
    "orange": (21, 38),
    "yellow": (45, 64),
    "green": (80, 160),
    "blue": (195, 250),
    "purple": (260, 292),
    "pink": (308, 342),
}
TARGETS = {"red": 0, "orange": 29, "yellow": 50, "green": 135, "blue": 220, "purple": 272, "pink": 330}
NAMES = (*HUES, "brown", "black", "white", "gray")
MOST = 0.62  # of a drawing has the colour that it is called by


def hsv(pixels: Pixels) -> tuple[Floats, Floats, Floats]:
    """Hue in degrees from -30 to 330, saturation and value from 0 to 1."""
    rgb = pixels[..., :3].astype(np.float64) / 255
    high, low = rgb.max(-1), rgb.min(-1)
    span = np.maximum(high - low, 1e-9)
    red, green, blue = (rgb[..., channel] for channel in range(3))
    sector = np.where(
        high == red, (green - blue) / span, np.where(high == green, 2 + (blue - red) / span, 4 + (red - green) / span)
    )
    hue = (60 * sector + 30) % 360 - 30
    return hue, (high - low) / np.maximum(high, 1e-9), high


def from_hsv(hue: Floats, saturation: Floats, value: Floats) -> Pixels:
    """The inverse of `hsv`: (...,) each to (..., 3)."""
    shift = (np.array([5, 3, 1]) + hue[..., None] / 60) % 6
    rgb = value[..., None] * (1 - saturation[..., None] * np.clip(np.minimum(shift, 4 - shift), 0, 1))
    return np.round(rgb * 255).astype(np.uint8)


def names(pixels: Pixels) -> NDArray[np.int64]:
    """The number in NAMES of each pixel's colour, -1 where it has no clear one."""
    hue, saturation, value = hsv(pixels)
    found = np.full(hue.shape, -1)
    clear = (saturation > 0.35) & (value > 0.3)
    for number, (low, high) in enumerate(HUES.values()):
        found[clear & (hue >= low) & (hue <= high)] = number
    dark = clear & (hue > 8) & (hue < 40) & (value < 0.68)
    found[dark] = NAMES.index("brown")
    found[(hue <= 11) & (value < 0.55) & (saturation < 0.7) & clear] = NAMES.index("brown")
    rosy = ((hue > 300) | (hue < 8)) & (saturation > 0.15) & (saturation < 0.55) & (value > 0.85)
    found[rosy] = NAMES.index("pink")
    pale = saturation < 0.12
    found[pale & (value > 0.93)] = NAMES.index("white")
    found[pale & (value > 0.35) & (value < 0.8)] = NAMES.index("gray")
    found[(value < 0.2) | (pale & (value < 0.25))] = NAMES.index("black")
    return found


def main_color(pixels: Pixels) -> str:
    """The name of the colour that most of what is drawn has; "" where there is none."""
    drawn = names(pixels)[pixels[..., 3] > 127]
    if not len(drawn):
        return ""
    counts = np.bincount(drawn[drawn >= 0], minlength=len(NAMES))
    best = int(counts.argmax())
    return NAMES[best] if counts[best] >= MOST * len(drawn) else ""


def tinted(pixels: Pixels, rgb: Sequence[int]) -> Pixels:
    """A silhouette in one colour."""
    return np.concatenate([np.broadcast_to(np.array(rgb, np.uint8), (*pixels.shape[:-1], 3)), pixels[..., 3:]], -1)


def recolored(pixels: Pixels, color: str) -> Pixels | None:
    """A coloured drawing turned to another hue; None where it would not be called by that colour then."""
    if color not in TARGETS:
        return None
    hue, saturation, value = hsv(pixels)
    weight = saturation * (pixels[..., 3] / 255) * (saturation > 0.25)
    if weight.sum() < 0.25 * (pixels[..., 3] / 255).sum():
        return None
    turn = np.exp(1j * np.deg2rad(hue))
    shift = TARGETS[color] - np.rad2deg(np.angle((turn * weight).sum()))
    lifted = 0.25 + 0.75 * value if color in ("yellow", "orange", "pink") else value
    turned = np.concatenate([from_hsv(hue + shift, saturation, lifted), pixels[..., 3:]], -1)
    return turned if main_color(turned) == color else None
