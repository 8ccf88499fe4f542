"""Figures of pictures: where the right caption comes among others, how far sets are apart, how exact one is.

Shapes: N pictures, M captions, D features.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from tests.quality.music_metrics import frechet

POOL, BEST = 100, 10  # of so many captions the right one is to be among the best so many
AXES = 64  # of features, along which a distance can be told from a hundred pictures
PEAK = 255.0

Features = NDArray[np.float32]
Pixels = NDArray[np.uint8]


def ranks(pictures: Tensor, captions: Tensor, own: Sequence[int]) -> list[int]:  # (N, D), (M, D), (N,)
    """How many captions are more like each picture than its own, which is number `own`: of the POOL − 1 after it."""
    found = []
    for picture, mine in zip(pictures, own, strict=True):
        pool = [(mine + step) % len(captions) for step in range(min(POOL, len(captions)))]
        likeness = captions[pool] @ picture
        found.append(int((likeness > likeness[0]).sum()))
    return found


def recall(pictures: Tensor, captions: Tensor, own: Sequence[int]) -> float:
    """R@10: the share of pictures whose own caption is among the ten most like it; by chance it would be 0.1."""
    return float(np.mean([rank < BEST for rank in ranks(pictures, captions, own)]))


@dataclass(frozen=True)
class Axes:
    """The directions in which a set of pictures differs most: (D,), (D, AXES)."""

    mean: Features
    vectors: Features

    @classmethod
    def of(cls, features: Features) -> "Axes":
        mean = features.mean(0)
        vectors = np.linalg.svd(features - mean, full_matrices=False)[2][:AXES].T
        return cls(mean, vectors)

    def along(self, features: Features) -> Features:  # (N, D) -> (N, AXES)
        return np.asarray((features - self.mean) @ self.vectors, np.float32)


def distances(ours: Features, theirs: Features) -> dict[str, float]:
    """Fréchet's, in all features and along the AXES in which the others differ most.

    With fewer pictures than features the first is mostly of how few they are: it says something beside that of as many
    real pictures only. The second needs some hundreds.
    """
    axes = Axes.of(theirs)
    return {"frechet": frechet(ours, theirs), f"frechet_{AXES}": frechet(axes.along(ours), axes.along(theirs))}


def psnr(ours: Pixels, theirs: Pixels) -> float:
    """Decibels; the same picture counts as one that is off by one in a single pixel."""
    error = np.square(ours.astype(np.float64) - theirs).mean()
    return float(10 * np.log10(PEAK**2 / max(error, 1 / ours.size)))
