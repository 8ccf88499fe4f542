"""MuNet: from a noised latent of music, the text, the beats and the chords to the velocity that its training asked for.

Melechovsky et al. 2023, Mustango, https://arxiv.org/abs/2311.08355. The latent of a mel spectrogram is seen as a
picture of T/4 by M/4 with 8 channels; the U-Net is Stable Diffusion 2.1's (https://arxiv.org/abs/2112.10752) with its
cross-attention three times over. The outermost blocks have the most places; the innermost, last down and first up,
has no attention at all. Parameters are named as in the published checkpoints (after "unet.").

Shapes: B batch, C channels of the latent, H and W its frames and bands, D width of what it is told.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.linear import Linear
from engine.networks.munet_blocks import RESNET_EPS, DownBlock, Layer, MidBlock, Told, UpBlock


@dataclass(frozen=True)
class MuNetConfig:
    """As declare-lab/mustango; most names are those of its `music_diffusion_model_config.json`."""

    in_channels: int = 8
    out_channels: int = 8
    block_out_channels: tuple[int, ...] = (320, 640, 1280, 1280)
    heads: tuple[int, ...] = (5, 10, 20, 20)
    """Of each level; the last is the middle block's, since that level has no attention of its own."""
    layers_per_block: int = 2
    cross_attention_dim: int = 1024
    norm_num_groups: int = 32


@dataclass(frozen=True)
class Conditions:
    """What the network is told, made ready: of each block, down, middle and up, its layers."""

    blocks: tuple[tuple[Layer, ...], ...]

    def rows(self, which: slice) -> "Conditions":
        """Of some items of the batch."""
        return Conditions(
            tuple(
                tuple((text.rows(which), beats.rows(which), chords.rows(which)) for text, beats, chords in layers)
                for layers in self.blocks
            )
        )


class TimeEmbedding(nn.Module):
    def __init__(self, wide: int, out: int) -> None:
        super().__init__()
        self.linear_1 = Linear(wide, out)
        self.linear_2 = Linear(out, out)

    def forward(self, waves: Tensor) -> Tensor:  # (B, C) -> (B, E)
        return self.linear_2(F.silu(self.linear_1(waves)))


class MuNet(nn.Module):
    def __init__(self, config: MuNetConfig) -> None:
        super().__init__()
        check(config)
        self.config = config
        widths, heads = config.block_out_channels, (*config.heads[:-1], 0)
        self.conv_in = nn.Conv2d(config.in_channels, widths[0], 3, padding=1)
        self.time_embedding = TimeEmbedding(widths[0], 4 * widths[0])
        common = (4 * widths[0], config.cross_attention_dim, config.norm_num_groups)
        self.down_blocks = nn.ModuleList(downs(config, heads, *common))
        self.mid_block = MidBlock(widths[-1], common[0], config.heads[-1], *common[1:])
        self.up_blocks = nn.ModuleList(ups(config, heads, *common))
        self.conv_norm_out = nn.GroupNorm(config.norm_num_groups, widths[0], RESNET_EPS)
        self.conv_out = nn.Conv2d(widths[0], config.out_channels, 3, padding=1)

    def prepare(self, text: Told, beats: Told, chords: Told) -> Conditions:
        """What does not change between steps, worked out once: (B, L, D) each, L of its own."""
        blocks = [*self.down_blocks, self.mid_block, *self.up_blocks]
        return Conditions(tuple(tuple(block.keys((text, beats, chords))) for block in blocks))

    def forward(self, x: Tensor, timestep: float, conditions: Conditions) -> Tensor:  # (B, C, H, W) -> (B, C, H, W)
        """H and W are multiples of 2 to the number of levels less 1."""
        steps = torch.full(x.shape[:1], float(timestep), device=x.device)
        time = self.time_embedding(waves(steps, self.config.block_out_channels[0]).to(x.dtype))
        x, seen = self.conv_in(x), list(conditions.blocks)
        kept = [x]
        for block in self.down_blocks:
            x, more = block(x, time, seen.pop(0))
            kept += more
        x = self.mid_block(x, time, seen.pop(0))
        for block in self.up_blocks:
            x = block(x, time, kept, seen.pop(0))
        return self.conv_out(F.silu(self.conv_norm_out(x)))


def downs(config: MuNetConfig, heads: Sequence[int], time: int, told: int, groups: int) -> list[DownBlock]:
    widths = config.block_out_channels
    before = (widths[0], *widths[:-1])
    last = len(widths) - 1
    return [
        DownBlock(before[i], widths[i], config.layers_per_block, i == last, time, heads[i], told, groups)
        for i in range(len(widths))
    ]


def ups(config: MuNetConfig, heads: Sequence[int], time: int, told: int, groups: int) -> list[UpBlock]:
    """The way down again from its end; each level has one layer more, for what came before its first."""
    widths = config.block_out_channels
    blocks, wide = [], widths[-1]
    for i in reversed(range(len(widths))):
        skips = [widths[i]] * config.layers_per_block + [widths[max(i - 1, 0)]]
        blocks.append(UpBlock(wide, skips, widths[i], i == 0, time, heads[i], told, groups))
        wide = widths[i]
    return blocks


def waves(steps: Tensor, width: int) -> Tensor:  # (B,) -> (B, width)
    """Cosines, then sines, of a timestep, at rates from 1 down to nearly 1/10,000."""
    rates = torch.exp(torch.arange(width // 2, device=steps.device) * (-math.log(10_000) / (width // 2)))
    angles = steps.float()[:, None] * rates
    return torch.cat([angles.cos(), angles.sin()], -1)


def check(config: MuNetConfig) -> None:
    """Raises ValueError with what does not fit."""
    if len(config.heads) != len(config.block_out_channels):
        raise ValueError("heads and block_out_channels differ in length")
    for width, heads in zip(config.block_out_channels, config.heads, strict=True):
        if width % heads or width % config.norm_num_groups:
            raise ValueError(f"{width} channels cannot be cut into {heads} heads and {config.norm_num_groups} groups")
