"""Networks that tell made sound from true: what a spectral distance forgives, such as metallic speech, they do not.

One looks at complex spectra, with a window of its own length (Jang et al. 2021, https://arxiv.org/abs/2106.07889;
complex as in Défossez et al. 2022), another at the waveform folded into rows of a period (Kong et al. 2020,
https://arxiv.org/abs/2010.05646). Both are small: a step asks only some of them.

Shapes: B batch, S samples, C channels, T frames or rows, F frequencies or the place in a period.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

WINDOWS = (512, 1024, 2048)
PERIODS = (2, 3, 5, 7, 11)
SLOPE = 0.1
COMPRESSION = 0.3  # power of a magnitude; the phase stays

Shape = tuple[int, int]
Verdict = tuple[Tensor, list[Tensor]]
"""Scores, high for true and low for made; and what the layers before saw."""


class Convolutions(nn.Module):
    """Strided convolutions of an image, then one that says a score at each place left."""

    def __init__(self, widths: Sequence[int], kernels: Sequence[Shape], strides: Sequence[Shape]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            weight_norm(nn.Conv2d(before, after, kernel, stride, (kernel[0] // 2, kernel[1] // 2)))
            for before, after, kernel, stride in zip(widths, widths[1:], kernels, strides, strict=False)
        )
        self.score = weight_norm(nn.Conv2d(widths[-1], 1, 3, padding=1))

    def forward(self, image: Tensor) -> Verdict:  # (B, C, T, F)
        x, seen = image.contiguous(memory_format=torch.channels_last), []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), SLOPE)
            seen.append(x)
        return self.score(x), seen


class SpectralDiscriminator(nn.Module):
    def __init__(self, window: int, width: int = 32) -> None:
        super().__init__()
        self.window = window
        self.convolutions = Convolutions(
            (2, width, width, width, width),
            ((3, 9), (3, 7), (3, 5), (3, 3)),
            ((1, 4), (1, 2), (1, 2), (1, 1)),
        )

    def forward(self, waveform: Tensor) -> Verdict:  # (B, S)
        return self.convolutions(compressed(waveform, self.window))


class PeriodDiscriminator(nn.Module):
    def __init__(self, period: int, width: int = 16) -> None:
        super().__init__()
        self.period = period
        self.convolutions = Convolutions(
            (1, width, 2 * width, 4 * width, 4 * width), ((5, 1),) * 4, ((3, 1), (3, 1), (3, 1), (1, 1))
        )

    def forward(self, waveform: Tensor) -> Verdict:  # (B, S)
        rows = waveform.shape[1] // self.period
        return self.convolutions(waveform[:, None, : rows * self.period].unflatten(2, (rows, self.period)))


def discriminators() -> nn.ModuleList:
    """The spectral ones, then those of periods."""
    return nn.ModuleList([*map(SpectralDiscriminator, WINDOWS), *map(PeriodDiscriminator, PERIODS)])


def compressed(waveform: Tensor, window: int) -> Tensor:  # (B, S) -> (B, 2, T, F)
    """The spectrum with magnitudes to the power of 0.3, in which faint sounds are seen as well."""
    hann = torch.hann_window(window, device=waveform.device)
    spectrum = torch.stft(waveform.float(), window, window // 4, window=hann, normalized=True, return_complex=True)
    power = spectrum.real.square() + spectrum.imag.square() + 1e-8
    return torch.view_as_real(spectrum * power ** ((COMPRESSION - 1) / 2)).permute(0, 3, 2, 1)


def judging_loss(true: Verdict, made: Verdict) -> Tensor:  # -> ()
    """Hinge: true sounds should score above 1 and made ones below -1."""
    return F.relu(1 - true[0].float()).mean() + F.relu(1 + made[0].float()).mean()


def deceiving_loss(made: Verdict) -> Tensor:  # -> ()
    return F.relu(1 - made[0].float()).mean()


def feature_distance(true: Verdict, made: Verdict) -> Tensor:  # -> ()
    """How differently the layers see the two, in shares of what they see of the true sound."""
    parts = [
        (ours.float() - theirs.float()).abs().mean() / (theirs.float().abs().mean() + 1e-4)
        for theirs, ours in zip(true[1], made[1], strict=True)
    ]
    return torch.stack(parts).mean()
