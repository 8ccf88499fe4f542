"""When what has come may be drawn: once the last is, and after a rest in which the engine has the machine.

The engine keeps every core busy, so what drawing takes the work waits for. Nothing is lost by it: what comes meanwhile
is drawn together. It is measured in the processor's time, of
which this thread may have a share: more where there are more cores, for the work then waits for less.
"""

import os
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

SHARE = 0.04  # of a core's time, for each core but one
LONGEST = 500  # ms: twice a second something is seen, however long it takes to draw


class Drawing(QObject):
    """`clock` gives the seconds that this thread has computed for."""

    rested = Signal()

    def __init__(self, clock: Callable[[], float] = time.thread_time, cores: int = os.cpu_count() or 1) -> None:
        super().__init__()
        self._clock, self._cores, self._begun = clock, cores, 0.0
        # Fires after all that show it have shown it, and the window is painted.
        self._drawn = QTimer(self, singleShot=True, interval=0)
        self._drawn.timeout.connect(self._rest)
        self._resting = QTimer(self, singleShot=True)
        self._resting.timeout.connect(self.rested)

    @property
    def busy(self) -> bool:
        """Whether something is being drawn, or rested after."""
        return self._drawn.isActive() or self._resting.isActive()

    def begin(self) -> None:
        """Something is shown now."""
        self._resting.stop()
        self._begun = self._clock()
        self._drawn.start()

    def _rest(self) -> None:
        self._resting.start(pause(self._clock() - self._begun, self._cores))


def pause(spent: float, cores: int) -> int:
    """Milliseconds of rest after so many seconds of drawing."""
    share = min(1.0, SHARE * max(1, cores - 1))
    return min(LONGEST, round(1000 * spent * (1 / share - 1)))
