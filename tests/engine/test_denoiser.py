"""The table of predictions against what each prediction means; guidance, one pass or two; clipping."""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from typing import Any

import pytest
import torch
from torch import Tensor

from engine.api.errors import BadInput
from engine.denoiser import (
    PREDICTIONS,
    TIMES,
    apart,
    clipped,
    denoiser,
    doubled,
    edm,
    guided,
    ranged,
    without_range,
)
from engine.samplers.contract import Level
from engine.samplers.paths import PATHS

X0, EPS = 0.8, -1.7
TARGETS: dict[
    str, Callable[[Level], float]
] = {  # what a perfect network answers at a level, by the prediction's own definition
    "eps": lambda level: EPS,
    "x0": lambda level: X0,
    "v": lambda level: level.alpha * EPS - level.sigma * X0,
    "flow": lambda level: X0 - EPS,
}
PAIRS = [
    ("eps", "linear-beta"),
    ("x0", "cosine"),
    ("x0", "flow"),
    ("v", "cosine"),
    ("v", "scaled-linear"),
    ("flow", "flow"),
]


@dataclass
class Knobs:
    guidance: float = 1.0
    batched: bool = True


def noisy(level: Level) -> Any:
    return level.alpha * X0 + level.sigma * EPS


@pytest.mark.parametrize("t", [1.0, 0.7, 0.3, 0.001])
@pytest.mark.parametrize(("prediction", "path"), PAIRS)
def test_a_perfect_network_gives_the_data_back(prediction: str, path: str, t: float) -> None:
    level = PATHS[path](t)
    answer: Any = TARGETS[prediction](level)
    denoise = denoiser(lambda x, time: answer, prediction)
    assert denoise(noisy(level), level) == pytest.approx(X0, abs=1e-10)


@pytest.mark.parametrize(("prediction", "path"), PAIRS)
def test_on_its_own_path_a_network_sees_x_as_it_is(prediction: str, path: str) -> None:
    assert PREDICTIONS[prediction](PATHS[path](0.4))[0] == pytest.approx(1)


@pytest.mark.parametrize(("prediction", "own"), [("v", "cosine"), ("eps", "linear-beta"), ("flow", "flow")])
def test_a_network_runs_on_another_path_at_the_same_signal_to_noise_ratio(prediction: str, own: str) -> None:
    """The same picture scaled by any number, and the level with it, is the same question."""
    level = PATHS[own](0.4)
    seen: list[Any] = []

    def network(x: Any, time: float) -> Any:
        seen.append(x)
        return 0.3 * x - 0.2

    denoise = denoiser(network, prediction)
    stretched = Level(level.t, 7 * level.alpha, 7 * level.sigma)
    assert denoise(7 * noisy(level), stretched) == pytest.approx(denoise(noisy(level), level))
    assert seen[0] == pytest.approx(seen[1])


@pytest.mark.parametrize("sigma", [0.002, 0.5, 80.0])
def test_edm_is_table_1_of_karras(sigma: float) -> None:
    c_in, c_skip, c_out = edm(0.5)(Level(1.0, 1.0, sigma))
    assert c_in == pytest.approx(1 / (0.25 + sigma**2) ** 0.5)
    assert c_skip == pytest.approx(0.25 / (0.25 + sigma**2))
    assert c_out == pytest.approx(sigma * 0.5 / (0.25 + sigma**2) ** 0.5)


def test_edm_with_unit_data_is_v_with_the_sign_turned() -> None:
    level = Level(0.5, 0.6, 1.4)
    (c_in, c_skip, c_out), (other_in, other_skip, other_out) = edm(1.0)(level), PREDICTIONS["v"](level)
    assert (c_in, c_skip, c_out) == pytest.approx((other_in, other_skip, -other_out))


def test_what_the_network_is_told() -> None:
    level = PATHS["cosine"](0.3)
    told = {name: time(level) for name, time in TIMES.items()}
    assert told["t"] == 0.3
    assert told["progress"] == 0.7
    assert told["angle"] == pytest.approx(0.3)
    assert TIMES["angle"](Level(1.0, 0.0, 1.0)) == 1.0
    assert TIMES["log-sigma"](Level(0.5, 1.0, 1.0)) == 0.0
    path, seen = PATHS["linear-beta"], []

    def network(x: Any, time: float) -> Any:
        seen.append(time)
        return x

    denoiser(network, "v", lambda level: path.timestep(level.t))(noisy(level), path(0.25))
    assert seen == [249]


@pytest.mark.parametrize(("prediction", "time"), [("epsilon", "t"), ("v", "sigma")])
def test_a_card_with_a_wrong_name_gets_the_names_to_choose_from(prediction: str, time: str) -> None:
    with pytest.raises(BadInput, match="flow|progress"):
        denoiser(lambda x, time: x, prediction, time)


def test_noise_predicted_from_pure_noise_is_said_to_be_useless() -> None:
    with pytest.raises(BadInput, match="path"):
        denoiser(lambda x, time: x, "eps")(noisy(PATHS["flow"](1.0)), PATHS["flow"](1.0))


LEVEL = PATHS["flow"](0.5)


def network(x: Tensor, level: Level) -> Tensor:
    """x (2, 3): its guess depends on the row's own conditioning, which stands in the last column."""
    return x * x[:, -1:] + level.t


def only(cond: float) -> Any:
    def denoise(x: Tensor, level: Level) -> Tensor:
        return network(torch.cat([x, torch.full_like(x[:, :1], cond)], 1), level)[:, :-1]

    return denoise


