"""Noise paths: from a time t to the level there. t = 1 is pure noise, t = 0 data. A path belongs to a checkpoint.

Every path is at exactly Level(0, 1, 0) for t = 0. Two kinds stop short of data before it, as their networks' training
did: the discrete tables, whose integer timestep i is t = (i + 1)/timesteps, and the Karras paths, where the smallest
t > 0 is sigma_min.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import cos, pi, sin, sqrt
from operator import mul

from engine.samplers.contract import Level


@dataclass(frozen=True)
class Path:
    """path(t) -> Level.

    timesteps: how long a discrete path's table is; 0 for a continuous one.
    closed: the path jumps from its smallest sigma to 0, so the last step has to begin there (see spacings.levels).
    """

    at: Callable[[float], tuple[float, float]]  # t in (0, 1] -> alpha, sigma
    timesteps: int = 0
    closed: bool = False

    def __call__(self, t: float) -> Level:
        return Level(t, *self.at(t)) if t > 0 else Level(0.0, 1.0, 0.0)

    def timestep(self, t: float) -> int:
        """The integer that a network of a discrete path is told: timesteps − 1 at pure noise, 0 at the least noisy."""
        return max(round(t * self.timesteps) - 1, 0)


def discrete(betas: Sequence[float]) -> Path:
    """The variance preserving path of a DDPM: ᾱ = Π(1 − β), exact at its integer timesteps, ln ᾱ linear in between."""
    kept = [1.0, *accumulate((1 - beta for beta in betas), mul)]

    def at(t: float) -> tuple[float, float]:
        place = round(t * len(betas), 9)  # a time is a quotient: (i + 1)/1000 · 1000 is to be i + 1
        low = min(int(place), len(betas) - 1)
        kept_here = kept[low] ** (1 - place + low) * kept[low + 1] ** (place - low)
        return sqrt(kept_here), sqrt(1 - kept_here)

    return Path(at, timesteps=len(betas))


def linear_beta(steps: int = 1000, first: float = 1e-4, last: float = 0.02) -> Path:
    """Ho et al. 2020, https://arxiv.org/abs/2006.11239"""
    return discrete([first + (last - first) * i / (steps - 1) for i in range(steps)])


def scaled_linear(steps: int = 1000, first: float = 0.00085, last: float = 0.012) -> Path:
    """√β linear: Rombach et al. 2022, https://arxiv.org/abs/2112.10752"""
    return discrete([(sqrt(first) + (sqrt(last) - sqrt(first)) * i / (steps - 1)) ** 2 for i in range(steps)])


def squaredcos_cap_v2(steps: int = 1000) -> Path:
    """ᾱ a squared cosine, β at most 0.999: Nichol & Dhariwal 2021, https://arxiv.org/abs/2102.09672"""
    kept = [cos((i / steps + 0.008) / 1.008 * pi / 2) ** 2 for i in range(steps + 1)]
    return discrete([min(1 - kept[i + 1] / kept[i], 0.999) for i in range(steps)])


def karras(sigma_min: float = 0.002, sigma_max: float = 80.0, rho: float = 7.0) -> Path:
    """alpha = 1, σ^(1/ρ) linear in t: Karras et al. 2022, equation 5, https://arxiv.org/abs/2206.00364"""
    low, high = sigma_min ** (1 / rho), sigma_max ** (1 / rho)
    return Path(lambda t: (1.0, (low + t * (high - low)) ** rho), closed=True)


def polyexponential(sigma_min: float = 0.3, sigma_max: float = 500.0, rho: float = 1.0) -> Path:
    """alpha = 1, ln σ going as t^ρ; the defaults are Stable Audio Open's, https://arxiv.org/abs/2407.14358"""
    return Path(lambda t: (1.0, sigma_min * (sigma_max / sigma_min) ** (t**rho)), closed=True)


def flow(t: float) -> tuple[float, float]:
    """The straight path of flow matching: Lipman et al. 2022, https://arxiv.org/abs/2210.02747"""
    return 1 - t, t


def cosine(t: float) -> tuple[float, float]:
    """Variance preserving, alpha = cos(πt/2), written as sines so that both ends are exact."""
    return sin(pi / 2 * (1 - t)), sin(pi / 2 * t)


def masked(t: float) -> tuple[float, float]:
    """Tokens: the share masked is sin(πt/2), MaskGIT's cosine of progress. https://arxiv.org/abs/2202.04200"""
    return 1 - sin(pi / 2 * t), sin(pi / 2 * t)


PATHS: dict[str, Path] = {
    "flow": Path(flow),
    "cosine": Path(cosine),
    "squaredcos_cap_v2": squaredcos_cap_v2(),
    "linear-beta": linear_beta(),
    "scaled-linear": scaled_linear(),
    "karras": karras(),
    "polyexponential": polyexponential(),
    "masked": Path(masked),
    "masked-linear": Path(flow),
}
