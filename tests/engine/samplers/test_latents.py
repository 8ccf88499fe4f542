"""The samplers of continuous latents, on floats, against Gaussian data: the one case whose answer is known.

For data N(m, s²) the best denoiser is (α·s²·x + σ²·m)/(α²s² + σ²), and the ODE keeps (x − α·m)/√(α²s² + σ²) as it was.
"""

from collections.abc import Sequence
from math import cos, log2, sqrt, tanh
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.samplers import SAMPLERS
from engine.samplers.contract import Level, Step
from engine.samplers.paths import PATHS, Path
from engine.samplers.spacings import levels, times

MEAN, DEVIATION = 0.7, 0.5
ORDERS = {"euler": 1, "heun": 2, "ddim": 1, "dpmpp_2m": 2, "dpmpp_3m_sde": 2}


def best(x: Any, level: Level) -> Any:
    variance = (level.alpha * DEVIATION) ** 2 + level.sigma**2
    return (level.alpha * DEVIATION**2 * x + level.sigma**2 * MEAN) / variance


def no_noise(like: Any) -> Any:
    raise AssertionError("a deterministic sampler drew noise")


def walk(name: str, x: Any, path: Sequence[Level], noise: Any = no_noise, gamma: float = 0.0) -> list[Step]:
    return list(SAMPLERS[name](best, x, path, noise, gamma))


def deviation(level: Level) -> float:
    return sqrt((level.alpha * DEVIATION) ** 2 + level.sigma**2)


def error(name: str, path: Path, steps: int, start: float, end: float) -> float:
    spots = tuple(path(start + (end - start) * i / steps) for i in range(steps + 1))
    first, last = spots[0], spots[-1]
    found: Any = walk(name, first.alpha * MEAN + 1.3 * deviation(first), spots)[-1].x
    return abs(float(found) - (last.alpha * MEAN + 1.3 * deviation(last)))


@pytest.mark.parametrize("path", ["flow", "cosine", "karras"])
@pytest.mark.parametrize("name", SAMPLERS)
def test_error_shrinks_at_the_order_of_the_method(name: str, path: str) -> None:
    coarse, fine = (error(name, PATHS[path], steps, 0.95, 0.05) for steps in (256, 2048))
    assert log2(coarse / fine) / 3 > ORDERS[name] - 0.2  # steps are eight times as many


@pytest.mark.parametrize("path", ["flow", "cosine"])
@pytest.mark.parametrize("name", SAMPLERS)
def test_error_shrinks_as_fast_from_pure_noise_to_data(name: str, path: str) -> None:
    """But for a logarithm: λ is infinite at both ends, so the multistep methods' first steps never get short in it."""
    coarse, fine = (error(name, PATHS[path], steps, 1.0, 0.0) for steps in (256, 2048))
    assert log2(coarse / fine) / 3 > ORDERS[name] - 0.3


@pytest.mark.parametrize("name", ["heun", "dpmpp_2m", "dpmpp_3m_sde"])
def test_higher_orders_pay_at_a_dozen_steps(name: str) -> None:
    assert error(name, PATHS["flow"], 12, 1.0, 0.0) < error("ddim", PATHS["flow"], 12, 1.0, 0.0) / 4


@pytest.mark.parametrize("path", ["flow", "cosine"])
@pytest.mark.parametrize("name", SAMPLERS)
def test_pure_noise_is_a_level_like_another(name: str, path: str) -> None:
    steps = walk(name, 1.0, levels(PATHS[path], times("uniform", 5)))
    assert all(abs(float(step.x)) < 10 for step in steps)


