"""The shelf as one job sees it."""

import time
from collections.abc import Callable, Iterator
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

    Every pass of a network is timed, and a chance to cancel too: a call, or one of the methods that it names `passes`.
    """

    def __init__(self, job: Job, shelf: Shelf, tell: Callable[[Event], None]) -> None:
        self._job, self._shelf, self._tell = job, shelf, tell
        self._hooks: list[Any] = []
        self._watched: set[int] = set()
        self._begun = 0.0
        self._aside = False
        self.network_time = 0.0

    def card(self, checkpoint: str) -> ModelCard:
        return self._shelf.card(checkpoint)

    def network(self, card: ModelCard, *, role: str = "network") -> nn.Module:
        network = self._shelf.network(card, self._progress(card), role)
        if id(network) not in self._watched:
            self._watched.add(id(network))
            self._hooks += list(self._watch(network))
        return network

    def codec(self, card: ModelCard) -> Any:
        """Small beside its network, so its loading is not told, but it can be cancelled."""
        return self._shelf.codec(card, lambda fraction: self._job.check())

    def aside(self, do: Callable[[], None]) -> None:
        """Do what is no part of this job: passes in it are neither timed nor stopped by it."""
        self._aside = True
        try:
            do()
        finally:
            self._aside = False

    def close(self) -> None:
        """Take the clocks off the networks again."""
        for hook in reversed(self._hooks):
            hook.remove()

    def _watch(self, network: nn.Module) -> Iterator[Any]:
        if passes := getattr(network, "passes", ()):
            yield from (Clocked(network, name, self._enter, self._leave) for name in passes)
        else:
            yield network.register_forward_pre_hook(self._enter)
            yield network.register_forward_hook(self._leave)

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
        if not self._aside:
            self._job.check()
            self._begun = time.perf_counter()

    def _leave(self, network: nn.Module, inputs: Any, output: Any) -> None:
        if not self._aside:
            synchronise(self._shelf.device)
            self.network_time += time.perf_counter() - self._begun


class Clocked:
    """A method of a network between `enter` and `leave`, until it is removed: what hooks are for a call."""

    def __init__(
        self, network: nn.Module, name: str, enter: Callable[[nn.Module, Any], None], leave: Callable[..., None]
    ) -> None:
        self._network, self._name, self._before = network, name, network.__dict__.get(name)
        method = getattr(network, name)

        def clocked(*inputs: Any, **more: Any) -> Any:
            enter(network, inputs)
            output = method(*inputs, **more)
            leave(network, inputs, output)
            return output

        setattr(network, name, clocked)

    def remove(self) -> None:
        delattr(self._network, self._name)
        if self._before is not None:
            setattr(self._network, self._name, self._before)
