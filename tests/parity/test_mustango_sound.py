"""AudioLDM's autoencoder and its HiFi-GAN against diffusers and transformers, and the published sizes."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn
from transformers import SpeechT5HifiGan, SpeechT5HifiGanConfig

from engine.networks.audioldm_vae import AudioLDMVAE, AudioLDMVAEConfig
from engine.networks.hifigan import HiFiGAN, HiFiGANConfig
from engine.networks.munet import MuNet, MuNetConfig
from engine.runtime.weights import LAYOUTS, NothingDrawn, arrange
from tests.parity.references import difference

pytestmark = pytest.mark.parity

VAE = AudioLDMVAEConfig(ch=16, ch_mult=(1, 2, 4), num_res_blocks=2, z_channels=4, embed_dim=4, norm_num_groups=8)
VOCODER = HiFiGANConfig(num_mels=8, upsample_initial_channel=64)

TO_DIFFUSERS = (
    (r"(encoder|decoder)\.norm_out\.(.*)", r"\1.conv_norm_out.\2"),
    (r"(encoder|decoder)\.mid\.block_1\.(.*)", r"\1.mid_block.resnets.0.\2"),
    (r"(encoder|decoder)\.mid\.block_2\.(.*)", r"\1.mid_block.resnets.1.\2"),
    (r"(encoder|decoder)\.mid\.attn_1\.norm\.(.*)", r"\1.mid_block.attentions.0.group_norm.\2"),
    (r"(encoder|decoder)\.mid\.attn_1\.(q|k|v)\.(.*)", r"\1.mid_block.attentions.0.to_\2.\3"),
    (r"(encoder|decoder)\.mid\.attn_1\.proj_out\.(.*)", r"\1.mid_block.attentions.0.to_out.0.\2"),
    (r"encoder\.down\.(\d)\.block\.(\d)\.(.*)", r"encoder.down_blocks.\1.resnets.\2.\3"),
    (r"encoder\.down\.(\d)\.downsample\.(.*)", r"encoder.down_blocks.\1.downsamplers.0.\2"),
    (r"decoder\.up\.(\d)\.block\.(\d)\.(.*)", r"decoder.up_blocks.\1.resnets.\2.\3"),
    (r"decoder\.up\.(\d)\.upsample\.(.*)", r"decoder.up_blocks.\1.upsamplers.0.\2"),
)
"""Names of latent diffusion → diffusers'; of the way up diffusers counts from the other end."""


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def drawn(network: nn.Module, std: float = 0.1) -> nn.Module:
    torch.manual_seed(5)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=std)
    return network.eval()


def for_diffusers(name: str, tensor: Tensor) -> tuple[str, Tensor]:
    for pattern, replacement in TO_DIFFUSERS:
        if match := re.fullmatch(pattern, name):
            name = match.expand(replacement)
            break
    if found := re.match(r"decoder\.up_blocks\.(\d)", name):
        name = name.replace(found[0], f"decoder.up_blocks.{2 - int(found[1])}")
    return name, tensor[:, :, 0, 0] if ".attentions.0.to_" in name and tensor.ndim == 4 else tensor


def diffusers_vae(state: dict[str, Tensor]) -> Any:
    network = AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(16, 32, 64),
        layers_per_block=2,
        latent_channels=4,
        norm_num_groups=8,
    )
    network.load_state_dict(dict(for_diffusers(*pair) for pair in state.items()), strict=True)
    return network.eval()


def test_spectrograms_to_latents_and_back() -> None:
    ours = AudioLDMVAE(VAE)
    drawn(ours)
    theirs = diffusers_vae(ours.state_dict())
    mel = torch.randn(2, 24, 16)
    latent = theirs.encode(mel[:, None]).latent_dist.mode()
    assert difference(ours.encode(mel), latent * VAE.scale_factor) < 1e-4
    assert latent.shape == (2, 4, 6, 4)
    assert difference(ours(latent * VAE.scale_factor), theirs.decode(latent).sample[:, 0]) < 1e-4


def test_the_file_of_the_authors_has_both_and_each_takes_its_own() -> None:
    ours = AudioLDMVAE(VAE)
    drawn(ours)
    vocoder = drawn(HiFiGAN(VOCODER))
    file = {name.replace("conv_shortcut", "nin_shortcut"): tensor for name, tensor in ours.state_dict().items()}
    assert any("nin_shortcut" in name for name in file)
    file |= {f"vocoder.{name}": tensor for name, tensor in vocoder.state_dict().items()}
    assert arrange(file, LAYOUTS["audioldm-vae"]).keys() == ours.state_dict().keys()
    assert arrange(file, LAYOUTS["audioldm-vocoder"]).keys() == vocoder.state_dict().keys()


def test_the_vocoder() -> None:
    """SpeechT5's has the same generator; it shifts and scales the spectrogram, here by nothing."""
    theirs = SpeechT5HifiGan(
        SpeechT5HifiGanConfig(
            model_in_dim=8,
            sampling_rate=16_000,
            upsample_initial_channel=64,
            upsample_rates=[5, 4, 2, 2, 2],
            upsample_kernel_sizes=[16, 16, 8, 4, 4],
            leaky_relu_slope=0.1,
            normalize_before=False,
        )
    ).eval()
    ours = HiFiGAN(VOCODER)
    drawn(ours)
    state = {name.replace("ups.", "upsampler."): tensor for name, tensor in ours.state_dict().items()}
    theirs.load_state_dict(state | {"mean": torch.zeros(8), "scale": torch.ones(8)}, strict=True)
    mel = torch.randn(2, 9, 8)
    assert difference(ours(mel), theirs(mel)) < 1e-5
    assert 0 <= ours(mel).shape[1] - 9 * VOCODER.hop < VOCODER.hop


def test_the_published_sizes() -> None:
    with torch.device("meta"), NothingDrawn():
        networks = (MuNet(MuNetConfig()), AudioLDMVAE(AudioLDMVAEConfig()), HiFiGAN(HiFiGANConfig()))
    assert [sum(each.numel() for each in network.parameters()) for network in networks] == [
        1_413_192_008,
        55_376_873,
        55_264_897,
    ]