def stacked(x: Tensor, level: Level) -> Tensor:
    cond = torch.tensor([2.0, -1.0]).repeat_interleave(len(x) // 2)[:, None]
    return network(torch.cat([x, cond], 1), level)[:, :-1]


@pytest.mark.parametrize("guidance", [0.0, 1.0, 3.5])
def test_guidance_goes_on_from_the_unconditional_guess(guidance: float) -> None:
    x = torch.randn(2, 2)
    cond, uncond = only(2.0)(x, LEVEL), only(-1.0)(x, LEVEL)
    found = guided(only(2.0), only(-1.0), Knobs(guidance))(x, LEVEL)
    assert torch.allclose(found, uncond + guidance * (cond - uncond))


def test_one_batch_and_two_passes_agree_and_can_be_changed_while_running() -> None:
    x, knobs, batches = torch.randn(2, 2), Knobs(2.5), []

    def counted(x: Tensor, level: Level) -> Tensor:
        batches.append(len(x))
        return stacked(x, level)

    denoise = guided(only(2.0), only(-1.0), knobs, pair=doubled(counted))
    together = denoise(x, LEVEL)
    knobs.batched = False
    assert torch.allclose(together, denoise(x, LEVEL))
    assert batches == [4]


def test_guidance_of_one_is_one_pass() -> None:
    def never(x: Tensor, level: Level) -> Tensor:
        raise AssertionError("an unconditional pass ran")

    knobs = Knobs(1.0)
    denoise = guided(only(2.0), never, knobs, pair=doubled(never))
    x = torch.randn(2, 2)
    assert torch.equal(denoise(x, LEVEL), only(2.0)(x, LEVEL))
    knobs.guidance = 2.0  # turned while the job runs
    with pytest.raises(AssertionError):
        denoise(x, LEVEL)


@pytest.mark.parametrize(("t", "passes"), [(0.9, 1), (0.8, 2), (0.5, 2), (0.2, 2), (0.1, 1)])
def test_outside_its_interval_guidance_costs_nothing(t: float, passes: int) -> None:
    calls: list[float] = []

    def counted(x: Tensor, level: Level) -> Tensor:
        calls.append(level.t)
        return x

    guided(counted, counted, Knobs(3.0), interval=(0.2, 0.8))(torch.ones(1, 2), PATHS["flow"](t))
    assert len(calls) == passes


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_rescaled_guidance_has_the_conditional_guesss_deviation(share: float) -> None:
    x = torch.randn(2, 3, 8)
    cond, uncond = (lambda x, level: x), (lambda x, level: -0.5 * x + 0.1)
    plain = guided(cond, uncond, Knobs(6.0))(x, LEVEL).std((1, 2))
    found = guided(cond, uncond, Knobs(6.0), rescale=share)(x, LEVEL).std((1, 2))
    assert torch.allclose(found, share * x.std((1, 2)) + (1 - share) * plain)


def test_guidance_of_logits_is_guidance_of_log_probabilities() -> None:
    cond, uncond = torch.randn(5, 7), torch.randn(5, 7)
    by_logits = guided(lambda x, level: cond, lambda x, level: uncond, Knobs(2.0))(cond, LEVEL)
    by_logs = guided(lambda x, level: cond.log_softmax(-1), lambda x, level: uncond.log_softmax(-1), Knobs(2.0))(
        cond, LEVEL
    )
    assert torch.allclose(by_logits.softmax(-1), by_logs.softmax(-1), atol=1e-6)


def test_dynamic_clipping_brings_each_item_back_by_its_own_percentile() -> None:
    x0 = torch.stack([torch.linspace(-4, 4, 1001), torch.linspace(-0.5, 0.5, 1001)])[:, None]
    found = clipped(lambda x, level: x, 90.0)(x0, LEVEL)
    assert torch.allclose(found[0], (x0[0] / 3.6).clamp(-1, 1), atol=1e-5)
    assert torch.equal(found[1], x0[1])  # what lies within the limit stays


def test_scaled_levels_have_the_same_angle() -> None:
    level = PATHS["cosine"](0.3)
    assert hypot(level.alpha, level.sigma) == pytest.approx(1)
    assert TIMES["angle"](Level(0.3, 5 * level.alpha, 5 * level.sigma)) == pytest.approx(0.3)


def test_dits_guidance_is_its_authors() -> None:
    """Their formula, of the noise: three channels are guided, the fourth and the variances are the conditional's."""
    path = PATHS["linear-beta"]
    level = path(0.4)
    torch.manual_seed(3)
    x, cond, uncond = torch.randn(1, 4, 2, 2), torch.randn(1, 8, 2, 2), torch.randn(1, 8, 2, 2)

    def both(x: Tensor, time: float) -> Tensor:
        assert time == path.timestep(0.4) and torch.equal(x[:1], x[1:])
        return torch.cat([cond, uncond])

    def told(level: Level) -> int:
        return path.timestep(level.t)

    denoise = ranged(both, "eps", told)
    found = guided(denoise, denoise, Knobs(4.0), pair=doubled(denoise), channels=3)
    noise = torch.cat([uncond[:, :3] + 4.0 * (cond[:, :3] - uncond[:, :3]), cond[:, 3:4]], 1)
    expected = (x - level.sigma * noise) / level.alpha
    x0, answer = apart(found)(x, level)
    assert torch.allclose(x0, expected, atol=1e-4)
    assert torch.equal(answer, cond[:, 4:])
    assert torch.equal(without_range(found)(x, level), x0)
