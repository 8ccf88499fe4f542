"""The masked diffusion language model: a bidirectional transformer that fills in masked tokens.

Token, learned position and timestep embeddings are summed and normed; pre-norm blocks attend in both directions; the
output head is the token embedding itself. Austin et al. 2021 (absorbing diffusion), https://arxiv.org/abs/2107.03006;
Sahoo et al. 2024, https://arxiv.org/abs/2406.07524. Time t runs from 0 (nothing masked) to 1 (all masked).

A small network with learned positions alone guesses by word frequency for thousands of steps before it looks at its
neighbours. Three things end that within a hundred: each block first mixes every token with two neighbours on either
side, attention turns queries and keys by their place (Su et al. 2021, rotary) and norms them (Dehghani et al. 2023).

Shapes: B batch, N tokens, D width, H heads, C width of a head, V vocabulary, M masked positions of the whole batch.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TIME_FREQUENCIES = 64
REACH = 2  # neighbours that are mixed in, on either side
SHARPNESS = 1.5  # of normed queries and keys
TURN_BASE = 50.0  # a canvas is short, so the slowest pair turns once in some 300 tokens

EVERYWHERE = slice(None)

Turn = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class MaskedLMConfig:
    vocab_size: int
    window: int = 132  # the longest canvas, in tokens
    width: int = 256
    depth: int = 6
    heads: int = 4
    expansion: int = 4  # width of the MLP's middle, in widths


class Mix(nn.Module):
    """Each channel as a weighted sum over the neighbourhood; it begins as the token itself and some of the others."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(2 * REACH + 1, width))
        nn.init.normal_(self.weight, std=0.3)  # not drawn and scaled, which on the meta device takes a second
        nn.init.ones_(self.weight.data[REACH])

    def forward(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, N, D)
        """As shifted sums: a grouped convolution is several times slower on a CPU."""
        count = x.shape[1]
        padded = F.pad(x, (0, 0, REACH, REACH))
        mixed = padded[:, :count] * self.weight[0]
        for shift in range(1, 2 * REACH + 1):
            mixed = torch.addcmul(mixed, padded[:, shift : shift + count], self.weight[shift])
        return mixed


class Block(nn.Module):
    """Attention over the whole canvas, then an MLP with a squared ReLU (So et al. 2021, Primer)."""

    def __init__(self, config: MaskedLMConfig) -> None:
        super().__init__()
        width, middle = config.width, config.width * config.expansion
        self.heads = config.heads
        self.norm_attention = nn.LayerNorm(width, bias=False)
        self.norm_mlp = nn.LayerNorm(width, bias=False)
        self.mix_attention = Mix(width)
        self.mix_mlp = Mix(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up = nn.Linear(width, middle, bias=False)
        self.down = nn.Linear(middle, width, bias=False)

    def attend(self, x: Tensor, turn: Turn) -> Tensor:  # (B, N, D) -> (B, N, D)
        batch, count, width = x.shape
        q, k, v = self.qkv(x).view(batch, count, 3, self.heads, -1).unbind(2)  # 3 x (B, N, H, C)
        q, k = (turned(F.layer_norm(part, part.shape[-1:]) * SHARPNESS, turn).to(v.dtype) for part in (q, k))
        mixed = attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2))
        out: Tensor = self.out(mixed.transpose(1, 2).reshape(batch, count, width))
        return out

    def forward(self, x: Tensor, turn: Turn) -> Tensor:  # (B, N, D) -> (B, N, D)
        x = x + self.attend(self.mix_attention(self.norm_attention(x)), turn)
        added: Tensor = self.down(F.relu(self.up(self.mix_mlp(self.norm_mlp(x)))).square())
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
        self.norm_input = nn.LayerNorm(config.width, bias=False)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width, bias=False)
        self.bias = nn.Parameter(torch.zeros(config.vocab_size))  # of the logits; training begins it at log frequency
        self.initialise()

    def initialise(self) -> None:
        """Small normal weights; what writes to the residual stream is zero, so that a block begins as the identity."""
        for name, weight in self.named_parameters():
            if name.endswith(("out.weight", "down.weight")):
                nn.init.zeros_(weight)
            elif name.endswith(("qkv.weight", "up.weight")):
                nn.init.normal_(weight, std=0.6 * self.config.width**-0.5)
            elif name.startswith(("token", "position")):
                nn.init.normal_(weight, std=0.02)
            elif name == "time.2.weight":
                nn.init.normal_(weight, std=0.002)

    def hidden(self, tokens: Tensor, t: Tensor) -> Tensor:  # (B, N), (B,) -> (B, N, D)
        count = tokens.shape[1]
        x = self.token(tokens) + self.position.weight[:count]
        x = self.norm_input(x + self.time(time_features(t))[:, None])
        turn = turns(count, self.config.width // self.config.heads, x.device)
        for block in self.blocks:
            x = block(x, turn)
        normed: Tensor = self.norm(x)
        return normed

    def project(self, hidden: Tensor, added: Tensor | None = None) -> Tensor:  # (..., D), (V,) -> (..., V)
        """Logits by the tied head. Training hands it the masked positions only, (M, D)."""
        return F.linear(hidden, self.token.weight, self.bias if added is None else self.bias + added)

    def forward(
        self,
        tokens: Tensor,
        t: Tensor,
        places: Tensor | slice = EVERYWHERE,
        weights: Sequence[float] | None = None,
        added: Tensor | None = None,
    ) -> Tensor:
        """(B, N) int64, (B,) in [0, 1] -> (B, N, V), or (B, K, V) for the K `places` alone that are asked for.

        weights: B numbers that sum to 1; the answer is then the sum of the rows so weighted, (1, K, V). The head is
        linear, so guidance between two rows costs one projection and no arithmetic over the vocabulary.
        added: (V,) to the logits of every place, which costs nothing either.
        """
        hidden = self.hidden(tokens, t)[:, places]
        if weights is not None:
            hidden = torch.einsum("b,bkd->kd", hidden.new_tensor(weights), hidden)[None]
        return self.project(hidden, added)


def turns(count: int, width: int, device: torch.device) -> Turn:  # -> 2 x (N, 1, C/2)
    """Cosines and sines of the angles by which each place turns each pair of channels."""
    rates = TURN_BASE ** -(torch.arange(0, width, 2, device=device) / width)
    angles = (torch.arange(count, device=device)[:, None] * rates)[:, None]
    return angles.cos(), angles.sin()


def turned(x: Tensor, turn: Turn) -> Tensor:  # (B, N, H, C) -> (B, N, H, C)
    cos, sin = turn
    left, right = x.chunk(2, dim=-1)
    return torch.cat([left * cos - right * sin, left * sin + right * cos], dim=-1)


def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:  # 3 x (B, H, N, C) -> (B, H, N, C)
    """Plain products on a CPU, where canvases are short and they train four times faster than the fused kernel."""
    if q.device.type != "cpu":
        return F.scaled_dot_product_attention(q, k, v)
    weights: Tensor = ((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)).softmax(dim=-1).to(v.dtype)
    return weights @ v


def time_features(t: Tensor) -> Tensor:  # (B,) -> (B, 2 * TIME_FREQUENCIES)
    """Sines and cosines of t at frequencies from 1 to 1000, spaced evenly in their logarithm."""
    steps = torch.arange(TIME_FREQUENCIES, device=t.device) / (TIME_FREQUENCIES - 1)
    angles = t.float()[:, None] * torch.exp(math.log(1000.0) * steps)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)
