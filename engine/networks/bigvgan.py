"""BigVGAN: from a log-mel spectrogram to a waveform by transposed convolutions and periodic activations.

Lee et al. 2023, https://arxiv.org/abs/2206.04658, and its second version. Each activation runs at twice the sample rate
between two low-pass filters, so that the overtones it makes do not fold back (Karras et al. 2021). Parameters are named
as in the published checkpoints, weight norm folded into the weights (the layout "bigvgan" does so when they are read).
The mel spectrogram is BigVGAN's own kind (engine/codecs/mel.py).

Shapes: B batch, T frames, M mel bands, C channels, S samples.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

RATIO = 2  # between an activation's sample rate and that around it
TAPS = 12  # of a low-pass filter
TINY = 1e-9  # keeps a magnitude of zero from dividing


@dataclass(frozen=True)
class BigVGANConfig:
    """As bigvgan_v2_24khz_100band_256x; the names are those of the authors' `config.json`."""

    num_mels: int = 100
    upsample_rates: tuple[int, ...] = (4, 4, 2, 2, 2, 2)
    upsample_kernel_sizes: tuple[int, ...] = (8, 8, 4, 4, 4, 4)
    upsample_initial_channel: int = 1536
    resblock: str = "1"  # "1": each dilated convolution is followed by a plain one; "2": it is not
    resblock_kernel_sizes: tuple[int, ...] = (3, 7, 11)
    resblock_dilation_sizes: tuple[tuple[int, ...], ...] = ((1, 3, 5), (1, 3, 5), (1, 3, 5))
    activation: str = "snakebeta"
    snake_logscale: bool = True  # frequencies and magnitudes are stored as logarithms
    use_tanh_at_final: bool = False  # otherwise the waveform is clipped
    use_bias_at_final: bool = False


class Snake(nn.Module):
    """x + sin²(α x) / β per channel (Ziyin et al. 2020); plain Snake has α for β."""

    def __init__(self, channels: int, config: BigVGANConfig) -> None:
        super().__init__()
        self.logscale = config.snake_logscale
        begin = torch.zeros if self.logscale else torch.ones
        self.alpha = nn.Parameter(begin(channels))
        if config.activation == "snakebeta":
            self.beta = nn.Parameter(begin(channels))

    def forward(self, x: Tensor) -> Tensor:  # (B, C, S) -> (B, C, S)
        stored = (self.alpha, getattr(self, "beta", self.alpha))
        frequency, magnitude = ((weight.exp() if self.logscale else weight)[:, None] for weight in stored)
        return torch.addcdiv(x, (x * frequency).sin().square(), magnitude + TINY)


