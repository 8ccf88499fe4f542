"""Show-o: one transformer that draws pictures by unmasking their tokens and reads them word by word.

Xie et al. 2024, https://arxiv.org/abs/2408.12528. It is Phi-1.5 (Li et al. 2023, https://arxiv.org/abs/2309.05463) with
a larger vocabulary, whose order showo_layout.py tells, and with queries and keys normed head by head (Dehghani et al.
2023). Attention and MLP stand side by side behind one norm; a share of each head's channels is turned by place, the
first half of them paired with the second (Su et al. 2021). Parameters are named as in the published checkpoints,
without what Phi's wrappers put before the names (the layout "showo").

A prompt never sees the picture that follows it, so its keys and values are worked out once a job (`keep`) and each step
runs the picture alone (`picture`). Padding is left out of it: nothing but padding sees padding.

Shapes: B rows, N tokens of a row, M tokens kept, P tokens of a picture, D width, H heads, C width of a head,
V vocabulary.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.linear import Linear, LinearGelu, linear
from engine.networks.showo_layout import ShowOIds, omni_mask, picture_rows

TURN_BASE = 10_000.0
UNSEEN = -1e4  # added to the product with what may not be looked at
SLOWEST = 1 / 16  # of the rates that tell rows

Turn = tuple[Tensor, Tensor]
"""Cosines and sines, each (N, turned channels / 2)."""

Pair = tuple[Tensor, Tensor]
"""Keys and values of one layer, each (B, H, M, C)."""


@dataclass(frozen=True)
class ShowOConfig:
    """The defaults are the published ones, for pictures of 256 x 256."""

    width: int = 2048
    depth: int = 24
    heads: int = 32
    middle: int = 8192
    """Width of the MLP's middle."""
    turned: float = 0.5
    """Share of a head's channels that is turned by place."""
    eps: float = 1e-5
    text_vocab: int = 50295
    codes: int = 8192
    end: int = 50256
    text_length: int = 128
    picture: int = 256
    """Tokens of a picture."""
    features: int = 0
    """Width of CLIP's features, where pictures are read by them (1024), and not by their tokens (0)."""
    across: int = 0
    """Tokens of a row of the picture, where the turning and a table of places tell rows and columns; as published
    (0), a network learns of its own accord what lies above what, which takes more pictures than a small one sees."""

    @property
    def ids(self) -> ShowOIds:
        return ShowOIds(self.text_vocab, self.codes, self.end, self.text_length)


@dataclass(frozen=True)
class Kept:
    """What was worked out of the tokens before: by layer keys and values (B, H, M, C), which of them are seen (B, M),
    and the place of the token that follows."""

    layers: tuple[Pair, ...]
    seen: Tensor
    place: int

    def rows(self, which: Tensor) -> "Kept":
        """Of these rows, in this order; one may be there several times. which: int64."""
        return Kept(tuple((k[which], v[which]) for k, v in self.layers), self.seen[which], self.place)

    def visible(self, count: int) -> Tensor | None:
        """To `count` tokens that see each other and all that is kept: (B, 1, 1, M + count), or None for everything."""
        return None if self.seen.all() else F.pad(self.seen, (0, count), value=True)[:, None, None]


