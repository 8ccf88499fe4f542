"""What a pipeline is: a generator from a request, by way of its steps, to its work.

    pipeline(request, shelf, live) -> Generator[Progress | Part, None, Work]

The caller owns the pace: it draws previews when it can afford them, and closing the generator cancels the job.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

from torch import nn

from engine.api.cards import ModelCard
from engine.api.messages import Preview, Work


@dataclass(frozen=True)
class Progress:
    """Step `step` of `steps` is done, with the share `level` of the noise left; `preview` costs time when called."""

    step: int
    steps: int
    level: float
    preview: Callable[[], Preview]


@dataclass(frozen=True)
class Part:
    """Part `part` of `parts`, counted from 1, can be seen or heard while the rest is made."""

    part: int
    parts: int
    work: Work


@dataclass
class Live:
    """What another thread may change while the job runs. `batched` False: guidance in two passes, to save memory."""

    guidance: float = 1.0
    gamma: float = 0.0
    batched: bool = True


class Shelf(Protocol):
    """Where loaded checkpoints stand. Every method may load, and raises BadInput or Failure with one sentence."""

    def card(self, checkpoint: str) -> ModelCard:
        """The card of this id."""
        ...

    def network(self, card: ModelCard, *, role: str = "network") -> nn.Module:
        """The card's network in this role with its weights, in evaluation mode on the device."""
        ...

    def codec(self, card: ModelCard) -> Any:
        """The card's codec."""
        ...


Pipeline = Callable[[Any, Shelf, Live], Generator[Progress | Part, None, Work]]
