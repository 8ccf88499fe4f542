"""Vocos: from a log-mel spectrogram to a waveform by way of a spectrum, never upsampling.

A convolution, ConvNeXt blocks at one frame a token, then magnitudes and phases for an inverse short-time Fourier
transform. Siuzdak 2023, https://arxiv.org/abs/2306.00814. Parameters are named as in the published checkpoints, whose
`feature_extractor.*` is a mel spectrogram (engine/codecs/mel.py) and no part of the network.

Two things that the published network lacks let a small one learn in minutes. Anchored, it says by how much magnitudes
differ from those that the mel itself implies, and phases from those of partials that go on from frame to frame
(Beauregard et al. 2015, single pass spectrogram inversion): nothing that sees some frames only can know the phase of a
long tone. Refined, its phases are made to agree with one another by a few steps of Griffin and Lim 1984, accelerated as
by Perraudin et al. 2013.

Shapes: B batch, T frames, M mel bands, D width, N window and size of the transform, F = N/2 + 1 frequencies, S samples.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

KERNEL = 7  # frames that a convolution sees
EPSILON = 1e-6  # of the norms
LOUDEST = 100.0  # magnitude, so that an odd input does not end in infinity
FAINTEST = 1e-5  # magnitude that a mel implies
NEARBY = 0.1  # the least that is implied, as a share of what a mel's bands have near a frequency
MOMENTUM = 0.99  # of a refinement


@dataclass(frozen=True)
class VocosConfig:
    bands: int = 100
    width: int = 512
    middle: int = 1536  # width inside a block
    depth: int = 8
    window: int = 1024  # samples
    hop: int = 256  # samples a frame
    centred: bool = True  # frame i is centred on sample i * hop, which makes T - 1 hops of sound; otherwise T
    anchored: bool = False
    refinements: int = 0


class ConvNeXtBlock(nn.Module):
    """Mix along time channel by channel, then along channels frame by frame (Liu et al. 2022)."""

    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        width = config.width
        self.dwconv = nn.Conv1d(width, width, KERNEL, padding=KERNEL // 2, groups=width)
        self.norm = nn.LayerNorm(width, eps=EPSILON)
        self.pwconv1 = nn.Linear(width, config.middle)
        self.pwconv2 = nn.Linear(config.middle, width)
        self.gamma = nn.Parameter(torch.full((width,), 1 / config.depth))

    def forward(self, x: Tensor) -> Tensor:  # (B, T, D) -> (B, T, D)
        added = self.norm(depthwise(x, self.dwconv))
        added = self.pwconv2(F.gelu(self.pwconv1(added)))
        return x + self.gamma * added


class Backbone(nn.Module):
    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        self.embed = nn.Conv1d(config.bands, config.width, KERNEL, padding=KERNEL // 2)
        self.norm = nn.LayerNorm(config.width, eps=EPSILON)
        self.convnext = nn.ModuleList(ConvNeXtBlock(config) for _ in range(config.depth))
        self.final_layer_norm = nn.LayerNorm(config.width, eps=EPSILON)

    def forward(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, T, D)
        x = self.norm(self.embed(mel.mT).mT)
        for block in self.convnext:
            x = block(x)
        return self.final_layer_norm(x)


class InverseTransform(nn.Module):
    """The inverse short-time Fourier transform: windowed frames added up, divided by the windows' squares."""

    window: Tensor

    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        if config.window % config.hop or config.hop < 1:
            raise ValueError(f"a window of {config.window} samples is not a whole number of hops of {config.hop}")
        self.hop = config.hop
        self.trimmed = config.window // 2 if config.centred else (config.window - config.hop) // 2
        self.register_buffer("window", torch.hann_window(config.window))

    def forward(self, spectrum: Tensor) -> Tensor:  # (B, T, F) complex -> (B, S)
        window = self.window.float()
        frames = torch.fft.irfft(spectrum, len(window)) * window  # (B, T, N)
        weights = overlap(window.square().expand(1, spectrum.shape[1], -1), self.hop)
        kept = slice(self.trimmed, weights.shape[1] - self.trimmed)
        return overlap(frames, self.hop)[:, kept] / weights[:, kept]


