"""Show-o's own schedule, for `unmask`: how many tokens stay hidden after each step, and how much chance there is.

Xie et al. 2024, https://arxiv.org/abs/2408.12528, as their sampling code has it. Their habits are kept: the cosine
counts all tokens of the picture, so that a picture of which few are hidden begins by revealing one a step; and
the temperature of the order of reveal is multiplied with each step's share, which makes it fall much sooner than their
formula seems to say.
"""

from collections.abc import Sequence
from itertools import accumulate
from math import cos, pi
from struct import pack, unpack

from engine.samplers.contract import Level


def mask_lengths(steps: int, tokens: int, hidden: int) -> list[int]:
    """How many of the picture's `tokens`, of which `hidden` are to be made, stay hidden after each step; 0 at last.

    Each step reveals at least one and, before the last, keeps at least one: fewer steps are returned where there are
    not enough tokens for more. hidden: at least 1.
    """
    curve = (int(single(tokens * share(step / steps))) for step in range(1, steps))
    falling = accumulate(curve, lambda left, wanted: max(1, min(left - 1, wanted)), initial=hidden)
    kept = list(dict.fromkeys(falling))[1:]
    return [*kept, 0]


def share(progress: float) -> float:
    """The cosine, rounded wherever the authors' float32 rounds: of 256 tokens 127.99999, so 127, stay at two thirds."""
    angle = single(single(single(progress) * single(pi)) * 0.5)
    return single(cos(angle))


def single(number: float) -> float:
    """The nearest float32."""
    rounded: float = unpack("f", pack("f", number))[0]
    return rounded


def levels(steps: int, tokens: int, hidden: int) -> tuple[Level, ...]:
    """The same as the levels of `unmask`: its sigma is the share of the `hidden` ones that still is."""
    sigmas = [1.0, *(length / hidden for length in mask_lengths(steps, tokens, hidden))]
    last = len(sigmas) - 1
    return tuple(Level(1 - i / last, 1 - sigma, sigma) for i, sigma in enumerate(sigmas))


def reveal_temperatures(steps: int, temperature: float = 1.0) -> Sequence[float]:
    """Of the Gumbel noise in the order of reveal, one a step: T·Π(1 − i/steps)."""
    return list(accumulate(range(1, steps + 1), lambda left, step: left * (1 - step / steps), initial=temperature))[1:]
