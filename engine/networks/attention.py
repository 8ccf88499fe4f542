"""Attention and what goes with it, for networks along time: to itself, or to a memory that was prepared once a job.

Queries and keys are normed (Dehghani et al. 2023) and, to itself, turned by their places (Su et al. 2021). What writes
to the residual stream begins at zero.

Shapes: B batch, N places, M remembered ones, D width, E width of what is remembered, H heads.
"""

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FREQUENCIES = 32  # of a number's sines and cosines
SHARPNESS = 1.5  # of normed queries and keys


class Memory(NamedTuple):
    """What is attended to: (B, H, M, D/H) keys and values, and (B, 1, 1, M) added to the products."""

    keys: Tensor
    values: Tensor
    mask: Tensor | None


def waves(numbers: Tensor, shortest: float, longest: float) -> Tensor:  # (...) -> (..., 2 * FREQUENCIES)
    """Sines and cosines of a number at periods spaced evenly in their logarithm."""
    steps = torch.linspace(math.log(shortest), math.log(longest), FREQUENCIES, device=numbers.device)
    angles = numbers.float()[..., None] * (2 * math.pi * torch.exp(-steps))
    return torch.cat([angles.sin(), angles.cos()], -1)


class Attention(nn.Module):
    """Heads with normed queries and keys; to itself, or to a memory that was prepared."""

    def __init__(self, width: int, heads: int, memory: int | None = None) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.q = nn.Linear(width, width, bias=False)
        self.kv = nn.Linear(memory or width, 2 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        nn.init.zeros_(self.out.weight)

    def split(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, H, N, D/H)
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def memory(self, x: Tensor, mask: Tensor) -> Memory:  # (B, M, E), (B, M) bool
        keys, values = (self.split(part) for part in self.kv(x).chunk(2, -1))
        return Memory(normed(keys), values, hidden(mask, keys.dtype))

    def forward(self, x: Tensor, memory: Memory) -> Tensor:  # (B, N, D) -> (B, N, D)
        q = normed(self.split(self.q(self.norm(x))))
        return x + self.attended(q, memory)

    def alone(self, x: Tensor, mask: Tensor | None = None) -> Tensor:  # (B, N, D) -> (B, N, D)
        """To itself, queries and keys turned by their places."""
        inner = self.norm(x)
        turn = turns(x.shape[1], x.shape[2] // self.heads, x.device)
        k, v = (self.split(part) for part in self.kv(inner).chunk(2, -1))
        q, k = (turned(normed(part), turn) for part in (self.split(self.q(inner)), k))
        return x + self.attended(q, Memory(k, v, mask))

    def attended(self, q: Tensor, memory: Memory) -> Tensor:
        scores = (q * (q.shape[-1] ** -0.5)) @ memory.keys.mT
        weights = (scores if memory.mask is None else scores + memory.mask).softmax(-1).to(memory.values.dtype)
        out: Tensor = self.out((weights @ memory.values).transpose(1, 2).flatten(2))
        return out


def hidden(known: Tensor, dtype: torch.dtype) -> Tensor:  # (B, M) bool -> (B, 1, 1, M)
    """What is added to products, so that only what is known is attended to."""
    return torch.zeros_like(known, dtype=dtype).masked_fill(~known, -1e4)[:, None, None]


def normed(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:]).to(x.dtype) * SHARPNESS


def turns(count: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:  # -> 2 x (N, C/2)
    """Rotary angles (Su et al. 2021) of each place."""
    rates = 200.0 ** -(torch.arange(0, width, 2, device=device) / width)
    angles = torch.arange(count, device=device)[:, None] * rates
    return angles.cos(), angles.sin()


def turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:  # (B, H, N, C) -> (B, H, N, C)
    cos, sin = turn
    left, right = x.chunk(2, -1)
    return torch.cat([left * cos - right * sin, left * sin + right * cos], -1).to(x.dtype)


class FeedForward(nn.Module):
    def __init__(self, width: int, expansion: int = 2) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, expansion * width, bias=False)
        self.down = nn.Linear(expansion * width, width, bias=False)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, N, D)
        out: Tensor = self.down(F.relu(self.up(self.norm(x))).square())
        return x + out
