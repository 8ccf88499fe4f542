"""BigVGAN against its authors' code: the same random weights under weight norm, the same mel, the same waveform."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine.networks.bigvgan import BigVGAN, BigVGANConfig, published_config
from engine.runtime.weights import LAYOUTS, NothingDrawn, arrange, load
from tests.parity.vocoder_references import reference

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm`:FutureWarning")]

TINY: dict[str, Any] = dict(
    num_mels=6,
    upsample_rates=[4, 2],
    upsample_kernel_sizes=[8, 4],
    upsample_initial_channel=16,
    resblock="1",
    resblock_kernel_sizes=[3, 7],
    resblock_dilation_sizes=[[1, 3, 5], [1, 3]],
    activation="snakebeta",
    snake_logscale=True,
    use_tanh_at_final=False,
    use_bias_at_final=False,
    sampling_rate=24000,
)
KINDS: dict[str, dict[str, Any]] = {
    "version 2": {},
    "version 1": dict(resblock="2", activation="snake", snake_logscale=False),
    "plain snakebeta": dict(snake_logscale=False, use_tanh_at_final=True),
}


def authors(settings: dict[str, Any]) -> nn.Module:
    """The reference with random weights, its periodic activations included."""
    code, env = reference("bigvgan.bigvgan"), reference("bigvgan.env")
    torch.manual_seed(2)
    network = code.BigVGAN(env.AttrDict(dict(settings)))
    for name, weight in network.named_parameters():
        periodic = name.endswith(("alpha", "beta"))
        weight.data.add_(0.3 * torch.rand_like(weight) if periodic else 0.1 * torch.randn_like(weight))
    evaluated: nn.Module = network.eval()
    return evaluated


def settings_of(kind: str) -> dict[str, Any]:
    settings = TINY | KINDS[kind]
    if kind == "version 1":  # whose files do not name these
        settings = {name: value for name, value in settings.items() if not name.startswith("use_")}
    return settings


@torch.no_grad()
@pytest.mark.parametrize("kind", KINDS)
def test_a_tiny_network_makes_the_same_waveform(kind: str) -> None:
    theirs, ours = authors(settings_of(kind)), BigVGAN(published_config(settings_of(kind)))
    ours.load_state_dict(arrange(theirs.state_dict(), LAYOUTS["bigvgan"]), strict=True)
    mel = torch.randn(2, 9, 6)
    expected = theirs(mel.mT)[:, 0]
    assert ours(mel).shape == expected.shape == (2, 72)
    assert (ours(mel) - expected).abs().max() < 1e-4
    assert 0.01 < expected.abs().mean() < 0.95


@torch.no_grad()
def test_a_published_file_is_read_with_its_norm_folded(tmp_path: Path) -> None:
    theirs = authors(TINY)
    torch.save({"generator": theirs.state_dict()}, tmp_path / "bigvgan_generator.pt")
    with torch.device("meta"):
        ours = BigVGAN(published_config(TINY))
    load(ours, tmp_path / "bigvgan_generator.pt", torch.device("cpu"), torch.float32, LAYOUTS["bigvgan"])
    mel = torch.randn(1, 5, 6)
    assert (ours(mel) - theirs(mel.mT)[:, 0]).abs().max() < 1e-4


def test_the_published_size_has_the_parameters_of_the_authors_code() -> None:
    config = BigVGANConfig()
    code, env = reference("bigvgan.bigvgan"), reference("bigvgan.env")
    with torch.device("meta"), NothingDrawn():
        ours, theirs = BigVGAN(config), code.BigVGAN(env.AttrDict(dict(vars(config))))
        folded = arrange(theirs.state_dict(), LAYOUTS["bigvgan"])
    assert {name: weight.shape for name, weight in ours.state_dict().items()} == {
        name: weight.shape for name, weight in folded.items()
    }
    assert sum(weight.numel() for weight in ours.parameters()) > 112e6
