"""The U-Net of Stable Audio 1.0 against its authors' code, with the same random weights; and its discrete seconds."""

import importlib
import importlib.util
import sys
from functools import cache
from types import ModuleType
from typing import Any

import pytest
import torch

from engine.conditioners.timing import Timing, TimingConfig
from engine.networks.stable_audio_unet import StableAudioUNet, StableAudioUNetConfig
from engine.runtime.weights import LAYOUTS, NothingDrawn, arrange
from tests.parity.references import difference

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore:.*sdp_kernel.*:FutureWarning")]

SIZE: dict[str, Any] = dict(
    in_channels=6,
    channels=32,
    multipliers=(1, 1, 2, 2),
    factors=(1, 2, 4),
    num_blocks=(1, 2, 1),
    attentions=(1, 2, 1, 2),
    attention_heads=4,
    attention_multiplier=2,
    resnet_groups=8,
    context_embedding_features=16,
    context_embedding_max_length=9,
)


@cache
def authors() -> Any:
    """Their module of U-Nets, without the packages around it, which import trainers; skips where it is missing."""
    package = importlib.util.find_spec("stable_audio_tools")
    if package is None or not package.submodule_search_locations:
        pytest.skip("stable-audio-tools is not installed: pip install --no-deps -r packaging/references.txt")
    for name, folder in (("stable_audio_tools", ""), ("stable_audio_tools.models", "/models")):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [package.submodule_search_locations[0] + folder]
    stand_in = ModuleType("einops_exts")
    stand_in.rearrange_many = rearrange_many  # type: ignore[attr-defined]
    sys.modules["einops_exts"] = stand_in
    try:
        return importlib.import_module("stable_audio_tools.models.adp")
    finally:
        for name in ("stable_audio_tools", "stable_audio_tools.models", "einops_exts"):
            del sys.modules[name]


def rearrange_many(tensors: Any, pattern: str, **sizes: int) -> list[Any]:
    from einops import rearrange

    return [rearrange(tensor, pattern, **sizes) for tensor in tensors]


def drawn(network: Any) -> Any:
    torch.manual_seed(7)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.15 if parameter.ndim > 1 else 0.5)
    return network.eval()


@torch.no_grad()
def test_a_tiny_unet_predicts_the_same_velocity() -> None:
    theirs = drawn(authors().UNetCFG1d(**SIZE))
    ours = StableAudioUNet(StableAudioUNetConfig(**SIZE, window=16)).eval()
    state = {f"model.model.{name}": tensor for name, tensor in theirs.state_dict().items()}
    ours.load_state_dict(arrange(state, LAYOUTS["stable-audio-unet"]), strict=True)
    x, tokens = torch.randn(1, 6, 16), torch.randn(1, 9, 16)
    mask = torch.tensor([[1, 1, 1, 0, 0, 0, 0, 1, 1]]).bool()
    for angle in (0.0, 0.41, 0.998):
        now = torch.tensor([angle])
        conditional = theirs(x, now, embedding=tokens, embedding_mask=mask)
        guided = theirs(x, now, embedding=tokens, embedding_mask=mask, embedding_scale=3.0)
        both = ours.prepare(tokens, mask, torch.zeros(1, 32), 16, dropped=(False, True))
        first, second = ours(x.expand(2, -1, -1), angle, both).chunk(2)
        assert difference(first, conditional) < 1e-4
        assert difference(second + 3 * (first - second), guided) < 3e-4
        alone = ours.prepare(tokens, mask, torch.zeros(1, 32), 16, dropped=(True,))
        assert difference(ours(x, angle, alone), second) < 1e-4
        assert (first - second).abs().max() > 0.1


def test_the_published_size_is_the_papers() -> None:
    """907 million."""
    with torch.device("meta"), NothingDrawn():
        ours = StableAudioUNet(StableAudioUNetConfig())
    assert sum(weight.numel() for weight in ours.state_dict().values()) == 906_679_744


@torch.no_grad()
def test_seconds_of_the_first_network_are_looked_up() -> None:
    """A table's row for every whole second; 90.2 s have begun the 91st."""
    ours = Timing(TimingConfig(width=16, longest=512, discrete=True))
    tables = [torch.randn(513, 16) for _ in range(2)]
    names = ("seconds_start", "seconds_total")
    state = {
        f"conditioner.conditioners.{name}.int_embedder.weight": table for name, table in zip(names, tables, strict=True)
    }
    ours.load_state_dict(arrange(state, LAYOUTS["timing"]), strict=True)
    told = ours(torch.tensor([0.0, 14.0]), torch.tensor([90.2, 600.0]))
    assert torch.equal(told[:, 0], tables[0][[0, 14]])
    assert torch.equal(told[:, 1], tables[1][[91, 512]])
