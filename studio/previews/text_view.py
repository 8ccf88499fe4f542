"""A text in the making, token by token, and what its reader makes of it: lock, re-mask, run again from there.

How sure each token is, is told by colour while the text is made; the finished text is plain unless its reader wants the
colours.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from PySide6.QtCore import QEasingCurve, QVariantAnimation, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QStyle, QVBoxLayout, QWidget

from engine.api.messages import TextPreview, TextWork
from studio.previews.action_bar import ActionBar
from studio.previews.actions import ENTRIES, make_actions, pop_up, tip
from studio.previews.edits import Edits
from studio.previews.legend import text_legend
from studio.previews.phase import Phase
from studio.previews.selection import Selection
from studio.previews.token_canvas import TokenCanvas
from studio.previews.tokens import MASK, Draft, Unit, draft_of, plain_text, units_of

FADE = 450  # milliseconds
BAR = ("remask", "lock", "undo", "rerun")
MENU = (
    "remask",
    "lock",
    "undo",
    "rerun",
    "",
    "copy",
    "copy_all",
    "select_all",
    "",
    "zoom_in",
    "zoom_out",
    "zoom_reset",
)


class TextView(QWidget):
    """Shows a TextPreview; `draft()` is what the user made of it."""

    LEVEL: ClassVar[str] = "masked"
    edited = Signal()
    rerun_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._preview: TextPreview | None = None
        self._before: TextPreview | None = None
        self._edits = Edits()
        self._phase: Phase = "moving"
        self._coloured = {False: True, True: False}  # whether colours are wanted, by whether the work is done
        self.canvas = TokenCanvas()
        self.canvas.selection_changed.connect(self._selected)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self._actions = make_actions(self, self._slots())
        self._bar = ActionBar([self._actions[name] for name in BAR], self, "What to do with the selected tokens")
        self._legend = text_legend()
        self._fade = QVariantAnimation(self, duration=FADE, easingCurve=QEasingCurve(QEasingCurve.Type.InOutQuad))
        self._fade.valueChanged.connect(self._set_tint)
        self._refresh()

    # what the stage asks

    def show_preview(self, preview: TextPreview, earlier: Sequence[TextPreview] = ()) -> None:
        """Show this preview; what is masked in the last one before it is framed as just revealed."""
        self._preview, self._before = preview, earlier[-1] if earlier else None
        self._show()

    def show_work(self, work: TextWork) -> None:
        """A finished text is its last preview: there is nothing to add."""

    def set_phase(self, phase: Phase) -> None:
        """Whether steps pass by, one is held, or the work is done."""
        if phase != self._phase:
            self._phase = phase
            self._refresh()

    def clear(self) -> None:
        """Forget the preview, the edits and the selection: another run begins."""
        self._preview = self._before = None
        self._edits.clear()
        self.canvas.select(Selection())
        self.canvas.verticalScrollBar().setValue(0)
        self._show()

    def draft(self) -> Draft | None:
        """(ids with −1 where masked, positions that must not change); None where nothing is left to write."""
        if self._preview is None:
            return None
        ids, locked = draft_of(self._preview, self._edits.marks)
        return (ids, locked) if MASK in ids else None

    def toggles(self) -> list[QAction]:
        """For the stage's toolbar."""
        return [self._actions["guesses"], self._actions["colours"]]

    def legend(self) -> QWidget:
        """What the colours mean."""
        return self._legend

    # what the user asks

    def _slots(self) -> dict[str, Callable[[], object]]:
        canvas, edits = self.canvas, self._edits
        return {
            "remask": lambda: self._edit(edits.remask(canvas.selected())),
            "lock": lambda: self._edit(edits.lock(canvas.selected())),
            "undo": lambda: self._edit(edits.undo()),
            "rerun": self.rerun_requested.emit,
            "copy": lambda: copy(canvas.selected() or canvas.units()),
            "copy_all": lambda: copy(canvas.units()),
            "select_all": canvas.select_all,
            "zoom_in": lambda: canvas.zoom(1),
            "zoom_out": lambda: canvas.zoom(-1),
            "zoom_reset": lambda: canvas.zoom(None),
            "guesses": self._refresh,
            "colours": self._choose_colours,
        }

    def _edit(self, changed: bool) -> None:
        if changed:
            self._show()
            self.edited.emit()

    def _selected(self) -> None:
        self._refresh()
        if self.canvas.selected():
            self.edited.emit()

    def _choose_colours(self) -> None:
        self._coloured[self._finished()] = self._actions["colours"].isChecked()
        self._refresh()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        pop_up(self, [self._actions.get(name) for name in MENU], event.globalPos())

    # how it is shown

    def _finished(self) -> bool:
        """Whether this is a finished work, and not a step or one that was stopped half way."""
        return self._phase == "done" and self._preview is not None and MASK not in self._preview.ids

    def _show(self) -> None:
        self.canvas.show_units(units_of(self._preview, self._edits.marks, self._before) if self._preview else ())
        self._refresh()

    def _refresh(self) -> None:
        """What is offered and how it is coloured; after a change of text, selection or phase."""
        chosen, masked = self.canvas.selected(), sum(unit.masked for unit in self.canvas.units())
        self._offer(chosen, masked)
        self._bar.say(self._caption(len(chosen), masked))
        self.canvas.guesses = self._actions["guesses"].isChecked()
        self._actions["colours"].setChecked(self._coloured[self._finished()])
        self._fade_to(1.0 if self._coloured[self._finished()] else 0.0)
        self.canvas.viewport().update()

    def _offer(self, chosen: list[Unit], masked: int) -> None:
        actions, shown = self._actions, [unit for unit in chosen if not unit.masked]
        hidden = [unit for unit in chosen if unit.masked and unit.marked]
        actions["remask"].setEnabled(bool(shown or hidden))
        actions["remask"].setText("Show again" if hidden and not shown else "Re-mask")
        actions["lock"].setEnabled(bool(shown))
        actions["lock"].setText("Unlock" if shown and all(unit.mine for unit in shown) else "Lock")
        for name in ("remask", "lock"):
            actions[name].setVisible(bool(chosen))
        actions["undo"].setVisible(self._edits.can_undo())
        actions["rerun"].setEnabled(masked > 0)
        actions["rerun"].setToolTip(tip(ENTRIES["rerun"], "" if masked else "Mark some tokens to re-mask first"))

    def _caption(self, chosen: int, masked: int) -> str:
        """What the bar is about; nothing where it has nothing to offer."""
        if chosen:
            return f"{chosen} selected"
        if masked and (self._phase != "moving" or self._edits.can_undo()):
            return f"{masked} masked"
        return "Edited" if self._edits.can_undo() else ""

    def _fade_to(self, tint: float) -> None:
        running = self._fade.state() == QVariantAnimation.State.Running
        if tint == (self._fade.endValue() if running else self.canvas.tint):
            return
        self._fade.stop()
        if tint or not self.isVisible() or not self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration):
            return self._set_tint(tint)
        self._fade.setStartValue(self.canvas.tint)
        self._fade.setEndValue(tint)
        self._fade.start()

    def _set_tint(self, tint: float) -> None:
        self.canvas.tint = tint
        self.canvas.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bar.place()


def copy(units: Iterable[Unit]) -> None:
    """Put the text of these units on the clipboard."""
    QGuiApplication.clipboard().setText(plain_text(units))
