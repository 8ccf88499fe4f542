"""When a preview is worth its time: the works must not come later for being watched. Seconds throughout."""

import time
from collections.abc import Callable

SHARE = 0.04
ALLOWANCE = 0.01
"""What they may cost before a share has added up, so that a short job shows something too: 5 % of a second together."""


class PreviewBudget:
    """Time spent on previews, held to a share of the time since the first step; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._begun: float | None = None
        self._last = 0.0
        self.spent = 0.0

    def affords(self) -> bool:
        """Whether one more, as dear as the one before, leaves room for the one at the end."""
        now = self._clock()
        self._begun = now if self._begun is None else self._begun
        return self.spent + 2 * self._last <= SHARE * (now - self._begun) + ALLOWANCE

    def pay(self, make: Callable[[], None]) -> None:
        """Make and send a preview; its time is counted."""
        begun = self._clock()
        try:
            make()
        finally:
            self._last = self._clock() - begun
            self.spent += self._last
