"""The shelf as one job sees it."""

import time
from collections.abc import Callable
from typing import Any

from torch import nn

from engine.api.cards import ModelCard
from engine.api.messages import Event, Loading
from engine.runtime.device import synchronise
from engine.runtime.jobs import Job
from engine.runtime.shelf import Shelf

NEWS = 0.02  # of a checkpoint: how much more must be loaded before it is told again


class JobShelf:
    """`engine.pipelines.contract.Shelf`, where loading is told and can be cancelled.

    Every pass of a network is timed, and a chance to cancel too.
    """

    def __init__(self, job: Job, shelf: Shelf, tell: Callable[[Event], None]) -> None:
        self._job, self._shelf, self._tell = job, shelf, tell
        self._hooks: list[Any] = []
        self._watched: set[int] = set()
        self._begun = 0.0
        self.network_time = 0.0

    def card(self, checkpoint: str) -> ModelCard:
        return self._shelf.card(checkpoint)

    def network(self, card: ModelCard, *, role: str = "network") -> nn.Module:
        network = self._shelf.network(card, self._progress(card), role)
        if id(network) not in self._watched:
            self._watched.add(id(network))
            self._hooks += [network.register_forward_pre_hook(self._enter), network.register_forward_hook(self._leave)]
        return network

    def codec(self, card: ModelCard) -> Any:
        """Small beside its network, so its loading is not told, but it can be cancelled."""
        return self._shelf.codec(card, lambda fraction: self._job.check())

    def close(self) -> None:
        """Take the clocks off the networks again."""
        for hook in self._hooks:
            hook.remove()

    def _progress(self, card: ModelCard) -> Callable[[float], None]:
        told = -1.0

        def tell(fraction: float) -> None:
            nonlocal told
            self._job.check()
            if fraction - told >= NEWS or fraction == 1.0:
                told = fraction
                self._tell(Loading(job=self._job.id, checkpoint=card.id, fraction=fraction))

        return tell

    def _enter(self, network: nn.Module, inputs: Any) -> None:
        self._job.check()
        self._begun = time.perf_counter()

    def _leave(self, network: nn.Module, inputs: Any, output: Any) -> None:
        synchronise(self._shelf.device)
        self.network_time += time.perf_counter() - self._begun
