"""Drawing a token in each row of logits, by one uniform number a row.

Few operations and few passes over the vocabulary: a step of text draws a hundred tokens out of thousands, and what it
costs beside the network is the number of operations more than their size.

Shapes: K rows, V vocabulary, B blocks of it, M plausible tokens of all rows together.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def draw(logits: Tensor, u: Tensor, temperature: float, min_p: float = 0.0) -> tuple[Tensor, Tensor]:
    """(K, V), (K,) -> one token a row (K,), its probability (K,): the network's own whatever the manner of the draw.

    u: uniform on [0, 1). Tokens less probable than min_p times the most probable one are not drawn.
    """
    p = logits.softmax(-1)
    if temperature == 0:
        tokens = p.max(-1).indices
    elif min_p:
        tokens = plausible(p, u, 1 / temperature, min_p)
    else:
        tokens = inverse(p if temperature == 1 else (logits / temperature).softmax(-1), u)
    return tokens, p.gather(-1, tokens[:, None])[:, 0]


def inverse(weights: Tensor, u: Tensor) -> Tensor:  # (K, V), (K,) -> (K,)
    """The inverse cumulative distribution at u, found in two levels: the block, then the token within it.

    One uniform a row instead of a Gumbel a token, and running sums of √V instead of V: six times faster at V = 6144.
    The two sums round differently, so the aim is kept within its block: a token of weight 0 is never drawn.
    """
    size = weights.shape[-1]
    width = size // divisor(size, isqrt(size))
    blocks = weights.unflatten(-1, (-1, width))  # (K, V/width, width)
    sums = blocks.sum(-1)
    ends = sums.cumsum(-1)
    aim = u[:, None] * ends[:, -1:]
    block = (ends <= aim).sum(-1, keepdim=True)
    chosen = blocks.gather(1, block[..., None].expand(-1, -1, width))[:, 0]
    place: Tensor = block[:, 0] * width + within_block(chosen, (aim - (ends - sums).gather(1, block))[:, 0])
    return place


def plausible(p: Tensor, u: Tensor, power: float, min_p: float) -> Tensor:  # (K, V), (K,) -> (K,)
    """The same for the weights p**power where p is at least min_p of its row's greatest, and 0 elsewhere.

    Only the blocks that hold such a token are looked into; the sums of the M there are run on from row to row.
    """
    size = p.shape[-1]
    width = divisor(size, 64)
    blocks = p.unflatten(-1, (-1, width))
    tops = blocks.amax(-1)  # (K, B)
    top = tops.amax(-1, keepdim=True)
    row, block = (~(tops < top * min_p)).nonzero().unbind(-1)  # NaN is held, for the caller to find
    near = blocks[row, block].div_(top[row])
    place, inner = (~(near < min_p)).nonzero().unbind(-1)  # (M,): row by row, ascending
    row, tokens, weights = row[place], block[place] * width + inner, near[place, inner].pow_(power).double()
    sums = row.bincount(weights, len(p))  # (K,)
    aim = sums.cumsum(0).addcmul_(sums, 1 - u.double(), value=-1)
    beyond = tokens.masked_fill_(weights.cumsum(0) <= aim[row], size)
    drawn: Tensor = beyond.new_full((len(p),), size).scatter_reduce_(0, row, beyond, "amin")
    return drawn


def divisor(size: int, most: int) -> int:
    """The greatest divisor of `size` up to `most`."""
    return next(d for d in range(most, 0, -1) if size % d == 0)


def within_block(weights: Tensor, aim: Tensor) -> Tensor:  # (K, width), (K,) -> (K,)
    """The place in each block where its running sum passes the aim."""
    ends = weights.cumsum(-1)
    place: Tensor = (ends <= aim[:, None].clamp(min=0).minimum(ends[:, -1:] * (1 - 1e-6))).sum(-1)
    return place
