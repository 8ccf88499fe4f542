"""Pictures for tests: PNG files as the engine leaves them, written by Pillow."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.api.messages import PictureWork


def pixels(width: int = 24, height: int = 16, seed: int = 0) -> NDArray[np.uint8]:
    """(H, W, 3): a colourful slope with a little noise, so that what loses anything shows it."""
    slope = np.add.outer(np.linspace(0, 200, height), np.linspace(0, 40, width))
    noise = np.random.default_rng(seed).integers(0, 15, (height, width, 3))
    return (slope[..., None] * (1.0, 0.6, 0.3) + noise).astype(np.uint8)


def write_picture(path: Path, width: int = 24, height: int = 16, seed: int = 0) -> Path:
    """A PNG, JPEG or WebP, as its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels(width, height, seed)).save(path)
    return path


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """(H, W, 3)."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def picture_work(path: Path, width: int = 24, height: int = 16, seed: int = 0) -> PictureWork:
    """A finished picture, its file written."""
    write_picture(path, width, height, seed)
    return PictureWork(path=str(path), width=width, height=height, notes=("It is small.",))
