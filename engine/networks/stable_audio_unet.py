"""The network of Stable Audio 1.0: a 1-D U-Net over latents, told a prompt and the timing by attention on every level.

Evans et al. 2024, https://arxiv.org/abs/2402.04825, after Moûsai (Schneider et al. 2023,
https://arxiv.org/abs/2301.11757). Its weights are not published; it loads what its authors' code trains. The network
predicts the velocity v and is told the noise as an angle, 0 at data and 1 at pure noise. An item from which prompt and
timing are dropped is told a row of learned tokens.

A job calls `prepare` once, with everything that its steps share, and the network at every step, like `StableAudio`.

Shapes: B batch, L latent channels, N frames (a multiple of the product of the factors), M tokens, E their width.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.networks.stable_audio_unet_blocks import (
    Downsample,
    End,
    ResidualBlock,
    Told,
    Transformer,
    TransformerBlock,
    upsample,
)


@dataclass(frozen=True)
class StableAudioUNetConfig:
    """As of the paper; the names are those of its authors' `model_config.json`."""

    in_channels: int = 64
    channels: int = 256
    multipliers: tuple[int, ...] = (4, 4, 4, 5, 5)
    factors: tuple[int, ...] = (1, 2, 2, 4)
    num_blocks: tuple[int, ...] = (2, 2, 2, 2)
    attentions: tuple[int, ...] = (1, 3, 3, 3, 3)  # transformer blocks on each level, and in the middle
    attention_heads: int = 16
    attention_multiplier: int = 4
    resnet_groups: int = 16
    kernel_multiplier_downsample: int = 2
    use_skip_scale: bool = True
    context_embedding_features: int = 768
    context_embedding_max_length: int = 79  # the prompt's places, start and length
    window: int = 4096  # frames it was trained on, and makes

    def __post_init__(self) -> None:
        levels = len(self.factors)
        if not levels == len(self.num_blocks) == len(self.multipliers) - 1 == len(self.attentions) - 1:
            raise ValueError("factors and num_blocks must be one fewer than multipliers and attentions")
        if 0 in self.attentions or self.kernel_multiplier_downsample % 2:
            raise ValueError("every level needs attention, and kernel_multiplier_downsample must be even")

    @property
    def io_channels(self) -> int:
        return self.in_channels

    @property
    def time_width(self) -> int:
        return 4 * self.channels

    @property
    def widths(self) -> tuple[int, ...]:
        return tuple(self.channels * each for each in self.multipliers)


@dataclass(frozen=True)
class Conditions:
    """What the steps of a job share: keys and values for each transformer block, in the order in which x meets them."""

    told: tuple[Told, ...]


