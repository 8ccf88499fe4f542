"""Euler's method on the path's own velocity: dx = x̂0·dα + ε̂·dσ.

First order, one network call a step. On the flow path x + Δt·v; on the Karras path Algorithm 1 of Karras et al. 2022
without its correction (https://arxiv.org/abs/2206.00364). γ makes it the ancestral Euler: the step goes on to where
sigma leaves room for the fresh noise. Written for the velocity, it is the same map as ddim at every γ, to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.samplers.contract import Denoiser, Level, Noise, Step, Steps, latest
from engine.samplers.transition import split

if TYPE_CHECKING:
    from torch import Tensor


def euler(denoise: Denoiser, x: Tensor, levels: Sequence[Level], noise: Noise, gamma: float) -> Steps:
    """From x at levels[0] to levels[-1]; one network call a step."""
    for level, after in pairwise(levels):
        x0 = denoise(x, level)
        kept, fresh = split(level, after, gamma)
        eps = (x - level.alpha * x0) / level.sigma
        x = x + (after.alpha - level.alpha) * x0 + (kept - level.sigma) * eps if after.sigma > 0 else x0
        x = x + fresh * noise(x) if fresh > 0 else x
        gamma = latest((yield Step(x, x0, after)), gamma)
