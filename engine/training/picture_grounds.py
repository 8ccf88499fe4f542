"""What is behind the things of a picture: plain grounds, patterns of two colours, a few landscapes.

A ground is (size, size, 3) uint8, sRGB; its colours go by the names of `picture_words.toml`, some of them light ones.
"""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.training.picture_captions import LIGHT, words
from engine.training.picture_colors import NAMES, Pixels, names

GROUNDS = {
    "plain": 12,
    "gradient": 1.5,
    "stripes": 1,
    "dots": 1,
    "checks": 0.7,
    "disc": 2,
    "meadow": 1,
    "night": 0.7,
    "sea": 0.6,
}
LANDSCAPES = {"meadow": ("green", "blue"), "night": (), "sea": ("blue",)}
TWO_COLORS = {"gradient", "stripes", "dots", "checks", "disc"}
FAR = 105  # between two colours that are told apart, in RGB


def ground_colors(ground: str, rng: random.Random) -> tuple[str, ...]:
    """White is the most usual one; two that alternate are far apart."""
    if ground in LANDSCAPES:
        return ()
    clear = [*NAMES, *(LIGHT + name for name in ("red", "green", "blue", "purple", "yellow", "orange"))]
    clear.remove(LIGHT + "red")
    if ground not in TWO_COLORS:
        return ("white",) if rng.random() < 0.4 else (rng.choice(clear),)
    while True:
        first, second = rng.sample(clear, 2)
        apart = np.subtract(shade(first, rng), shade(second, rng))
        if np.sqrt((apart**2).sum()) > 1.6 * FAR:
            return first, "white" if ground == "disc" and first != "white" and rng.random() < 0.5 else second


def painted_ground(ground: str, colors: Sequence[str], size: int, rng: random.Random) -> Pixels:
    """(size, size, 3)."""
    y, x = (np.mgrid[:size, :size] + 0.5) / size
    if ground == "meadow":
        return mixed(y - rng.uniform(0.6, 0.75), (150, 205, 250), (96, 180, 74), 0.01)
    if ground == "sea":
        return mixed(y - rng.uniform(0.6, 0.7) - 0.015 * np.sin(40 * x), (214, 236, 250), (30, 110, 190), 0.01)
    if ground == "night":
        sky = np.full((size, size, 3), (16, 22, 58), np.uint8)
        for _ in range(rng.randint(14, 30)):
            sky[rng.randrange(size), rng.randrange(size)] = (255, 250, 220)
        return sky
    first = shade(colors[0], rng)
    if ground == "plain":
        return np.full((size, size, 3), first, np.uint8)
    second = shade(colors[1], rng)
    if ground == "gradient":
        return mixed(y - 0.5, first, second, 1.0)
    if ground == "disc":
        return mixed(np.hypot(x - 0.5, y - 0.5) - 0.49, first, second, 1.5 / size)
    number, turn = rng.randint(4, 7), rng.choice([0, 1, 2])
    if ground == "stripes":
        along = (x, y, (x + y) / np.sqrt(2))[turn]
        return mixed(np.sin(2 * np.pi * number * along), first, second, 4 * np.pi * number / size)
    waves = np.sin(2 * np.pi * number * x) * np.sin(2 * np.pi * number * y)
    if ground == "checks":
        return mixed(waves, first, second, 4 * np.pi * number / size)
    return mixed(np.cos(2 * np.pi * number * x) * np.cos(2 * np.pi * number * y) - 0.75, first, second, 0.2)


def mixed(edge: NDArray[np.float64], first: Sequence[int], second: Sequence[int], width: float) -> Pixels:
    """`first` where `edge` is below zero, `second` where it is above, blended over `width`."""
    share = np.clip(edge / width + 0.5, 0, 1)[..., None]
    return np.round((1 - share) * np.asarray(first) + share * np.asarray(second)).astype(np.uint8)


def shade(color: str, rng: random.Random) -> tuple[int, ...]:
    """One of the shades that are called by the colour."""
    exact = words()["colors"][color.removeprefix(LIGHT)]["rgb"]
    if color.startswith(LIGHT):
        return tuple(round(0.38 * value + 0.62 * 255) for value in exact)
    if color in ("black", "white", "gray"):
        return tuple(exact)
    near = tuple(min(max(value + rng.randint(-14, 14), 0), 255) for value in exact)
    return near if NAMES[names(np.array(near, np.uint8))] == color else tuple(exact)
