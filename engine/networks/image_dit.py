"""DiT: a transformer of the patches of a latent picture. Peebles & Xie 2023, https://arxiv.org/abs/2212.09748

Attention and MLP of each block are scaled, shifted and gated by the time and by what is asked for, and begin at nothing
(adaLN-Zero). A class is a row of a table, whose last one stands for none. A prompt, which the paper leaves open, is
read by a small transformer: its mean goes into that conditioning, and behind their attention to each other the patches
attend to its words. In place of no prompt stands a learned word, so that what guidance leaves out was trained like the
rest. What is asked for does not change between steps and is prepared once a job.

With `learns_range` the answer has as many channels again: for each number, where between its least and its greatest
the logarithm of its step's variance lies, −1 … 1 (Nichol & Dhariwal 2021, https://arxiv.org/abs/2102.09672).
Parameters are named as in the published files; the sides of the picture are fixed with the places of its patches.

Shapes: B batch, C channels, S side of the latent, P side of a patch, N = (S/P)² patches in raster order, D width,
W words, E width of the words.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.networks.attention import Attention, FeedForward, Memory, hidden
from engine.networks.linear import Linear, LinearGelu
from engine.networks.masked_lm import attention

EPS = 1e-6
FREQUENCIES = 128  # of the time's cosines and sines
SLOWEST = 10_000.0


@dataclass(frozen=True)
class DiTConfig:
    """As published: DiT-XL/2 for pictures of 256 × 256."""

    size: int = 32
    patch: int = 2
    channels: int = 4
    width: int = 1152
    depth: int = 28
    heads: int = 16
    expansion: float = 4.0
    classes: int = 1000  # 0 knows none
    words: int = 0  # in the vocabulary of prompts; 0 reads none
    memory: int = 256  # E
    text_depth: int = 2
    text_heads: int = 4
    learned_null: bool = True  # off, in place of no prompt stand zeros, which training cannot move
    learns_range: bool = True
    guided: int = 3
    """How many channels are to be guided, the first ones; 0 is all. The authors have it so."""

    @property
    def answers(self) -> int:
        """Channels of the answer."""
        return self.channels * (2 if self.learns_range else 1)


class Told(NamedTuple):
    """What is asked for, prepared: (B, D), and what each block attends to, where a prompt is read."""

    vector: Tensor
    memories: list[Memory]

    def rows(self, which: slice) -> "Told":
        memories = [Memory(*(None if part is None else part[which] for part in each)) for each in self.memories]  # type: ignore[arg-type]
        return Told(self.vector[which], memories)


class Patches(nn.Module):
    def __init__(self, channels: int, patch: int, width: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(channels, width, patch, patch)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, S, S) -> (B, N, D)
        return self.proj(x).flatten(2).mT


class Time(nn.Module):
    """Cosines before sines of the training step's number, 0 … 999, through an MLP."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(2 * FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, time: Tensor) -> Tensor:  # (B,) -> (B, D)
        rates = SLOWEST ** -(torch.arange(FREQUENCIES, device=time.device) / FREQUENCIES)
        angles = time.float()[:, None] * rates
        return self.mlp(torch.cat([angles.cos(), angles.sin()], -1).to(next(self.parameters()).dtype))


class Classes(nn.Module):
    """One row a class, and one more for none."""

    def __init__(self, classes: int, width: int) -> None:
        super().__init__()
        self.embedding_table = nn.Embedding(classes + 1, width)

    def forward(self, labels: Tensor) -> Tensor:  # (B,) -> (B, D)
        return self.embedding_table(labels)


class Prompt(nn.Module):
    """A prompt read by a small transformer; where there is none, one learned word."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.embed = nn.Embedding(config.words, config.memory)
        self.null = nn.Parameter(torch.empty(1, 1, config.memory)) if config.learned_null else None
        self.attention = nn.ModuleList(Attention(config.memory, config.text_heads) for _ in range(config.text_depth))
        self.mix = nn.ModuleList(FeedForward(config.memory) for _ in range(config.text_depth))
        self.vector = nn.Linear(config.memory, config.width)
        nn.init.normal_(self.embed.weight, std=0.3)
        if self.null is not None:
            nn.init.normal_(self.null, std=0.3)

    def forward(self, words: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(B, W) int64, 0 beyond the end -> (B, W + 1, E), (B, W + 1) bool: what of it counts, (B, D) their mean."""
        there, x = words.ne(0), self.embed(words)
        mask = hidden(there, x.dtype)
        for attend, mix in zip(self.attention, self.mix, strict=True):
            x = mix(attend.alone(x, mask))  # type: ignore[operator]
        null = x.new_zeros(1, 1, x.shape[-1]) if self.null is None else self.null
        x = torch.cat([null.expand(len(x), -1, -1), x], 1)
        there = torch.cat([~there.any(1, keepdim=True), there], 1)
        mean = (x * there[..., None]).sum(1) / there.sum(1, keepdim=True)
        return x, there, self.vector(mean)


