"""The convolutional autoencoder of latent diffusion, of pictures and of spectrograms looked at as pictures.

Rombach et al. 2022, https://arxiv.org/abs/2112.10752: residual blocks at a few sizes, each half the one before, with
attention at the smallest. Parameters are named as in the published checkpoints, but that the shortcut of a residual
block has the name that it has elsewhere here.

Shapes: B batch, P channels of the picture, H and W its sides, Z channels of the latent, f how many times smaller that
is, C channels inside.
"""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.munet_blocks import ResBlock

EPS = 1e-6


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
    """From a picture to as many numbers a place as a latent has, or twice as many: its mean and its log variance."""

    def __init__(self, channels: int, widths: Sequence[int], blocks: Sequence[int], latent: int, groups: int) -> None:
        """`blocks` says how many there are at each level, the finest first."""
        super().__init__()
        self.conv_in = nn.Conv2d(channels, widths[0], 3, padding=1)
        self.down = nn.ModuleList(
            Level(wide, out, count, groups)
            for (wide, out), count in zip(pairs([widths[0], *widths]), blocks, strict=True)
        )
        for level, width in zip(list(self.down)[:-1], widths[:-1], strict=True):
            level.downsample = Downsample(width)
        self.mid = Middle(widths[-1], groups)
        self.norm_out = nn.GroupNorm(groups, widths[-1], EPS)
        self.conv_out = nn.Conv2d(widths[-1], latent, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:  # (B, P, H, W) -> (B, Z, H/f, W/f)
        x = self.conv_in(x)
        for level in self.down:
            x = level(x)
        return self.conv_out(F.silu(self.norm_out(self.mid(x))))


class Decoder(nn.Module):
    """And back. The levels are numbered as on the way down, the finest first."""

    def __init__(self, latent: int, widths: Sequence[int], blocks: Sequence[int], channels: int, groups: int) -> None:
        super().__init__()
        self.conv_in = nn.Conv2d(latent, widths[-1], 3, padding=1)
        self.mid = Middle(widths[-1], groups)
        self.up = nn.ModuleList(
            Level(wide, out, count, groups)
            for (out, wide), count in zip(pairs([*widths, widths[-1]]), blocks, strict=True)
        )
        for level, width in zip(list(self.up)[1:], widths[1:], strict=True):
            level.upsample = Upsample(width)
        self.norm_out = nn.GroupNorm(groups, widths[0], EPS)
        self.conv_out = nn.Conv2d(widths[0], channels, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:  # (B, Z, H/f, W/f) -> (B, P, H, W)
        x = self.mid(self.conv_in(z))
        for level in reversed(list(self.up)):
            x = level(x)
        return self.conv_out(F.silu(self.norm_out(x)))


def pairs(widths: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbours, in their order."""
    return list(zip(widths, widths[1:], strict=False))