class Angle(nn.Module):
    """A number beside its sines and cosines of learned frequencies."""

    weights: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("weights", torch.randn(width // 2))  # learned, and kept in float32

    def forward(self, time: float) -> Tensor:  # -> (1, width + 1)
        angles = 2 * math.pi * time * self.weights
        return torch.cat([torch.full_like(angles[:1], time), angles.sin(), angles.cos()])[None]


class TimeEmbedding(nn.Sequential):
    def __init__(self, width: int, features: int) -> None:
        super().__init__(Angle(width), nn.Linear(width + 1, features))

    def forward(self, time: float) -> Tensor:  # -> (1, T)
        angle, layer = self
        return layer(angle(time).to(layer.weight.dtype))


class Down(nn.Module):
    def __init__(self, config: StableAudioUNetConfig, level: int) -> None:
        super().__init__()
        narrow, wide = config.widths[level : level + 2]
        self.downsample = Downsample(narrow, wide, config.factors[level], config.kernel_multiplier_downsample)
        self.blocks = nn.ModuleList(residual(config, wide, wide) for _ in range(config.num_blocks[level]))
        self.transformer = transformer(config, wide, level)

    def forward(self, x: Tensor, time: Tensor, told: Iterator[Told]) -> tuple[Tensor, list[Tensor]]:
        """(B, C, N) -> (B, C', N / factor), and what the way up is to see again."""
        x = self.downsample(x)
        seen = []
        for block in self.blocks:
            x = block(x, time)
            seen.append(x)
        x = self.transformer(x, told)
        return x, [*seen, x]


class Middle(nn.Module):
    def __init__(self, config: StableAudioUNetConfig) -> None:
        super().__init__()
        width = config.widths[-1]
        self.pre_block, self.post_block = residual(config, width, width), residual(config, width, width)
        self.transformer = transformer(config, width, -1)

    def forward(self, x: Tensor, time: Tensor, told: Iterator[Told]) -> Tensor:  # (B, C, N) -> (B, C, N)
        return self.post_block(self.transformer(self.pre_block(x, time), told), time)


class Up(nn.Module):
    """Each block sees what the way down saw there, last first."""

    def __init__(self, config: StableAudioUNetConfig, level: int) -> None:
        super().__init__()
        narrow, wide = config.widths[level : level + 2]
        self.skip_scale = 2**-0.5 if config.use_skip_scale else 1.0
        self.blocks = nn.ModuleList(residual(config, 2 * wide, wide) for _ in range(config.num_blocks[level] + 1))
        self.transformer = transformer(config, wide, level)
        self.upsample = upsample(wide, narrow, config.factors[level])

    def forward(self, x: Tensor, time: Tensor, told: Iterator[Told], seen: list[Tensor]) -> Tensor:
        """(B, C, N) -> (B, C', factor N)"""
        for block, skip in zip(self.blocks, reversed(seen), strict=True):
            x = block(torch.cat([x, skip * self.skip_scale], dim=1), time)
        return self.upsample(self.transformer(x, told))


class FixedEmbedding(nn.Module):
    """What an item is told from which prompt and timing are left out."""

    def __init__(self, config: StableAudioUNetConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(config.context_embedding_max_length, config.context_embedding_features)


class StableAudioUNet(nn.Module):
    def __init__(self, config: StableAudioUNetConfig) -> None:
        super().__init__()
        self.config = config
        features, levels = config.time_width, range(len(config.factors))
        self.to_time = nn.Sequential(TimeEmbedding(config.channels, features), nn.GELU())
        self.to_mapping = nn.Sequential(
            nn.Linear(features, features), nn.GELU(), nn.Linear(features, features), nn.GELU()
        )
        self.fixed_embedding = FixedEmbedding(config)
        self.to_in = End(config.in_channels, config.widths[0], features)
        self.downsamples = nn.ModuleList(Down(config, level) for level in levels)
        self.bottleneck = Middle(config)
        self.upsamples = nn.ModuleList(Up(config, level) for level in reversed(levels))
        self.to_out = End(config.widths[0], config.in_channels, features)

    def prepare(
        self, tokens: Tensor, mask: Tensor, timing: Tensor, frames: int, dropped: Sequence[bool] = (False,)
    ) -> Conditions:
        """For a batch of one guess each; `timing` is among the tokens already.

        tokens (1, M, E) and where there are any, `mask` (1, M): as published, also of an item that is told others.
        """
        kind = self.fixed_embedding.embedding.weight.dtype
        null = self.fixed_embedding.embedding.weight[: tokens.shape[1]][None]
        told = torch.cat([null if each else tokens.to(kind) for each in dropped])
        there = mask.expand(len(dropped), -1)
        blocks = (module for module in self.modules() if isinstance(module, TransformerBlock))
        return Conditions(tuple(block.cross_attention.told(told, there) for block in blocks))

    def forward(self, x: Tensor, time: float, conditions: Conditions) -> Tensor:  # (B, L, N) -> (B, L, N)
        """The velocity at a time in [0, 1], 0 being data, in the type of x."""
        now, told = self.to_mapping(self.to_time(time)), iter(conditions.told)
        inner = first = self.to_in(x.to(now.dtype), now)
        seen = []
        for down in self.downsamples:
            inner, met = down(inner, now, told)
            seen.append(met)
        inner = self.bottleneck(inner, now, told)
        for up in self.upsamples:
            inner = up(inner, now, told, seen.pop())
        return self.to_out(inner + first, now).to(x.dtype)


def residual(config: StableAudioUNetConfig, channels: int, out: int) -> ResidualBlock:
    return ResidualBlock(channels, out, config.resnet_groups, config.time_width)


def transformer(config: StableAudioUNetConfig, channels: int, level: int) -> Transformer:
    heads, multiplier = config.attention_heads, config.attention_multiplier
    return Transformer(config.attentions[level], channels, heads, multiplier, config.context_embedding_features)
