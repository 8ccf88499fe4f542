"""A tab: the form of a request on the left, what comes of it on the right, the queue between them.

The right half follows the running job of this modality, until the user opens a work; then it stays with that until
something is generated again or the user goes back. Nothing here knows a modality by its name.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QWidget

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.params import PictureFile, SoundFile, fields
from engine.api.requests import ImageRequest, MusicRequest, Request
from studio.editors.form import Form
from studio.editors.stops import take_keys
from studio.editors.surroundings import Surroundings
from studio.sheets.files import is_sheet
from studio.state.hearing import Hearing
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs
from studio.state.library import Library, Work
from studio.state.session import Session
from studio.tabs.bar import GenerateBar
from studio.tabs.examples import shipped
from studio.tabs.frame import scrolled, stack
from studio.tabs.invitation import Invitation
from studio.tabs.rework import WORDS, Finished, Span, reworked, varied
from studio.tabs.score_tools import ScoreTools
from studio.tabs.viewer import Viewer

FORM_WIDTH, VIEWER_WIDTH = 360, 620
MARKED = "Change what is marked above, then generate."


class ModalityTab(QWidget):
    """`export_requested` carries the finished work that is shown, `sound_dropped` the path of a sound for the form."""

    export_requested = Signal(object)
    sound_dropped = Signal(object)

    def __init__(
        self,
        modality: str,
        request_type: type[Request],
        cards: Sequence[ModelCard],
        jobs: Jobs,
        library: Library,
        session: Session,
        hearing: Hearing,
        around: Surroundings | None = None,
    ) -> None:
        super().__init__()
        self._modality, self._type, self._jobs, self._session = modality, request_type, jobs, session
        self._cards = cards
        self._wrong = self._remark = ""  # what is wrong, what has been done; until something is changed
        self._before: dict[str, Any] | None = None  # what stood in the form before it was filled
        examples = shipped(request_type)
        able = any(card.modality == modality for card in cards)
        self._invitation = Invitation(modality, request_type, examples, able)
        self.form, self.bar = Form(request_type, cards, examples, around), GenerateBar()
        self.viewer = Viewer(modality, jobs, library, hearing, self._invitation, cards)
        self.stage = self.viewer.stage
        self.tools = self._tools(hearing) if request_type is MusicRequest else None
        self._lay_out()
        self.form.restore(session.recall(f"tab.{modality}", {}))
        self._connect()
        library.work_removed.connect(self._refresh)  # after the viewer, which then shows it no more
        self._follow()

    # --- what the window asks for ---

    def work(self) -> Work | None:
        """The finished work that is shown."""
        return self.viewer.work

    def show_work(self, work: Work) -> None:
        """Open a finished work, with its timeline."""
        self.viewer.show_work(work)
        self._refresh()

    def use_settings(self, request: Request) -> None:
        """Every setting of this request in the form, its seed locked."""
        self._replace(partial(self.form.load, request))
        self.take_keys()

    def take_sound(self, path: Path) -> bool:
        """Use a sound file that was dropped as the recording of the form; whether the form takes one."""
        takes = any(isinstance(field.kind, SoundFile) for field in fields(self._type))
        if takes:
            self.sound_dropped.emit(path)
        return takes

    def take_picture(self, path: Path) -> bool:
        """Use a picture that was dropped as the one that the form changes; whether the form takes one."""
        takes = any(isinstance(field.kind, PictureFile) for field in fields(self._type))
        if takes:
            self.form.take_picture(path)
        return takes

    def take_sheet(self, path: Path) -> bool:
        """Fill the lanes of the form from a file of notes or of chords; whether it has lanes, and this may be one."""
        takes = self.tools is not None and is_sheet(path)
        if self.tools and takes:
            self.tools.bring(path)
        return takes

    def take_keys(self) -> None:
        """Let the keys go to the first field."""
        take_keys(self.form)

    # --- what the user does ---

    def generate(self) -> None:
        """Put what the form asks for in the queue, or say what is wrong with it."""
        try:
            self._add(self.form.request())
        except BadInput as error:
            self._complain(MARKED if self.form.marked() else str(error))
            self._scroll.ensureWidgetVisible(self.form.focusWidget() or self.form)

    def stop(self) -> None:
        """End the running job of this tab, or the one shown that waits."""
        job = self._stoppable()
        if job:
            self._jobs.cancel(job.id)

    def _add(self, request: Request) -> None:
        self._wrong = self._remark = ""
        job = self._jobs.add(request)
        self.viewer.show_job(self._running() or job)
        self._refresh()

    def _try_example(self, example: Request) -> None:
        self.form.take_example(example)
        self.generate()

    def _rerun(self, *draft: Any) -> None:
        shown = self.viewer.request()
        if shown is None:
            return
        try:
            self._add(self.form.rerun(shown, *draft, opened=self.viewer.opened()))
        except BadInput as error:
            self._complain(str(error))

    def _rework(self, name: str, span: Span | None) -> None:
        """Make this of the music that is shown; the words are the form's where it came from there."""
        shown, work = self.viewer.request(), self.viewer.work
        if not isinstance(shown, MusicRequest) or work is None or work.sound is None:
            return
        words = None if self.viewer.opened() else {name: self.form.values()["fields"][name] for name in WORDS}
        card = next((each for each in self._cards if each.id == shown.checkpoint), None)
        try:
            for request in reworked(name, Finished(shown, work.sound, span, words), card):
                self._add(request)
        except BadInput as error:
            self._complain(str(error))

    def _vary(self, count: int) -> None:
        """So many more like the picture that is shown."""
        shown = self.viewer.request()
        for request in varied(shown, count) if isinstance(shown, ImageRequest) else ():
            self._add(request)

    def _fill(self, values: dict[str, Any], remark: str) -> None:
        """Lanes that were brought or predicted."""
        self._replace(partial(self.form.take, values))
        self._say(remark)

    def _replace(self, change: Callable[[], None]) -> None:
        """Change what stands in the form; it can be taken back until something is changed by hand."""
        before = self.form.values()
        change()
        self._before = before
        self._refresh()

    def _undo(self) -> None:
        if self._before is not None:
            self.form.restore(self._before)
            self._form_changed()
            self.take_keys()

    def _say(self, remark: str) -> None:
        self._remark, self._wrong = remark, ""
        self._refresh()

    def _adjust(self, name: str, value: float) -> None:
        running = self._running()
        if running:
            self._jobs.adjust(running.id, **{name: value})

    def _follow(self) -> None:
        """Show the running job, where there is one."""
        running = self._running()
        if running:
            self.viewer.show_job(running)
        self._refresh()

    def _complain(self, sentence: str) -> None:
        self._wrong = sentence
        self._refresh()

    def _form_changed(self) -> None:
        self._wrong = self._remark = ""
        self._before = None
        self._session.remember(f"tab.{self._modality}", self.form.values())
        self._refresh()

    # --- what comes from the queue ---

    def _job_changed(self, job: Job) -> None:
        if not isinstance(job.request, self._type):
            return
        begun = job.state is JobState.running and not self.viewer.opened()
        if begun or self.viewer.shows(job):
            self.viewer.show_job(job)
        self._refresh()

    def _running(self) -> Job | None:
        running = self._jobs.running()
        return running if running and isinstance(running.request, self._type) else None

    def _stoppable(self) -> Job | None:
        shown = self.viewer.job
        return self._running() or (shown if shown and shown.state is JobState.waiting else None)

    def _refresh(self) -> None:
        job = self._stoppable()
        self.bar.set_stop(job is not None, job is not None and job.stopping)
        self.bar.say(self._wrong or self._hint(), wrong=bool(self._wrong))
        self.bar.offer_undo(self._before is not None)
        self.viewer.refresh()
        work = self.viewer.work
        self.form.offer_picture(work.picture.path if work and work.picture else "")

    def _hint(self) -> str:
        jobs = [job for job in self._jobs.all() if isinstance(job.request, self._type)]
        waiting = sum(job.state is JobState.waiting for job in jobs)
        if waiting and self._jobs.running() is None:
            return "Begins as soon as the engine is ready."
        return f"{waiting} waiting" if waiting else self._remark

    # --- how it is put together ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, where nothing that has the focus has a use for it."""
        if event.key() == Qt.Key.Key_Escape and self._stoppable():
            self.stop()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        self.form.changed.connect(self._form_changed)
        self.form.submitted.connect(self.generate)
        self.sound_dropped.connect(self.form.take_sound)
        self.form.adjusted.connect(self._adjust)
        self.bar.generate_requested.connect(self.generate)
        self.bar.stop_requested.connect(self.stop)
        self.bar.undo_requested.connect(self._undo)
        self.viewer.rerun_requested.connect(self._rerun)
        self.viewer.retry_requested.connect(self._add)
        self.viewer.rework_requested.connect(self._rework)
        self.viewer.vary_requested.connect(self._vary)
        self.viewer.follow_requested.connect(self._follow)
        self.viewer.export_requested.connect(self.export_requested)
        self._invitation.example_chosen.connect(self._try_example)
        self._jobs.job_added.connect(self._job_changed)
        self._jobs.job_changed.connect(self._job_changed)
        self._jobs.job_removed.connect(self._refresh)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)  # also from the queue and the library
            shortcut.activated.connect(self.generate)

    def _lay_out(self) -> None:
        left, self._scroll = QWidget(), scrolled(self.form)
        stack(left, self._scroll, *([self.tools] if self.tools else []), self.bar)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(left)
        splitter.addWidget(self.viewer)
        splitter.setStretchFactor(1, 1)
        key = f"split.{self._modality}"
        splitter.setSizes([self._session.recall(key, FORM_WIDTH), VIEWER_WIDTH])
        splitter.splitterMoved.connect(lambda: self._session.remember(key, left.width()))
        stack(self, splitter)

    def _tools(self, hearing: Hearing) -> ScoreTools:
        tools = ScoreTools(self.form.present, self._jobs, hearing.player)
        tools.filled.connect(self._fill)
        tools.complained.connect(self._complain)
        tools.remarked.connect(self._say)
        return tools
