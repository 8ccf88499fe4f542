"""Spacings: at which times the steps of a job stand on its path. The path is the checkpoint's, the spacing the user's.

A spacing gives n + 1 values of progress u = 1 − t for n steps, rising from 0 at pure noise to 1 at data, so that any
spacing goes with any path. "Front-heavy" and "back-heavy" say, as in Noise2Music (Huang et al. 2023,
https://arxiv.org/abs/2302.03917), where most of the steps are: near the noise, or near the data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, exp, pi

from engine.api.errors import BadInput
from engine.samplers.contract import Level
from engine.samplers.paths import Path

Spacing = Callable[[int], Sequence[float]]  # n steps -> n + 1 values of progress

# F5-TTS's empirically pruned steps, in units of 1/32. https://arxiv.org/abs/2505.19931
PRUNED = {
    5: (0, 2, 4, 8, 16, 32),
    6: (0, 2, 4, 6, 8, 16, 32),
    7: (0, 2, 4, 6, 8, 16, 24, 32),
    10: (0, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32),
    12: (0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32),
    16: (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32),
}


def uniform(steps: int) -> list[float]:
    return [i / steps for i in range(steps + 1)]


def curved(noise_left: Callable[[float], float]) -> Spacing:
    """The spacing of a falling curve of u, stretched to run from 1 to exactly 0."""
    top, floor = noise_left(0), noise_left(1)
    return lambda steps: [(top - noise_left(u)) / (top - floor) for u in uniform(steps)]


def pruned(steps: int) -> list[float]:
    """F5-TTS's table for this number of steps; uniform where it has none."""
    return [i / 32 for i in PRUNED[steps]] if steps in PRUNED else uniform(steps)


SPACINGS: dict[str, Spacing] = {
    "uniform": uniform,
    "front-heavy": curved(lambda u: 1 - u**2),
    "back-heavy": curved(lambda u: (1 - u) ** 2),
    "karras": curved(lambda u: (80 ** (1 / 7) + u * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7),
    "exponential": curved(lambda u: exp(-5 * u)),
    "pruned": pruned,
}


def swayed(u: float, sway: float) -> float:
    """Below 0 more steps near the noise, above 0 more near the data. F5-TTS, https://arxiv.org/abs/2410.06885"""
    return u + sway * (cos(pi / 2 * u) - 1 + u)


def times(spacing: str, steps: int, sway: float = 0.0) -> tuple[float, ...]:
    """`steps` + 1 falling times from exactly 1 to exactly 0. Raises BadInput for an unknown name or a bad number."""
    if spacing not in SPACINGS:
        raise BadInput(f"There is no spacing “{spacing}”: choose one of {', '.join(SPACINGS)}.")
    if steps < 1:
        raise BadInput(f"{steps} steps cannot make anything: choose 1 or more.")
    if not -1 <= sway <= 1.75:
        raise BadInput(f"A sway of {sway:g} would run backwards: choose one from −1 to 1.75.")
    inner = SPACINGS[spacing](steps)[1:-1]
    return (1.0, *(1 - swayed(u, sway) for u in inner), 0.0)


def levels(path: Path, times: Sequence[float]) -> tuple[Level, ...]:
    """The path's levels at these times, ending at data.

    On a closed path the times are stretched so that the last step begins at the path's smallest sigma, as its authors
    have it: n uniform steps on the Karras path are then its n published sigmas, and 0.
    """
    if not path.closed or len(times) < 3:
        return tuple(map(path, times))
    least = times[-2]
    smallest = 1e-12  # stands for the time just above 0
    return tuple(path(max((t - least) / (1 - least), smallest)) for t in times[:-1]) + (path(0.0),)


def leading(path: Path, times: Sequence[float]) -> tuple[Level, ...]:
    """The levels of a discrete path as DDPM's own code has them: n uniform steps of N stand at the timesteps
    (n − 1)·(N // n), …, 2·(N // n), N // n, 0, so that none is at the noisiest, and data follows the last.

    Mustango and AudioLDM sample like that. Another spacing's steps stand where it has them in between.
    """
    steps = len(times) - 1
    reach = steps * (path.timesteps // steps)
    return (*(path((t * reach + 1) / path.timesteps) for t in times[1:]), path(0.0))


def spaced(path: Path, times: Sequence[float]) -> tuple[Level, ...]:
    """The levels of a discrete path as improved DDPM's own code has them: n uniform steps of N stand at the timesteps
    N − 1, …, 0 with even gaps, rounded, both ends among them, and data follows the last.

    DiT samples like that. Another spacing's steps stand where it has them in between.
    """
    least, reach = times[-2], path.timesteps - 1
    shares = [1.0] if len(times) == 2 else [(t - least) / (1 - least) for t in times[:-1]]
    steps = [round(round(share * reach, 6)) for share in shares]  # a share is a quotient: a half is to be a half
    return (*(path((step + 1) / path.timesteps) for step in steps), path(0.0))
