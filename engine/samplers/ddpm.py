"""DDPM for a network that says how much noise each step needs: the step of ddim, with the fresh noise so scaled.

The variance of a step lies between the posterior's, β̃, and the whole step's, β: ln variance = v·ln β + (1 − v)·ln β̃,
with a share v for each number; the network answers with 2v − 1. Nichol & Dhariwal 2021, equation 15,
https://arxiv.org/abs/2102.09672. β/β̃ is (σ/σ')², so that the noise is (σ/σ')^v times that of γ = 1; the mean stays the
posterior's. γ scales the noise as everywhere: 0 is deterministic, 1 is as published.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.samplers.contract import Level, Noise, Ranged, Step, Steps, latest
from engine.samplers.transition import split

if TYPE_CHECKING:
    from torch import Tensor


def ddpm(denoise: Ranged, x: Tensor, levels: Sequence[Level], noise: Noise, gamma: float) -> Steps:
    """From x at levels[0] to levels[-1]; one network call a step."""
    for level, after in pairwise(levels):
        x0, answer = denoise(x, level)
        kept, fresh = split(level, after, gamma)
        moved = after.alpha * x0 + (kept / level.sigma) * (x - level.alpha * x0)
        x = moved + fresh * (level.sigma / after.sigma) ** ((answer + 1) / 2) * noise(x) if fresh > 0 else moved
        gamma = latest((yield Step(x, x0, after)), gamma)
