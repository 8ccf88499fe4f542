"""The right half of a tab: the stage, and what can be done with what it shows.

It shows a job of the queue, live or over, or a finished work that the user opened from the library.
"""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.cards import ModelCard
from engine.api.messages import Rendered, Stepped
from engine.api.requests import Request
from studio import theme
from studio.editors.values import texts
from studio.previews.measures import score_for
from studio.previews.picture_view import PictureView
from studio.previews.sound_view import SoundView
from studio.previews.stage import Stage
from studio.previews.times import duration
from studio.previews.views import View
from studio.state.hearing import Hearing
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs
from studio.state.library import Library, Work, title_of
from studio.tabs.actions import WorkActions
from studio.tabs.listening import Listening
from studio.tabs.looking import Looking

STATES = {JobState.running: "", JobState.waiting: "waiting in the queue"}


class Viewer(QWidget):
    """`rerun_requested` carries a draft, `retry_requested` the request shown, `export_requested` the work shown.

    `rework_requested` says what is to be made of finished music, and carries the span that is chosen of it;
    `vary_requested` how many more are wanted like the picture that is shown.
    """

    rerun_requested = Signal(object, object)
    retry_requested = Signal(object)
    rework_requested = Signal(str, object)
    vary_requested = Signal(int)
    follow_requested = Signal()
    export_requested = Signal(object)

    def __init__(
        self,
        modality: str,
        jobs: Jobs,
        library: Library,
        hearing: Hearing,
        invitation: QWidget,
        cards: Sequence[ModelCard] = (),
    ) -> None:
        super().__init__()
        self._cards = cards
        self._modality, self._jobs, self._library, self._hearing = modality, jobs, library, hearing
        self._listening: Listening | None = None  # once there is a sound to be seen
        self._sound_view: SoundView | None = None
        self._looking: Looking | None = None  # once there is a picture to be seen
        self.job: Job | None = None  # what is shown: this one,
        self.work: Work | None = None  # and the work it has become, or a work that was opened
        self.stage, self._actions = Stage(), WorkActions()
        self.stage.set_placeholder(invitation)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.GAP)
        column.addWidget(self.stage, 1)
        column.addWidget(self._actions)
        self._connect()

    def shows(self, job: Job) -> bool:
        return self.job is not None and self.job.id == job.id

    def opened(self) -> bool:
        """Whether the user opened a work, which then stays."""
        return self.job is None and self.work is not None

    def request(self) -> Request | None:
        """What made, or makes, what is shown."""
        return self.job.request if self.job else self.work.request if self.work else None

    def show_job(self, job: Job) -> None:
        """Put a job on the stage, or show how it has changed."""
        before = self.job.state if self.job is not None and self.shows(job) else None
        if before is None:
            self._begin(job)
        self.job = job
        if before is None:
            self._look()
        self.stage.set_status(status(job))
        if job.state.ended and not (before and before.ended):
            self._end(job)
        self.refresh()

    def show_work(self, work: Work) -> None:
        """Open a finished work, with its timeline."""
        self.job, self.work = None, work
        self._forget()
        self.stage.set_steps(self._library.timeline(work.id))
        self._lay_score(work.request)
        made = work.sound or work.picture
        if made:
            self.stage.show_work(made)
        self._look()
        self.stage.set_label(work.title)
        self.stage.set_status(f"finished in {duration(work.elapsed)}")
        self.refresh()

    def refresh(self) -> None:
        """Offer what can be done now."""
        running = self._jobs.running()
        elsewhere = running is not None and not self.shows(running) and type(running.request) is type(self.request())
        self._actions.show_state(self.job, self.work, elsewhere)

    def _begin(self, job: Job) -> None:
        self.work = None
        self._forget()
        self.stage.begin(self._name(job.request), job.steps or getattr(job.request, "steps", 1))
        self._lay_score(job.request)
        if steps := self._jobs.steps(job.id):
            self.stage.add_steps(steps)
        for part in self._jobs.parts(job.id):
            self._show_part(part, unheard=False)

    def _end(self, job: Job) -> None:
        self.work = self._library.get(job.work_id) if job.work_id else None
        made = (self.work.sound or self.work.picture) if self.work else None
        if made:
            self.stage.show_work(made)  # first, so that who listens to a part of it goes on listening
        self.stage.set_live(False)
        if self.work:
            self.stage.set_label(self.work.title)
        if not self._jobs.steps(job.id) and not made:
            self.stage.clear()
        if made and self._listening:
            self._listening.finish()
        self._look()

    def _name(self, request: Request) -> str:
        words = next((text for text in texts(request) if text.strip()), "")
        return title_of(words) if words else f"New {self._modality}"

    def _stepped(self, id: str, steps: list[Stepped]) -> None:
        if self.job and id == self.job.id:
            self.stage.add_steps(steps)

    def _job_removed(self, id: str) -> None:
        """Taken off the queue: one that waited is gone, an ended one stays to be looked at."""
        if self.job and id == self.job.id and not self.job.state.ended:
            self._clear()

    def _work_changed(self, work: Work) -> None:
        if self.work and work.id == self.work.id:
            self.work = work
            self.refresh()

    def _work_removed(self, id: str) -> None:
        if self.work and id == self.work.id:
            self._clear()

    def _clear(self) -> None:
        self.job = self.work = None
        self._forget()
        self.stage.clear()
        self.refresh()

    def _connect(self) -> None:
        self.stage.rerun_requested.connect(self.rerun_requested)
        self.stage.view_made.connect(self._meet)
        self._actions.retry_requested.connect(lambda: self.retry_requested.emit(self.request()))
        self._actions.export_requested.connect(lambda: self.export_requested.emit(self.work))
        self._actions.follow_requested.connect(self.follow_requested)
        self._actions.favourite_toggled.connect(self._favour)
        self._jobs.stepped.connect(self._stepped)
        self._jobs.rendered.connect(self._rendered)
        self._jobs.job_removed.connect(self._job_removed)
        self._library.work_changed.connect(self._work_changed)
        self._library.work_removed.connect(self._work_removed)

    def _meet(self, view: View) -> None:
        """What the view of a sound asks for beyond the stage."""
        if isinstance(view, SoundView):
            self._listening = Listening(view, self._hearing, self._jobs, self._vocoder)
            self._sound_view = view
            view.redo_requested.connect(self._redo)
            view.rework_requested.connect(self.rework_requested)
            self._actions.offer(view.reworks())
            self._lay_score(self.request())
        if isinstance(view, PictureView):
            self._looking = Looking(view, self._jobs, self._library, self._present, self._cards)
            self._looking.work_opened.connect(self.show_work)
            self._looking.job_opened.connect(self.show_job)
            self._looking.export_requested.connect(self.export_requested)
            view.vary_requested.connect(self.vary_requested)
            self._actions.offer(view.offers())

    def _present(self) -> tuple[Request | None, str]:
        """The request of what is shown, and the id of its work, or of its job while there is none."""
        return self.request(), self.work.id if self.work else self.job.id if self.job else ""

    def _look(self) -> None:
        """Another picture is shown."""
        if self._looking:
            self._looking.refresh()

    def _lay_score(self, request: Request | None) -> None:
        """The bars and chords of music on its sound."""
        if self._sound_view:
            self._sound_view.show_score(score_for(request), getattr(request, "loop", "off") == "on")

    def _vocoder(self) -> str:
        request = self.request()
        return "" if request is None else getattr(request, "vocoder", "") or request.checkpoint

    def _rendered(self, id: str, rendered: Rendered) -> None:
        if self.job and id == self.job.id:
            self._show_part(rendered, unheard=True)

    def _show_part(self, rendered: Rendered, unheard: bool) -> None:
        """A part of the work is there; one that was there before is not played unasked."""
        self.stage.bring(rendered.work)
        if self._listening:
            self._listening.add_part(rendered, unheard)

    def _forget(self) -> None:
        """Something else is shown from now on."""
        if self._listening:
            self._listening.forget()
        if self._looking:
            self._looking.forget()

    def _redo(self, part: int) -> None:
        """The same work with another attempt at one sentence."""
        request = self.request()
        if request is not None and hasattr(request, "takes"):
            self.retry_requested.emit(msgspec.structs.replace(request, takes=another(request.takes, part)))

    def _favour(self, favourite: bool) -> None:
        if self.work:
            self._library.set_favourite(self.work.id, favourite)


def another(takes: tuple[int, ...], part: int) -> tuple[int, ...]:
    """The takes of a work's sentences with the next one for this sentence; those not told are 0."""
    told = [*takes, *[0] * (part + 1 - len(takes))]
    return (*told[:part], told[part] + 1, *told[part + 1 :])


def status(job: Job) -> str:
    """How a job stands, in a few words."""
    if job.stopping:
        return "stopping…"
    if job.loading is not None:
        return f"loading the checkpoint, {job.loading:.0%}"
    if job.state is JobState.finished:
        return f"finished in {duration(job.elapsed)}"
    return STATES.get(job.state, job.state.value)
