"""The blocks that F5-TTS and E2-TTS are made of, under the names that the published weights have.

Chen et al. 2024, https://arxiv.org/abs/2410.06885; Eskimez et al. 2024, https://arxiv.org/abs/2406.18009; ConvNeXt V2
with its response norm: Woo et al. 2023, https://arxiv.org/abs/2301.00808; rotary positions: Su et al. 2021,
https://arxiv.org/abs/2104.09864; adaLN-Zero: Peebles & Xie 2023, https://arxiv.org/abs/2212.09748.

Shapes: B batch, K tokens, D width, H heads, C width of a head. A mask (B, K) is true where there is something.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.linear import Linear, LinearGelu, linear

TIME_FREQUENCIES = 128
TIME_SCALE = 1000.0
ROTARY_BASE = 10_000.0
EPS = 1e-6


class TimeEmbedding(nn.Module):
    """Sines and cosines of 1000·t, then two layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.time_mlp = nn.Sequential(Linear(2 * TIME_FREQUENCIES, width), nn.SiLU(), Linear(width, width))

    def forward(self, t: Tensor) -> Tensor:  # (S,) -> (S, D)
        rates = torch.arange(TIME_FREQUENCIES, device=t.device) * (-math.log(10_000.0) / (TIME_FREQUENCIES - 1))
        angles = TIME_SCALE * t.float()[:, None] * rates.exp()
        features = torch.cat([angles.sin(), angles.cos()], dim=-1)
        return self.time_mlp(features.to(next(self.parameters()).dtype))


class Rotary(nn.Module):
    """By which angle each place turns each pair of neighbouring channels. The rates are among the published weights."""

    inv_freq: Tensor

    def __init__(self, head_width: int) -> None:
        super().__init__()
        rates = ROTARY_BASE ** -(torch.arange(0, head_width, 2).float() / head_width)
        self.register_buffer("inv_freq", rates)

    def forward(self, count: int, heads: int, turned_heads: int | None) -> Tensor:  # -> (K, 1 or H, C/2) complex
        """As complex numbers of size 1; heads beyond the first `turned_heads` are not turned."""
        places = torch.arange(count, device=self.inv_freq.device)
        angles = (places[:, None] * self.inv_freq.float())[:, None]
        turn = torch.polar(torch.ones_like(angles), angles)
        if turned_heads is None:
            return turn
        rest = torch.ones_like(turn).expand(-1, heads - turned_heads, -1)
        return torch.cat([turn.expand(-1, turned_heads, -1), rest], dim=1)


def turned(x: Tensor, turn: Tensor) -> Tensor:  # (B, K, H, C) -> (B, K, H, C)
    """Neighbouring channels, as one complex number, times the turn; in float32."""
    pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turn).flatten(-2).to(x.dtype)


class Attention(nn.Module):
    """Every token looks at every token, or with `attend_within` at those that the mask has."""

    qkv_weight: Tensor | None
    qkv_bias: Tensor | None

    def __init__(self, width: int, heads: int, head_width: int, norm: str | None, attend_within: bool) -> None:
        super().__init__()
        inner = heads * head_width
        self.heads = heads
        self.attend_within = attend_within
        self.to_q, self.to_k, self.to_v = (Linear(width, inner) for _ in range(3))
        self.q_norm = nn.RMSNorm(head_width, eps=EPS) if norm else None
        self.k_norm = nn.RMSNorm(head_width, eps=EPS) if norm else None
        self.to_out = nn.ModuleList([Linear(inner, width)])
        self.register_buffer("qkv_weight", None, persistent=False)
        self.register_buffer("qkv_bias", None, persistent=False)

    def fuse(self) -> None:
        """Lay the three maps side by side, so that they are one product; the parameters become parts of that."""
        maps = (self.to_q, self.to_k, self.to_v)
        self.qkv_weight = torch.cat([each.weight.data for each in maps])
        self.qkv_bias = torch.cat([each.bias.data for each in maps])
        for each, weight, bias in zip(maps, self.qkv_weight.chunk(3), self.qkv_bias.chunk(3), strict=True):
            each.weight.data, each.bias.data = weight, bias

    def qkv(self, x: Tensor) -> Tensor:  # (B, K, D) -> (B, K, 3, H, C)
        if self.qkv_weight is not None and not torch.is_grad_enabled():
            return linear(x, self.qkv_weight, self.qkv_bias).unflatten(-1, (3, self.heads, -1))
        maps = (self.to_q, self.to_k, self.to_v)
        weight, bias = torch.cat([each.weight for each in maps]), torch.cat([each.bias for each in maps])
        return linear(x, weight, bias).unflatten(-1, (3, self.heads, -1))

    def forward(self, x: Tensor, turn: Tensor, mask: Tensor | None) -> Tensor:  # (B, K, D) -> (B, K, D)
        q, k, v = self.qkv(x).unbind(2)
        if self.q_norm is not None and self.k_norm is not None:
            q, k = normed(q, self.q_norm), normed(k, self.k_norm)
        q, k, v = (part.transpose(1, 2) for part in (turned(q, turn), turned(k, turn), v))
        seen = mask[:, None, None] if mask is not None and self.attend_within else None
        mixed = attention(q.to(v.dtype), k.to(v.dtype), v, seen)
        return only(self.to_out[0](mixed.transpose(1, 2).flatten(2)), mask)


