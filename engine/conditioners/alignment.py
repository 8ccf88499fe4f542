"""Where each symbol of a text is heard: the most probable path through a recording, and lengths laid out in tokens.

Shapes: K tokens of a recording, L symbols of its text, V symbols there are.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

IMPOSSIBLE = -1e9


def aligned(log_probs: Tensor, ids: Sequence[int]) -> list[int]:
    """(K, V), L ids -> how many tokens each symbol lasts, L numbers whose sum is K.

    Viterbi's path (1967) that goes through all symbols in their order; each lasts a token at least, except that
    silence (id 0) and what there is no room for may be skipped.
    """
    text = torch.tensor(list(ids))
    scores = log_probs[:, text].double().cpu()  # (K, L)
    count, symbols = scores.shape
    if symbols > count:
        return crowded(count, symbols)
    skippable = torch.cat([torch.tensor([False]), text[:-1] == 0])  # what comes before may be left out
    best = torch.full((symbols,), IMPOSSIBLE, dtype=torch.float64)
    best[0] = scores[0, 0]
    if symbols > 1 and text[0] == 0:
        best[1] = scores[0, 1]
    steps = torch.zeros(count, symbols, dtype=torch.int64)  # symbols gone on since the token before: 0, 1 or 2
    for k in range(1, count):
        one = torch.cat([best.new_full((1,), IMPOSSIBLE), best[:-1]])
        two = torch.cat([best.new_full((2,), IMPOSSIBLE), best[:-2]])[:symbols].where(
            skippable, best.new_tensor(IMPOSSIBLE)
        )
        best, steps[k] = torch.stack([best, one, two]).max(0)
        best = best + scores[k]
    last = symbols - 1
    if symbols > 1 and text[-1] == 0 and best[-2] > best[-1]:
        last = symbols - 2
    return counted(steps, last)


def counted(steps: Tensor, last: int) -> list[int]:  # (K, L) -> L numbers
    """Tokens of each symbol along the path that ends in the symbol `last`."""
    lengths = [0] * steps.shape[1]
    for row in reversed(steps.tolist()):
        lengths[last] += 1
        last -= row[last]
    return lengths


def crowded(tokens: int, symbols: int) -> list[int]:
    """More symbols than there is room for: evenly, some of them not at all."""
    edges = [round(i * tokens / symbols) for i in range(symbols + 1)]
    return [stop - start for start, stop in zip(edges, edges[1:], strict=False)]


def laid_out(ids: Sequence[int], lengths: Sequence[float], tokens: int) -> list[int]:
    """L ids with lengths in any unit -> the id that sounds in the middle of each of so many tokens."""
    ends = torch.tensor(list(lengths), dtype=torch.float64).cumsum(0)
    middles = (torch.arange(tokens, dtype=torch.float64) + 0.5) * (ends[-1] / tokens)
    places = torch.searchsorted(ends, middles, right=True).clamp(max=len(ids) - 1)
    return [ids[place] for place in places.tolist()]
