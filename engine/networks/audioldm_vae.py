"""AudioLDM's autoencoder: a log-mel spectrogram as a picture a quarter as long and as high, with eight channels.

Liu et al. 2023, https://arxiv.org/abs/2301.12503, as Mustango uses it; the picture is Rombach et al.'s
(https://arxiv.org/abs/2112.10752). Parameters are named as in the published checkpoints, but that the shortcut of a
residual block has the name that it has elsewhere here (the layout "audioldm-vae" says so).

Shapes: B batch, T frames and M bands of the spectrogram, Z channels of the latent, C channels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.munet_blocks import ResBlock

EPS = 1e-6


@dataclass(frozen=True)
class AudioLDMVAEConfig:
    """As in Mustango's `configs/vae_config.json`, under the names that it has there."""

    ch: int = 128
    ch_mult: tuple[int, ...] = (1, 2, 4)
    num_res_blocks: int = 2
    z_channels: int = 8
    embed_dim: int = 8
    norm_num_groups: int = 32
    scale_factor: float = 0.9227914214134216
    """What a latent is multiplied by, so that its deviation is near 1."""

    @property
    def widths(self) -> list[int]:
        return [self.ch * factor for factor in self.ch_mult]


class AttentionBlock(nn.Module):
    """One head over all places, added to what was there."""

    def __init__(self, width: int, groups: int) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, EPS)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(width, width, 1) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
        normed = self.norm(x)
        q, k, v = (each(normed).flatten(2).mT for each in (self.q, self.k, self.v))
        mixed = F.scaled_dot_product_attention(q, k, v)
        return x + self.proj_out(mixed.mT.unflatten(2, x.shape[2:]))


class Middle(nn.Module):
    def __init__(self, width: int, groups: int) -> None:
        super().__init__()
        self.block_1 = ResBlock(width, width, 0, groups, EPS)
        self.attn_1 = AttentionBlock(width, groups)
        self.block_2 = ResBlock(width, width, 0, groups, EPS)

    def forward(self, x: Tensor) -> Tensor:
        return self.block_2(self.attn_1(self.block_1(x)))


class Downsample(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, 2)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, H/2, W/2)
        """Padded at the far ends alone."""
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Upsample(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, H, W) -> (B, C, 2 H, 2 W)
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Level(nn.Module):
    """Residual blocks at one size, and what leads to the next size."""

    def __init__(self, wide: int, out: int, blocks: int, groups: int) -> None:
        super().__init__()
        self.block = nn.ModuleList(ResBlock(wide if i == 0 else out, out, 0, groups, EPS) for i in range(blocks))
        self.downsample: nn.Module | None = None
        self.upsample: nn.Module | None = None

    def forward(self, x: Tensor) -> Tensor:
        for block in self.block:
            x = block(x)
        resize = self.downsample or self.upsample
        return x if resize is None else resize(x)


class Encoder(nn.Module):
    def __init__(self, config: AudioLDMVAEConfig) -> None:
        super().__init__()
        widths, groups = config.widths, config.norm_num_groups
        self.conv_in = nn.Conv2d(1, config.ch, 3, padding=1)
        self.down = nn.ModuleList(
            Level(wide, out, config.num_res_blocks, groups) for wide, out in pairs([config.ch, *widths])
        )
        for level, width in zip(list(self.down)[:-1], widths, strict=False):
            level.downsample = Downsample(width)
        self.mid = Middle(widths[-1], groups)
        self.norm_out = nn.GroupNorm(groups, widths[-1], EPS)
        self.conv_out = nn.Conv2d(widths[-1], 2 * config.z_channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:  # (B, 1, T, M) -> (B, 2 Z, T/4, M/4)
        x = self.conv_in(x)
        for level in self.down:
            x = level(x)
        return self.conv_out(F.silu(self.norm_out(self.mid(x))))


class Decoder(nn.Module):
    def __init__(self, config: AudioLDMVAEConfig) -> None:
        super().__init__()
        widths, groups = config.widths, config.norm_num_groups
        self.conv_in = nn.Conv2d(config.z_channels, widths[-1], 3, padding=1)
        self.mid = Middle(widths[-1], groups)
        self.up = nn.ModuleList(
            Level(wide, out, config.num_res_blocks + 1, groups) for out, wide in pairs([*widths, widths[-1]])
        )
        for level, width in zip(list(self.up)[1:], widths[1:], strict=True):
            level.upsample = Upsample(width)
        self.norm_out = nn.GroupNorm(groups, config.ch * config.ch_mult[0], EPS)
        self.conv_out = nn.Conv2d(config.ch * config.ch_mult[0], 1, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:  # (B, Z, T/4, M/4) -> (B, 1, T, M)
        """The levels stand in the order of the way down and are walked back."""
        x = self.mid(self.conv_in(z))
        for level in reversed(list(self.up)):
            x = level(x)
        return self.conv_out(F.silu(self.norm_out(x)))


class AudioLDMVAE(nn.Module):
    def __init__(self, config: AudioLDMVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder, self.decoder = Encoder(config), Decoder(config)
        self.quant_conv = nn.Conv2d(2 * config.z_channels, 2 * config.embed_dim, 1)
        self.post_quant_conv = nn.Conv2d(config.embed_dim, config.z_channels, 1)

    def encode(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, Z, T/4, M/4)
        """The most likely latent, at the scale of the diffusion. T and M are multiples of 4."""
        mean, _ = self.quant_conv(self.encoder(mel[:, None])).chunk(2, 1)
        return mean * self.config.scale_factor

    def forward(self, latent: Tensor) -> Tensor:  # (B, Z, T/4, M/4) -> (B, T, M)
        """The spectrogram of a latent of the diffusion."""
        return self.decoder(self.post_quant_conv(latent / self.config.scale_factor))[:, 0]


def pairs(widths: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours, in their order."""
    return list(zip(widths, widths[1:], strict=False))
