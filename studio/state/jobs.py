"""The queue: what is to be made, is being made, and was made. It lives here and in the database, never in the engine.

One job is with the engine at a time, so a dead engine costs one job and not the list. The row is written before its
signal is emitted: what the user was told is what the file says. A job that was running when the engine or the studio
died is "interrupted" and offered again, not begun again by itself, since it may be what killed the engine.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.api.errors import Failure
from engine.api.messages import (
    Acknowledge,
    Adjust,
    Cancel,
    Cancelled,
    Failed,
    Finished,
    Generate,
    Loading,
    PicturePreview,
    PictureWork,
    Rendered,
    Stepped,
)
from engine.api.params import validate
from engine.api.requests import Request
from studio.engine_client import EngineClient
from studio.state.database import Database, Statement
from studio.state.drawing import Drawing
from studio.state.errands import Errands
from studio.state.given import kept
from studio.state.job import COLUMNS, Job, JobState, from_row, insertion, time_left, update
from studio.state.library import Library, Work
from studio.state.makings import Makings

KEPT_ENDED = 100  # ended jobs that are still listed after a restart
CLOSED = "Quartet was closed while this job was running; run it again."


class Jobs(QObject):
    """All jobs in their order; sends the first waiting one whenever the engine is ready and idle.

    What is asked of the engine beside the works is asked as `Errands` says, and answered here.
    """

    job_added = Signal(object)
    job_changed = Signal(object)
    job_removed = Signal(str)
    reordered = Signal()
    stepped = Signal(str, list)
    rendered = Signal(str, object)
    heard = Signal(str, object)
    prepared = Signal(str, object)
    predicted = Signal(str, object)
    worded = Signal(str, str)
    answered = Signal(str, str)
    refused = Signal(str, str)
    complained = Signal(str)

    def __init__(self, database: Database, client: EngineClient, library: Library) -> None:
        super().__init__()
        self._database, self._client, self._library = database, client, library
        self._jobs: dict[str, Job] = {}
        self._makings = Makings()
        self._first_elapsed = 0.0
        self._previews = True
        self._drawing = Drawing()
        self._drawing.rested.connect(self._show)
        self._unseen: list[Stepped] = []  # of the running job
        self._read()
        errands = self._errands = Errands(client)
        self.listen, self.prepare, self.audition = errands.listen, errands.prepare, errands.audition
        self.predict, self.describe, self.withdraw = errands.predict, errands.describe, errands.withdraw
        for name in ("heard", "prepared", "predicted", "worded", "answered", "refused"):
            getattr(errands, name).connect(getattr(self, name))
        client.received.connect(self._hear)
        client.died.connect(self._interrupt)
        client.state_changed.connect(self._send_next)
        self._send_next()

    # --- what the user asks for ---

    def add(self, request: Request) -> Job:
        """Put a request at the end of the queue. Raises BadInput with one sentence where it cannot be used.

        Its pictures are those of this moment, whatever becomes of their files.
        """
        job = Job(uuid.uuid4().hex, self._kept(validate(request)), created=time.time())
        self._jobs[job.id] = job
        self._write(insertion(job))
        self.job_added.emit(job)
        self._send_next()
        return self._jobs.get(job.id, job)

    def cancel(self, id: str) -> None:
        """End exactly this job, if it has not ended. A running one stays `stopping` until the engine answers."""
        job = self._jobs[id]
        if job.state is JobState.waiting:
            self._end(job, JobState.cancelled)
        elif job.state is JobState.running and not job.stopping:
            self._change(job, stopping=True)
            self._client.send(Cancel(job=id))

    def retry(self, id: str) -> Job:
        """A new job with the same request."""
        return self.add(self._jobs[id].request)

    def move(self, id: str, index: int) -> None:
        """Give a waiting job this place among the waiting ones."""
        waiting = [job.id for job in self._jobs.values() if job.state is JobState.waiting]
        if id not in waiting:
            return
        waiting.remove(id)
        waiting.insert(index, id)
        order = iter(waiting)
        ids = [next(order) if job.state is JobState.waiting else job.id for job in self._jobs.values()]
        self._jobs = {each: self._jobs[each] for each in ids}
        self._write(*(("UPDATE jobs SET place = ? WHERE id = ?", (place, each)) for place, each in enumerate(ids)))
        self.reordered.emit()

    def remove(self, id: str) -> None:
        """Take an ended or waiting job off the list; a running one has to be cancelled first."""
        if self._jobs[id].state is not JobState.running:
            self._forget([id])

    def clear_ended(self) -> None:
        """Take every ended job off the list; works stay in the library."""
        self._forget([job.id for job in self._jobs.values() if job.state.ended])

    def adjust(self, id: str, guidance: float | None = None, gamma: float | None = None) -> None:
        """Change what may change while a job runs, from its next step on."""
        if self._jobs[id].state is JobState.running:
            self._client.send(Adjust(job=id, guidance=guidance, gamma=gamma))

    def show_previews(self, shown: bool) -> None:
        """Whether anybody looks: previews that nobody sees are not made."""
        running = self.running()
        if shown != self._previews and running:
            self._client.send(Adjust(job=running.id, previews=shown))
        self._previews = shown

    # --- what the user sees ---

    def job(self, id: str) -> Job | None:
        return self._jobs.get(id)

    def all(self) -> list[Job]:
        """Every job, in the order in which they were or will be run."""
        return list(self._jobs.values())

    def running(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.state is JobState.running), None)

    def work(self, id: str) -> Work | None:
        """What a job has made, if it is still in the library."""
        job = self._jobs.get(id)
        return self._library.get(job.work_id) if job and job.work_id else None

    def steps(self, id: str) -> list[Stepped]:
        """The steps that came with a preview: of this session's jobs, and of those that made a work."""
        job = self._jobs.get(id)
        return self._makings.steps(id) or (self._library.timeline(job.work_id) if job and job.work_id else [])

    def picture(self, id: str) -> PicturePreview | PictureWork | None:
        """What there is to be seen of a job that makes a picture: its work, or else its latest step."""
        work, latest = self.work(id), self._makings.latest(id)
        seen = work.picture if work else latest and latest.preview
        return seen if isinstance(seen, PicturePreview | PictureWork) else None

    def parts(self, id: str) -> list[Rendered]:
        """What there was of the job's work before it was whole, in order; of this session's jobs."""
        return self._makings.parts(id)

    def discard_parts(self) -> None:
        """Nobody will hear any part again: Quartet is being closed."""
        self._makings.clear()

    # --- what the engine says ---

    def _hear(self, event: Any) -> None:
        answer = ANSWERS.get(type(event))
        if answer and not isinstance(event, Stepped):
            self._show()  # nothing overtakes a step
        running = self.running()
        if answer and running and event.job == running.id:
            answer(self, running, event)

    def _on_stepped(self, job: Job, event: Stepped) -> None:
        """Every step is kept; what has come is shown as soon as drawing it costs the work no time."""
        if event.step == 1:
            self._first_elapsed = event.elapsed
        if event.preview is not None:
            self._client.send(Acknowledge(job=job.id))
        self._unseen.append(event)
        if not self._drawing.busy:
            self._show()

    def _show(self) -> None:
        """Tell the steps that have come since the last ones were drawn."""
        running, events = self.running(), self._unseen
        if not running or not events:
            return
        self._unseen = []
        self._drawing.begin()
        for event in events:
            self._makings.add_step(event)
        last = events[-1]
        eta = time_left(last, self._first_elapsed)
        self._change(running, step=last.step, steps=last.steps, elapsed=last.elapsed, eta=eta, loading=None)
        self.stepped.emit(running.id, events)

    def _on_rendered(self, job: Job, event: Rendered) -> None:
        self._makings.add_part(event)
        self.rendered.emit(job.id, event)

    def _on_finished(self, job: Job, event: Finished) -> None:
        work = self._library.add(event, job.request, self._makings.steps(job.id))
        self._end(replace(job, elapsed=event.elapsed, work_id=work.id), JobState.finished)

    def _on_failed(self, job: Job, event: Failed) -> None:
        self._end(replace(job, details=event.details), JobState.failed, event.sentence)

    def _interrupt(self, sentence: str) -> None:
        self._show()
        running = self.running()
        if running and running.stopping:
            self._end(running, JobState.cancelled)  # what the user wanted, the hard way
        elif running:
            self._end(running, JobState.interrupted, sentence)

    # --- how it is kept ---

    def _kept(self, request: Request) -> Request:
        try:
            return kept(request)
        except Failure as failure:
            self.complained.emit(f"What this picture is made from is not kept: {failure}")
            return request

    def _send_next(self) -> None:
        waiting = next((job for job in self._jobs.values() if job.state is JobState.waiting), None)
        if waiting is None or self._client.state != "ready" or self.running():
            return
        job = self._put(replace(waiting, state=JobState.running))
        self._client.send(Generate(job=job.id, request=job.request, previews=self._previews))
        self.job_changed.emit(job)

    def _end(self, job: Job, state: JobState, sentence: str = "") -> None:
        ended = replace(job, state=state, ended=time.time(), eta=None, loading=None, stopping=False, sentence=sentence)
        self.job_changed.emit(self._put(ended))
        self._send_next()

    def _change(self, job: Job, **changes: Any) -> None:
        self._jobs[job.id] = replace(job, **changes)
        self.job_changed.emit(self._jobs[job.id])

    def _put(self, job: Job) -> Job:
        """Keep a job whose state has changed, in memory and in the file."""
        self._jobs[job.id] = job
        self._write(update(job))
        return job

    def _forget(self, ids: list[str]) -> None:
        for id in ids:
            del self._jobs[id]
            self._makings.forget(id)
        self._write(*(("DELETE FROM jobs WHERE id = ?", (id,)) for id in ids))
        for id in ids:
            self.job_removed.emit(id)

    def _read(self) -> None:
        for row in self._database.read(f"SELECT {', '.join(COLUMNS)} FROM jobs ORDER BY place"):
            job = from_row(row)
            if job is not None:
                self._jobs[job.id] = job
        if left := self.running():
            self._put(replace(left, state=JobState.interrupted, ended=time.time(), sentence=CLOSED))
        ended = [job.id for job in self._jobs.values() if job.state in (JobState.finished, JobState.cancelled)]
        self._forget(ended[:-KEPT_ENDED])

    def _write(self, *statements: Statement) -> None:
        complaint = self._database.write(*statements)
        if complaint:
            self.complained.emit(complaint)


ANSWERS: dict[type, Callable[[Jobs, Job, Any], None]] = {
    Loading: lambda jobs, job, event: jobs._change(job, loading=event.fraction),
    Stepped: Jobs._on_stepped,
    Rendered: Jobs._on_rendered,
    Finished: Jobs._on_finished,
    Cancelled: lambda jobs, job, event: jobs._end(job, JobState.cancelled),
    Failed: Jobs._on_failed,
}
