"""The queue as the user works with it: look, reorder, stop exactly one, run again, open what is done."""

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.api.errors import BadInput
from studio import theme
from studio.editors.caption import describe
from studio.panels.actions import make_actions, pop_up
from studio.panels.blank import Blank
from studio.panels.calm_list import CalmList
from studio.panels.details import show_details
from studio.panels.job_list import JobList
from studio.panels.job_row import JobRow
from studio.previews.actions import Entry
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs

ENTRIES = {
    "open": Entry("Open", "Open the finished work", ("Return", "Enter"), "arrow-square-out"),
    "cancel": Entry("Cancel", "Cancel this job, or take it off the list when it has ended", ("Del", "Backspace"), "x"),
    "retry": Entry("Run again", "Put the same once more into the queue", ("R",), "arrow-clockwise"),
    "settings": Entry("Use these settings", "Bring the job's settings into the form", ("U",), "sliders-horizontal"),
    "up": Entry("Move up", "Run it earlier", ("Alt+Up",), "arrow-up"),
    "down": Entry("Move down", "Run it later", ("Alt+Down",), "arrow-down"),
    "details": Entry("Details", "What the engine said about the failure", ("D",), "info"),
    "clear": Entry(
        "Clear ended", "Take everything that has ended off the list; works stay in the library", (), "trash"
    ),
}
MENU = ("open", "settings", "retry", "details", "", "up", "down", "", "cancel", "clear")
KEYS = tuple((entry.keys[0], entry.tip) for entry in ENTRIES.values() if entry.keys)
EMPTY = "Nothing is queued", "What you generate waits its turn here, and is still here after a restart."


class QueuePanel(QWidget):
    """`work_opened` carries a work's id, `settings_requested` a request, `counted` how much is still to do."""

    work_opened = Signal(str)
    settings_requested = Signal(object)
    counted = Signal(int)
    complained = Signal(str)

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._list, self._row = JobList(jobs, self), JobRow(self)
        self.view = CalmList("Queue", self._list, self._row)
        self._blank = Blank("queue", *EMPTY)
        self._summary, self._clear = QLabel(), QPushButton("Clear ended")
        self._actions = make_actions(self.view, ENTRIES, self._slots())
        self._set_up_view()
        self._lay_out()
        for signal in (jobs.job_added, jobs.job_changed, jobs.job_removed, jobs.reordered):
            signal.connect(self._refresh)
        self._refresh()

    def current(self) -> Job | None:
        """The job that the keys act on."""
        return self._list.job(self.view.currentIndex())

    def take_keys(self) -> None:
        """Let the keys act on the list."""
        self.view.setFocus()
        if self._list.rowCount() and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._list.index(0))

    def select(self, id: str) -> None:
        """Make this job the one that the keys act on."""
        index = self._list.index(self._list.row(id))
        self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # --- what the user asks ---

    def _slots(self) -> dict[str, Callable[[], object]]:
        return {
            "open": lambda: self._open(self.view.currentIndex()),
            "cancel": lambda: self._with_current(self._cancel),
            "retry": lambda: self._with_current(self._retry),
            "settings": lambda: self._with_current(lambda job: self.settings_requested.emit(job.request)),
            "up": lambda: self._move(-1),
            "down": lambda: self._move(1),
            "details": lambda: self._with_current(lambda job: show_details(self, job.sentence, job.details)),
            "clear": self._jobs.clear_ended,
        }

    def _with_current(self, act: Callable[[Job], object]) -> None:
        job = self.current()
        if job:
            act(job)

    def _retry(self, job: Job) -> None:
        try:
            self._jobs.retry(job.id)
        except BadInput as error:  # stored by a Quartet with other bounds
            self.complained.emit(str(error))

    def _cancel(self, job: Job) -> None:
        if job.state.ended:
            self._jobs.remove(job.id)
        else:
            self._jobs.cancel(job.id)

    def _move(self, way: int) -> None:
        job, waiting = self.current(), self._waiting()
        if job and job.id in waiting:
            self._jobs.move(job.id, min(max(0, waiting.index(job.id) + way), len(waiting) - 1))
            self.view.scrollTo(self.view.currentIndex())

    def _open(self, index: QModelIndex) -> None:
        job = self._list.job(index)
        if job and job.work_id:
            self.work_opened.emit(job.work_id)

    def _press(self, name: str, id: str) -> None:
        self.select(id)
        self._actions[name].trigger()

    def _show_menu(self, at: QPoint) -> None:
        self._offer()
        if self.current():
            pop_up(self.view, self._actions, MENU, self.view.viewport().mapToGlobal(at))

    # --- how it looks ---

    def _waiting(self) -> list[str]:
        return [job.id for job in self._jobs.all() if job.state is JobState.waiting]

    def _refresh(self, _: object = None) -> None:
        jobs = self._jobs.all()
        waiting, ended = len(self._waiting()), sum(job.state.ended for job in jobs)
        running = len(jobs) - waiting - ended
        self._blank.setVisible(not jobs)
        self.view.setVisible(bool(jobs))
        said = (f"{running} running" if running else "", f"{waiting} waiting" if waiting else "")
        self._summary.setText(" · ".join(filter(None, said)) or ("All done" if jobs else ""))
        self._clear.setVisible(ended > 0)
        self._offer()
        self.counted.emit(running + waiting)

    def _offer(self) -> None:
        """Only what can be done with the current job; keys of what cannot be done do nothing."""
        job, waiting = self.current(), self._waiting()
        state = job.state if job else None
        can = {
            "open": bool(job and job.work_id),
            "cancel": bool(job and not job.stopping),
            "retry": bool(job and job.state.ended),
            "settings": job is not None,
            "up": state is JobState.waiting and job is not None and job.id != waiting[0],
            "down": state is JobState.waiting and job is not None and job.id != waiting[-1],
            "details": bool(job and job.details),
            "clear": not self._clear.isHidden(),
        }
        for name, possible in can.items():
            self._actions[name].setEnabled(possible)
        word = "Stop" if state is JobState.running else "Cancel" if state is JobState.waiting else "Take off the list"
        self._actions["cancel"].setText(word)

    def _set_up_view(self) -> None:
        view = self.view
        view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        view.setDefaultDropAction(Qt.DropAction.MoveAction)
        view.customContextMenuRequested.connect(self._show_menu)
        view.clicked.connect(self._open)
        view.selectionModel().currentChanged.connect(lambda: self._offer())
        self._row.pressed.connect(self._press)
        self._row.thumbnails.arrived.connect(view.viewport().update)

    def _lay_out(self) -> None:
        self._summary.setProperty("role", "muted")
        self._summary.setAccessibleName("The queue in short")
        self._clear.setProperty("role", "quiet")
        describe(self._clear, "Clear ended", ENTRIES["clear"].tip)
        self._clear.clicked.connect(self._jobs.clear_ended)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GAP + 2, 0, 0, 0)
        foot.addWidget(self._summary)
        foot.addStretch(1)
        foot.addWidget(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(self._blank, 1)
        column.addWidget(self.view, 1)
        column.addLayout(foot)
