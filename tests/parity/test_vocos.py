"""Vocos against its authors' code: the same random weights, the same mel, the same waveform."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.networks.vocos import Vocos, VocosConfig, published_config
from tests.parity.vocoder_references import reference

pytestmark = pytest.mark.parity

TINY = VocosConfig(bands=12, width=16, middle=24, depth=3, window=64, hop=16)


def authors(config: VocosConfig) -> nn.Module:
    """The reference's backbone and head with random weights, layer scales and norms included."""
    models, heads = reference("vocos.models"), reference("vocos.heads")
    torch.manual_seed(3)
    backbone = models.VocosBackbone(config.bands, config.width, config.middle, config.depth)
    head = heads.ISTFTHead(config.width, config.window, config.hop, "center" if config.centred else "same")
    for weight in backbone.parameters():
        weight.data.add_(torch.randn_like(weight) * 0.1)
    return nn.ModuleDict({"backbone": backbone, "head": head}).eval()


@torch.no_grad()
def both(config: VocosConfig, frames: int) -> tuple[Tensor, Tensor]:
    theirs, ours = authors(config), Vocos(config)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    mel = torch.randn(2, frames, config.bands)
    parts: Any = theirs
    return ours(mel), parts["head"](parts["backbone"](mel.mT))


@pytest.mark.parametrize("centred", [True, False], ids=["centred", "not centred"])
@pytest.mark.parametrize("frames", [5, 40])
def test_a_tiny_network_makes_the_same_waveform(frames: int, centred: bool) -> None:
    ours, theirs = both(VocosConfig(**{**vars(TINY), "centred": centred}), frames)
    assert ours.shape == theirs.shape == (2, 16 * (frames - 1 if centred else frames))
    assert (ours - theirs).abs().max() < 1e-4
    assert theirs.abs().max() > 0.01


def test_the_published_size_makes_the_same_waveform() -> None:
    ours, theirs = both(VocosConfig(), 24)
    assert (ours - theirs).abs().max() < 1e-4


def test_the_published_network_has_as_many_parameters_as_published() -> None:
    with torch.device("meta"):
        network = Vocos(VocosConfig())
    assert sum(weight.numel() for weight in network.parameters()) == 13_531_650


def test_the_published_settings_give_the_published_network() -> None:
    settings: dict[str, Any] = {
        "feature_extractor": {"class_path": "vocos.feature_extractors.MelSpectrogramFeatures", "init_args": {}},
        "backbone": {
            "class_path": "vocos.models.VocosBackbone",
            "init_args": {"input_channels": 100, "dim": 512, "intermediate_dim": 1536, "num_layers": 8},
        },
        "head": {
            "class_path": "vocos.heads.ISTFTHead",
            "init_args": {"dim": 512, "n_fft": 1024, "hop_length": 256, "padding": "center"},
        },
    }
    assert published_config(settings) == VocosConfig()
    settings["head"]["class_path"] = "vocos.heads.IMDCTCosHead"
    with pytest.raises(ValueError, match="IMDCTCosHead"):
        published_config(settings)
