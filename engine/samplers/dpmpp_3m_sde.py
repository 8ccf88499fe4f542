"""DPM-Solver++(3M) as an SDE: the ddim step from an x̂0 extrapolated over the last three guesses.

One network call a step. Stable Audio's sampler, γ = 1. Lu et al. 2022, https://arxiv.org/abs/2211.01095, appendix C, in
the form that K. Crowson's k-diffusion gave it: x̂0 gains (φ2·h·slope − φ3·h²·curvature)/(1 − e^(−H)), slope and
curvature being those of the parabola in λ through the last three guesses, φ2 = (e^(−H) − 1)/H + 1, φ3 = φ2/H − 1/2, and
H = ln(α'σ/(α·kept)), which is h at γ = 0 and 2h at γ = 1. The published φ3 has half the weight that the exact integral
would give the curvature, so the error shrinks in second order, with a small constant; kept, since works depend on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import expm1, isfinite, log
from typing import TYPE_CHECKING

from engine.samplers.contract import Denoiser, Level, Noise, Step, Steps, latest
from engine.samplers.transition import advance, split

if TYPE_CHECKING:
    from torch import Tensor

Guesses = list[tuple[float, "Tensor"]]  # (λ, x̂0), newest first, only where λ is finite


def dpmpp_3m_sde(denoise: Denoiser, x: Tensor, levels: Sequence[Level], noise: Noise, gamma: float) -> Steps:
    """From x at levels[0] to levels[-1]; the guess shown is the network's own, not the extrapolation."""
    guesses: Guesses = []
    for level, after in pairwise(levels):
        x0 = aim = denoise(x, level)
        if isfinite(level.lam):
            guesses = [(level.lam, x0), *guesses[:2]]
        if len(guesses) > 1 and isfinite(after.lam):
            kept, _ = split(level, after, gamma)
            aim = x0 + extrapolation(guesses, after.lam, log(after.alpha * level.sigma / (level.alpha * kept)))
        x = advance(x, aim, level, after, noise, gamma)
        gamma = latest((yield Step(x, x0, after)), gamma)


def extrapolation(guesses: Guesses, lam_after: float, rise: float) -> Tensor:
    """What the step's x̂0 gains from the slope and the curvature of the last guesses, `rise` being H."""
    (lam, x0), (lam1, x1), *older = guesses
    h = lam_after - lam
    slope = (x0 - x1) / (lam - lam1)
    phi2 = expm1(-rise) / rise + 1
    gain = phi2 * h * slope
    if older:
        lam2, x2 = older[0]
        curvature = (slope - (x1 - x2) / (lam1 - lam2)) / (lam - lam2)
        gain = gain + phi2 * h * (lam - lam1) * curvature - (phi2 / rise - 0.5) * h**2 * curvature
    return gain / -expm1(-rise)
