"""What only reference cycles hold is freed in the window's own thread.

Python looks for such cycles in whichever thread happens to make an object: one that draws a thumbnail, or that fills
the sound card's buffer. A widget that dies there takes the program with it, at once or at the next change of theme,
since Qt lets a window be destroyed by its own thread alone.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY = 1000  # ms


def keep_to_this_thread(program: QObject) -> QTimer:
    """From now on cycles are freed only here, between two events, for as long as the program is there."""
    gc.disable()
    timer = QTimer(program, interval=EVERY)
    timer.timeout.connect(collect)
    timer.start()
    return timer


def collect() -> None:
    """Free the oldest generation that is due, as Python itself would."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
