"""Paths and samplers against diffusers: the same random network, the same start, the same noise, the same result.

diffusers draws its noise from a generator, one draw a step; ours gets a generator of the same seed.
"""

from collections.abc import Callable
from typing import Any

import diffusers
import pytest
import torch
from torch import Tensor, nn

from engine.denoiser import denoiser
from engine.samplers import SAMPLERS
from engine.samplers.contract import Denoiser, Level, Noise
from engine.samplers.paths import PATHS, Path, karras
from engine.samplers.spacings import levels, times

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")]

BETAS: dict[str, dict[str, Any]] = {
    "linear-beta": {"beta_schedule": "linear", "beta_start": 1e-4, "beta_end": 0.02},
    "scaled-linear": {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012},
    "squaredcos_cap_v2": {"beta_schedule": "squaredcos_cap_v2"},
}
PREDICTIONS = {"eps": "epsilon", "v": "v_prediction", "x0": "sample"}
SHAPE = (3, 4)
STEPS = 20


class Network(nn.Module):
    """A tiny random network of x and a time."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(11)
        self.layers = nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 4)).double()

    def forward(self, x: Tensor, time: float) -> Tensor:  # (3, 4) -> (3, 4)
        answer: Tensor = self.layers(torch.cat([x, torch.full_like(x[:, :1], time / 1000)], 1))
        return answer


@pytest.fixture(autouse=True)
def no_gradients() -> Any:
    with torch.no_grad():
        yield


def start() -> Tensor:
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def noise(seed: int) -> Noise:
    generator = torch.Generator().manual_seed(seed)
    return lambda like: torch.randn(like.shape, generator=generator, dtype=like.dtype)


def ours(name: str, denoise: Denoiser, x: Tensor, path: tuple[Level, ...], gamma: float = 0.0) -> Tensor:
    return list(SAMPLERS[name](denoise, x, path, noise(2), gamma))[-1].x


def theirs(scheduler: Any, network: Callable[..., Tensor], x: Tensor, **options: Any) -> Tensor:
    for time in scheduler.timesteps:
        x = scheduler.step(network(scheduler.scale_model_input(x, time), float(time)), time, x, **options).prev_sample
    return x


def discrete(path: Path, prediction: str) -> Denoiser:
    return denoiser(Network(), prediction, lambda level: path.timestep(level.t))


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(2)


def scheduler(
    kind: str, path: str, prediction: str = "eps", spacing: str = "trailing", steps: int = STEPS, **options: Any
) -> Any:
    """Trailing timesteps are our uniform times: 999, 949, …, 49 and then data.

    diffusers multiplies its table in float32; it gets the same table in float64, for here the steps are compared.
    """
    made = getattr(diffusers, kind)(
        **BETAS[path], prediction_type=PREDICTIONS[prediction], timestep_spacing=spacing, **options
    )
    kept = [PATHS[path]((i + 1) / 1000).alpha ** 2 for i in range(1000)]
    made.alphas_cumprod = torch.tensor(kept, dtype=torch.float64)
    made.set_timesteps(steps)
    return made


@pytest.mark.parametrize("path", BETAS)
def test_discrete_paths_are_diffusers_tables(path: str) -> None:
    table = diffusers.DDPMScheduler(**BETAS[path]).alphas_cumprod
    kept = torch.tensor([PATHS[path]((i + 1) / 1000).alpha ** 2 for i in range(1000)])
    assert torch.allclose(kept, table, rtol=1e-4, atol=1e-9)  # theirs is a float32 product


@pytest.mark.parametrize("path", BETAS)
@pytest.mark.parametrize("prediction", PREDICTIONS)
def test_full_gamma_is_ddpm(path: str, prediction: str) -> None:
    reference = scheduler("DDPMScheduler", path, prediction, clip_sample=False)
    expected = theirs(reference, Network(), start(), generator=generator())
    found = ours("ddim", discrete(PATHS[path], prediction), start(), levels(PATHS[path], times("uniform", STEPS)), 1.0)
    assert relative(found, expected) < 1e-5


def relative(found: Tensor, expected: Tensor) -> float:
    """The largest difference in units of the largest number, for eps predictions at low α are large."""
    return float((found - expected).abs().max() / expected.abs().max().clamp(min=1))


def test_mustangos_timesteps_are_leading_ones() -> None:
    """200 steps: 995, 990, …, 0, and the first is not quite pure noise."""
    path = PATHS["scaled-linear"]
    leading = [(1000 - 5 * i - 4) / 1000 for i in range(200)]
    assert [path.timestep(t) for t in leading] == list(range(995, -1, -5))
    reference = scheduler("DDPMScheduler", "scaled-linear", "v", "leading", 200, clip_sample=False)
    expected = theirs(reference, Network(), start(), generator=generator())
    found = ours("ddim", discrete(path, "v"), start(), levels(path, (*leading, 0.0)), 1.0)
    assert relative(found, expected) < 1e-5


@pytest.mark.parametrize("path", BETAS)
@pytest.mark.parametrize("prediction", PREDICTIONS)
@pytest.mark.parametrize("gamma", [0.0, 0.4, 1.0])
def test_gamma_is_ddims_eta(path: str, prediction: str, gamma: float) -> None:
    reference = scheduler("DDIMScheduler", path, prediction, clip_sample=False)
    expected = theirs(reference, Network(), start(), eta=gamma, generator=generator())
    found = ours(
        "ddim", discrete(PATHS[path], prediction), start(), levels(PATHS[path], times("uniform", STEPS)), gamma
    )
    assert relative(found, expected) < 1e-5


@pytest.mark.parametrize("prediction", ["eps", "v"])
@pytest.mark.parametrize(
    ("name", "gamma", "options"),
    [
        ("ddim", 0.0, {"algorithm_type": "dpmsolver++", "solver_order": 1}),
        ("ddim", 1.0, {"algorithm_type": "sde-dpmsolver++", "solver_order": 1}),
        ("dpmpp_2m", 0.0, {"algorithm_type": "dpmsolver++", "solver_order": 2}),
        ("dpmpp_2m", 1.0, {"algorithm_type": "sde-dpmsolver++", "solver_order": 2}),
        ("dpmpp_3m_sde", 0.0, {"algorithm_type": "dpmsolver++", "solver_order": 3, "solver_type": "heun"}),
    ],
)
def test_multistep_solvers(name: str, gamma: float, options: dict[str, Any], prediction: str) -> None:
    path = PATHS["scaled-linear"]
    reference = scheduler(
        "DPMSolverMultistepScheduler", "scaled-linear", prediction, lower_order_final=False, **options
    )
    expected = theirs(reference, Network(), start(), generator=generator())
    found = ours(name, discrete(path, prediction), start(), levels(path, times("uniform", STEPS)), gamma)
    assert relative(found, expected) < 1e-5


def exploding(path: tuple[Level, ...]) -> tuple[Level, ...]:
    """The same levels with alpha 1, as Karras et al. write them and diffusers' Euler and Heun walk them."""
    return tuple(Level(level.t, 1.0, level.sigma / level.alpha) for level in path)


