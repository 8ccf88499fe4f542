"""HiFi-GAN: from a log-mel spectrogram to a waveform, by transposed and dilated convolutions.

Kong et al. 2020, https://arxiv.org/abs/2010.05646, as AudioLDM's for 16 kHz and 64 bands, whose defaults these are.
Parameters are named as in the published checkpoints, weight norm folded into the weights.

Shapes: B batch, T frames, M mel bands, C channels, S samples.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SLOPE = 0.1
LAST_SLOPE = 0.01  # before the last convolution


@dataclass(frozen=True)
class HiFiGANConfig:
    num_mels: int = 64
    upsample_rates: tuple[int, ...] = (5, 4, 2, 2, 2)
    upsample_kernel_sizes: tuple[int, ...] = (16, 16, 8, 4, 4)
    upsample_initial_channel: int = 1024
    resblock_kernel_sizes: tuple[int, ...] = (3, 7, 11)
    resblock_dilation_sizes: tuple[tuple[int, ...], ...] = ((1, 3, 5), (1, 3, 5), (1, 3, 5))
    sample_rate: int = 16_000  # Hz

    @property
    def hop(self) -> int:
        """Samples a frame."""
        return math.prod(self.upsample_rates)


class Block(nn.Module):
    """Residual convolutions in pairs, the first of a pair dilated."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...]) -> None:
        super().__init__()
        self.convs1 = nn.ModuleList(convolution(channels, kernel, dilation) for dilation in dilations)
        self.convs2 = nn.ModuleList(convolution(channels, kernel, 1) for _ in dilations)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, S) -> (B, C, S)
        for dilated, plain in zip(self.convs1, self.convs2, strict=True):
            x = x + plain(F.leaky_relu(dilated(F.leaky_relu(x, SLOPE)), SLOPE))
        return x


class HiFiGAN(nn.Module):
    def __init__(self, config: HiFiGANConfig) -> None:
        super().__init__()
        check(config)
        self.config = config
        widths = [config.upsample_initial_channel >> i for i in range(len(config.upsample_rates) + 1)]
        steps = zip(widths, widths[1:], config.upsample_kernel_sizes, config.upsample_rates, strict=False)
        self.conv_pre = nn.Conv1d(config.num_mels, widths[0], 7, padding=3)
        self.ups = nn.ModuleList(
            nn.ConvTranspose1d(wide, narrow, kernel, rate, padding=(kernel - rate) // 2)
            for wide, narrow, kernel, rate in steps
        )
        shapes = list(zip(config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True))
        self.resblocks = nn.ModuleList(Block(width, *shape) for width in widths[1:] for shape in shapes)
        self.conv_post = nn.Conv1d(widths[-1], 1, 7, padding=3)

    def forward(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, S)
        """In [-1, 1]; S is T times the hop, and a little more or less where a kernel and its rate differ oddly."""
        x = self.conv_pre(mel.mT)
        kinds = len(self.config.resblock_kernel_sizes)
        for i, up in enumerate(self.ups):
            x = up(F.leaky_relu(x, SLOPE))
            x = torch.stack([block(x) for block in self.resblocks[i * kinds : (i + 1) * kinds]]).mean(0)
        return self.conv_post(F.leaky_relu(x, LAST_SLOPE))[:, 0].float().tanh()


def convolution(channels: int, kernel: int, dilation: int) -> nn.Conv1d:
    return nn.Conv1d(channels, channels, kernel, dilation=dilation, padding=(kernel - 1) * dilation // 2)


def check(config: HiFiGANConfig) -> None:
    """Raises ValueError with what does not fit."""
    if len(config.upsample_rates) != len(config.upsample_kernel_sizes):
        raise ValueError("upsample_rates and upsample_kernel_sizes differ in length")
