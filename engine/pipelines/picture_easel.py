"""What is shown of a picture in the making: the guess decoded once, however often it is asked for.

Shapes: S the side of the network's picture in pixels.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from engine.codecs.pictures import Pixels, shown
from engine.pipelines.picture_scene import Frame, Scene

Decode = Callable[[Tensor], Tensor]
"""A guess -> pixels (1, 3, S, S) in [−1, 1]."""


class Easel:
    """A guess to pixels (S, S, 3). The last answer is kept: the end of a job asks for what its preview showed.

    `first` and `showing` (1, 3, S, S): a guess, and what it looks like in place of what would be decoded.
    """

    def __init__(self, decode: Decode, first: Tensor | None = None, showing: Tensor | None = None) -> None:
        self._decode = decode
        self._last: tuple[Tensor, Pixels] | None = None
        if first is not None and showing is not None:
            self._last = first, shown(showing)

    def __call__(self, guess: Tensor) -> Pixels:
        if self._last is None or not torch.equal(self._last[0], guess):
            self._last = guess, shown(self._decode(guess))
        return self._last[1]


def placed(scene: Scene | None, side: int) -> tuple[Frame, tuple[int, int]]:
    """Where the network's picture is, and how large the whole one: both are the same where none is given."""
    if scene is None:
        return (0, 0, side), (side, side)
    return scene.frame, (scene.whole.shape[1], scene.whole.shape[0])
