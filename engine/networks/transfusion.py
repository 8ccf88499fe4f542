"""Transfusion: one transformer that writes text token by token and paints pictures by diffusion.

Zhou et al. 2024, https://arxiv.org/abs/2408.11039. Words see what came before them; the patches of a picture see that
and each other. Words are trained by the next one, patches by the noise in them. The transformer is Llama's (RMS norms,
rotary places, gated MLPs), with queries and keys normed besides. Patches come in and go out by one matrix, or by half a
U-Net each way, which tells it the time block by block.

What stands before a stretch never sees it, so its keys and values are kept (`Prefix`): a prompt is read once a job, and
a picture once for all the words about it. Training runs over the same stretches one after the other.

Time runs from 0 (data) to 1 (noise). Shapes: B batch, W words, C channels and S side of the latent, P side of a patch,
N = (S/P)² patches in raster order, D width, H heads, K what came before, L a stretch, V vocabulary.
"""

from dataclasses import dataclass
from math import log2
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.attention import FREQUENCIES, SHARPNESS, turned, waves
from engine.networks.autoencoder_blocks import Downsample, Upsample
from engine.networks.image_dit import joined, places
from engine.networks.linear import Linear
from engine.networks.munet_blocks import ResBlock

UNSEEN = -1e4  # added to the product with what may not be looked at
TURN_BASE = 10_000.0
GROUPS = 8
NOISE_WEIGHT = 5.0  # the authors' λ


@dataclass(frozen=True)
class TransfusionConfig:
    """At pocket size, for pictures of 128 × 128 in latents of 16 × 16."""

    words: int = 4096  # in the vocabulary; 0 is padding
    channels: int = 4
    size: int = 16
    patch: int = 1
    width: int = 320
    depth: int = 8
    heads: int = 5
    inner: int = 864  # of the MLP
    unet: int = 0  # channels of the U-Net halves; 0 projects by a matrix

    def __post_init__(self) -> None:
        if self.unet and (self.unet % GROUPS or not log2(self.patch).is_integer()):
            raise ValueError(f"unet must be a multiple of {GROUPS}, and patch a power of two beside it")


class Prefix(NamedTuple):
    """What a stretch may look back at: each block's keys and values (B, H, K, D/H), which of the K places count
    (B, K) bool, and how many do (B,)."""

    layers: list[tuple[Tensor, Tensor]]
    there: Tensor
    length: Tensor

    def rows(self, which: slice | Tensor) -> "Prefix":
        layers = [(keys[which], values[which]) for keys, values in self.layers]
        return Prefix(layers, self.there[which], self.length[which])


class Answer(NamedTuple):
    """Of the words before the picture and after it the logits of those that follow (B, W, V); of it the noise."""

    before: Tensor
    noise: Tensor
    after: Tensor | None


