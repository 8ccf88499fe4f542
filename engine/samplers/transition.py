"""One step between two levels, the arithmetic that the samplers of continuous latents share.

With ε̂ = (x − α·x̂0)/σ the noise that x̂0 leaves in x, a step to (α', σ') with fresh noise z is

    s = γ·(σ'/σ)·√(σ² − (α/α')²·σ'²)        x' = α'·x̂0 + √(σ'² − s²)·ε̂ + s·z

Song et al. 2020, equation 12 (https://arxiv.org/abs/2010.02502), for any path: γ = 0 is the Euler step of the
probability flow ODE (on the flow path x + Δt·v), γ = 1 the ancestral step, DDPM's posterior. The exponential
integrators of DPM-Solver++ are this step too, from an extrapolated x̂0: e^(−h) is σ'α/(σα'), and that is 0 at α = 0.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from engine.samplers.contract import Level

if TYPE_CHECKING:
    from torch import Tensor

    from engine.samplers.contract import Noise


def split(level: Level, after: Level, gamma: float) -> tuple[float, float]:
    """How σ' is made up: (√(σ'² − s²) of the noise that is there, s of fresh noise)."""
    if after.sigma == 0:
        return 0.0, 0.0
    shrunk = level.alpha * after.sigma / (after.alpha * level.sigma)  # e^(−h)
    fresh = gamma * after.sigma * sqrt(max(1 - shrunk**2, 0.0))
    return sqrt(after.sigma**2 - fresh**2), fresh


def advance(x: Tensor, x0: Tensor, level: Level, after: Level, noise: Noise, gamma: float) -> Tensor:
    """x at `level` to x' at `after`, x0 being the guess. Noise is drawn only where some is added."""
    kept, fresh = split(level, after, gamma)
    moved = after.alpha * x0 + (kept / level.sigma) * (x - level.alpha * x0)
    return moved + fresh * noise(x) if fresh > 0 else moved
