"""Our denoiser and samplers around the networks of F5 and E2 against f5-tts' own `CFM.sample`, on the same noise."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.denoiser import denoiser, doubled, guided
from engine.networks.e2 import E2Config, UNetT
from engine.networks.f5 import V0_BASE, DiT, F5Config
from engine.samplers import SAMPLERS
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, times
from tests.parity.references import F5_OURS, difference, f5

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

TINY: dict[str, Any] = dict(dim=64, depth=3, heads=4, dim_head=16, text_num_embeds=20)
V1 = F5Config(**TINY, text_dim=32, conv_layers=2)
V0 = F5Config(**TINY, text_dim=32, conv_layers=2, text_mask_padding=False, pe_attn_head=V0_BASE.pe_attn_head)
E2 = E2Config(**TINY | {"depth": 4})
BINS = 100
SEED = 8


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def networks(config: F5Config | E2Config) -> tuple[nn.Module, DiT | UNetT]:
    """Theirs and ours with the same random weights."""
    torch.manual_seed(3)
    ours: DiT | UNetT = DiT(config) if isinstance(config, F5Config) else UNetT(config)
    for parameter in ours.parameters():
        nn.init.normal_(parameter, std=0.1)
    module, kind = ("dit", "DiT") if isinstance(ours, DiT) else ("unett", "UNetT")
    options = {name: value for name, value in asdict(config).items() if name not in F5_OURS}
    theirs = getattr(f5(f"model.backbones.{module}"), kind)(**options).eval()
    theirs.load_state_dict(ours.state_dict(), strict=True)
    ours.eval()
    ours.fuse()
    return theirs, ours


def reference(frames: int) -> Tensor:
    """A mel spectrogram of a voice, (1, T, M)."""
    return torch.randn(1, frames, BINS, generator=torch.Generator().manual_seed(5)) * 2 - 3


def theirs_sampled(theirs: nn.Module, mel: Tensor, text: Tensor, frames: int, **settings: Any) -> Tensor:
    """(1, N, M). Noise is theirs: drawn on the CPU after their seed."""
    code = f5("model.cfm")
    flow = code.CFM(theirs, mel_spec_module=Silent())
    out, _ = flow.sample(mel, text, frames, seed=SEED, **settings)
    sampled: Tensor = out
    return sampled


class Silent(nn.Module):
    """In place of their spectrogram, which is not used where a mel is given."""

    n_mel_channels = BINS


def ours_sampled(
    ours: DiT | UNetT, mel: Tensor, text: Tensor, frames: int, steps: int, strength: float, sway: float, spacing: str
) -> Tensor:
    """(1, N, M), with their noise; our guidance is theirs and 1."""
    torch.manual_seed(SEED)
    x = torch.randn(frames, BINS)[None]
    known = (torch.arange(frames) < mel.shape[1])[None, :, None]
    cond = nn.functional.pad(mel, (0, 0, 0, frames - mel.shape[1]))
    stops = levels(PATHS["flow"], times(spacing, steps, sway))
    null = torch.tensor([False, True])
    both = ours.prepare(
        cond.expand(2, -1, -1),
        text.expand(2, -1),
        drop_audio=null,
        drop_text=null,
        times=[level.alpha for level in stops[:-1]],
    )
    cond_only, null_only, pair = (
        denoiser(partial(ours, conditions=which), "flow", "progress") for which in (both[:1], both[1:], both)
    )
    live = SimpleNamespace(guidance=1 + strength, batched=True)
    denoise = guided(cond_only, null_only, live, pair=doubled(pair))
    *_, last = SAMPLERS["euler"](denoise, x, stops, torch.zeros_like, 0.0)
    return torch.where(known, cond, last.x)


@pytest.mark.parametrize("config", [V1, V0, E2], ids=["v1", "v0", "e2"])
@pytest.mark.parametrize(
    ("steps", "strength", "sway", "spacing"),
    [
        (32, 2.0, -1.0, "uniform"),  # the authors' settings
        (7, 2.0, -1.0, "pruned"),
        (16, 2.0, -1.0, "pruned"),
        (5, 2.0, -1.0, "pruned"),
        (8, 3.0, None, "uniform"),
        (6, 0.0, 0.5, "pruned"),  # without guidance
        (9, 1.0, -0.3, "pruned"),  # a number of steps that has no table
    ],
)
def test_euler_with_sway_and_guidance(
    config: F5Config | E2Config, steps: int, strength: float, sway: float | None, spacing: str
) -> None:
    theirs, ours = networks(config)
    mel, text = reference(20), torch.randint(0, 20, (1, 17), generator=torch.Generator().manual_seed(6))
    settings = {"steps": steps, "cfg_strength": strength, "sway_sampling_coef": sway, "use_epss": spacing == "pruned"}
    expected = theirs_sampled(theirs, mel, text, 48, **settings)
    found = ours_sampled(ours, mel, text, 48, steps, strength, sway or 0.0, spacing)
    assert difference(found, expected) < 1e-3
    assert torch.equal(found[:, :20], mel)


def test_the_seven_pruned_steps_are_swayed_as_published() -> None:
    t = f5("model.utils").get_epss_timesteps(7, "cpu", torch.float64)
    expected = t - (torch.cos(torch.pi / 2 * t) - 1 + t)
    found = torch.tensor([1 - time for time in times("pruned", 7, -1.0)], dtype=torch.float64)
    assert torch.allclose(found, expected, atol=1e-12)
