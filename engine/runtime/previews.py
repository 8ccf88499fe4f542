"""When a preview is worth its time: the works must not come later for being watched. Seconds throughout."""

import time
from collections.abc import Callable

Clock = Callable[[], float]

SHARE = 0.04
ALLOWANCE = 0.01
"""What they may cost before a share has added up, so that a short job shows something too: 5 % of a second together."""


class PreviewBudget:
    """Time spent on previews, held to a share of the time since the first step.

    `clock` gives the seconds that have gone by; `spending` those that count as spent, which on a processor are this
    thread's own: what others have of it meanwhile they would have had of the work too.
    """

    def __init__(self, clock: Clock = time.perf_counter, spending: Clock = time.perf_counter) -> None:
        self._clock, self._spending = clock, spending
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
        begun = self._spending()
        try:
            make()
        finally:
            self._last = self._spending() - begun
            self.spent += self._last
