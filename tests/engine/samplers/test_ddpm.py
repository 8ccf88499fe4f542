"""DDPM with a learned range, on floats: what the share v does to the noise, and what it leaves as it was."""

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Any

import pytest

from engine.samplers.contract import Level, Step
from engine.samplers.ddim import ddim
from engine.samplers.ddpm import ddpm
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, spaced, times

PATH = PATHS["linear-beta"]
LEVELS = levels(PATH, times("uniform", 8))


def guess(x: Any, level: Level) -> Any:
    return 0.3 * x + 0.1


def walk(answer: float, gamma: float, z: float, spots: Sequence[Level] = LEVELS) -> list[Step]:
    x: Any = 1.2
    denoise: Any = lambda x, level: (guess(x, level), answer)  # noqa: E731
    return list(ddpm(denoise, x, spots, lambda like: z, gamma))  # type: ignore[arg-type, return-value]


def test_a_step_is_the_published_posterior() -> None:
    """Nichol & Dhariwal 2021, equations 10, 11 and 15, written in ᾱ and β."""
    before, after = LEVELS[2], LEVELS[3]
    kept, kept_after = before.alpha**2, after.alpha**2
    beta = 1 - kept / kept_after
    small = (1 - kept_after) / (1 - kept) * beta
    x, x0 = 1.2, guess(1.2, before)
    mean = sqrt(kept_after) * beta / (1 - kept) * x0 + sqrt(1 - beta) * (1 - kept_after) / (1 - kept) * x
    for answer in (-1.0, 0.2, 1.0):
        share = (answer + 1) / 2
        deviation = exp((share * log(beta) + (1 - share) * log(small)) / 2)
        for z in (0.0, 1.5):
            (step,) = walk(answer, 1.0, z, (before, after))
            assert step.x == pytest.approx(mean + deviation * z, rel=1e-9)


def test_the_least_variance_is_ddim_with_full_gamma() -> None:
    expected = list(ddim(guess, 1.2, LEVELS, lambda like: 0.7, 1.0))  # type: ignore[arg-type, return-value]
    assert [step.x for step in walk(-1.0, 1.0, 0.7)] == pytest.approx([step.x for step in expected])


def test_without_gamma_nothing_is_drawn_and_the_share_says_nothing() -> None:
    def no_noise(like: Any) -> Any:
        raise AssertionError("a deterministic sampler drew noise")

    expected = list(ddim(guess, 1.2, LEVELS, no_noise, 0.0))  # type: ignore[arg-type]
    assert [step.x for step in walk(0.9, 0.0, 9.0)] == pytest.approx([step.x for step in expected])


def test_gamma_can_be_turned_while_it_runs() -> None:
    steps = ddpm(lambda x, level: (guess(x, level), 0.0), 1.2, LEVELS, lambda like: 1.0, 1.0)  # type: ignore[arg-type, return-value]
    next(steps)
    turned = steps.send(0.0)
    plain = walk(0.0, 1.0, 1.0)[1]
    assert turned.x != plain.x and turned.level == plain.level


@pytest.mark.parametrize("steps", [1, 2, 10, 250])
def test_spaced_levels_begin_at_the_noisiest_and_end_at_data(steps: int) -> None:
    found = spaced(PATH, times("uniform", steps))
    told = [PATH.timestep(level.t) for level in found[:-1]]
    assert len(found) == steps + 1 and told[0] == 999 and found[-1] == PATH(0.0)
    assert steps == 1 or told[-1] == 0
    assert told == sorted(set(told), reverse=True)
