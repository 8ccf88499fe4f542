"""Where a stretch of music begins and how long the whole of it lasts, as Stable Audio is told: two vectors.

Evans et al. 2024, https://arxiv.org/abs/2402.04825. At first each whole second had a vector of its own, learned; since
https://arxiv.org/abs/2404.10301 seconds are numbers, seen through learned frequencies. Both are attended to beside the
prompt, and what the transformer puts before the latents begins with both together.

Shapes: B batch, E width. Times in seconds, held to what was trained on.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

FREQUENCIES = 128


@dataclass(frozen=True)
class TimingConfig:
    width: int = 768
    longest: float = 512  # seconds
    discrete: bool = False


class Number(nn.Module):
    """Seconds as a share of the longest, its sines and its cosines, through one layer."""

    rates: Tensor

    def __init__(self, width: int, longest: float) -> None:
        super().__init__()
        self.longest = longest
        self.register_buffer("rates", torch.randn(FREQUENCIES))
        self.out = nn.Linear(2 * FREQUENCIES + 1, width)

    def forward(self, seconds: Tensor) -> Tensor:  # (B,) -> (B, E)
        share = (seconds.float().clamp(0, self.longest) / self.longest)[:, None]
        angles = 2 * math.pi * share * self.rates
        features = torch.cat([share, angles.sin(), angles.cos()], -1)
        told: Tensor = self.out(features.to(self.out.weight.dtype))
        return told


class Whole(nn.Module):
    """A vector for every whole second; one that has begun counts."""

    def __init__(self, width: int, longest: float) -> None:
        super().__init__()
        self.table = nn.Embedding(int(longest) + 1, width)

    def forward(self, seconds: Tensor) -> Tensor:  # (B,) -> (B, E)
        told: Tensor = self.table(seconds.ceil().long().clamp(0, self.table.num_embeddings - 1))
        return told


class Timing(nn.Module):
    def __init__(self, config: TimingConfig) -> None:
        super().__init__()
        self.config = config
        kind = Whole if config.discrete else Number
        self.seconds_start = kind(config.width, config.longest)
        self.seconds_total = kind(config.width, config.longest)

    def forward(self, start: Tensor, total: Tensor) -> Tensor:  # 2 x (B,) -> (B, 2, E)
        return torch.stack([self.seconds_start(start), self.seconds_total(total)], dim=1)