def normed(x: Tensor, norm: nn.RMSNorm) -> Tensor:
    """In the type of x: a weight of another type keeps torch from its fused way."""
    return F.rms_norm(x, norm.normalized_shape, norm.weight.to(x.dtype), norm.eps)


def attention(q: Tensor, k: Tensor, v: Tensor, seen: Tensor | None) -> Tensor:  # 3 x (B, H, K, C) -> (B, H, K, C)
    """Plain products where a CPU trains: the fused kernel's gradients take three times as long there."""
    if q.device.type != "cpu" or not torch.is_grad_enabled():
        return F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)
    weights = (scores if seen is None else scores.masked_fill(~seen, -torch.inf)).softmax(dim=-1)
    return weights.to(v.dtype) @ v


class FeedForward(nn.Module):
    def __init__(self, width: int, expansion: float) -> None:
        super().__init__()
        middle = int(width * expansion)
        self.ff = nn.Sequential(nn.Sequential(LinearGelu(width, middle)), nn.Identity(), Linear(middle, width))

    def forward(self, x: Tensor) -> Tensor:  # (B, K, D) -> (B, K, D)
        return self.ff(x)


class ResponseNorm(nn.Module):
    """GRN: channels that answer more loudly than the others over the whole length are raised."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, 1, width))
        self.beta = nn.Parameter(torch.zeros(1, 1, width))

    def forward(self, x: Tensor) -> Tensor:  # (B, K, D) -> (B, K, D)
        loudness = x.norm(dim=1, keepdim=True)
        return torch.addcmul(x + self.beta, self.gamma * loudness / (loudness.mean(-1, keepdim=True) + EPS), x)


def neighbours(x: Tensor, conv: nn.Conv1d) -> Tensor:  # (B, K, D) -> (B, K, D)
    """The channel by channel convolution; shifted sums where a CPU trains, whose gradients are ten times faster."""
    if x.device.type != "cpu" or not torch.is_grad_enabled() or conv.bias is None:
        return conv(x.transpose(1, 2)).transpose(1, 2)
    reach = conv.kernel_size[0] // 2
    padded = F.pad(x, (0, 0, reach, reach))
    mixed = conv.bias.to(x.dtype)
    for shift, weight in enumerate(conv.weight[:, 0].T.to(x.dtype)):
        mixed = torch.addcmul(mixed, padded[:, shift : shift + x.shape[1]], weight)
    return mixed


class ConvNeXtBlock(nn.Module):
    """Seven neighbours channel by channel, then an MLP with a response norm.

    The published networks let what is masked take part in the response norm, so that padding changes what they say;
    with a mask here it does not.
    """

    def __init__(self, width: int, middle: int) -> None:
        super().__init__()
        self.dwconv = nn.Conv1d(width, width, kernel_size=7, padding=3, groups=width)
        self.norm = nn.LayerNorm(width, eps=EPS)
        self.pwconv1 = Linear(width, middle)
        self.grn = ResponseNorm(middle)
        self.pwconv2 = Linear(middle, width)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:  # (B, K, D) -> (B, K, D)
        x = only(x, mask)
        mixed = self.norm(neighbours(x, self.dwconv))
        answers = only(F.gelu(self.pwconv1(mixed)), mask)
        return only(x + self.pwconv2(self.grn(answers)), mask)


def only(x: Tensor, mask: Tensor | None) -> Tensor:  # (B, K, D) -> (B, K, D)
    """Zero where the mask has nothing."""
    return x if mask is None else x.masked_fill(~mask[..., None], 0)


class Modulation(nn.Module):
    """How the time shifts, scales and gates a block; zero before training, so that a block begins as the identity."""

    def __init__(self, width: int, parts: int) -> None:
        super().__init__()
        self.parts = parts
        self.linear = Linear(width, parts * width)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, signal: Tensor) -> Tensor:  # (S, D) -> (parts, S, 1, D)
        return self.linear(signal).unflatten(1, (self.parts, 1, -1)).transpose(0, 1)


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Normed, scaled and shifted. (B, K, D) with (B, 1, D), or with (D,) where all items share a time: one pass."""
    if scale.ndim == 1:
        return F.layer_norm(x, x.shape[-1:], 1 + scale, shift, EPS)
    return torch.addcmul(shift, F.layer_norm(x, x.shape[-1:], eps=EPS), 1 + scale)


def gated(x: Tensor, gate: Tensor, out: Tensor) -> Tensor:
    """x + gate·out, in the type of x, which stays precise while what is added to it need not be."""
    return torch.addcmul(x, gate.to(x.dtype), out.to(x.dtype))
