"""The view of a picture, the queue and the library: its variations, what it is compared with, what is said of it.

Variations are whatever has the same request but for the seed: works of the library, and jobs that wait or run. So the
grid holds those of yesterday too, and nothing has to be remembered of which were made together.
"""

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.api.cards import ModelCard
from engine.api.image_request import ImageRequest
from engine.api.messages import PicturePreview, Stepped
from engine.api.requests import Request
from studio.previews.picture_compare import Other
from studio.previews.picture_grid import Tile
from studio.previews.picture_scene import image_of, offset
from studio.previews.picture_view import PictureView
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs
from studio.state.library import Library, Work

MOST = 64  # variations that are shown, the newest
SOURCE, BEFORE = "The source picture", "The one before"


class Looking(QObject):
    """Lives as long as its view. `shown` says which request is on the stage, and the id of its work or its job; `cards`
    which checkpoints answer no questions.

    `work_opened` and `job_opened` carry what is to be shown; `export_requested` a work; `complained` a sentence.
    """

    work_opened = Signal(object)
    job_opened = Signal(object)
    export_requested = Signal(object)

    def __init__(
        self,
        view: PictureView,
        jobs: Jobs,
        library: Library,
        shown: Callable[[], tuple[Request | None, str]],
        cards: Sequence[ModelCard] = (),
    ) -> None:
        super().__init__(view)
        self._mute = {card.id for card in cards if "question" in card.lacks}
        self._view, self._jobs, self._library, self._shown = view, jobs, library, shown
        self._tiles: list[Tile] = []
        self._deleted: list[str] = []
        self._asked = ""  # the id of what the engine was asked
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Another picture is shown, or there are others beside it."""
        request, id = self._shown()
        if not isinstance(request, ImageRequest):
            return
        self._view.show_source(request.picture, request.frame)
        self._view.ask.set_answers(request.checkpoint not in self._mute)
        self._tiles = tiles(request, self._library.all(), self._jobs.all())
        self._view.show_tiles(self._tiles, id)
        self._view.show_others(self._others(request, id), deleted=bool(self._deleted))

    def forget(self) -> None:
        """Something else is shown: nobody waits for what is said of this."""
        if self._asked:
            self._jobs.withdraw(self._asked)
            self._asked = ""

    # --- what it is compared with ---

    def _others(self, request: ImageRequest, id: str) -> list[Other]:
        left, top = offset(request.frame).toTuple()
        source = [Other(SOURCE, request.picture, (left, top))] if request.picture else []
        towards = [Other("The second picture", request.towards)] if request.towards else []
        before = [Other(BEFORE, path) for path in self._path_before(id)]
        beside = [Other(f"Seed {tile.seed}", tile.path) for tile in self._tiles if tile.done and tile.id != id]
        return [*source, *towards, *before, *beside]

    def _path_before(self, id: str) -> list[str]:
        """Of the newest picture that is older than this one."""
        works = [work for work in self._library.all() if path_of(work)]
        older = next((at + 1 for at, work in enumerate(works) if work.id == id), 0)
        return [path_of(work) for work in works[older : older + 1]]

    # --- variations ---

    def _do(self, name: str, id: str) -> None:
        work = self._library.get(id)
        if name == "restore" and self._deleted:
            self._library.restore(self._deleted.pop())
        elif name == "open":
            self._open(id, work)
        elif work and name == "keep":
            self._library.set_favourite(id, not work.favourite)
        elif work and name == "delete":
            self._delete(id)
        elif work and name == "export":
            self.export_requested.emit(work)

    def _open(self, id: str, work: Work | None) -> None:
        job = self._jobs.job(id)
        if work:
            self.work_opened.emit(work)
        elif job:
            self.job_opened.emit(job)

    def _delete(self, id: str) -> None:
        """The one beside it takes its place on the stage, so that the grid stays."""
        done = [tile.id for tile in self._tiles if tile.done]
        at = done.index(id) if id in done else 0
        beside = [*done[at + 1 : at + 2], *done[max(0, at - 1) : at]]
        work = self._library.get(beside[0]) if beside and self._shown()[1] == id else None
        if work:
            self.work_opened.emit(work)
        self._deleted.append(id)
        self._library.delete(id)
        self.refresh()

    def _stepped(self, id: str, steps: list[Stepped]) -> None:
        """How far the one in the making is, also while another one is looked at."""
        previews = [step.preview for step in steps if isinstance(step.preview, PicturePreview)]
        if previews and self._view.gridded() and any(tile.id == id for tile in self._tiles):
            self._view.grid.show_image(id, image_of(previews[-1]))

    def _changed(self, _: object) -> None:
        self.refresh()

    def _job_changed(self, job: Job) -> None:
        """A step changes nothing here; a beginning and an end do."""
        if isinstance(job.request, ImageRequest) and (not job.step or job.state.ended):
            self.refresh()

    # --- what is said of it ---

    def _ask(self, question: str, of_source: bool) -> None:
        request, id = self._shown()
        work = self._library.get(id)
        path = path_of(work) if work else ""
        if isinstance(request, ImageRequest):
            self.forget()
            path = request.picture if of_source or not path else path
            self._asked = self._jobs.describe(request.checkpoint, path, question)
            self._view.ask.wait()

    def _stop(self) -> None:
        self.forget()
        self._view.ask.stop()

    def _worded(self, id: str, text: str) -> None:
        if id == self._asked:
            self._view.ask.say(text)

    def _answered(self, id: str, text: str) -> None:
        if id == self._asked:
            self._asked = ""
            self._view.ask.end(text)

    def _refused(self, id: str, sentence: str) -> None:
        if id == self._asked:
            self._asked = ""
            self._view.ask.fail(sentence)

    def _connect(self) -> None:
        ask, jobs, library = self._view.ask, self._jobs, self._library
        self._view.tile_asked.connect(self._do)
        ask.asked.connect(self._ask)
        ask.stopped.connect(self._stop)
        jobs.worded.connect(self._worded)
        jobs.answered.connect(self._answered)
        jobs.refused.connect(self._refused)
        jobs.stepped.connect(self._stepped)
        jobs.job_added.connect(self._job_changed)
        jobs.job_changed.connect(self._job_changed)
        for signal in (jobs.job_removed, library.work_added, library.work_changed, library.work_removed):
            signal.connect(self._changed)


def tiles(request: ImageRequest, works: Sequence[Work], jobs: Sequence[Job]) -> list[Tile]:
    """All variations: finished ones from the oldest on, then those that run or wait. `works` are newest first."""
    alike = [work for work in works if path_of(work) and same_but_seed(work.request, request)][:MOST]
    coming = [job for job in jobs if not job.state.ended and same_but_seed(job.request, request)]
    done = [Tile(work.id, seed_of(work.request), path_of(work), kept=work.favourite) for work in reversed(alike)]
    return done + [Tile(job.id, seed_of(job.request), state=_state(job)) for job in coming]


def same_but_seed(one: Request, other: ImageRequest) -> bool:
    """Whether nothing but the seed tells two requests apart."""
    if not isinstance(one, ImageRequest) or one.prompt != other.prompt:  # cheap, and most often it
        return False
    return msgspec.structs.replace(one, seed=other.seed) == other


def seed_of(request: Request) -> int:
    return int(request.seed)


def path_of(work: Work) -> str:
    """Where its picture is; "" where it has none."""
    return work.picture.path if work.picture else ""


def _state(job: Job) -> str:
    return "being made" if job.state is JobState.running else "waiting"
