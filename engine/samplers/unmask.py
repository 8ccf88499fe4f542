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
from math import inf, isnan
from typing import TYPE_CHECKING

from engine.api.errors import Failure
from engine.samplers.contract import Level, Step, latest
from engine.samplers.drawing import draw

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
    turns: Tensor | None = None,
) -> Steps:
    """Reveal the tokens of x (N,) int64 that hold the id `mask`; yields a Step after each pass of the network.

    denoise(x, level) -> logits or log-probabilities (N, V), guidance applied, −∞ for what may not be written (the
    mask's id never is); or, to be overwritten, (K, V) of the hidden tokens alone, in their order. noise(like) ->
    uniform draws on [0, 1), floats, shaped like its argument; asked once, for all the steps.

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
    turns: (N,) floats, in whose ascending order tokens are revealed in place of their confidence.

    Raises Failure where the network answers with NaN.
    """
    hidden = x == mask
    frozen = hidden & False if frozen is None else frozen
    known = (~hidden).float() if confidence is None else confidence.float()
    known = known.masked_fill(frozen & ~hidden, 1.0)
    total = left = counts(hidden)
    if not any(total):
        yield Step(x, x, levels[-1], known)
        return
    chances, heats = noise(x.expand(2, len(levels) - 1, *x.shape)).unbind()
    gumbel = heats.clamp(1e-20, 1 - 1e-7).log().neg().log().neg()
    for i, (level, after) in enumerate(pairwise(levels)):
        tokens, known = guess(denoise(x, level), x, hidden, known, chances[i], temperature, min_p, mask)
        groups = None if joined is None else letters(joined(tokens))
        heat = reveal_heat(reveal_temperature, i, after)
        order = known.log().add(gumbel[i], alpha=heat) if turns is None else -turns
        quota = [max(int(count * (after.sigma / levels[0].sigma) + 1e-4), after.sigma > 0) for count in total]
        may = ~within(groups, hidden | frozen)  # a letter that is frozen or hidden in part stays
        back = taken_back(may, gamma * rate(level, after), quota, left)
        line = queue(order, known, hidden, may if any(back) else None, groups)
        x = tokens.clone()
        cuts = map(still_hidden, left, back, quota, parts(line, groups))
        for row, places, (begin, end) in zip(rows(x), rows(line), cuts, strict=True):
            row.index_fill_(0, places[begin:end], mask)
        if confidence_stop < 1:
            x = tokens.where(hidden & (weakest(known, hidden, groups) > confidence_stop), x)
        gamma = latest((yield Step(x, tokens, after, known)), gamma)
        hidden = x == mask
        left = counts(hidden)
        if not any(left):
            return


def rows(values: Tensor) -> Tensor:  # (N,) or (B, N) -> (B, N)
    return values.view(-1, values.shape[-1])


def counts(some: Tensor) -> list[int]:
    """How many of them there are in each row."""
    found: list[int] = rows(some).sum(-1).tolist()
    return found


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
    u: Tensor,
    temperature: float,
    min_p: float,
    mask: int,
) -> tuple[Tensor, Tensor]:
    """A token for every hidden place and its probability: the candidate sequence (N,) and its confidence (N,)."""
    logits = (logits[hidden] if logits.shape[:-1] == x.shape else logits).float()  # (K, V)
    if mask < logits.shape[-1]:
        logits[:, mask] = -inf
    tokens, p = draw(logits, u[hidden], temperature, min_p)
    if isnan(p.sum().item()):
        raise Failure("The network answered with numbers that are not numbers (NaN): its checkpoint is damaged.")
    return x.masked_scatter(hidden, tokens), known.masked_scatter(hidden, p)


def taken_back(may: Tensor, share: float, quota: list[int], left: list[int]) -> list[int]:
    """How many shown tokens γ hides again in each row: that share of those that may be, at most the quota."""
    if share == 0:
        return [0] * len(left)
    most = zip(counts(may), quota, left, strict=True)
    return [min(int(count * share + 1e-4), wanted) if hidden else 0 for count, wanted, hidden in most]


def queue(order: Tensor, known: Tensor, hidden: Tensor, may: Tensor | None, groups: Tensor | None) -> Tensor:
    """All places (N,) in one line, by row: the hidden ones, the highest in `order` first; those that may be hidden
    again, the least confident first; the others. What goes together stands together.
    """
    key = weakest(order, hidden, groups).clamp(min=-1e9)
    rest: Tensor | float = -inf
    if may is not None:
        known = known if groups is None else reduced(known, may, groups, "amax")
        rest = ((known + 1e-20) * -1e30).where(may, -inf)  # below every key of a hidden one
    return key.where(hidden, rest).argsort(dim=-1, descending=True, stable=True)


def parts(line: Tensor, groups: Tensor | None) -> list[list[int]]:
    """The letters' numbers along each row's line; nothing where every token is a letter by itself."""
    if groups is None:
        return [[]] * len(rows(line))
    found: list[list[int]] = rows(groups.gather(-1, line)).tolist()
    return found


def still_hidden(left: int, back: int, quota: int, letters: list[int]) -> tuple[int, int]:
    """From where to where in the line stays hidden or is hidden again: whole letters only, so perhaps a few more.

    The first `left` of the line are hidden now, `back` of those behind them are taken back. At least one is shown.
    """
    end = whole(letters, left, left + back)
    begin = whole(letters[:left], 0, max(1, end - quota))
    if begin == 0:
        begin = next((i for i in range(1, left) if letters[i] != letters[0]), left)
    return begin, end


def whole(letters: list[int], low: int, cut: int) -> int:
    """The last border between letters from `low` up to `cut`."""
    while letters and low < cut < len(letters) and letters[cut] == letters[cut - 1]:
        cut -= 1
    return cut


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
