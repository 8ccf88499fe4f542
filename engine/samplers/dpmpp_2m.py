"""DPM-Solver++(2M) and, by γ, its SDE: the ddim step from an x̂0 extrapolated over the last two guesses.

Second order, one network call a step. Lu et al. 2022, https://arxiv.org/abs/2211.01095, the midpoint form:
x̂0 + (x̂0 − x̂0_before)·h/(2·h_before), h being the step in λ = ln(α/σ).
The first step, the last, and one after pure noise (λ = −∞) have no h to extrapolate over and are first order.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

from engine.samplers.contract import Denoiser, Level, Noise, Step, Steps, latest
from engine.samplers.transition import advance

if TYPE_CHECKING:
    from torch import Tensor


def dpmpp_2m(denoise: Denoiser, x: Tensor, levels: Sequence[Level], noise: Noise, gamma: float) -> Steps:
    """From x at levels[0] to levels[-1]; the guess shown is the network's own, not the extrapolation."""
    before: tuple[float, Tensor] | None = None  # λ and x̂0, one step back
    for level, after in pairwise(levels):
        x0 = aim = denoise(x, level)
        if before and isfinite(after.lam):
            aim = x0 + (x0 - before[1]) * ((after.lam - level.lam) / (level.lam - before[0]) / 2)
        x = advance(x, aim, level, after, noise, gamma)
        before = (level.lam, x0) if isfinite(level.lam) else None
        gamma = latest((yield Step(x, x0, after)), gamma)