@pytest.mark.parametrize("prediction", ["eps", "v"])
@pytest.mark.parametrize(
    ("name", "kind", "gamma"),
    [
        ("euler", "EulerDiscreteScheduler", 0.0),
        ("euler", "EulerAncestralDiscreteScheduler", 1.0),
        ("heun", "HeunDiscreteScheduler", 0.0),
    ],
)
def test_euler_and_heun_on_a_discrete_network(name: str, kind: str, gamma: float, prediction: str) -> None:
    path = PATHS["scaled-linear"]
    options: dict[str, Any] = {"final_sigmas_type": "zero"} if kind == "EulerDiscreteScheduler" else {}
    reference = scheduler(kind, "scaled-linear", prediction, **options)
    walked = exploding(levels(path, times("uniform", STEPS)))
    x = start() * walked[0].sigma
    stochastic = {} if kind == "HeunDiscreteScheduler" else {"generator": generator()}
    expected = theirs(reference, Network(), x, **stochastic)
    assert relative(ours(name, discrete(path, prediction), x, walked, gamma), expected) < 1e-5


@pytest.mark.parametrize("name", ["euler", "ddim"])
def test_euler_on_the_variance_preserving_path_is_the_same_walk(name: str) -> None:
    reference = scheduler("EulerDiscreteScheduler", "scaled-linear", "eps", final_sigmas_type="zero")
    path = PATHS["scaled-linear"]
    walked = levels(path, times("uniform", STEPS))
    expected = theirs(reference, Network(), start() / walked[0].alpha, generator=generator())
    assert relative(ours(name, discrete(path, "eps"), start(), walked), expected) < 1e-5


@pytest.mark.parametrize("sway", [0.0, -1.0])
@pytest.mark.parametrize("name", ["euler", "ddim"])
def test_euler_on_the_flow_path(name: str, sway: float) -> None:
    walked = times("uniform", STEPS, sway)
    reference = diffusers.FlowMatchEulerDiscreteScheduler()
    reference.set_timesteps(sigmas=list(walked[:-1]))
    network = Network()
    x = start()
    for time in reference.timesteps:  # its velocity is ε − x0, ours x0 − ε
        x = reference.step(-network(x, float(time) / 1000), time, x, return_dict=False)[0]
    found = ours(name, denoiser(network, "flow"), start(), levels(PATHS["flow"], walked))
    assert relative(found, x) < 1e-5


def test_heun_on_the_flow_path() -> None:
    reference = diffusers.FlowMatchHeunDiscreteScheduler()
    reference.set_timesteps(STEPS)
    network = Network()
    x = start()
    for time in reference.timesteps:
        x = reference.step(-network(x, float(time) / 1000), time, x, return_dict=False)[0]
    walked = (*dict.fromkeys(reference.sigmas.tolist()[:-1]), 0.0)
    found = ours("heun", denoiser(network, "flow"), start(), levels(PATHS["flow"], walked))
    assert relative(found, x) < 1e-5


def test_the_karras_path_and_its_parametrisation() -> None:
    reference = diffusers.EDMEulerScheduler(sigma_min=0.002, sigma_max=80.0, sigma_data=0.5)
    reference.set_timesteps(STEPS)
    walked = levels(karras(), times("uniform", STEPS))
    assert [level.sigma for level in walked] == pytest.approx(reference.sigmas.tolist(), rel=1e-5)
    x = start() * 80
    expected = theirs(reference, Network(), x)
    assert relative(ours("euler", denoiser(Network(), "edm", "log-sigma"), x, walked), expected) < 1e-5
