"""The masked diffusion language model: a bidirectional transformer that fills in masked tokens.

Token, learned position and timestep embeddings are summed; pre-norm blocks attend in both directions; the
output head is the token embedding itself. Austin et al. 2021 (absorbing diffusion), https://arxiv.org/abs/2107.03006;
Sahoo et al. 2024, https://arxiv.org/abs/2406.07524. Time t runs from 0 (nothing masked) to 1 (all masked).

Shapes: B batch, N tokens, D width, H heads, V vocabulary, M masked positions of the whole batch.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TIME_FREQUENCIES = 64


@dataclass(frozen=True)
class MaskedLMConfig:
    vocab_size: int
    window: int = 132  # the longest canvas, in tokens
    width: int = 256
    depth: int = 8
    heads: int = 4
    expansion: int = 4  # width of the MLP's middle, in widths


class Block(nn.Module):
    """Attention over the whole canvas, then an MLP with a squared ReLU (So et al. 2021, Primer)."""

    def __init__(self, config: MaskedLMConfig) -> None:
        super().__init__()
        width, middle = config.width, config.width * config.expansion
        self.heads = config.heads
        self.norm_attention = nn.LayerNorm(width, bias=False)
        self.norm_mlp = nn.LayerNorm(width, bias=False)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, middle, bias=False)
        self.down = nn.Linear(middle, width, bias=False)

    def attend(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, N, D)
        batch, count, width = x.shape
        q, k, v = self.qkv(x).view(batch, count, 3, self.heads, -1).permute(2, 0, 3, 1, 4)  # 3 x (B, H, N, D/H)
        mixed = attention(q, k, v)
        out: Tensor = self.out(mixed.transpose(1, 2).reshape(batch, count, width))
        return out

    def forward(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, N, D)
        x = x + self.attend(self.norm_attention(x))
        added: Tensor = self.down(F.relu(self.up(self.norm_mlp(x))).square())
        return x + added


class MaskedLM(nn.Module):
    def __init__(self, config: MaskedLMConfig) -> None:
        super().__init__()
        self.config = config
        self.token = nn.Embedding(config.vocab_size, config.width)
        self.position = nn.Embedding(config.window, config.width)
        self.time = nn.Sequential(
            nn.Linear(2 * TIME_FREQUENCIES, config.width), nn.SiLU(), nn.Linear(config.width, config.width)
        )
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.initialise()

    def initialise(self) -> None:
        """Small normal weights; what writes to the residual stream is zero, so that a block begins as the identity."""
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.02)
            if name.endswith(("out.weight", "down.weight")):
                nn.init.zeros_(weight)

    def hidden(self, tokens: Tensor, t: Tensor) -> Tensor:  # (B, N), (B,) -> (B, N, D)
        x = self.token(tokens) + self.position.weight[: tokens.shape[1]]
        x = x + self.time(time_features(t))[:, None]
        for block in self.blocks:
            x = block(x)
        normed: Tensor = self.norm(x)
        return normed

    def project(self, hidden: Tensor) -> Tensor:  # (..., D) -> (..., V)
        """Logits by the tied head. Training hands it the masked positions only, (M, D)."""
        return F.linear(hidden, self.token.weight)

    def forward(self, tokens: Tensor, t: Tensor) -> Tensor:  # (B, N) int64, (B,) in [0, 1] -> (B, N, V)
        logits: Tensor = self.project(self.hidden(tokens, t))
        return logits


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:  # 3 x (B, H, N, C) -> (B, H, N, C)
    """Plain products on a CPU, where canvases are short and they train four times faster than the fused kernel."""
    if q.device.type != "cpu":
        return F.scaled_dot_product_attention(q, k, v)
    weights: Tensor = ((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)).softmax(dim=-1)
    return weights @ v


def time_features(t: Tensor) -> Tensor:  # (B,) -> (B, 2 * TIME_FREQUENCIES)
    """Sines and cosines of t at frequencies from 1 to 1000, spaced evenly in their logarithm."""
    steps = torch.arange(TIME_FREQUENCIES, device=t.device) / (TIME_FREQUENCIES - 1)
    angles = t.float()[:, None] * torch.exp(math.log(1000.0) * steps)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)
