"""What only reference cycles hold is freed in the window's own thread.

Python looks for such cycles in whichever thread happens to make an object: one that draws a thumbnail, or that fills
the sound card's buffer. A widget that dies there takes the program with it, at once or at the next change of theme,
since Qt lets a window be destroyed by its own thread alone.
"""

import gc

from PySide6.QtCore import QAbstractEventDispatcher


def keep_to_this_thread() -> None:
    """From now on cycles are freed only here, whenever the event loop of this thread has nothing else to do."""
    gc.disable()
    QAbstractEventDispatcher.instance().aboutToBlock.connect(collect)


def collect() -> None:
    """Free the oldest generation that is due, as Python itself would."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
