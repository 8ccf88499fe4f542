"""A small text encoder over bytes: any language, no vocabulary. Xue et al. 2022, ByT5, https://arxiv.org/abs/2105.13626

Noise2Music reads its prompts with a T5; this one is trained together with the network that asks it.

Shapes: B batch, L bytes, W width, H heads.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LIMIT = 1024  # bytes that are read
END = 256  # follows the last byte, so that no text is empty
PAD = 257


def byte_ids(texts: Sequence[str]) -> Tensor:  # -> (B, L) int64
    """Each text's first bytes, no letter cut in two, and END; PAD up to the longest."""
    rows = [[*text.encode()[: LIMIT - 1].decode(errors="ignore").encode(), END] for text in texts]
    longest = max(map(len, rows))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])


def is_read_whole(text: str) -> bool:
    return len(text.encode()) < LIMIT


class TextBlock(nn.Module):
    """Attention among the bytes, then an MLP."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_attention, self.norm_mlp = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, x: Tensor, there: Tensor) -> Tensor:  # (B, L, W), (B, L) bool -> (B, L, W)
        q, k, v = self.qkv(self.norm_attention(x)).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v, there[:, None, None])
        x = x + self.out(mixed.transpose(1, 2).flatten(2))
        return x + self.mlp(self.norm_mlp(x))


class TextEncoder(nn.Module):
    def __init__(self, width: int, depth: int, heads: int) -> None:
        super().__init__()
        self.token, self.place = nn.Embedding(PAD + 1, width), nn.Embedding(LIMIT, width)
        self.blocks = nn.ModuleList(TextBlock(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width)

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor]:  # (B, L) -> (B, L, W), (B, L) bool: what is no padding
        there = ids != PAD
        x = self.token(ids) + self.place.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x, there)
        return self.norm(x), there