class Head(nn.Module):
    anchor: Tensor

    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        self.anchored = config.anchored
        self.out = nn.Linear(config.width, config.window + 2)
        self.istft = InverseTransform(config)
        if config.anchored:
            self.register_buffer("anchor", torch.zeros(2, config.bands, config.window // 2 + 1))

    def spectrum(self, x: Tensor, mel: Tensor) -> Tensor:  # (B, T, D), (B, T, M) -> (B, T, F) complex
        """In full precision even where the blocks are not: a phase in bf16 is off by up to a hundredth of a turn."""
        with torch.autocast(x.device.type, enabled=False):
            magnitude, phase = self.out(x.to(self.out.weight.dtype)).float().chunk(2, -1)
            if not self.anchored:
                return torch.polar(magnitude.exp().clamp(max=LOUDEST), phase)
            magnitude = (magnitude.exp() * self.implied(mel.float())).clamp(max=LOUDEST)
            return torch.polar(magnitude, phase + going_on(magnitude.detach(), self.istft.hop))

    def implied(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, T, F)
        """The magnitudes of which the bands are sums: by least squares, and nowhere far below the bands nearby."""
        inverse, nearby = mel.exp() @ self.anchor.float()[:, None]
        return torch.maximum(inverse, NEARBY * nearby).clamp(min=FAINTEST)

    @torch.no_grad()
    def set_anchor(self, filters: Tensor) -> None:  # (F, M)
        """Of a new network; a checkpoint holds its own. `filters` are the weights of the frequencies in each band."""
        share = filters / filters.sum(1, keepdim=True).clamp(min=EPSILON) / filters.sum(0).clamp(min=EPSILON)
        self.anchor.copy_(torch.stack([torch.linalg.pinv(filters), share.T]))


class Vocos(nn.Module):
    def __init__(self, config: VocosConfig) -> None:
        super().__init__()
        if config.refinements and not config.centred:
            raise ValueError("refinements are for centred frames only")
        self.config = config
        self.backbone = Backbone(config)
        self.head = Head(config)
        for module in self.backbone.modules():
            if isinstance(module, nn.Conv1d | nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)  # type: ignore[arg-type]
        if config.anchored:
            nn.init.zeros_(
                self.head.out.weight[: config.window // 2 + 1]
            )  # at first it adds nothing to what is implied

    def spectrum(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, T, F) complex
        """What the network says, before refinement."""
        return self.head.spectrum(self.backbone(mel), mel)

    def sound(self, spectrum: Tensor, refinements: int) -> Tensor:  # (B, T, F) complex -> (B, S)
        """Each refinement keeps the magnitudes and takes the phases of the sound that there is, and a leap beyond."""
        magnitude, before = spectrum.abs(), torch.zeros_like(spectrum)
        waveform = self.head.istft(spectrum)
        for _ in range(refinements):
            found = transform(waveform, self.head.istft.window.float(), self.config.hop)
            leap = found - MOMENTUM / (1 + MOMENTUM) * before
            waveform = self.head.istft(magnitude * leap / (leap.abs() + EPSILON))
            before = found
        return waveform

    def forward(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, S)
        """S is hop * (T - 1), or hop * T where frames are not centred; float32, about in [-1, 1]."""
        return self.sound(self.spectrum(mel), self.config.refinements)


def transform(waveform: Tensor, window: Tensor, hop: int) -> Tensor:  # (B, S) -> (B, T, F) complex
    """The short-time Fourier transform with centred frames; the sound may be shorter than a window."""
    padded = F.pad(waveform, (len(window) // 2, len(window) // 2))
    return torch.stft(padded, len(window), hop, window=window, center=False, return_complex=True).mT


def going_on(magnitude: Tensor, hop: int) -> Tensor:  # (B, T, F) -> (B, T, F)
    """Phases of a sum of partials: the peaks of each frame, each with the frequencies around it, have turned on from
    the frame before as fast as parabolas through the peaks of the two frames say on average."""
    count = magnitude.shape[-1]
    frequency, owner = partials(magnitude)
    now = frequency.gather(-1, owner)
    before = torch.cat([now[:, :1], now[:, :-1]], 1).gather(-1, owner)
    advance = 0.5 * (before + now) * (hop * math.pi / (count - 1))
    angle, angles = torch.zeros_like(magnitude[:, 0]), []
    for belongs, turn in zip(owner.unbind(1), advance.unbind(1), strict=True):
        angle = (angle.gather(-1, belongs) + turn).remainder(2 * math.pi)
        angles.append(angle)
    return torch.stack(angles, 1) + math.pi * torch.arange(count, device=magnitude.device)  # of a frame's first sample


def partials(magnitude: Tensor) -> tuple[Tensor, Tensor]:  # (B, T, F) -> 2 x (B, T, F)
    """Where a peak at each bin would have its top, in bins, and which peak each bin belongs to: the nearest."""
    count = magnitude.shape[-1]
    bins = torch.arange(count, device=magnitude.device).expand(magnitude.shape)
    left, middle, right = magnitude.clamp(min=FAINTEST).log().unfold(-1, 3, 1).unbind(-1)
    peaks = F.pad((middle > left) & (middle >= right), (1, 1))
    bend = (2 * middle - left - right).clamp(min=EPSILON)
    top = bins + F.pad((0.5 * (right - left) / bend).clamp(-0.5, 0.5), (1, 1))
    below = torch.where(peaks, bins, -2 * count).cummax(-1).values
    above = torch.where(peaks, bins, 3 * count).flip(-1).cummin(-1).values.flip(-1)
    owner = torch.where(bins - below <= above - bins, below, above)
    return top, torch.where((owner >= 0) & (owner < count), owner, bins)  # a frame without peaks


def depthwise(x: Tensor, conv: nn.Conv1d) -> Tensor:  # (B, T, D) -> (B, T, D)
    """Each channel along time; taken as an image of one row, it is three to ten times faster on a CPU."""
    row = x[:, None].permute(0, 3, 1, 2)  # (B, D, 1, T), channels last in memory
    mixed = F.conv2d(row, conv.weight[:, :, None], conv.bias, padding=(0, KERNEL // 2), groups=conv.groups)
    return mixed.permute(0, 2, 3, 1)[:, 0]


def overlap(frames: Tensor, hop: int) -> Tensor:  # (B, T, N) -> (B, (T - 1) * hop + N)
    """The sum of the frames, each a hop after the one before it."""
    batch, count, window = frames.shape
    parts = frames.view(batch, count, window // hop, hop).unbind(2)
    total = sum(F.pad(part, (0, 0, i, len(parts) - 1 - i)) for i, part in enumerate(parts))
    assert isinstance(total, Tensor)
    return total.reshape(batch, -1)


def published_config(settings: Mapping[str, Any]) -> VocosConfig:
    """Of the authors' `config.yaml`, as read. Raises ValueError where it is of another kind of Vocos."""
    backbone, head = (settings[part]["init_args"] for part in ("backbone", "head"))
    kinds = [settings[part]["class_path"].rpartition(".")[2] for part in ("backbone", "head")]
    if kinds != ["VocosBackbone", "ISTFTHead"] or backbone.get("adanorm_num_embeddings"):
        raise ValueError(f"a vocoder of {' and '.join(kinds)} with these settings is not known here")
    return VocosConfig(
        bands=backbone["input_channels"],
        width=backbone["dim"],
        middle=backbone["intermediate_dim"],
        depth=backbone["num_layers"],
        window=head["n_fft"],
        hop=head["hop_length"],
        centred=head.get("padding", "same") == "center",
    )
