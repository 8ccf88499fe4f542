"""A decoder so small that every step of a picture can be looked at: a twentieth of what its tokenizer's takes.

As in TAESD (Bohan 2023, https://github.com/madebyollin/taesd): a few convolutions learn to see in a latent what its
decoder would make of it, only less sharp. What is finished is decoded by the tokenizer itself.

Shapes: B batch, Z bits, h and w of the grid, H = scale · h and W = scale · w of the picture.
"""

from dataclasses import dataclass
from math import isqrt

import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.magvit import signs


@dataclass(frozen=True)
class TinyDecoderConfig:
    bits: int = 13
    width: int = 64
    scale: int = 8
    """Pixels that a token is wide."""


class TinyDecoder(nn.Module):
    def __init__(self, config: TinyDecoderConfig) -> None:
        super().__init__()
        self.config = config
        sides = (config.bits, config.width, config.width, 3 * config.scale**2)
        self.layers = nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in zip(sides, sides[1:], strict=False))

    def pixels(self, x: Tensor) -> Tensor:  # (B, Z, h, w) -> (B, 3, H, W)
        """Not clamped."""
        first, second, last = self.layers
        return F.pixel_shuffle(last(F.silu(second(F.silu(first(x))))), self.config.scale)

    def latent(self, tokens: Tensor) -> Tensor:  # (B, N) int64 -> (B, Z, h, w)
        """The bits of the tokens of a square as −1 and 1."""
        return signs(tokens.unflatten(1, (isqrt(tokens.shape[1]), -1)), self.config.bits)

    def decode(self, tokens: Tensor) -> Tensor:  # (B, N) int64 -> (B, 3, H, W)
        """The picture of these tokens, in [−1, 1]."""
        return self.pixels(self.latent(tokens).to(next(self.parameters()).dtype)).float().clamp(-1, 1)
