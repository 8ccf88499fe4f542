"""The picture that is shown and another one held against it: which one, and whether."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from studio.previews.picture_compare import Comparison, Other
from studio.previews.picture_page import PicturePage
from studio.previews.picture_scene import read


class Pair(QObject):
    """`changed` when another is held against it, or none any more. `toggle` is the action that says which."""

    changed = Signal()

    def __init__(self, page: PicturePage, toggle: QAction) -> None:
        super().__init__(page)
        self.others: list[Other] = []
        self._other: Other | None = None
        self._page, self._canvas, self._toggle = page, page.canvas, toggle
        page.other_chosen.connect(self.choose)

    def offer(self, others: Sequence[Other]) -> None:
        """What can be held against it, the likeliest first."""
        self.others = list(others)
        self._page.show_others(self.others)
        if self._other and not any(other.path == self._other.path for other in others):
            self.stop()

    def follow(self) -> None:
        """As the toggle is now."""
        if self._toggle.isChecked() and self.others:
            self.choose(self.others[0])
        else:
            self.stop()

    def choose(self, other: Other) -> None:
        """Hold this one against it."""
        self._other = other
        divider = self._canvas.comparison.divider if self._canvas.comparison else 0.5
        self._show(Comparison(other.label, read(other.path), other.at, divider))

    def stop(self) -> None:
        """The one that is shown, alone."""
        self._other = None
        self._show(None)

    def flip(self) -> None:
        """All of the other one, or all of this one, in turns; the other one first."""
        if self._canvas.comparison is None and self.others:
            self.choose(self.others[0])
            self._canvas.divide(1.0)
        if self._canvas.comparison is not None:
            self._canvas.divide(0.0 if self._canvas.comparison.divider > 0 else 1.0)

    def _show(self, comparison: Comparison | None) -> None:
        self._canvas.compare(comparison)
        self._page.show_other(comparison.label if comparison else "")
        self._toggle.setChecked(comparison is not None)
        self.changed.emit()
