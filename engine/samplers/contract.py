"""The contract of every sampler, stated once.

A noise path joins data to noise: x = alpha·x0 + sigma·ε, with ε standard normal. A sampler walks it from noise to
data in steps, asking a denoiser for x0 at each:

    steps = sampler(denoise, x, levels, noise, gamma)
    for step in steps: ...

It is a generator, so the caller owns the pace, the display and the stop: n + 1 levels give n steps, closing it cancels,
and `steps.send(gamma)` in place of `next(steps)` turns γ from the next step on. γ is the one stochasticity knob, with
one meaning everywhere: 0 is deterministic (an ODE), 1 fully ancestral (an SDE; for tokens, re-masking).

Samplers are plain arithmetic on whatever `x` is, tensors or floats, and import no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from torch import Tensor

Denoiser: TypeAlias = "Callable[[Tensor, Level], Tensor]"
"""denoise(x, level) -> x0, shaped like x (for tokens: logits, one axis more)."""

Ranged: TypeAlias = "Callable[[Tensor, Level], tuple[Tensor, Tensor]]"
"""denoise(x, level) -> x0 and, shaped like it, the network's answer in [−1, 1] for the variance of a step: ddpm's."""

Noise: TypeAlias = "Callable[[Tensor], Tensor]"
"""noise(like) -> a fresh standard normal draw shaped like its argument (for tokens: uniform on [0, 1))."""

Steps: TypeAlias = "Generator[Step, float | None, None]"


@dataclass(frozen=True, slots=True)
class Level:
    """One point on a noise path: x = alpha·x0 + sigma·ε. Time t is 1 at pure noise and 0 at data."""

    t: float
    alpha: float
    sigma: float

    @property
    def lam(self) -> float:
        """λ = ln(alpha/sigma), half the log signal-to-noise ratio: −∞ at pure noise, ∞ at data."""
        if self.alpha == 0:
            return -inf
        return inf if self.sigma == 0 else log(self.alpha / self.sigma)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What one step reached: what a preview draws, what a timeline keeps, what a branch starts from.

    x is at `level`; x0 is the denoiser's present guess of the whole work. For tokens x holds the mask id where they are
    still hidden, x0 a token everywhere, and confidence (shaped like x, in [0, 1]) how probable each token was when it
    was chosen: 1 where it was given, the present guess's own where x is masked. For latents confidence is None.
    """

    x: Tensor
    x0: Tensor
    level: Level
    confidence: Tensor | None = None


class Sampler(Protocol):
    """A sampler of continuous latents. `levels` descend in noise; `x` is at the first of them."""

    def __call__(self, denoise: Denoiser, x: Tensor, levels: Sequence[Level], noise: Noise, gamma: float) -> Steps: ...


def latest(sent: float | None, gamma: float) -> float:
    """γ for the next step: what the caller sent, if anything: `gamma = latest((yield step), gamma)`."""
    return gamma if sent is None else sent
