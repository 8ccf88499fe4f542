"""What a pocket voice needs beside its own network: how long each phoneme lasts, and where each is heard.

Durations: phonemes and a pace → frames, the pace being how much slower or faster than usual the voice speaks. As in
FastSpeech 2 (Ren et al. 2020, https://arxiv.org/abs/2006.04558), in the logarithm.

Recognition: mel → which phoneme sounds in each token, from which a recording and its transcript are aligned by the
most probable path (Rabiner 1989, forced alignment).

Shapes: B batch, L phonemes, T mel frames, K tokens of two frames, M mel bins, D width, V symbols.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class ProsodyConfig:
    symbols: int = 120
    mel_dim: int = 100
    frames_per_token: int = 2
    width: int = 96
    depth: int = 4  # blocks of either part
    mel_mean: float = 0.0
    mel_deviation: float = 1.0


class Block(nn.Module):
    """Neighbours by a convolution over five places, then an MLP."""

    def __init__(self, width: int, reach: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, 2 * width, 5, padding=2 * reach, dilation=reach)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:  # (B, L, D), (B, L) -> (B, L, D)
        hidden = self.norm(x).masked_fill(~mask[..., None], 0)
        value, gate = self.conv(hidden.transpose(1, 2)).transpose(1, 2).chunk(2, dim=-1)
        return x + self.out(value * F.silu(gate))


class Prosody(nn.Module):
    """`usual` is the mean logarithm of each symbol's length in mel frames, over everything it was trained on."""

    usual: Tensor

    def __init__(self, config: ProsodyConfig) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("usual", torch.zeros(config.symbols))
        self.symbol = nn.Embedding(config.symbols, config.width)
        self.slowness = nn.Linear(1, config.width)
        self.speaking = nn.ModuleList(Block(config.width, 1) for _ in range(config.depth))
        self.length = nn.Linear(config.width, 1)
        self.sound = nn.Linear(config.mel_dim * config.frames_per_token, config.width)
        self.hearing = nn.ModuleList(Block(config.width, 1 + i % 2) for i in range(config.depth))
        self.heard = nn.Linear(config.width, config.symbols)

    def forward(self, ids: Tensor, pace: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, L) int64, (B,) -> (B, L), the logarithm of each symbol's length in mel frames."""
        mask = torch.ones_like(ids, dtype=torch.bool) if mask is None else mask
        x = self.symbol(ids) + self.slowness(pace[:, None])[:, None]
        for block in self.speaking:
            x = block(x, mask)
        return self.length(x)[..., 0] + self.usual[ids]

    def pace(self, ids: Tensor, frames: Tensor) -> Tensor:  # (L,) int64, (L,) -> ()
        """How much slower than usual these symbols were spoken, as a mean logarithm; silences do not count."""
        spoken = (ids > 0) & (frames > 0)
        slower = frames.clamp(min=1).log() - self.usual[ids]
        return (slower * spoken).sum() / spoken.sum().clamp(min=1)

    def recognise(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, K, V)
        """Log-probabilities of the symbols in each token; the last odd frame is left out."""
        per_token = self.config.frames_per_token
        whitened = (mel - self.config.mel_mean) / self.config.mel_deviation
        x = self.sound(whitened[:, : mel.shape[1] // per_token * per_token].unflatten(1, (-1, per_token)).flatten(2))
        mask = torch.ones(x.shape[:2], dtype=torch.bool, device=x.device)
        for block in self.hearing:
            x = block(x, mask)
        return self.heard(x).log_softmax(-1)