class Attention(nn.Module):
    def __init__(self, config: ShowOConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.q_proj, self.k_proj, self.v_proj, self.dense = (Linear(config.width, config.width) for _ in range(4))
        self.q_layernorm, self.k_layernorm = (nn.LayerNorm(config.width // config.heads, config.eps) for _ in range(2))

    def split(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, H, N, C)
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def forward(self, x: Tensor, turn: Turn, visible: Tensor | None, kept: Pair | None) -> tuple[Tensor, Pair]:
        """(B, N, D) -> (B, N, D), and the keys and values (B, H, M + N, C) of all tokens so far."""
        q = turned(self.q_layernorm(self.split(self.q_proj(x))), turn)
        k = turned(self.k_layernorm(self.split(self.k_proj(x))), turn)
        v = self.split(self.v_proj(x))
        if kept is not None:
            k, v = torch.cat([kept[0], k], 2), torch.cat([kept[1], v], 2)
        mixed = looked(q.to(v.dtype), k.to(v.dtype), v, visible)
        return self.dense(mixed.transpose(1, 2).flatten(2)), (k, v)


class MLP(nn.Module):
    def __init__(self, config: ShowOConfig) -> None:
        super().__init__()
        self.fc1 = LinearGelu(config.width, config.middle)
        self.fc2 = Linear(config.middle, config.width)

    def forward(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, N, D)
        return self.fc2(self.fc1(x))


class Block(nn.Module):
    """Attention and MLP of the same normed input, both added to it as it was."""

    def __init__(self, config: ShowOConfig) -> None:
        super().__init__()
        self.input_layernorm = nn.LayerNorm(config.width, config.eps)
        self.self_attn = Attention(config)
        self.mlp = MLP(config)

    def forward(self, x: Tensor, turn: Turn, visible: Tensor | None, kept: Pair | None) -> tuple[Tensor, Pair]:
        normed = self.input_layernorm(x)
        mixed, pair = self.self_attn(normed, turn, visible, kept)
        return x + mixed + self.mlp(normed), pair


class ShowO(nn.Module):
    passes = ("run",)  # what a job's time in the network is counted by: drawing and reading do not call it

    def __init__(self, config: ShowOConfig) -> None:
        super().__init__()
        self.config, self.ids = config, config.ids
        self.embed_tokens = nn.Embedding(self.ids.vocab_size, config.width)
        self.places = nn.Embedding(config.picture, config.width) if config.across else None
        self.layers = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.final_layernorm = nn.LayerNorm(config.width, config.eps)
        self.lm_head = Linear(config.width, self.ids.vocab_size)
        self.mm_projector: nn.Module | None = None
        if config.features:
            self.mm_projector = nn.Sequential(
                Linear(config.features, config.width), nn.GELU(), Linear(config.width, config.width)
            )
        self.initialise()

    def initialise(self) -> None:
        """As GPT-2: small normal weights, smaller by the depth where they write to the residual stream."""
        for name, parameter in self.named_parameters():
            if parameter.ndim == 2:
                deep = name.endswith(("dense.weight", "fc2.weight"))
                nn.init.normal_(parameter, std=0.02 * ((2 * self.config.depth) ** -0.5 if deep else 1))
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)

    def run(self, x: Tensor, visible: Tensor | None, kept: Kept | None = None, place: int = 0) -> tuple[Tensor, Kept]:
        """Embeddings (B, N, D) -> (B, N, D) for a head, and what is kept of all tokens so far.

        visible: bool, broadcast to (B, 1, N, M + N), true where a token is seen; None where all are.
        place: that of the first token, where nothing is kept.
        """
        place = place if kept is None else kept.place
        turn = self.turns(torch.arange(place, place + x.shape[1], device=x.device))
        pairs = []
        for i, block in enumerate(self.layers):
            x, pair = block(x, turn, visible, None if kept is None else kept.layers[i])
            pairs.append(pair)
        own = torch.ones(x.shape[:2], dtype=torch.bool, device=x.device)
        seen = own if kept is None else torch.cat([kept.seen, own], 1)
        return self.final_layernorm(x), Kept(tuple(pairs), seen, place + x.shape[1])

    def embed(self, tokens: Tensor) -> Tensor:  # (B, N) int64 -> (B, N, D)
        """Of rows with one whole picture or none."""
        embedded = self.embed_tokens(tokens)
        if self.places is None:
            return embedded
        codes = tokens >= self.ids.first_code
        where = (codes.cumsum(1) - 1).clamp(0, self.config.picture - 1)
        return embedded + self.places(where) * codes[..., None]

    def turns(self, places: Tensor) -> Turn:  # (N,) -> 2 x (N, turned channels / 2)
        channels = int(self.config.turned * (self.config.width // self.config.heads))
        rates = turn_rates(channels // 2, self.config.across).to(places.device)
        angles = places[:, None] * rates
        return angles.cos(), angles.sin()

    def forward(self, tokens: Tensor, visible: Tensor) -> Tensor:  # (B, N) int64, (B, 1, N, N) bool -> (B, N, V)
        """Logits of whole rows, for training and for what is not drawn step by step."""
        return self.lm_head(self.run(self.embed(tokens), visible)[0])

    def keep(self, prompts: Tensor) -> Kept:
        """What a picture sees of the prompts (B, text_length + 1) before it, as `prompt_row` writes them.

        Columns in which every row has padding are left out, and keep their places.
        """
        padding = prompts == self.ids.pad
        empty = int((~padding).any(0).int().argmax())
        tokens = prompts[:, empty:]
        kept = self.run(self.embed(tokens), omni_mask(tokens, self.ids), place=empty)[1]
        return Kept(kept.layers, ~padding[:, empty:], kept.place)

    def picture(self, codes: Tensor, kept: Kept) -> Tensor:  # (B, P) int64 -> (B, P, D)
        """A picture behind its prompt, for `project`. Codes count from 0; config.codes is a hidden one."""
        tokens = picture_rows(codes, self.ids)
        hidden, _ = self.run(self.embed(tokens), kept.visible(tokens.shape[1]), kept)
        return hidden[:, 1:-1]

    def project(self, hidden: Tensor) -> Tensor:  # (..., D) -> (..., codes)
        """Logits of a picture's codes alone.

        The head is linear: what w·cond + (1 − w)·uncond of two `hidden` becomes is guidance between their logits.
        """
        codes = slice(self.ids.first_code, self.ids.mask)
        return linear(hidden, self.lm_head.weight[codes], self.lm_head.bias[codes])

    def read(self, tokens: Tensor, visible: Tensor | None = None, kept: Kept | None = None) -> tuple[Tensor, Kept]:
        """Logits (B, V) of the token after these (B, N), and what to keep for reading on.

        visible: `reading_mask` of the first tokens; then nothing, since one more token sees all that is kept.
        """
        if visible is None and kept is not None:
            visible = kept.visible(tokens.shape[1])
        hidden, kept = self.run(self.embed(tokens), visible, kept)
        return self.lm_head(hidden[:, -1]), kept

    def look(self, before: Tensor, features: Tensor, after: Tensor) -> Tensor:
        """Embeddings (B, N, D) of tokens (B, ·) before and after a picture of CLIP's features (B, 576, features)."""
        assert self.mm_projector is not None, "this network reads pictures by their tokens"
        picture = self.mm_projector(features)
        return torch.cat([self.embed_tokens(before), picture, self.embed_tokens(after)], 1)


def looked(q: Tensor, k: Tensor, v: Tensor, visible: Tensor | None) -> Tensor:
    """2 x (B, H, N, C), (B, H, M, C), bool -> (B, H, N, C). Plain products where a CPU trains: more than twice as
    fast as the fused kernel with its gradients."""
    if not torch.is_grad_enabled() or q.device.type != "cpu":
        return F.scaled_dot_product_attention(q, k, v, attn_mask=visible)
    products = (q * q.shape[-1] ** -0.5) @ k.mT
    if visible is not None:
        products = products + torch.zeros_like(visible, dtype=q.dtype).masked_fill(~visible, UNSEEN)
    weights: Tensor = products.softmax(-1).to(v.dtype)
    return weights @ v


def turn_rates(count: int, across: int = 0) -> Tensor:  # -> (count,)
    """Radians by which each pair of channels is turned from one place to the next.

    With `across`, half of them come round once a row or several times, and so tell columns apart and nothing else; the
    others turn slowly and tell rows.
    """
    if not across:
        return TURN_BASE ** -(torch.arange(0, 2 * count, 2) / (2 * count))
    columns = torch.arange(count // 2) % (across // 2) + 1
    rows = SLOWEST ** (torch.arange(count - count // 2) / max(1, count - count // 2 - 1))
    return 2 * torch.pi / across * torch.cat([columns, 0.5 * rows])


def turned(x: Tensor, turn: Turn) -> Tensor:  # (B, H, N, C) -> (B, H, N, C)
    """The first channels turned, half against half; the others as they are."""
    cos, sin = turn
    half = cos.shape[-1]
    left, right, rest = x.split([half, half, x.shape[-1] - 2 * half], -1)
    return torch.cat([left * cos - right * sin, left * sin + right * cos, rest], -1)
