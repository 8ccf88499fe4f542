"""Heun's method: an Euler step, then the mean of the velocities at both ends.

Second order, two network calls a step, one for the last. Karras et al. 2022, Algorithm 1, for any path:
dx = x̂0·dα + ε̂·dσ by the trapezoidal rule. https://arxiv.org/abs/2206.00364
γ then renews the share of the noise that an ancestral step would, at the level reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.samplers.contract import Denoiser, Level, Noise, Step, Steps, latest
from engine.samplers.transition import advance, split

if TYPE_CHECKING:
    from torch import Tensor


def heun(denoise: Denoiser, x: Tensor, levels: Sequence[Level], noise: Noise, gamma: float) -> Steps:
    """From x at levels[0] to levels[-1]; the guess shown is the later one, at the level reached."""
    for level, after in pairwise(levels):
        x0 = denoise(x, level)
        guess = advance(x, x0, level, after, noise, 0.0)
        if after.sigma > 0:
            eps = (x - level.alpha * x0) / level.sigma
            x0_after = denoise(guess, after)
            eps_after = (guess - after.alpha * x0_after) / after.sigma
            guess = x + (after.alpha - level.alpha) * (x0 + x0_after) / 2
            guess = guess + (after.sigma - level.sigma) * (eps + eps_after) / 2
            kept, fresh = split(level, after, gamma)
            x0 = x0_after
            guess = guess + (kept - after.sigma) * eps_after + fresh * noise(x) if fresh > 0 else guess
        x = guess
        gamma = latest((yield Step(x, x0, after)), gamma)
