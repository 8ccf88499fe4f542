"""DDIM: back to x0, and from there to the next level with the noise that was found, renewed by γ.

First order. γ = 0 is deterministic, γ = 1 is DDPM (Ho et al. 2020). Song et al. 2020, https://arxiv.org/abs/2010.02502
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.samplers.contract import Denoiser, Level, Noise, Step, Steps, latest
from engine.samplers.transition import advance

if TYPE_CHECKING:
    from torch import Tensor


def ddim(denoise: Denoiser, x: Tensor, levels: Sequence[Level], noise: Noise, gamma: float) -> Steps:
    """From x at levels[0] to levels[-1]; one network call a step."""
    for level, after in pairwise(levels):
        x0 = denoise(x, level)
        x = advance(x, x0, level, after, noise, gamma)
        gamma = latest((yield Step(x, x0, after)), gamma)
