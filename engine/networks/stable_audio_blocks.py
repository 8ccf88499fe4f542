"""The blocks of Stable Audio's diffusion transformer: attention to itself, to what it is told, and a gated MLP.

Evans et al. 2024, https://arxiv.org/abs/2404.10301, https://arxiv.org/abs/2407.14358. Several heads share the keys and
values of what they are told (Ainslie et al. 2023, https://arxiv.org/abs/2305.13245); the first half of a head's
channels is turned by place (Su et al. 2021, https://arxiv.org/abs/2104.09864), channel i with channel i + W/4; the MLP
is SwiGLU (Shazeer 2020, https://arxiv.org/abs/2002.05202).

Shapes: B batch, K tokens, D width, H heads, W width of a head, M tokens of what is told, E their width.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.linear import Linear

ROTARY_BASE = 10_000.0

Turn = tuple[Tensor, Tensor]
"""Cosines and sines (K, W/4)."""
Told = tuple[Tensor, Tensor]
"""Keys and values, each (B, H, M, W)."""


def turn(tokens: int, head_width: int, device: torch.device) -> Turn:
    """By how much each place turns each pair of channels."""
    turned = head_width // 2
    rates = ROTARY_BASE ** -(torch.arange(0, turned, 2, device=device).float() / turned)
    angles = torch.arange(tokens, device=device)[:, None] * rates
    return angles.cos(), angles.sin()


def turned(x: Tensor, by: Turn) -> Tensor:  # (B, H, K, W) -> (B, H, K, W)
    """In float32, whatever the type of x."""
    cos, sin = by
    first, second, rest = x.float().split([cos.shape[-1], cos.shape[-1], x.shape[-1] - 2 * cos.shape[-1]], -1)
    return torch.cat([first * cos - second * sin, second * cos + first * sin, rest], -1).to(x.dtype)


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.to_qkv = Linear(width, 3 * width, bias=False)
        self.to_out = Linear(width, width, bias=False)

    def forward(self, x: Tensor, by: Turn) -> Tensor:  # (B, K, D) -> (B, K, D)
        q, k, v = self.to_qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(turned(q, by), turned(k, by), v)
        return self.to_out(mixed.transpose(1, 2).flatten(2))


class CrossAttention(nn.Module):
    """What is told is the same at every step, so its keys and values are made once."""

    def __init__(self, width: int, heads: int, shared_heads: int, told_width: int) -> None:
        super().__init__()
        self.heads, self.shared_heads = heads, shared_heads
        self.to_q = Linear(width, width, bias=False)
        self.to_kv = Linear(told_width, 2 * (width // heads) * shared_heads, bias=False)
        self.to_out = Linear(width, width, bias=False)

    def told(self, tokens: Tensor) -> Told:  # (B, M, E) -> 2 x (B, H, M, W)
        both = self.to_kv(tokens).unflatten(-1, (2, self.shared_heads, -1)).permute(2, 0, 3, 1, 4)
        keys, values = both.repeat_interleave(self.heads // self.shared_heads, dim=2)
        return keys, values

    def forward(self, x: Tensor, told: Told) -> Tensor:  # (B, K, D) -> (B, K, D)
        q = self.to_q(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        return self.to_out(F.scaled_dot_product_attention(q, *told).transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.up = Linear(width, 8 * width)
        self.down = Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:  # (B, K, D) -> (B, K, D)
        value, gate = self.up(x).chunk(2, dim=-1)
        return self.down(value * F.silu(gate))


class Block(nn.Module):
    def __init__(self, width: int, heads: int, shared_heads: int, told_width: int) -> None:
        super().__init__()
        self.pre_norm, self.cross_attend_norm, self.ff_norm = (nn.LayerNorm(width) for _ in range(3))
        self.self_attn = SelfAttention(width, heads)
        self.cross_attn = CrossAttention(width, heads, shared_heads, told_width)
        self.ff = FeedForward(width)

    def forward(self, x: Tensor, by: Turn, told: Told | None) -> Tensor:  # (B, K, D) -> (B, K, D)
        """The first items of the batch, as many as `told` has, are told something and the others nothing."""
        x = x + self.self_attn(self.pre_norm(x), by)
        if told is not None:
            some, others = x[: len(told[0])], x[len(told[0]) :]
            x = torch.cat([some + self.cross_attn(self.cross_attend_norm(some), told), others])
        return x + self.ff(self.ff_norm(x))