class LowPass(nn.Module):
    """A half-band filter; what it is called in the published files decides where it hangs."""

    filter: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("filter", half_band())

    def up(self, x: Tensor) -> Tensor:  # (B, C, S) -> (B, C, 2 S)
        edge = TAPS // RATIO - 1
        doubled = F.conv_transpose1d(alone(F.pad(x, (edge, edge), mode="replicate")), self.filter, stride=RATIO)
        cut = edge * RATIO + (TAPS - RATIO) // 2
        return RATIO * doubled[..., cut:-cut].view(*x.shape[:2], -1)

    def down(self, x: Tensor) -> Tensor:  # (B, C, 2 S) -> (B, C, S)
        padded = F.pad(x, (TAPS // 2 - 1, TAPS // 2), mode="replicate")
        return F.conv1d(alone(padded), self.filter, stride=RATIO).view(*x.shape[:2], -1)


class DownSample(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lowpass = LowPass()


class Activation(nn.Module):
    """A Snake at twice the sample rate."""

    def __init__(self, channels: int, config: BigVGANConfig) -> None:
        super().__init__()
        self.act = Snake(channels, config)
        self.upsample = LowPass()
        self.downsample = DownSample()

    def forward(self, x: Tensor) -> Tensor:  # (B, C, S) -> (B, C, S)
        return self.downsample.lowpass.down(self.act(self.upsample.up(x)))


class PairedBlock(nn.Module):
    """Residual convolutions in pairs, the first of a pair dilated, an activation before each."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...], config: BigVGANConfig) -> None:
        super().__init__()
        self.convs1 = nn.ModuleList(convolution(channels, kernel, dilation) for dilation in dilations)
        self.convs2 = nn.ModuleList(convolution(channels, kernel, 1) for _ in dilations)
        self.activations = nn.ModuleList(Activation(channels, config) for _ in range(2 * len(dilations)))

    def forward(self, x: Tensor) -> Tensor:  # (B, C, S) -> (B, C, S)
        first, second = self.activations[::2], self.activations[1::2]
        for dilated, plain, before, between in zip(self.convs1, self.convs2, first, second, strict=True):
            x = x + plain(between(dilated(before(x))))
        return x


class SingleBlock(nn.Module):
    """Residual dilated convolutions, an activation before each."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...], config: BigVGANConfig) -> None:
        super().__init__()
        self.convs = nn.ModuleList(convolution(channels, kernel, dilation) for dilation in dilations)
        self.activations = nn.ModuleList(Activation(channels, config) for _ in dilations)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, S) -> (B, C, S)
        for dilated, before in zip(self.convs, self.activations, strict=True):
            x = x + dilated(before(x))
        return x


BLOCKS = {"1": PairedBlock, "2": SingleBlock}


class BigVGAN(nn.Module):
    def __init__(self, config: BigVGANConfig) -> None:
        super().__init__()
        check(config)
        self.config = config
        widths = [config.upsample_initial_channel >> i for i in range(len(config.upsample_rates) + 1)]
        self.conv_pre = nn.Conv1d(config.num_mels, widths[0], 7, padding=3)
        self.ups = nn.ModuleList(
            nn.ModuleList([nn.ConvTranspose1d(wide, narrow, kernel, rate, padding=(kernel - rate) // 2)])
            for wide, narrow, kernel, rate in zip(
                widths, widths[1:], config.upsample_kernel_sizes, config.upsample_rates, strict=False
            )
        )
        shapes = list(zip(config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True))
        block = BLOCKS[config.resblock]
        self.resblocks = nn.ModuleList(block(width, *shape, config) for width in widths[1:] for shape in shapes)
        self.activation_post = Activation(widths[-1], config)
        self.conv_post = nn.Conv1d(widths[-1], 1, 7, padding=3, bias=config.use_bias_at_final)

    def forward(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, S)
        """S is T times the product of the upsampling rates; float32 in [-1, 1]."""
        x = self.conv_pre(mel.mT)
        kinds = len(self.config.resblock_kernel_sizes)
        for i, up in enumerate(self.ups):
            x = up.get_submodule("0")(x)
            x = torch.stack([block(x) for block in self.resblocks[i * kinds : (i + 1) * kinds]]).mean(0)
        waveform = self.conv_post(self.activation_post(x))[:, 0].float()
        return waveform.tanh() if self.config.use_tanh_at_final else waveform.clamp(-1, 1)


def check(config: BigVGANConfig) -> None:
    """Raises ValueError with what is not known or does not fit."""
    if config.resblock not in BLOCKS:
        raise ValueError(f"resblock is “{config.resblock}” and not one of {', '.join(BLOCKS)}")
    if config.activation not in ("snake", "snakebeta"):
        raise ValueError(f"activation is “{config.activation}” and not snake or snakebeta")
    if len(config.upsample_rates) != len(config.upsample_kernel_sizes):
        raise ValueError("upsample_rates and upsample_kernel_sizes differ in length")


def convolution(channels: int, kernel: int, dilation: int) -> nn.Conv1d:
    return nn.Conv1d(channels, channels, kernel, dilation=dilation, padding=(kernel - 1) * dilation // 2)


def alone(x: Tensor) -> Tensor:  # (B, C, S) -> (B C, 1, S)
    """Each channel as a sound of its own, which is faster than convolutions in groups."""
    return x.reshape(-1, 1, x.shape[-1])


def half_band() -> Tensor:  # -> (1, 1, TAPS)
    """A windowed sinc that passes the lower half of the band; Kaiser's window, by his formula for its shape."""
    half, transition = TAPS // 2, 4 * 0.6 / RATIO
    attenuation = 2.285 * (half - 1) * math.pi * transition + 7.95  # dB, above 50
    shape = 0.1102 * (attenuation - 8.7)
    taps = np.kaiser(TAPS, shape) * np.sinc((np.arange(TAPS) - half + 0.5) / RATIO)
    return torch.tensor(taps / taps.sum(), dtype=torch.float32).view(1, 1, TAPS)


def published_config(settings: Mapping[str, Any]) -> BigVGANConfig:
    """Of the authors' `config.json`, as read: settings of the training and of the mel are left aside."""
    known = {name: settings[name] for name in BigVGANConfig.__dataclass_fields__ if name in settings}
    final = {"use_tanh_at_final": True, "use_bias_at_final": True}  # of the first version, which does not name them
    return BigVGANConfig(**(final | {name: frozen(value) for name, value in known.items()}))


def frozen(value: Any) -> Any:
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value
