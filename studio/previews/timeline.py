"""The steps of a run in time: follow them live, go back to any of them, play them again.

It keeps every step and says which one is to be seen. Going back while the run goes on stops the following, and a button
leads back to it.
"""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from engine.api.messages import Stepped
from studio import theme
from studio.icons import icon
from studio.previews.scrubber import Scrubber

REPLAY, QUICKEST, SLOWEST = 2500, 40, 350  # a replay and its shortest and longest step, in milliseconds
KEYS = (
    ("Space", "Play the run again, or pause"),
    ("Left, Right", "The step before, the next step"),
    ("Home, End", "The first step, the last one"),
    ("Drag along the steps", "Go through the run"),
)
WIDEST = "Step 200 of 200 · 100 % masked · 100.0 s"


class Timeline(QWidget):
    """`moved` when another step is to be seen, `current()`; `held`, `playing` and `live` say what it is doing."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Stepped] = []  # all of them
        self._kept: list[Stepped] = []  # those that can be shown
        self._total = 0
        self._at = -1  # of those kept
        self._live, self._following = False, True
        self._noun = "noise"
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._play_on)
        self._scrubber, self._caption = Scrubber(), QLabel()
        self._play, self._back = QToolButton(), QPushButton("Live")
        self._set_up()
        self._refresh()

    def _set_up(self) -> None:
        self._play.setProperty("role", "quiet")
        self._play.clicked.connect(self.toggle_play)
        self._back.setIcon(icon("record-fill", "error"))
        self._back.setToolTip("Follow the run again")
        self._back.setAccessibleName("Follow the run live")
        self._back.clicked.connect(self.follow)
        self._scrubber.scrubbed.connect(self._scrub)
        self._caption.setProperty("role", "muted")
        self._caption.setFont(theme.font("small"))
        self._caption.setAccessibleName("The step shown")
        self._caption.setMinimumWidth(self._caption.fontMetrics().horizontalAdvance(WIDEST))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._play)
        row.addWidget(self._scrubber, 1)
        row.addWidget(self._caption)
        row.addWidget(self._back)

    # what it is given

    def begin(self, total: int) -> None:
        """A run of so many steps begins."""
        self._restart([], total, live=True)

    def set_steps(self, steps: list[Stepped]) -> None:
        """The steps of a run that is over."""
        self._restart(steps, steps[-1].steps if steps else 0, live=False)

    def _restart(self, steps: list[Stepped], total: int, live: bool) -> None:
        self._timer.stop()
        self._steps, self._total = list(steps), total
        self._kept = [step for step in steps if step.preview is not None]
        self._live, self._following, self._at = live, True, len(self._kept) - 1
        self._refresh()
        self.moved.emit()

    def add(self, steps: list[Stepped]) -> None:
        """Steps are done, one at least; the last that can be shown is, while the run is followed."""
        shown = [step for step in steps if step.preview is not None]
        self._steps += steps
        self._kept += shown
        self._total = steps[-1].steps
        if self._following and shown:
            self._at = len(self._kept) - 1
            self.moved.emit()
        self._refresh()

    def set_live(self, live: bool) -> None:
        """Whether the run goes on."""
        self._live = live
        self._refresh()
        self.moved.emit()

    def set_noun(self, noun: str) -> None:
        """What a level counts: "masked", "noise"."""
        if noun != self._noun:
            self._noun = noun
            self._refresh()

    # what it says

    def current(self) -> Stepped | None:
        """The step that is to be seen."""
        return self._kept[self._at] if self._at >= 0 else None

    def earlier(self) -> list[Stepped]:
        """The steps kept before that one, oldest first."""
        return self._kept[: max(0, self._at)]

    def moving(self) -> bool:
        """Whether steps pass by: the run is followed live or played again."""
        return self._timer.isActive() or (self._live and self._following)

    def at_end(self) -> bool:
        """Whether the run is over and its last step is the one to be seen."""
        return not self._live and self._at == len(self._kept) - 1

    # what the user does

    def hold(self) -> None:
        """Stand still at the step shown."""
        self._timer.stop()
        if self._live:
            self._following = False
        self._refresh()

    def follow(self) -> None:
        """Show the newest step, and every one that comes."""
        self._timer.stop()
        self._following = True
        self._go(len(self._kept) - 1)

    def toggle_play(self) -> None:
        """Play the run again from the step shown (from the first, at its end), or stop playing."""
        if self._timer.isActive():
            self._timer.stop()
            return self._go(self._at)
        if len(self._kept) > 1:
            self._following = False
            self._timer.start(min(max(QUICKEST, REPLAY // len(self._kept)), SLOWEST))
            self._go(0 if self._at == len(self._kept) - 1 else self._at)

    def _play_on(self) -> None:
        if self._at + 1 < len(self._kept):
            return self._go(self._at + 1)
        self.follow()

    def _scrub(self, step: int) -> None:
        self._timer.stop()
        index = next(i for i, kept in enumerate(self._kept) if kept.step == step)
        self._following = not self._live or index == len(self._kept) - 1
        self._go(index)

    def _go(self, index: int) -> None:
        self._at = index
        self._refresh()
        self.moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.toggle_play()
        else:
            super().keyPressEvent(event)

    # how it looks

    def _refresh(self) -> None:
        step, playing = self.current(), self._timer.isActive()
        levels = {stepped.step: stepped.level for stepped in self._steps}
        self._scrubber.show_steps(self._total, levels, [kept.step for kept in self._kept], step.step if step else 1)
        self._caption.setText(self._words(step))
        self._scrubber.setAccessibleDescription(self._caption.text())
        self._play.setIcon(icon("pause-fill" if playing else "play-fill"))
        self._play.setToolTip("Pause" if playing else "Play the run again (Space)")
        self._play.setAccessibleName("Pause" if playing else "Play the run again")
        self._play.setEnabled(len(self._kept) > 1)
        self._back.setVisible(self._live and not self._following)

    def _words(self, step: Stepped | None) -> str:
        if step is None:
            return "No step yet" if self._live else ""
        return f"Step {step.step} of {step.steps} · {step.level:.0%} {self._noun} · {step.elapsed:.1f} s".replace(
            "%", " %"
        )