@pytest.mark.parametrize("gamma", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("name", SAMPLERS)
def test_the_last_step_is_exactly_the_guess(name: str, gamma: float) -> None:
    last = walk(name, 1.3, levels(PATHS["cosine"], times("uniform", 6)), lambda like: 0.4, gamma)[-1]
    assert last.x == last.x0
    assert last.level == Level(0.0, 1.0, 0.0)


@pytest.mark.parametrize("name", SAMPLERS)
def test_there_is_a_step_for_every_level_reached(name: str) -> None:
    path = levels(PATHS["karras"], times("uniform", 7))
    assert [step.level for step in walk(name, 80.0, path)] == list(path[1:])


def test_on_the_flow_path_a_step_is_euler_on_the_velocity() -> None:
    path = levels(PATHS["flow"], times("uniform", 9, -1.0))
    x = 1.1
    for level, after in zip(path[:-1], path[1:], strict=True):
        velocity = (best(x, level) - x) / level.sigma  # x0 − ε, since x = x0 + σ(ε − x0)
        x = x + (level.t - after.t) * velocity
    assert [walk(name, 1.1, path)[-1].x for name in ("euler", "ddim")] == pytest.approx([x, x], abs=1e-12)


def draws(gamma: float, name: str, x: Tensor, path: Sequence[Level]) -> Tensor:
    generator = torch.Generator().manual_seed(7)
    steps = walk(name, x, path, lambda like: torch.randn(like.shape, generator=generator, dtype=like.dtype), gamma)
    return steps[-1].x


@pytest.mark.parametrize("name", SAMPLERS)
def test_full_gamma_adds_the_variance_of_ddpms_posterior(name: str) -> None:
    """From one x, the next is spread by β̃ = (1 − ᾱ')/(1 − ᾱ)·(1 − ᾱ/ᾱ')."""
    path = PATHS["linear-beta"](0.6), PATHS["linear-beta"](0.5)
    kept, kept_after = path[0].alpha ** 2, path[1].alpha ** 2
    posterior = (1 - kept_after) / (1 - kept) * (1 - kept / kept_after)
    found = draws(1.0, name, torch.full((100_000,), 0.3, dtype=torch.float64), path)
    assert float(found.var()) == pytest.approx(posterior, rel=0.02)  # four deviations of the estimate


@pytest.mark.parametrize("gamma", [0.3, 0.7, 1.0])
@pytest.mark.parametrize("name", SAMPLERS)
def test_every_gamma_leads_to_the_distribution_of_the_data(name: str, gamma: float) -> None:
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(20_000, generator=generator, dtype=torch.float64)
    found = draws(gamma, name, x, levels(PATHS["flow"], times("uniform", 150)))
    assert float(found.mean()) == pytest.approx(MEAN, abs=0.02)
    assert float(found.std()) == pytest.approx(DEVIATION, rel=0.03)


@pytest.mark.parametrize("gamma", [0.5, 1.0])
@pytest.mark.parametrize("name", ["euler", "ddim"])
def test_the_marginals_of_the_path_are_kept_at_every_gamma(name: str, gamma: float) -> None:
    """For data in a single point every level is exactly N(α·m, σ²), however few the steps."""
    generator = torch.Generator().manual_seed(5)

    def noise(like: Tensor) -> Tensor:
        return torch.randn(like.shape, generator=generator, dtype=like.dtype)

    x = torch.randn(100_000, generator=generator, dtype=torch.float64)
    path = levels(PATHS["cosine"], times("uniform", 5))
    for step in SAMPLERS[name](lambda x, level: torch.full_like(x, MEAN), x, path, noise, gamma):
        assert float(step.x.mean()) == pytest.approx(step.level.alpha * MEAN, abs=0.015)
        assert float(step.x.std()) == pytest.approx(step.level.sigma, rel=0.015, abs=1e-12)


@pytest.mark.parametrize(("name", "published"), [("dpmpp_3m_sde", 0.696608784738), ("dpmpp_2m", 0.631930750105)])
def test_the_sdes_give_k_diffusions_numbers(name: str, published: float) -> None:
    """Computed once by k-diffusion 0.1.1, sample_dpmpp_3m_sde and sample_dpmpp_2m_sde at eta = 1, at the last sigma."""
    path = [Level(0.5, 1.0, 80 * (0.02 / 80) ** (i / 9)) for i in range(10)]
    noise: Any = map(cos, range(100)).__next__
    last = list(SAMPLERS[name](squashed, floating(40.0), path, lambda like: noise(), 1.0))[-1]
    assert last.x == pytest.approx(published, abs=1e-11)


def squashed(x: Any, level: Level) -> Any:
    return tanh(x + level.sigma) / (1 + level.sigma**2)


def floating(x: float) -> Any:
    return x


@pytest.mark.parametrize("name", SAMPLERS)
def test_a_gamma_that_is_sent_holds_from_the_next_step_on(name: str) -> None:
    path = levels(PATHS["cosine"], times("uniform", 4))
    drawn: list[Any] = []

    def noise(like: Any) -> Any:
        drawn.append(like)
        return 0.5

    steps = SAMPLERS[name](best, floating(1.0), path, noise, 0.0)
    next(steps)
    assert not drawn
    steps.send(1.0)
    assert len(drawn) == 1
    next(steps)  # what was sent goes on to hold
    assert len(drawn) == 2
    steps.send(0.0)
    assert len(drawn) == 2


@pytest.mark.parametrize("name", SAMPLERS)
def test_closing_the_generator_ends_the_work(name: str) -> None:
    calls: list[Level] = []

    def counted(x: Any, level: Level) -> Any:
        calls.append(level)
        return best(x, level)

    steps = SAMPLERS[name](counted, floating(1.0), levels(PATHS["flow"], times("uniform", 50)), no_noise, 0.0)
    next(steps)
    steps.close()
    assert len(calls) <= 2
    assert list(steps) == []


def test_heun_shows_the_later_of_its_two_guesses() -> None:
    path = levels(PATHS["flow"], times("uniform", 4))
    guesses: list[Any] = []

    def kept(x: Any, level: Level) -> Any:
        guesses.append(best(x, level))
        return guesses[-1]

    steps = list(SAMPLERS["heun"](kept, floating(1.0), path, no_noise, 0.0))
    assert [step.x0 for step in steps] == [guesses[1], guesses[3], guesses[5], guesses[6]]


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_steps_already_given_are_not_written_over(name: str) -> None:
    x = torch.ones(3)
    steps = walk(name, x, levels(PATHS["flow"], times("uniform", 6)))
    assert len({tuple(step.x.tolist()) for step in steps}) == 6
    assert x.tolist() == [1, 1, 1]