class Block(nn.Module):
    def __init__(self, config: TransfusionConfig) -> None:
        super().__init__()
        width = config.width
        self.heads = config.heads
        self.norm_attention, self.norm_mlp = nn.RMSNorm(width), nn.RMSNorm(width)
        self.qkv, self.out = Linear(width, 3 * width, bias=False), Linear(width, width, bias=False)
        self.up, self.down = Linear(width, 2 * config.inner, bias=False), Linear(config.inner, width, bias=False)

    def forward(
        self, x: Tensor, turn: tuple[Tensor, Tensor], mask: Tensor, kept: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """(B, L, D) -> (B, L, D), and the keys and values of all so far."""
        q, k, v = self.qkv(self.norm_attention(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        q, k = (turned(F.rms_norm(part, part.shape[-1:]) * SHARPNESS, turn).to(v.dtype) for part in (q, k))
        if kept is not None:
            k, v = torch.cat([kept[0], k], 2), torch.cat([kept[1], v], 2)
        x = x + self.out(looked(q, k, v, mask).transpose(1, 2).flatten(2))
        gate, value = self.up(self.norm_mlp(x)).chunk(2, -1)
        return x + self.down(F.silu(gate) * value), (k, v)


class MatrixPatches(nn.Module):
    """Patches in and out by one matrix each."""

    def __init__(self, config: TransfusionConfig) -> None:
        super().__init__()
        self.patch = config.patch
        pixels = config.channels * config.patch**2
        self.into, self.out = nn.Linear(pixels, config.width), nn.Linear(config.width, pixels)

    def forward(self, x: Tensor, time: Tensor) -> tuple[Tensor, list[Tensor]]:  # (B, C, S, S) -> (B, N, D)
        return self.into(cut(x, self.patch)), []

    def back(self, hidden: Tensor, skips: list[Tensor], time: Tensor) -> Tensor:  # (B, N, D) -> (B, C, S, S)
        return joined(self.out(hidden), self.patch)


class UNetPatches(nn.Module):
    """The way down of a U-Net before the transformer, and behind it the way up, which remembers the way down."""

    def __init__(self, config: TransfusionConfig) -> None:
        super().__init__()
        wide, halvings = config.unet, int(log2(config.patch))
        self.enter = nn.Conv2d(config.channels, wide, 3, padding=1)
        self.down = nn.ModuleList(ResBlock(wide, wide, config.width, GROUPS) for _ in range(halvings + 1))
        self.smaller = nn.ModuleList(Downsample(wide) for _ in range(halvings))
        self.into, self.out = nn.Linear(wide, config.width), nn.Linear(config.width, wide)
        self.up = nn.ModuleList(ResBlock(2 * wide, wide, config.width, GROUPS) for _ in range(halvings + 1))
        self.larger = nn.ModuleList(Upsample(wide) for _ in range(halvings))
        self.norm, self.leave = nn.GroupNorm(GROUPS, wide), nn.Conv2d(wide, config.channels, 3, padding=1)

    def forward(self, x: Tensor, time: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(B, C, S, S), (B, D) -> (B, N, D), and what each size was."""
        x, skips = self.enter(x), []
        for i, block in enumerate(self.down):
            x = block(self.smaller[i - 1](x) if i else x, time)
            skips.append(x)
        return self.into(x.flatten(2).mT), skips

    def back(self, hidden: Tensor, skips: list[Tensor], time: Tensor) -> Tensor:  # (B, N, D) -> (B, C, S, S)
        x = self.out(hidden).mT.unflatten(2, skips[-1].shape[2:])
        for i, (block, skip) in enumerate(zip(self.up, reversed(skips), strict=True)):
            x = block(torch.cat([self.larger[i - 1](x) if i else x, skip], 1), time)
        return self.leave(F.silu(self.norm(x)))


class Transfusion(nn.Module):
    passes = ("read", "show")  # what a job's time in the network is counted by

    def __init__(self, config: TransfusionConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.token = nn.Embedding(config.words, width)
        self.time = nn.Sequential(nn.Linear(2 * FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))
        self.patches = UNetPatches(config) if config.unet else MatrixPatches(config)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = nn.RMSNorm(width)
        self.initialise()

    def initialise(self) -> None:
        """Small normal weights; blocks begin as the identity, and the guess of the noise at nothing."""
        nn.init.normal_(self.token.weight, std=0.02)
        for name, weight in self.blocks.named_parameters():
            if name.endswith(("out.weight", "down.weight")):
                nn.init.zeros_(weight)
        last = self.patches.leave if isinstance(self.patches, UNetPatches) else self.patches.out
        nn.init.zeros_(last.weight)

    def read(self, words: Tensor, before: Prefix | None = None) -> tuple[Tensor, Prefix]:
        """(B, W) int64, 0 where there is none -> logits of the word after each (B, W, V), and all so far to go on from.

        Where a word is missing the logits mean nothing.
        """
        hidden, prefix = self.run(self.token(words), words.ne(0), before, causal=True)
        return F.linear(hidden, self.token.weight), prefix

    def show(self, x: Tensor, time: Tensor | float = 0.0, before: Prefix | None = None) -> tuple[Tensor, Prefix]:
        """(B, C, S, S) at `time` -> the noise that it is guessed to hold, and all so far to go on from."""
        times = torch.as_tensor(time, device=x.device, dtype=torch.float32).expand(len(x))
        told = self.time(waves(times, 0.002, 4.0).to(self.token.weight.dtype))
        patches, skips = self.patches(x.to(told.dtype), told)
        where = places(self.config.size // self.config.patch, self.config.width).to(patches)
        there = torch.ones(patches.shape[:2], dtype=torch.bool, device=x.device)
        hidden, prefix = self.run(patches + where + told[:, None], there, before, causal=False)
        return self.patches.back(hidden, skips, told).to(x.dtype), prefix

    def forward(self, before: Tensor, x: Tensor, time: Tensor | float, after: Tensor | None = None) -> Answer:
        """(B, W), (B, C, S, S), (B,), (B, W'): a picture, the words before it and, where there are some, after it."""
        following, prefix = self.read(before)
        noise, prefix = self.show(x, time, prefix)
        return Answer(following, noise, None if after is None else self.read(after, prefix)[0])

    def run(self, x: Tensor, there: Tensor, before: Prefix | None, causal: bool) -> tuple[Tensor, Prefix]:
        """A stretch (B, L, D) behind what came before it: (B, L, D), normed, and the prefix of what comes next."""
        start = there.new_zeros(len(there), dtype=torch.long) if before is None else before.length
        all_there = there if before is None else torch.cat([before.there, there], 1)
        turn = turns((start[:, None] + there.cumsum(1) - 1).clamp(min=0), x.shape[-1] // self.config.heads)
        mask = unseen(all_there, x.shape[1], causal, x.dtype)
        layers = []
        for i, block in enumerate(self.blocks):
            x, kept = block(x, turn, mask, None if before is None else before.layers[i])
            layers.append(kept)
        return self.norm(x), Prefix(layers, all_there, start + there.sum(1))


def objective(
    answer: Answer, before: Tensor, noise: Tensor, after: Tensor | None = None, weight: float = NOISE_WEIGHT
) -> tuple[Tensor, Tensor]:
    """The mean loss of the next words, and `weight` times that of each number of the noise; their sum is trained."""
    pairs = [(answer.before[:, :-1], before[:, 1:])]
    if after is not None and answer.after is not None:
        pairs.append((answer.after[:, :-1], after[:, 1:]))
    logits = torch.cat([each.flatten(0, 1) for each, _ in pairs])
    targets = torch.cat([each.flatten() for _, each in pairs])
    words = F.cross_entropy(logits.float(), targets, ignore_index=0, reduction="sum") / targets.ne(0).sum().clamp(min=1)
    return words, weight * F.mse_loss(answer.noise, noise)


def looked(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> Tensor:  # 3 x (B, H, …, C), (B, 1, L, K + L)
    """Plain products on a CPU, where stretches are short and the fused kernel trains slower."""
    if q.device.type != "cpu":
        return F.scaled_dot_product_attention(q, k, v, mask)
    weights: Tensor = ((q * q.shape[-1] ** -0.5) @ k.mT + mask).softmax(-1).to(v.dtype)
    return weights @ v


def unseen(there: Tensor, stretch: int, causal: bool, dtype: torch.dtype) -> Tensor:  # (B, K + L) -> (B, 1, L, K + L)
    """What is added to products: nothing where something is that may be seen."""
    mask = torch.zeros_like(there, dtype=dtype).masked_fill(~there, UNSEEN)[:, None, None].repeat(1, 1, stretch, 1)
    if causal:
        mask[..., -stretch:] += torch.full((stretch, stretch), UNSEEN, dtype=dtype, device=there.device).triu(1)
    return mask


def turns(where: Tensor, width: int) -> tuple[Tensor, Tensor]:  # (B, L) -> 2 x (B, 1, L, width/2)
    """Rotary angles (Su et al. 2021) of each place."""
    rates = TURN_BASE ** -(torch.arange(0, width, 2, device=where.device) / width)
    angles = (where[..., None] * rates)[:, None]
    return angles.cos(), angles.sin()


def cut(x: Tensor, side: int) -> Tensor:  # (B, C, S, S) -> (B, N, P·P·C)
    """A picture in patches, as `joined` puts them together again."""
    grid = x.unflatten(3, (-1, side)).unflatten(2, (-1, side))  # (B, C, h, P, w, P)
    return grid.permute(0, 2, 4, 3, 5, 1).flatten(3).flatten(1, 2)
