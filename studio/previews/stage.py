"""The stage: a run as it is seen. What runs and how far it is, the view of its medium, its timeline, its legend.

It knows nothing of any medium: VIEWS names the view for each.
"""

from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.api.messages import Stepped, Work
from studio import theme
from studio.previews.elided import ElidedLabel
from studio.previews.phase import Phase
from studio.previews.progress import show_progress
from studio.previews.timeline import Timeline
from studio.previews.times import duration
from studio.previews.views import VIEWS, View

EMPTY, RUN = 0, 1  # pages
NARROW = 720  # pixels


class Stage(QWidget):
    """Shows one run. `rerun_requested` carries the draft: token ids with −1 where masked, and the locked positions."""

    rerun_requested = Signal(object, object)
    view_made = Signal(object)
    """The view of a medium that is shown for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self._views: dict[str, View] = {}
        self._view: View | None = None
        self._live, self._status = False, ""
        self._first: Stepped | None = None
        self._last: Stepped | None = None
        self._label, self._state, self._progress = ElidedLabel(), QLabel(), QProgressBar()
        self._toggles, self._screen, self._timeline = QHBoxLayout(), QStackedWidget(), Timeline()
        self._legends, self._pages, self._placeholder = QStackedWidget(), QStackedWidget(), QWidget()
        self._buttons: list[QToolButton] = []
        self._set_up()
        self.clear()

    # what it is given

    def begin(self, label: str, steps_total: int) -> None:
        """A run of so many steps begins; what was shown before is forgotten."""
        self._forget(label, live=True)
        self._timeline.begin(steps_total)
        self._pages.setCurrentIndex(RUN)

    def add_steps(self, steps: list[Stepped]) -> None:
        """Steps are done, one at least; the last is shown at once unless the user looks at another."""
        self._first = self._first or steps[0]
        self._last = steps[-1]
        self._timeline.add(steps)
        self._refresh()

    def set_steps(self, steps: list[Stepped]) -> None:
        """The timeline of a run that is over, at its last step."""
        self._forget(self._label.text(), live=False)
        self._timeline.set_steps(steps)
        self._pages.setCurrentIndex(RUN if steps else EMPTY)

    def set_live(self, live: bool) -> None:
        """Whether the run goes on."""
        self._live = live
        self._timeline.set_live(live)
        if self._view is not None:
            self._view.set_phase(self._phase())
        self._refresh()

    def show_work(self, work: Work) -> None:
        """The finished work itself, also where no step of it was kept."""
        finished: Any = work
        self.bring(work).show_work(finished)

    def bring(self, work: Work) -> View:
        """The view of this work's medium, in front."""
        view = self._view_for(work.__struct_config__.tag)
        view.set_phase(self._phase())
        self._screen.setCurrentWidget(view)
        self._pages.setCurrentIndex(RUN)
        return view

    def set_label(self, label: str) -> None:
        """What is shown, in a few words."""
        self._label.setText(label)

    def set_status(self, status: str) -> None:
        """How it stands, in a few words: "Loading…", "Finished in 2.1 s"."""
        self._status = status
        self._refresh()

    def set_placeholder(self, widget: QWidget) -> None:
        """What is shown while there is no run."""
        at = self._pages.currentIndex()
        self._pages.removeWidget(self._placeholder)
        self._placeholder.deleteLater()
        self._placeholder = widget
        self._pages.insertWidget(EMPTY, widget)
        self._pages.setCurrentIndex(at)

    def clear(self) -> None:
        """No run."""
        self._forget("", live=False)
        self._timeline.set_steps([])
        self._pages.setCurrentIndex(EMPTY)

    def current(self) -> Stepped | None:
        """The step that is seen."""
        return self._timeline.current()

    def _forget(self, label: str, live: bool) -> None:
        self._live, self._status, self._first, self._last = live, "", None, None
        self._label.setText(label)
        self._screen.setCurrentIndex(0)
        if self._view is not None:
            self._view.clear()
        self._refresh()

    # what is seen

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays wherever in the stage the focus is, unless a button there is pressed by it."""
        if event.key() == Qt.Key.Key_Space:
            self._timeline.toggle_play()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        """The step of the timeline, in the view of its medium."""
        step = self._timeline.current()
        if step is None or step.preview is None:
            return
        view = self._view_for(step.preview.__struct_config__.tag)
        view.set_phase(self._phase())
        shown: Any = step.preview  # of the view's own medium: VIEWS says so by the tag
        earlier: list[Any] = [each.preview for each in self._timeline.earlier()]
        self._screen.setCurrentWidget(view)  # first, so that it is laid out once, in the width it has there
        view.show_preview(shown, earlier)
        self._timeline.set_noun(view.LEVEL)

    def _phase(self) -> Phase:
        return "moving" if self._timeline.moving() else "done" if self._timeline.at_end() else "held"

    def _view_for(self, medium: object) -> View:
        view = self._views.get(str(medium)) or self._made(str(medium))
        if view is not self._view:
            self._view = view
            self._legends.setCurrentWidget(view.legend())
            self._offer(view.toggles())
            stops = [*self._buttons, *tab_stops(view), *tab_stops(self._timeline)]
            for one, following in pairwise(stops):
                QWidget.setTabOrder(one, following)
        return view

    def _made(self, medium: str) -> View:
        view = self._views[medium] = VIEWS[medium]()
        view.edited.connect(self._hold)
        view.rerun_requested.connect(self._rerun)
        self._screen.addWidget(view)
        self._legends.addWidget(view.legend())
        self.view_made.emit(view)
        return view

    def _offer(self, toggles: list[QAction]) -> None:
        for old in self._buttons:
            self.removeAction(old.defaultAction())
            old.deleteLater()
        self._buttons = [toggle(action) for action in toggles]
        for button in self._buttons:
            self._toggles.addWidget(button)
        self.addActions(toggles)  # their keys work wherever in the stage the focus is
        self._fit()

    def _hold(self) -> None:
        """The user took hold of the preview: no other takes its place."""
        self._timeline.hold()
        if self._view is not None:
            self._view.set_phase(self._phase())

    def _rerun(self) -> None:
        draft = self._view.draft() if self._view is not None else None
        if draft is not None:
            self.rerun_requested.emit(*draft)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, the toggles are icons only."""
        style = Qt.ToolButtonStyle
        for button in self._buttons:
            button.setToolButtonStyle(
                style.ToolButtonIconOnly if self.width() < NARROW else style.ToolButtonTextBesideIcon
            )

    def _refresh(self) -> None:
        step = self._last
        self._progress.setVisible(self._live)
        show_progress(self._progress, step.step if step else 0, step.steps if step else 1)
        text = " · ".join(word for word in (self._status, *self._pace()) if word)
        self._state.setText(text[:1].upper() + text[1:])

    def _pace(self) -> list[str]:
        """How far the run is, and the time left; the first step, which warms up, does not count."""
        first, last = self._first, self._last
        if not self._live or first is None or last is None:
            return []
        words = [f"step {last.step} of {last.steps}"]
        if last.step > first.step and last.step < last.steps:
            left = (last.elapsed - first.elapsed) / (last.step - first.step) * (last.steps - last.step)
            words.append(f"{duration(left)} left")
        return words

    def _set_up(self) -> None:
        self._timeline.moved.connect(self._show)
        self._label.setFont(theme.font("title", bold=True))
        self._state.setProperty("role", "muted")
        self._state.setAccessibleName("State of the run")
        self._progress.setTextVisible(False)
        self._progress.setAccessibleName("Progress of the run")
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self._screen.addWidget(waiting())
        self._pages.addWidget(self._placeholder)
        self._pages.addWidget(self._run_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)

    def _run_page(self) -> QWidget:
        header = QHBoxLayout()
        header.setSpacing(theme.GAP)
        header.addWidget(self._label)
        header.addWidget(self._state)
        header.addStretch(1)
        header.addLayout(self._toggles)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(header)
        for widget in (self._progress, self._screen, self._timeline, self._legends):
            column.addWidget(widget, 1 if widget is self._screen else 0)
        return page


def toggle(action: QAction) -> QToolButton:
    """A button in the toolbar for a view's own toggle."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAccessibleName(action.text())
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button


def tab_stops(widget: QWidget) -> list[QWidget]:
    """The parts of a widget that Tab stops at; what a list pops up is a window of its own."""
    parts = (child for child in widget.findChildren(QWidget) if child.window() is widget.window())
    return [child for child in parts if child.focusPolicy() & Qt.FocusPolicy.TabFocus]


def waiting() -> QLabel:
    """What is shown before the first step."""
    label = QLabel("Waiting for the first step…")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setProperty("role", "muted")
    return label
