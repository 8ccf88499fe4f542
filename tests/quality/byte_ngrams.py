"""The yardstick: an interpolated 5-gram model of bytes, with Kneser-Ney smoothing.

Chen & Goodman 1999, https://doi.org/10.1006/csla.1999.0128. An order's probabilities are its discounted counts plus
what the discount took, spread by the order below; the lowest order falls back on 1/256. Below the highest order the
count of a byte is the number of different bytes it was seen after, as Kneser and Ney have it.

Shapes: T bytes. A context and its byte are one integer, eight bits a byte, the latest byte lowest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ORDER = 5

Keys = NDArray[np.uint64]


@dataclass(frozen=True)
class Counts:
    """One order: what was seen after which context, and what each context adds up to. Keys ascend."""

    keys: Keys  # context and byte
    counts: NDArray[np.int64]
    contexts: Keys
    totals: NDArray[np.int64]
    kinds: NDArray[np.int64]  # different bytes seen after the context
    discount: float


class ByteNGrams:
    def __init__(self, text: bytes, order: int = ORDER) -> None:
        """Counts the n-grams of `text`, longest context first reduced to the ones below."""
        keys, counts = np.unique(grams(text, order), return_counts=True)
        self.orders = [tabulated(keys, counts)]
        for length in range(order - 1, 0, -1):  # a gram's continuation count: how many longer grams end in it
            keys, counts = np.unique(keys & np.uint64((1 << 8 * length) - 1), return_counts=True)
            self.orders.insert(0, tabulated(keys, counts))

    def bits(self, text: bytes) -> NDArray[np.float64]:  # (T,)
        """The bits each byte of `text` costs, given the bytes before it; before the first stand line ends."""
        p = np.full(len(text), 1 / 256)
        for length, counts in enumerate(self.orders, start=1):
            p = interpolated(counts, grams(text, length, pad=True), p)
        bits: NDArray[np.float64] = -np.log2(p)
        return bits


def grams(text: bytes, length: int, pad: bool = False) -> Keys:
    """Every run of `length` bytes; with `pad` one that ends at each byte."""
    data = np.frombuffer((b"\n" * (length - 1) if pad else b"") + text, dtype=np.uint8).astype(np.uint64)
    count = len(data) - length + 1
    keys = np.zeros(max(count, 0), dtype=np.uint64)
    for i in range(length):
        keys = (keys << np.uint64(8)) | data[i : i + count]
    return keys


def tabulated(keys: Keys, counts: NDArray[np.int64]) -> Counts:
    contexts, starts, kinds = np.unique(keys >> np.uint64(8), return_index=True, return_counts=True)
    once, twice = int((counts == 1).sum()), int((counts == 2).sum())
    discount = once / (once + 2 * twice) if once else 0.5  # Ney et al.'s estimate; it lies between 0 and 1
    return Counts(keys, counts, contexts, np.add.reduceat(counts, starts), kinds, discount)


def interpolated(counts: Counts, wanted: Keys, below: NDArray[np.float64]) -> NDArray[np.float64]:
    """The probability of each wanted gram's last byte, given the one that the order below gives it."""
    place, known = found(counts.contexts, wanted >> np.uint64(8))
    at, seen = found(counts.keys, wanted)
    total = counts.totals[place]
    own = np.where(seen, np.maximum(counts.counts[at] - counts.discount, 0), 0) / total
    return np.where(known, own + counts.discount * counts.kinds[place] / total * below, below)


def found(table: Keys, wanted: Keys) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each wanted key stands in the ascending table, and whether it does."""
    place = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
    return place, table[place] == wanted
