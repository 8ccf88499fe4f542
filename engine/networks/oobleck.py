"""Oobleck: the autoencoder of Stable Audio, from stereo sound to a few channels of latents and back.

Evans et al. 2024, https://arxiv.org/abs/2407.14358: strided convolutions with residual units between them, dilated as
in the Descript audio codec (Kumar et al. 2023, https://arxiv.org/abs/2306.06546), and Snake activations whose frequency
and magnitude are stored as logarithms. The weight norm of the published weights is folded when they are read.

Shapes: B batch, C sound channels, S samples in [-1, 1], L latent channels, N frames of S / N samples each.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DILATIONS = (1, 3, 9)
TINY = 1e-9  # keeps a magnitude of zero from dividing
LEAST_DEVIATION = 1e-4


@dataclass(frozen=True)
class OobleckConfig:
    """As of Stable Audio Open 1.0 and of 2.0; the names are those of the authors' `model_config.json`."""

    channels: int = 128
    c_mults: tuple[int, ...] = (1, 2, 4, 8, 16)
    strides: tuple[int, ...] = (2, 4, 4, 8, 8)
    latent_dim: int = 64
    io_channels: int = 2
    sample_rate: int = 44_100  # Hz
    final_tanh: bool = False

    @property
    def hop(self) -> int:
        """Samples of a frame."""
        return math.prod(self.strides)

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels at the sample rate, and after each stride."""
        return (self.channels, *(self.channels * each for each in self.c_mults))


STABLE_AUDIO_1 = OobleckConfig(c_mults=(2, 4, 8, 16), strides=(4, 4, 8, 8))
"""At the rate of the first paper, 1024 samples a frame: https://arxiv.org/abs/2402.04825. Weights are unpublished."""


class Snake(nn.Module):
    """x + sin²(e^α x) / e^β per channel. Ziyin et al. 2020, https://arxiv.org/abs/2006.08195"""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.alpha = nn.Parameter(torch.zeros(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:  # (B, D, S) -> (B, D, S)
        wave = (x * self.alpha.exp()[:, None]).sin_().square_()
        return torch.addcdiv(x, wave, self.beta.exp()[:, None] + TINY)


class Unit(nn.Module):
    """A dilated convolution and one of width 1, an activation before each, around which x goes as it is."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.snake1, self.snake2 = Snake(channels), Snake(channels)
        self.conv1 = nn.Conv1d(channels, channels, 7, dilation=dilation, padding=3 * dilation)
        self.conv2 = nn.Conv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:  # (B, D, S) -> (B, D, S)
        return x + self.conv2(self.snake2(self.conv1(self.snake1(x))))


def units(channels: int) -> nn.Sequential:
    return nn.Sequential(*(Unit(channels, dilation) for dilation in DILATIONS))


class Down(nn.Module):
    def __init__(self, narrow: int, wide: int, stride: int) -> None:
        super().__init__()
        self.units, self.snake = units(narrow), Snake(narrow)
        self.conv = nn.Conv1d(narrow, wide, 2 * stride, stride, padding=math.ceil(stride / 2))

    def forward(self, x: Tensor) -> Tensor:  # (B, D, S) -> (B, D', S / stride)
        return self.conv(self.snake(self.units(x)))


class Up(nn.Module):
    def __init__(self, wide: int, narrow: int, stride: int) -> None:
        super().__init__()
        self.snake, self.units = Snake(wide), units(narrow)
        self.conv = nn.ConvTranspose1d(wide, narrow, 2 * stride, stride, padding=math.ceil(stride / 2))

    def forward(self, x: Tensor) -> Tensor:  # (B, D, S) -> (B, D', stride S)
        return self.units(self.conv(self.snake(x)))


class Encoder(nn.Module):
    def __init__(self, config: OobleckConfig) -> None:
        super().__init__()
        widths = config.widths
        self.first = nn.Conv1d(config.io_channels, widths[0], 7, padding=3)
        self.blocks = nn.Sequential(*map(Down, widths, widths[1:], config.strides))
        self.snake = Snake(widths[-1])
        self.last = nn.Conv1d(widths[-1], 2 * config.latent_dim, 3, padding=1)

    def forward(self, sound: Tensor) -> Tensor:  # (B, C, S) -> (B, 2 L, N)
        return self.last(self.snake(self.blocks(self.first(sound))))


class Decoder(nn.Module):
    def __init__(self, config: OobleckConfig) -> None:
        super().__init__()
        widths = config.widths[::-1]
        self.first = nn.Conv1d(config.latent_dim, widths[0], 7, padding=3)
        self.blocks = nn.Sequential(*map(Up, widths, widths[1:], config.strides[::-1]))
        self.snake = Snake(widths[-1])
        self.last = nn.Conv1d(widths[-1], config.io_channels, 7, padding=3, bias=False)

    def forward(self, latents: Tensor) -> Tensor:  # (B, L, N) -> (B, C, S)
        return self.last(self.snake(self.blocks(self.first(latents))))


class Oobleck(nn.Module):
    def __init__(self, config: OobleckConfig) -> None:
        super().__init__()
        check(config)
        self.config = config
        self.encoder, self.decoder = Encoder(config), Decoder(config)

    def encode(self, sound: Tensor) -> tuple[Tensor, Tensor]:  # (B, C, S) -> 2 x (B, L, N)
        """Mean and deviation of the latents; S is a multiple of the hop."""
        mean, scale = self.encoder(sound).chunk(2, dim=1)
        return mean, F.softplus(scale) + LEAST_DEVIATION

    def forward(self, latents: Tensor) -> Tensor:  # (B, L, N) -> (B, C, S)
        """Latents to sound, in the latents' type."""
        sound = self.decoder(latents.to(self.decoder.last.weight.dtype)).to(latents.dtype)
        return sound.tanh() if self.config.final_tanh else sound

    @property
    def reach(self) -> int:
        """Frames to either side beyond which nothing changes what a frame sounds like, rounded up."""
        return math.ceil(reach(self.config.strides))


def reach(strides: Sequence[int]) -> float:
    """Of the decoder, in frames: each block's units at the rate they run at, and the convolutions between them."""
    found, rate = 3.0, 1
    for stride in reversed(strides):
        found += 1 / rate
        rate *= stride
        found += 3 * sum(DILATIONS) / rate
    return found + 3 / rate


def check(config: OobleckConfig) -> None:
    """Raises ValueError with what does not fit."""
    if len(config.c_mults) != len(config.strides):
        raise ValueError("c_mults and strides differ in length")
    if any(stride < 2 or stride % 2 for stride in config.strides):
        raise ValueError("every stride must be even, or the sound would lose samples")
