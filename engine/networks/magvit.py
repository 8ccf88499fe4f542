"""MAGVIT-v2's tokenizer of pictures as Show-o has it: a picture becomes a grid of words of 13 bits, and back.

Yu et al. 2023, https://arxiv.org/abs/2310.05737; trained by Xie et al. 2024, https://arxiv.org/abs/2408.12528. There
is no table of codes: each of the encoder's channels is a bit, 1 where it is above zero, the first channel the highest
bit (lookup-free quantisation), and the decoder is told −1 and 1. The convolutions are Rombach et al.'s
(https://arxiv.org/abs/2112.10752), and so are the parameters' names, to which the layout "magvit" brings the published
ones.

A small tokenizer can fold its pictures: each square of pixels becomes one place of many channels, and the convolutions
never see a picture at its full size. Without folds it is the published network.

Shapes: B batch, H and W of the picture, h and w of the grid, which is fold · 2^(levels − 1) times smaller, N = h·w
tokens in raster order, Z bits. Pixels lie in [−1, 1].
"""

from dataclasses import dataclass
from math import isqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.autoencoder_blocks import Decoder, Encoder


@dataclass(frozen=True)
class MagvitConfig:
    """The defaults are the published ones. Levels are told from the finest to the coarsest."""

    ch: int = 128
    encoder_mult: tuple[int, ...] = (1, 2, 2, 4, 4)
    encoder_blocks: tuple[int, ...] = (4, 3, 4, 3, 4)
    decoder_mult: tuple[int, ...] = (1, 1, 2, 2, 4)
    decoder_blocks: tuple[int, ...] = (4, 4, 3, 4, 3)
    bits: int = 13
    norm_num_groups: int = 32
    fold: int = 1
    """Sides of the squares of pixels that are folded into channels."""

    def __post_init__(self) -> None:
        each_level = (self.encoder_mult, self.encoder_blocks, self.decoder_mult, self.decoder_blocks)
        if len({len(told) for told in each_level}) != 1:
            raise ValueError("encoder and decoder must have as many levels, and as many numbers of blocks")

    @property
    def scale(self) -> int:
        """Pixels that a token is wide."""
        return int(self.fold * 2 ** (len(self.encoder_mult) - 1))


class Magvit(nn.Module):
    def __init__(self, config: MagvitConfig) -> None:
        super().__init__()
        self.config = config
        down, up = ([config.ch * each for each in told] for told in (config.encoder_mult, config.decoder_mult))
        bits, groups, colors = config.bits, config.norm_num_groups, 3 * config.fold**2
        self.encoder = Encoder(colors, down, config.encoder_blocks, bits, groups)
        self.quant_conv = nn.Conv2d(bits, bits, 1)
        self.post_quant_conv = nn.Conv2d(bits, bits, 1)
        self.decoder = Decoder(bits, up, config.decoder_blocks, colors, groups)

    def latent(self, pixels: Tensor) -> Tensor:  # (B, 3, H, W) -> (B, Z, h, w)
        """What the bits are the signs of. Sides are multiples of `config.scale`."""
        return self.quant_conv(self.encoder(F.pixel_unshuffle(pixels, self.config.fold)))

    def pixels(self, latent: Tensor) -> Tensor:  # (B, Z, h, w) -> (B, 3, H, W)
        """The picture of −1 and 1 for each bit, not clamped; what lies between is between pictures."""
        return F.pixel_shuffle(self.decoder(self.post_quant_conv(latent)), self.config.fold)

    def encode(self, pixels: Tensor) -> Tensor:  # (B, 3, H, W) -> (B, N) int64
        """The tokens of a picture whose sides are multiples of `config.scale`."""
        return codes(self.latent(pixels.to(self.quant_conv.weight.dtype))).flatten(1)

    def decode(self, tokens: Tensor, height: int | None = None) -> Tensor:  # (B, N) int64 -> (B, 3, H, W)
        """The picture of these tokens, in [−1, 1]. height: rows of the grid, where it is not a square."""
        height = height or isqrt(tokens.shape[1])
        latent = signs(tokens.unflatten(1, (height, -1)), self.config.bits)
        return self.pixels(latent.to(self.quant_conv.weight.dtype)).float().clamp(-1, 1)

    def forward(self, pixels: Tensor) -> Tensor:  # (B, 3, H, W) -> (B, 3, H, W)
        """There and back, for training: not clamped, and with gradients."""
        return self.pixels(quantised(self.latent(pixels)))


def codes(latent: Tensor) -> Tensor:  # (B, Z, h, w) -> (B, h, w) int64
    """The bits, the first channel the highest, as one number."""
    places = 2 ** torch.arange(latent.shape[1] - 1, -1, -1, device=latent.device)
    return ((latent > 0) * places[:, None, None]).sum(1)


def signs(tokens: Tensor, bits: int) -> Tensor:  # (B, h, w) int64 -> (B, Z, h, w)
    """−1 and 1 for the bits of each token."""
    places = torch.arange(bits - 1, -1, -1, device=tokens.device)
    return ((tokens[:, None] >> places[:, None, None]) & 1).float() * 2 - 1


def quantised(latent: Tensor) -> Tensor:  # (B, Z, h, w) -> (B, Z, h, w)
    """The signs; gradients go through as if they were the latent itself (Bengio et al. 2013)."""
    return latent + (torch.where(latent > 0, 1.0, -1.0).to(latent.dtype) - latent).detach()
