"""The order of Halton's sequence: every few tokens that are revealed together lie far apart from each other.

Besnier et al. 2025, "Halton Scheduler for Masked Generative Image Transformer", https://arxiv.org/abs/2503.17076.
Tokens of one step do not know of each other, which harms the less the further they are apart.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

BASES = 2, 3  # across and down


def halton(index: int, base: int) -> float:
    """The van der Corput number of `index` ≥ 0, on [0, 1): its digits behind the point, the lowest first."""
    number, place = 0.0, 1.0
    while index:
        place /= base
        index, digit = divmod(index, base)
        number += digit * place
    return number


def turns(side: int, shift: Tensor) -> Tensor:  # (2,) -> (side²,)
    """When it is the turn of each place of a square, in raster order: 0 for the first.

    shift: on [0, 1), how far across and down the sequence begins; it goes on beyond the border on the other side.
    """
    across, down = shift.tolist()
    found: dict[int, int] = {}
    for index in count():
        x, y = (int((halton(index, base) + off) % 1 * side) for base, off in zip(BASES, (across, down), strict=True))
        found.setdefault(y * side + x, len(found))
        if len(found) == side**2:
            break
    return shift.new_tensor([found[place] for place in range(side**2)])
