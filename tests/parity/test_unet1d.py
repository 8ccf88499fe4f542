"""ConditionalUnet1D against Diffusion Policy's code, and its noise path against diffusers' schedulers.

The authors' code is on no package index. It was run once (commit 5ba07ac of their repository) with the weights and
inputs that are made here from sines; what it answered stands in unet1d.json.
"""

import json
from pathlib import Path
from typing import Any

import diffusers
import pytest
import torch
from torch import Tensor

from engine.denoiser import denoiser
from engine.networks.unet1d import ConditionalUnet1D, UNet1dConfig
from engine.samplers.ddim import ddim
from engine.samplers.paths import squaredcos_cap_v2
from engine.samplers.spacings import levels

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")]

GOLDEN: list[dict[str, Any]] = json.loads((Path(__file__).parent / "unet1d.json").read_text("utf-8"))
TRAINED = 100  # steps


def wave(shape: tuple[int, ...], salt: int) -> Tensor:
    """Numbers that every machine makes alike."""
    count = int(torch.Size(shape).numel())
    return torch.sin(torch.arange(1, count + 1, dtype=torch.float64) * (1 + salt % 97 / 89)).reshape(shape).float()


def filled(network: torch.nn.Module) -> torch.nn.Module:
    for name, weight in network.named_parameters():
        weight.data = wave(tuple(weight.shape), sum(name.encode())) * 0.3
    return network.eval()


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
@torch.no_grad()
def test_the_authors_code_answered_the_same(case: dict[str, Any]) -> None:
    network = filled(
        ConditionalUnet1D(UNet1dConfig(**case["network"] | {"down_dims": tuple(case["network"]["down_dims"])}))
    )
    config = network.config
    assert isinstance(config, UNet1dConfig)
    x, time = wave((2, 8, config.input_dim), 1), torch.tensor(case["time"])
    local = wave((2, 8, config.local_cond_dim), 2) if config.local_cond_dim else None
    known = wave((2, config.global_cond_dim), 3) if config.global_cond_dim else None
    answer = network(x, time, local, known)
    assert answer.shape == x.shape
    assert (answer - torch.tensor(case["answer"])).abs().max() < 1e-5


def test_the_second_local_encoding_is_never_read() -> None:
    network = filled(
        ConditionalUnet1D(UNet1dConfig(2, local_cond_dim=3, diffusion_step_embed_dim=8, down_dims=(8, 16)))
    )
    x, local = wave((1, 8, 2), 1), wave((1, 8, 3), 2)
    before = network(x, 5, local)
    for name, weight in network.named_parameters():
        if name.startswith("local_cond_encoder.1."):
            weight.data += 1
    assert torch.equal(network(x, 5, local), before)


@pytest.mark.parametrize(("known", "count"), [(40, 65_783_298), (10, 65_353_218)], ids=["key points", "state"])
def test_the_published_sizes(known: int, count: int) -> None:
    with torch.device("meta"):
        network = ConditionalUnet1D(UNet1dConfig(2, global_cond_dim=known))
    assert sum(weight.numel() for weight in network.parameters()) == count


def scheduler(kind: str) -> Any:
    settings = dict(num_train_timesteps=TRAINED, beta_schedule="squaredcos_cap_v2", clip_sample=False)
    return getattr(diffusers, kind)(**settings)


def test_the_path_is_diffusers() -> None:
    path, kept = squaredcos_cap_v2(TRAINED), scheduler("DDPMScheduler").alphas_cumprod
    assert all(abs(path((i + 1) / TRAINED).alpha ** 2 - kept[i].item()) < 1e-6 for i in range(TRAINED))


@pytest.mark.parametrize(("kind", "gamma"), [("DDIMScheduler", 0.0), ("DDPMScheduler", 1.0)])
def test_a_hundred_steps_are_diffusers(kind: str, gamma: float) -> None:
    """The policy's own sampling: every trained step, told as a whole number."""
    network, path, theirs = lambda x, time: (x * 0.3 + time / 100).sin(), squaredcos_cap_v2(TRAINED), scheduler(kind)
    theirs.set_timesteps(TRAINED)
    start = wave((1, 4, 2), 5).double()
    x, drawn, generator = start, torch.Generator().manual_seed(2), torch.Generator().manual_seed(2)
    for time in theirs.timesteps:
        x = theirs.step(network(x, float(time)), time, x, generator=drawn).prev_sample
    stops = levels(path, [1 - i / TRAINED for i in range(TRAINED)] + [0.0])
    denoise = denoiser(network, "eps", lambda level: path.timestep(level.t))
    *_, last = ddim(
        denoise, start, stops, lambda like: torch.randn(like.shape, generator=generator, dtype=like.dtype), gamma
    )
    assert (last.x - x).abs().max() < 1e-4 * x.abs().max()
