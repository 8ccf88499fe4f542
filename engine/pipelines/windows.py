"""A denoiser of long sound that works on a window at a time, each going over into the next.

For networks that were trained on short windows and see no further. At every step all windows are guessed and faded
into each other, so that they stay one sound on the way. Shapes: B batch, C channels, S samples.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

import torch
from torch import Tensor

from engine.samplers.contract import Denoiser, Level

Within: TypeAlias = Callable[[Tensor, Level, slice], Tensor]
"""within(x, level, span) -> x0 of that span of samples, of which x (B, C, …) is."""


def windowed(within: Within, size: int, lap: int, hop: int) -> Denoiser:
    """x (B, C, S) in windows of `size` samples that overlap by `lap` or more; whole where it is not longer.

    All of these, and where windows begin, are multiples of `hop`.
    """

    def denoise(x: Tensor, level: Level) -> Tensor:
        whole, weights = torch.zeros_like(x), x.new_zeros(x.shape[-1])
        for span in spans(x.shape[-1] // hop, size // hop, lap // hop):
            place = slice(span.start * hop, span.stop * hop)
            ramp = faded(place.stop - place.start, lap).to(x)
            whole[..., place] += within(x[..., place], level, place) * ramp
            weights[place] += ramp
        return whole / weights

    return denoise


def spans(count: int, size: int, lap: int) -> Iterator[slice]:
    """Evenly laid out windows of `size`, from 0 to `count`."""
    if count <= size:
        yield slice(0, count)
        return
    windows = -(-(count - lap) // (size - lap))
    for number in range(windows):
        start = round(number * (count - size) / (windows - 1))
        yield slice(start, start + size)


def faded(size: int, lap: int) -> Tensor:  # -> (size,)
    """1 in the middle, falling towards both ends over `lap` samples, never 0."""
    places = torch.arange(size, dtype=torch.float32)
    edge = torch.minimum(places + 1, size - places)
    return (edge / (lap + 1)).clamp(max=1.0)
