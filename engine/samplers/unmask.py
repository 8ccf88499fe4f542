"""Tokens: hidden ones are guessed all at once, the most confident are revealed, the rest are guessed again.

The sampler of masked diffusion: MaskGIT (Chang et al. 2022, https://arxiv.org/abs/2202.04200) and Show-o (Xie et al.
2024, https://arxiv.org/abs/2408.12528). γ takes tokens back, least confident first, so that an early mistake can be
mended: ReMDM (Wang et al. 2025, https://arxiv.org/abs/2503.00307), whose largest rate min(1, σ'/α) is γ = 1. The
confidence stop reveals at once what is nearly certain: Fast-dLLM (Wu et al. 2025, https://arxiv.org/abs/2505.22618).

A level's sigma is the share of tokens hidden there.
Shapes: N tokens, V vocabulary, K hidden tokens; every (N,) may be (B, N).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isqrt
from typing import TYPE_CHECKING

from engine.api.errors import Failure
from engine.samplers.contract import Level, Step, latest

if TYPE_CHECKING:
    from torch import Tensor

    from engine.samplers.contract import Denoiser, Noise, Steps


def unmask(
    denoise: Denoiser,
    x: Tensor,
    levels: Sequence[Level],
    noise: Noise,
    gamma: float,
    *,
    mask: int,
    temperature: float = 1.0,
    min_p: float = 0.0,
    reveal_temperature: float | Sequence[float] = 0.0,
    confidence_stop: float = 1.0,
    frozen: Tensor | None = None,
    joined: Callable[[Tensor], Tensor] | None = None,
    confidence: Tensor | None = None,
) -> Steps:
    """Reveal the tokens of x (N,) int64 that hold the id `mask`; yields a Step after each pass of the network.

    denoise(x, level) -> logits or log-probabilities (N, V), guidance applied, −∞ for what may not be written (the
    mask's id never is); or, to be overwritten, (K, V) of the hidden tokens alone, in their order. noise(like) ->
    uniform draws on [0, 1), floats, shaped like its argument.

    After a step floor(M·σ'/σ_start) of the M tokens hidden at the start stay hidden, but each step reveals at least
    one and, until sigma is 0, keeps at least one. It ends before the last level when nothing is hidden any more, and
    with one step and no pass when nothing ever was.

    temperature: of the draw among tokens; 0 takes the most probable.
    min_p: tokens less probable than this share of the most probable one are not drawn. https://arxiv.org/abs/2407.01082
    reveal_temperature: of the Gumbel noise in the order of reveal. A number shrinks with σ'; a sequence is taken as
        it is, one a step.
    confidence_stop: tokens more probable than this are revealed at once, whatever the quota.
    frozen: (N,) bool, never taken back by γ.
    joined: joined(tokens) -> (N,) bool, "goes with the token before it". What goes together (the pieces of one
        letter) is revealed and taken back together, even if a few more than the quota stay hidden.
    confidence: (N,) of the tokens already shown, as a Step carries it; 1 unless given.

    Raises Failure where the network answers with NaN.
    """
    total = (x == mask).sum(-1, keepdim=True)
    frozen = (x == mask) & False if frozen is None else frozen
    known = (x != mask).float() if confidence is None else confidence.float()
    known = known.masked_fill(frozen & (x != mask), 1.0)
    if not total.any():
        yield Step(x, x, levels[-1], known)
        return
    start = levels[0].sigma
    for i, (level, after) in enumerate(pairwise(levels)):
        hidden = x == mask
        tokens, known = guess(denoise(x, level), x, hidden, known, noise, temperature, min_p, mask)
        groups = None if joined is None else letters(joined(tokens))
        quota = (total * (after.sigma / start) + 1e-4).long().clamp(min=after.sigma > 0)
        back = taken_back(known, ~hidden & ~frozen, quota, gamma * rate(level, after), groups)
        back &= hidden.any(-1, keepdim=True)
        order = known.log()
        if heat := reveal_heat(reveal_temperature, i, after):
            order = order - heat * noise(x).clamp(1e-20, 1 - 1e-7).log().neg().log()
        count = (hidden.sum(-1, keepdim=True) + back.sum(-1, keepdim=True) - quota).clamp(min=1)
        shown = first(order, hidden, count, groups, at_least_one=True)
        if confidence_stop < 1:
            shown |= hidden & (weakest(known, hidden, groups) > confidence_stop)
        x = tokens.masked_fill(hidden & ~shown | back, mask)
        gamma = latest((yield Step(x, tokens, after, known)), gamma)
        if not (x == mask).any():
            return


def letters(joins: Tensor) -> Tensor | None:
    """The number of each token's letter (N,), ascending; None where every token is a letter by itself, as most are."""
    return (~joins).cumsum(-1) if joins.any() else None


def rate(level: Level, after: Level) -> float:
    """ReMDM's largest share of the shown tokens that may be taken back in a step."""
    return min(1.0, after.sigma / level.alpha) if level.alpha > 0 else 1.0


def reveal_heat(temperature: float | Sequence[float], step: int, after: Level) -> float:
    """The temperature of the order of reveal at one step."""
    return temperature[step] if isinstance(temperature, Sequence) else temperature * after.sigma


def guess(
    logits: Tensor,
    x: Tensor,
    hidden: Tensor,
    known: Tensor,
    noise: Noise,
    temperature: float,
    min_p: float,
    mask: int,
) -> tuple[Tensor, Tensor]:
    """A token for every hidden place and its probability: the candidate sequence (N,) and its confidence (N,)."""
    rows = (logits[hidden] if logits.shape[:-1] == x.shape else logits).float()  # (K, V)
    if mask < rows.shape[-1]:
        rows[:, mask] = float("-inf")
    tokens, p = draw(rows, noise(x)[hidden], temperature, min_p)
    if p.isnan().any():
        raise Failure("The network answered with numbers that are not numbers (NaN): its checkpoint is damaged.")
    return x.masked_scatter(hidden, tokens), known.masked_scatter(hidden, p)


def draw(logits: Tensor, u: Tensor, temperature: float, min_p: float = 0.0) -> tuple[Tensor, Tensor]:
    """(K, V), (K,) -> one token a row (K,), its probability (K,): the network's own whatever the manner of the draw."""
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
    blocks = p.unflatten(-1, (-1, divisor(p.shape[-1], 32)))  # (K, B, width)
    tops = blocks.amax(-1)
    least = min_p * tops.amax(-1, keepdim=True)
    row, block = (~(tops < least)).nonzero().unbind(-1)  # NaN is held, for the caller to find
    near = blocks[row, block]
    place, inner = (~(near < least[row] * (1 - 1e-6))).nonzero().unbind(-1)  # (M,): the plausible tokens, row by row
    row, block = row[place], block[place]
    ends = ((near[place, inner] / least[row, 0]).double() ** power).cumsum(-1)
    count = row.bincount(minlength=len(p))  # (K,), none of them 0
    last = count.cumsum(-1) - 1
    stop = ends[last]
    begin = stop.roll(1)
    begin[0] = 0
    passed = row[ends <= (begin + u * (stop - begin))[row]].bincount(minlength=len(p))
    chosen = last + 1 - count + passed.minimum(count - 1)
    drawn: Tensor = block[chosen] * blocks.shape[-1] + inner[chosen]
    return drawn


def divisor(size: int, most: int) -> int:
    """The greatest divisor of `size` up to `most`."""
    return next(d for d in range(most, 0, -1) if size % d == 0)


def within_block(weights: Tensor, aim: Tensor) -> Tensor:  # (K, width), (K,) -> (K,)
    """The place in each block where its running sum passes the aim."""
    ends = weights.cumsum(-1)
    place: Tensor = (ends <= aim[:, None].clamp(min=0).minimum(ends[:, -1:] * (1 - 1e-6))).sum(-1)
    return place


def taken_back(known: Tensor, may: Tensor, quota: Tensor, share: float, groups: Tensor | None) -> Tensor:
    """Which shown tokens γ hides again: that share of those that may be, the least confident, at most the quota."""
    if share == 0:
        return may & False
    count = (may.sum(-1, keepdim=True) * share + 1e-4).long().minimum(quota)
    if groups is not None:  # a letter that is frozen or hidden in part stays
        may = may & ~within(groups, ~may)
    return first(-known, may, count, groups)


def first(order: Tensor, may: Tensor, count: Tensor, groups: Tensor | None, at_least_one: bool = False) -> Tensor:
    """The `count` highest in `order` among those that may; whole groups only, so perhaps a few less."""
    order = weakest(order, may, groups).masked_fill(~may, float("-inf"))
    rank = order.argsort(dim=-1, descending=True, stable=True).argsort(dim=-1)
    if groups is None:
        return may & (rank < count)
    last = reduced(rank, may, groups, "amax")
    whole = last < count
    if at_least_one:
        whole |= reduced(rank, may, groups, "amin") == 0
    return may & whole


def weakest(values: Tensor, may: Tensor, groups: Tensor | None) -> Tensor:
    """Each group's lowest value, at each of its members that may."""
    return values if groups is None else reduced(values, may, groups, "amin")


def within(groups: Tensor | None, some: Tensor) -> Tensor:
    """The members of every group that has one of `some`."""
    return some if groups is None else reduced(some.long(), some | True, groups, "amax") > 0


def reduced(values: Tensor, may: Tensor, groups: Tensor, how: str) -> Tensor:
    """The least or greatest of each group's members that may, at each member. groups: (N,) ascending numbers."""
    worst = values.new_full((), float("inf") if values.is_floating_point() else 1 << 40)
    worst = worst if how == "amin" else -worst
    room = worst.expand(values.shape[:-1] + (values.shape[-1] + 1,)).clone()
    return room.scatter_reduce(-1, groups, values.where(may, worst), how).gather(-1, groups)