class SelfAttention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = Linear(width, 3 * width), Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, N, D)
        q, k, v = self.qkv(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        return self.proj(attention(q, k, v).transpose(1, 2).flatten(2))


class MLP(nn.Module):
    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = LinearGelu(width, inner), Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:  # (B, N, D) -> (B, N, D)
        return self.fc2(self.fc1(x))


class Block(nn.Module):
    """Attention, then an MLP, each scaled, shifted and gated; between them a look at the words, if there are any."""

    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        width = config.width
        self.attn = SelfAttention(width, config.heads)
        self.cross = Attention(width, config.heads, config.memory) if config.words else None
        self.mlp = MLP(width, int(width * config.expansion))
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), Linear(width, 6 * width))

    def forward(self, x: Tensor, cond: Tensor, memory: Memory | None) -> Tensor:  # (B, N, D), (B, D) -> (B, N, D)
        shift1, scale1, gate1, shift2, scale2, gate2 = self.adaLN_modulation(cond)[:, None].chunk(6, -1)
        x = x + gate1 * self.attn(modulated(x, shift1, scale1))
        if self.cross is not None and memory is not None:
            x = self.cross(x, memory)
        return x + gate2 * self.mlp(modulated(x, shift2, scale2))


class Final(nn.Module):
    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.linear = Linear(width, out)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), Linear(width, 2 * width))

    def forward(self, x: Tensor, cond: Tensor) -> Tensor:  # (B, N, D), (B, D) -> (B, N, P·P·answers)
        shift, scale = self.adaLN_modulation(cond)[:, None].chunk(2, -1)
        return self.linear(modulated(x, shift, scale))


class ImageDiT(nn.Module):
    def __init__(self, config: DiTConfig) -> None:
        super().__init__()
        self.config = config
        self.x_embedder = Patches(config.channels, config.patch, config.width)
        self.t_embedder = Time(config.width)
        self.y_embedder = Classes(config.classes, config.width) if config.classes else None
        self.prompt = Prompt(config) if config.words else None
        self.pos_embed = nn.Parameter(places(config.size // config.patch, config.width)[None], requires_grad=False)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.final_layer = Final(config.width, config.patch**2 * config.answers)
        self.initialise()

    def initialise(self) -> None:
        """As the authors do: Xavier's weights, small embeddings, and blocks that begin as the identity."""
        for name, weight in self.named_parameters():
            if "adaLN_modulation" in name or name.startswith("final_layer.linear"):
                nn.init.zeros_(weight)
            elif name.startswith("t_embedder.mlp") and name.endswith("weight") or name.startswith("y_embedder"):
                nn.init.normal_(weight, std=0.02)
            elif name.startswith(("blocks", "x_embedder")) and ".cross." not in name:
                nn.init.zeros_(weight) if weight.ndim == 1 else nn.init.xavier_uniform_(weight.data.flatten(1))

    def prepare(self, labels: Tensor | None = None, words: Tensor | None = None) -> Told:
        """(B,) int64, `classes` for none, and (B, W) int64, 0 beyond the end; whichever the network knows is needed."""
        vector, memories = self.pos_embed.new_zeros(1, self.config.width), []
        if self.y_embedder is not None:
            vector = vector + self.y_embedder(labels)
        if self.prompt is not None:
            read, there, mean = self.prompt(words)
            vector = vector + mean
            memories = [block.cross.memory(read, there) for block in self.blocks]  # type: ignore[operator, union-attr]
        return Told(vector, memories)

    def forward(self, x: Tensor, time: Tensor | float, told: Told) -> Tensor:  # (B, C, S, S) -> (B, answers, S, S)
        """`time` is the number of the training step, 0 the least noisy, (B,) or one for all."""
        times = torch.as_tensor(time, device=x.device, dtype=torch.float32).expand(len(x))
        cond = self.t_embedder(times) + told.vector
        tokens = self.x_embedder(x.to(cond.dtype)) + self.pos_embed
        for i, block in enumerate(self.blocks):
            tokens = block(tokens, cond, told.memories[i] if told.memories else None)
        return joined(self.final_layer(tokens, cond), self.config.patch).to(x.dtype)


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:  # (B, N, D), 2 x (B, 1, D) -> (B, N, D)
    return F.layer_norm(x, x.shape[-1:], eps=EPS) * (1 + scale) + shift


def joined(patches: Tensor, side: int) -> Tensor:  # (B, N, P·P·C) -> (B, C, S, S)
    """Patches in raster order, each in rows of its pixels, as one picture."""
    across = round(patches.shape[1] ** 0.5)
    grid = patches.unflatten(1, (across, across)).unflatten(-1, (side, side, -1))  # (B, h, w, P, P, C)
    return grid.permute(0, 5, 1, 3, 2, 4).flatten(4, 5).flatten(2, 3)


def places(across: int, width: int) -> Tensor:  # -> (across², D)
    """Sines and cosines of each patch's column, then of its row, in raster order."""
    rates = SLOWEST ** -(torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    angles = torch.arange(across, dtype=torch.float64)[:, None] * rates
    line = torch.cat([angles.sin(), angles.cos()], -1)  # (across, D/2)
    columns, rows = line.expand(across, -1, -1), line[:, None].expand(-1, across, -1)
    return torch.cat([columns, rows], -1).flatten(0, 1).float()
