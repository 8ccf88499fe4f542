"""Noise2Music's U-Net along time, of waveforms: Huang et al. 2023, section 3.2, https://arxiv.org/abs/2302.03917

Imagen's efficient U-Net (Saharia et al. 2022, https://arxiv.org/abs/2205.11487) in one dimension: each level is first
made coarser and then worked on, most blocks are at the coarse levels, skips are scaled by 1/√2. What the network is
told comes in by four routes: signals of the same rate are stacked onto the noise (the low-fidelity sound); vectors go
through combine layers, which give every channel a scale and a bias (the diffusion time, and how noisy the low-fidelity
sound is); texts are attended to; and a slow sequence that is aligned with the sound is added at the bottom (a
spectrogram, or the lanes of a score). For guidance, texts and slow sequences can be withheld item by item: what
attention to the text answers, and what would be added at the bottom, is then 0.

Shapes: B batch, C channels of sound, S samples (a multiple of `hop`), N = S/hop steps at the bottom, W channels inside,
L bytes of text, E width of the text, A values a frame and K frames of the aligned sequence, V width of the vector.
"""

from dataclasses import dataclass
from math import prod, sqrt

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.byte_text import TextEncoder
from engine.networks.unet1d import StepEmbedding

GROUPS = 8
HEAD = 64  # channels of a head
EVERYWHERE = slice(None)
TIME_SCALE = 1000  # the step embedding counts training steps, our times go from 0 to 1


@dataclass(frozen=True)
class Noise2MusicConfig:
    """One of the three networks. `strides[i]` leads from `widths[i]` to `widths[i + 1]`, where `blocks[i]` work."""

    rate: int  # Hz, of what it makes
    low_rate: int = 0  # Hz, of the sound that it is given; 0 is the generator, which is given none
    channels: int = 2
    aligned: int = 0
    text_width: int = 256  # 0 reads no text
    text_depth: int = 2
    widths: tuple[int, ...] = (32, 64, 128, 256, 512)
    strides: tuple[int, ...] = (4, 4, 4, 2)
    blocks: tuple[int, ...] = (1, 2, 2, 4)
    self_attention: tuple[bool, ...] = (False, False, True, True)
    cross_attention: tuple[bool, ...] = (False, False, True, True)
    gain: float = 4.0  # what samples are multiplied by, so that they are about as strong as the noise
    clip: float = 99.5  # percentile of the dynamic clipping
    low_noise: float = 0.0  # time of the noise path that the low-fidelity sound is brought to when music is made
    longest: float = 30.0  # seconds that a generator was trained on, and makes
    window: float = 4.0  # seconds that are worked on at a time where no level attends to itself

    @property
    def hop(self) -> int:
        return prod(self.strides)

    @property
    def has_windows(self) -> bool:
        return not any(self.self_attention)


@dataclass(frozen=True)
class Asked:
    """What is asked for, worked out once for all steps; each of the three may be missing."""

    text: Tensor | None = None  # (B, L, E)
    there: Tensor | None = None  # (B, L) bool
    aligned: Tensor | None = None  # (B, A, K)

    def of(self, rows: Tensor, span: slice = EVERYWHERE) -> "Asked":
        """The same, of these rows of the batch, and of this span of frames."""
        text, there, aligned = (None if each is None else each[rows] for each in (self.text, self.there, self.aligned))
        return Asked(text, there, None if aligned is None else aligned[..., span])


class Combine(nn.Module):
    """A vector gives each channel a scale and a bias; it begins by changing nothing."""

    def __init__(self, told: int, width: int) -> None:
        super().__init__()
        self.layer = nn.Linear(told, 2 * width)
        nn.init.zeros_(self.layer.weight)
        nn.init.zeros_(self.layer.bias)

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:  # (B, W, S), (B, V) -> (B, W, S)
        scale, bias = self.layer(F.silu(vector))[..., None].chunk(2, 1)
        return x * (1 + scale) + bias


