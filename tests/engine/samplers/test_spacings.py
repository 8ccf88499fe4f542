"""Spacings: exact ends, strictly falling times, the published tables of F5-TTS."""

from itertools import pairwise
from math import cos, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import BadInput
from engine.samplers.paths import PATHS, scaled_linear
from engine.samplers.spacings import SPACINGS, leading, levels, times

# F5-TTS's pruned steps, in 1/32 of the path from noise.
PUBLISHED = {
    5: [0, 2, 4, 8, 16, 32],
    6: [0, 2, 4, 6, 8, 16, 32],
    7: [0, 2, 4, 6, 8, 16, 24, 32],
    10: [0, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32],
    12: [0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32],
    16: [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32],
}


@given(st.sampled_from(sorted(SPACINGS)), st.integers(1, 200), st.floats(-1, 1.75))
def test_times_fall_from_exactly_one_to_exactly_zero(spacing: str, steps: int, sway: float) -> None:
    found = times(spacing, steps, sway)
    assert len(found) == steps + 1
    assert (found[0], found[-1]) == (1.0, 0.0)
    assert all(a > b for a, b in zip(found, found[1:], strict=False))


@given(st.sampled_from(sorted(SPACINGS)), st.sampled_from(sorted(PATHS)), st.integers(1, 60), st.floats(-1, 1.75))
def test_any_spacing_goes_with_any_path(spacing: str, path: str, steps: int, sway: float) -> None:
    found = levels(PATHS[path], times(spacing, steps, sway))
    assert len(found) == steps + 1
    assert found[-1].sigma == 0
    assert all(a.lam < b.lam for a, b in zip(found, found[1:], strict=False))


@pytest.mark.parametrize("steps", PUBLISHED)
def test_pruned_times_are_the_published_ones(steps: int) -> None:
    assert [32 * (1 - t) for t in times("pruned", steps)] == PUBLISHED[steps]


def test_pruned_times_are_uniform_where_nothing_was_published() -> None:
    assert times("pruned", 8) == times("uniform", 8)


def test_seven_pruned_and_swayed_steps_are_the_published_ones() -> None:
    progress = [1 - t for t in times("pruned", 7, -1.0)]
    assert progress == pytest.approx([0, 0.0048, 0.0192, 0.0431, 0.0761, 0.2929, 0.6173, 1], abs=5e-5)


def test_full_sway_is_a_quarter_cosine() -> None:
    assert times("uniform", 32, -1.0) == pytest.approx([cos(pi / 2 * i / 32) for i in range(33)], abs=1e-15)


@pytest.mark.parametrize(("spacing", "sway"), [("front-heavy", 0.0), ("uniform", -0.5)])
def test_front_heavy_and_negative_sway_stay_near_the_noise(spacing: str, sway: float) -> None:
    assert times(spacing, 10, sway)[5] > 0.5


@pytest.mark.parametrize(
    ("spacing", "sway"), [("back-heavy", 0.0), ("karras", 0.0), ("exponential", 0.0), ("uniform", 0.5)]
)
def test_back_heavy_and_positive_sway_hurry_to_the_data(spacing: str, sway: float) -> None:
    assert times(spacing, 10, sway)[5] < 0.5


@pytest.mark.parametrize(
    ("spacing", "steps", "sway", "named"),
    [
        ("unifrom", 8, 0.0, "uniform"),
        ("uniform", 0, 0.0, "1 or more"),
        ("uniform", 8, -1.1, "−1"),
        ("uniform", 8, 1.8, "1.75"),
    ],
)
def test_bad_input_gets_a_sentence_that_says_what_to_choose(spacing: str, steps: int, sway: float, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        times(spacing, steps, sway)


@pytest.mark.parametrize("steps", [1, 7, 20, 30, 100, 200])
def test_leading_steps_stand_at_the_timesteps_of_the_first_code_of_ddpm(steps: int) -> None:
    path = scaled_linear()
    stops = leading(path, times("uniform", steps))
    stride = 1000 // steps
    assert [path.timestep(level.t) for level in stops[:-1]] == [stride * i for i in reversed(range(steps))]
    assert stops[-1] == path(0.0) and len(stops) == steps + 1


def test_mustangos_200_steps_begin_at_995() -> None:
    path = scaled_linear()
    found = [path.timestep(level.t) for level in leading(path, times("uniform", 200))[:-1]]
    assert found[:3] == [995, 990, 985] and found[-2:] == [5, 0]


@pytest.mark.parametrize("spacing", sorted(SPACINGS))
def test_leading_steps_of_any_spacing_never_stand_still(spacing: str) -> None:
    sigmas = [level.sigma for level in leading(scaled_linear(), times(spacing, 200))]
    assert all(later < earlier for earlier, later in pairwise(sigmas)) and sigmas[-1] == 0
