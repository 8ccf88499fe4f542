"""The blocks of Stable Audio's first network: residual convolutions that the time scales and shifts, and transformers.

Schneider et al. 2023, Moûsai, https://arxiv.org/abs/2301.11757, whose U-Net Stable Audio 1.0 took. Parameters have the
names that its authors' code gives them.

Shapes: B batch, C channels, N frames, T width of the time, M tokens of what is told, E their width, H heads.
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.linear import Linear

TRANSFORMER_GROUPS = 32

Told = tuple[Tensor, Tensor]
"""Keys and values, each (B, H, M, C/H)."""


class ConvBlock(nn.Module):
    def __init__(self, channels: int, out: int, groups: int) -> None:
        super().__init__()
        self.groupnorm = nn.GroupNorm(groups, channels)
        self.project = nn.Conv1d(channels, out, 3, padding=1)

    def forward(self, x: Tensor, scale_shift: Tensor | None = None) -> Tensor:  # (B, C, N) -> (B, C', N)
        x = self.groupnorm(x)
        if scale_shift is not None:
            scale, shift = scale_shift[..., None].chunk(2, dim=1)
            x = torch.addcmul(shift, x, scale + 1)
        return self.project(F.silu(x))


class ScaleShift(nn.Module):
    """By how much the time scales and shifts each channel."""

    def __init__(self, features: int, channels: int) -> None:
        super().__init__()
        self.to_scale_shift = nn.Sequential(nn.SiLU(), nn.Linear(features, 2 * channels))

    def forward(self, time: Tensor) -> Tensor:  # (1, T) -> (1, 2 C)
        return self.to_scale_shift(time)


class ResidualBlock(nn.Module):
    def __init__(self, channels: int, out: int, groups: int, features: int) -> None:
        super().__init__()
        self.block1 = ConvBlock(channels, out, groups)
        self.to_scale_shift = ScaleShift(features, out)
        self.block2 = ConvBlock(out, out, groups)
        self.to_out = nn.Conv1d(channels, out, 1) if channels != out else nn.Identity()

    def forward(self, x: Tensor, time: Tensor) -> Tensor:  # (B, C, N), (1, T) -> (B, C', N)
        return self.block2(self.block1(x), self.to_scale_shift(time)) + self.to_out(x)


class End(nn.Module):
    """The first and the last block: all channels are one group."""

    def __init__(self, channels: int, out: int, features: int) -> None:
        super().__init__()
        self.block = ResidualBlock(channels, out, 1, features)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:  # (B, C, N), (1, T) -> (B, C', N)
        return self.block(x, time)


class Output(nn.Module):
    """The way out of an attention, of which the published names make a part of its own."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.to_out = Linear(channels, channels)

    def forward(self, mixed: Tensor) -> Tensor:  # (B, H, N, C/H) -> (B, N, C)
        return self.to_out(mixed.transpose(1, 2).flatten(2))


class Attention(nn.Module):
    """To x itself, or to keys and values that were made before."""

    def __init__(self, channels: int, heads: int, told_width: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm, self.norm_context = nn.LayerNorm(channels), nn.LayerNorm(told_width)
        self.to_q = Linear(channels, channels, bias=False)
        self.to_kv = Linear(told_width, 2 * channels, bias=False)
        self.attention = Output(channels)

    def told(self, tokens: Tensor, mask: Tensor | None = None) -> Told:  # (B, M, E), (B, M) -> 2 x (B, H, M, C/H)
        """Where the mask has nothing keys and values are 0, and are still attended to, as published."""
        both = self.to_kv(self.norm_context(tokens))
        both = both if mask is None else both * mask[..., None].to(both.dtype)
        keys, values = both.unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)
        return keys, values

    def forward(self, x: Tensor, told: Told | None = None) -> Tensor:  # (B, N, C) -> (B, N, C)
        q = self.to_q(self.norm(x)).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        return self.attention(F.scaled_dot_product_attention(q, *(told or self.told(x))))


class TransformerBlock(nn.Module):
    def __init__(self, channels: int, heads: int, multiplier: int, told_width: int) -> None:
        super().__init__()
        middle = channels * multiplier
        self.attention = Attention(channels, heads, channels)
        self.cross_attention = Attention(channels, heads, told_width)
        self.feed_forward = nn.Sequential(Linear(channels, middle), nn.GELU(), Linear(middle, channels))

    def forward(self, x: Tensor, told: Told) -> Tensor:  # (B, N, C) -> (B, N, C)
        x = x + self.attention(x)
        x = x + self.cross_attention(x, told)
        return x + self.feed_forward(x)


class Swap(nn.Module):
    """(B, C, N) to (B, N, C) and back; it has a number among the published names."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mT


class Transformer(nn.Module):
    """Takes what its blocks are told off the front of `told`."""

    def __init__(self, layers: int, channels: int, heads: int, multiplier: int, told_width: int) -> None:
        super().__init__()
        norm = nn.GroupNorm(TRANSFORMER_GROUPS, channels, eps=1e-6)
        self.to_in = nn.Sequential(norm, nn.Conv1d(channels, channels, 1), Swap())
        self.blocks = nn.ModuleList(TransformerBlock(channels, heads, multiplier, told_width) for _ in range(layers))
        self.to_out = nn.Sequential(Swap(), nn.Conv1d(channels, channels, 1))

    def forward(self, x: Tensor, told: Iterator[Told]) -> Tensor:  # (B, C, N) -> (B, C, N)
        x = self.to_in(x)
        for block in self.blocks:
            x = block(x, next(told))
        return self.to_out(x)


class Downsample(nn.Conv1d):
    """Every `factor` frames to one; of an uneven padding the larger part comes first."""

    def __init__(self, channels: int, out: int, factor: int, multiplier: int) -> None:
        super().__init__(channels, out, factor * multiplier + 1, factor)
        beside = factor * multiplier + 1 - factor
        self.beside = (beside - beside // 2, beside // 2)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, N) -> (B, C', N / factor)
        return super().forward(F.pad(x, self.beside))


class Upsample(nn.ConvTranspose1d):
    """A frame to `factor`; a convolution of width 3 where that is 1 (see `upsample`)."""

    def __init__(self, channels: int, out: int, factor: int) -> None:
        super().__init__(channels, out, 2 * factor, factor)
        self.beside = (factor - factor // 2, factor // 2)

    def forward(self, x: Tensor, output_size: list[int] | None = None) -> Tensor:  # (B, C, N) -> (B, C', factor N)
        first, last = self.beside
        return super().forward(x)[..., first : -last or None]


def upsample(channels: int, out: int, factor: int) -> nn.Module:
    return nn.Conv1d(channels, out, 3, padding=1) if factor == 1 else Upsample(channels, out, factor)