class Block(nn.Module):
    """Two convolutions, the vector combined with what is between them."""

    def __init__(self, width_in: int, width: int, told: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(GROUPS, width_in), nn.GroupNorm(GROUPS, width)
        self.conv1, self.conv2 = nn.Conv1d(width_in, width, 3, padding=1), nn.Conv1d(width, width, 3, padding=1)
        self.combine = Combine(told, width)
        self.straight = nn.Conv1d(width_in, width, 1) if width_in != width else nn.Identity()
        nn.init.zeros_(self.conv2.weight)

    def forward(self, x: Tensor, vector: Tensor) -> Tensor:  # (B, W, S), (B, V) -> (B, W', S)
        inner = self.conv1(F.silu(self.norm1(x)))
        inner = self.combine(self.norm2(inner), vector)
        return self.straight(x) + self.conv2(F.silu(inner))


class Attention(nn.Module):
    """To itself, or to a text, in heads of 64 channels or fewer; what it adds begins at 0."""

    def __init__(self, width: int, source: int) -> None:
        super().__init__()
        self.heads = max(1, width // HEAD)
        self.norm = nn.GroupNorm(GROUPS, width)
        self.q, self.kv = nn.Linear(width, width, bias=False), nn.Linear(source, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor, text: Tensor | None = None, there: Tensor | None = None) -> Tensor:
        """(B, W, S), text (B, L, E) and which of it is there (B, L), or none -> what is to be added, (B, W, S)."""
        normed = self.norm(x).mT
        q = self.q(normed).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        k, v = self.kv(normed if text is None else text).unflatten(-1, (2, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, None if there is None else there[:, None, None])
        return self.out(mixed.transpose(1, 2).flatten(2)).mT


class Level(nn.Module):
    """The blocks of one level, and its attention behind them."""

    def __init__(self, config: Noise2MusicConfig, index: int, width_in: int, told: int) -> None:
        super().__init__()
        width = config.widths[index + 1]
        widths = [width_in, *[width] * config.blocks[index]]
        pairs = zip(widths, widths[1:], strict=False)
        self.blocks = nn.ModuleList(Block(before, after, told) for before, after in pairs)
        self.to_itself = Attention(width, width) if config.self_attention[index] else None
        reads = config.cross_attention[index] and config.text_width
        self.to_text = Attention(width, config.text_width) if reads else None

    def forward(self, x: Tensor, vector: Tensor, asked: Asked, shown: Tensor) -> Tensor:
        """(B, W', S), (B, V), what is asked for, (B, 1, 1) 0 where it is withheld -> (B, W, S)"""
        for block in self.blocks:
            x = block(x, vector)
        if self.to_itself is not None:
            x = x + self.to_itself(x)
        if self.to_text is not None and asked.text is not None:
            x = x + self.to_text(x, asked.text, asked.there) * shown
        return x


class Noise2Music(nn.Module):
    def __init__(self, config: Noise2MusicConfig) -> None:
        super().__init__()
        self.config = config
        widths, told = config.widths, 4 * config.widths[0]
        steps = list(enumerate(config.strides))
        self.time = vector_of(widths[0], told)
        self.low_noise = vector_of(widths[0], told) if config.low_rate else None
        self.text = (
            TextEncoder(config.text_width, config.text_depth, max(1, config.text_width // HEAD))
            if config.text_width
            else None
        )
        self.stem = nn.Conv1d(config.channels * (2 if config.low_rate else 1), widths[0], 7, padding=3)
        self.coarser = nn.ModuleList(coarser(widths[i], widths[i + 1], stride) for i, stride in steps)
        self.down = nn.ModuleList(Level(config, i, widths[i + 1], told) for i, _ in steps)
        self.lanes = nn.Conv1d(config.aligned, widths[-1], 3, padding=1) if config.aligned else None
        self.middle = Block(widths[-1], widths[-1], told)
        self.up = nn.ModuleList(Level(config, i, 2 * widths[i + 1], told) for i, _ in steps)
        self.finer = nn.ModuleList(finer(widths[i + 1], widths[i], stride) for i, stride in steps)
        self.head = nn.Sequential(
            nn.GroupNorm(GROUPS, 2 * widths[0]), nn.SiLU(), nn.Conv1d(2 * widths[0], config.channels, 7, padding=3)
        )
        nn.init.zeros_(self.head[-1].weight)  # type: ignore[arg-type]

    def ask(self, ids: Tensor | None = None, aligned: Tensor | None = None) -> Asked:  # (B, L), (B, A, K)
        """What is asked for, ready for every step; what the network has no route for is left out."""
        text, there = self.text(ids) if self.text is not None and ids is not None else (None, None)
        return Asked(text, there, aligned if self.lanes is not None else None)

    def forward(
        self,
        x: Tensor,
        time: Tensor | float,
        asked: Asked,
        shown: Tensor,
        low: Tensor | None = None,
        low_noise: Tensor | float = 0.0,
    ) -> Tensor:
        """(B, C, S), (B,) or a number in [0, 1], what is asked for, (B,) bool, low (B, C, S) -> (B, C, S)

        `shown` says for which items it is not withheld. `low` is the low-fidelity sound at the rate of x, `low_noise`
        the time of the noise that was added to it, (B,) or a number.
        """
        vector = self.vector(self.time, x, time)
        if self.low_noise is not None:
            assert low is not None, "this network is given a low-fidelity sound"
            vector = vector + self.vector(self.low_noise, x, low_noise)
            x = torch.cat([x, low], 1)
        return self.walked(self.stem(x), vector, asked, shown[:, None, None].to(x.dtype))

    def walked(self, stem: Tensor, vector: Tensor, asked: Asked, shown: Tensor) -> Tensor:
        """Down, across the bottom, and up again: (B, W, S) -> (B, C, S)."""
        x, skips = stem, []
        for coarser, level in zip(self.coarser, self.down, strict=True):
            x = level(coarser(x), vector, asked, shown)
            skips.append(x)
        x = self.middle(x + self.beside(x, asked, shown), vector)
        for finer, level in zip(reversed(self.finer), reversed(self.up), strict=True):
            x = finer(level(torch.cat([x, skips.pop() / sqrt(2)], 1), vector, asked, shown))
        return self.head(torch.cat([x, stem / sqrt(2)], 1))

    def beside(self, x: Tensor, asked: Asked, shown: Tensor) -> Tensor | float:
        """What the aligned sequence adds at the bottom, (B, W, N)."""
        if self.lanes is None or asked.aligned is None:
            return 0.0
        return F.interpolate(self.lanes(asked.aligned), x.shape[-1], mode="linear") * shown

    def vector(self, layers: nn.Module, x: Tensor, time: Tensor | float) -> Tensor:  # -> (B, V)
        times = torch.as_tensor(time, dtype=x.dtype, device=x.device).expand(len(x))
        return layers(times * TIME_SCALE)


def vector_of(width: int, told: int) -> nn.Sequential:
    return nn.Sequential(StepEmbedding(width), nn.Linear(width, told), nn.SiLU(), nn.Linear(told, told))


def coarser(width_in: int, width: int, stride: int) -> nn.Conv1d:
    """Overlapping windows of two strides or one more: (B, W, S) -> (B, W', S/stride)."""
    return nn.Conv1d(width_in, width, 2 * stride + stride % 2, stride, padding=(stride + stride % 2) // 2)


def finer(width_in: int, width: int, stride: int) -> nn.ConvTranspose1d:
    """(B, W, S) -> (B, W', S·stride)"""
    return nn.ConvTranspose1d(width_in, width, 2 * stride + stride % 2, stride, padding=(stride + stride % 2) // 2)
