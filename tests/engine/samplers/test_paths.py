"""Noise paths: exact ends, falling noise, the published tables."""

from math import atan2, cos, log, pi

import pytest

from engine.samplers.contract import Level
from engine.samplers.paths import PATHS, karras, polyexponential, squaredcos_cap_v2
from engine.samplers.spacings import levels, times

VARIANCE_PRESERVING = ["cosine", "squaredcos_cap_v2", "linear-beta", "scaled-linear"]
GRID = [i / 400 for i in range(401)]


@pytest.mark.parametrize("name", PATHS)
def test_every_path_ends_in_exactly_data(name: str) -> None:
    assert PATHS[name](0.0) == Level(0.0, 1.0, 0.0)


@pytest.mark.parametrize("name", ["flow", "cosine", "masked", "masked-linear"])
def test_a_path_that_begins_in_pure_noise_does_so_exactly(name: str) -> None:
    assert PATHS[name](1.0) == Level(1.0, 0.0, 1.0)
    assert PATHS[name](1.0).lam == -float("inf")


@pytest.mark.parametrize("name", PATHS)
def test_noise_rises_with_time_all_the_way(name: str) -> None:
    lams = [PATHS[name](t).lam for t in GRID]
    assert all(a > b for a, b in zip(lams, lams[1:], strict=False))
    assert [PATHS[name](t).t for t in GRID] == GRID


@pytest.mark.parametrize("name", VARIANCE_PRESERVING)
def test_variance_is_preserved(name: str) -> None:
    assert all(level.alpha**2 + level.sigma**2 == pytest.approx(1, abs=1e-12) for level in map(PATHS[name], GRID))


def test_the_cosine_path_turns_at_a_steady_angle() -> None:
    assert all(atan2(lv.sigma, lv.alpha) == pytest.approx(lv.t * pi / 2) for lv in map(PATHS["cosine"], GRID))


def test_discrete_timesteps_count_from_data_and_the_last_is_pure_noise() -> None:
    path = PATHS["linear-beta"]
    assert [path.timestep(t) for t in (1.0, 0.996, 0.5, 0.001, 0.0)] == [999, 995, 499, 0, 0]
    assert squaredcos_cap_v2(100).timestep(1.0) == 99


def test_a_discrete_path_interpolates_in_the_logarithm() -> None:
    path = PATHS["linear-beta"]
    low, middle, high = (log(path(t).alpha) for t in (0.500, 0.5005, 0.501))
    assert middle == pytest.approx((low + high) / 2, abs=1e-12)


def test_karras_levels_are_the_published_sigmas() -> None:
    sigmas = [level.sigma for level in levels(karras(), times("uniform", 18))]
    published = [(80 ** (1 / 7) + i / 17 * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7 for i in range(18)]
    assert sigmas == pytest.approx([*published, 0.0], rel=1e-9)
    assert sigmas[-1] == 0.0


def test_stable_audios_levels_are_exponential_from_500_to_0_3() -> None:
    sigmas = [level.sigma for level in levels(polyexponential(), times("uniform", 100))]
    assert sigmas[0] == pytest.approx(500)
    assert sigmas[-2] == pytest.approx(0.3)
    ratios = [a / b for a, b in zip(sigmas[:-2], sigmas[1:-1], strict=True)]
    assert ratios == pytest.approx([ratios[0]] * 99)


def test_the_masked_path_hides_the_cosine_of_progress() -> None:
    assert all(PATHS["masked"](1 - u).sigma == pytest.approx(cos(pi / 2 * u), abs=1e-15) for u in GRID)
