"""A progress bar that waits its turn.

Qt's own repaints at once whenever its value changes, and with it whatever else is out of date in the whole window:
several times for each step of a job.
"""

from PySide6.QtWidgets import QProgressBar


def show_progress(bar: QProgressBar, done: int, total: int) -> None:
    """So much of `total` is done; a total of 0 is not known. The bar is drawn when the window is."""
    if (bar.value(), bar.minimum(), bar.maximum()) == (done, 0, total):
        return
    bar.setUpdatesEnabled(False)
    bar.setRange(0, total)
    bar.setValue(done)
    bar.setUpdatesEnabled(True)
