"""The jobs on their way, and the one place that says how each of them ended. No torch.

Two threads meet here: one hears commands, the other does one job after another. A job is open from the command that
asks for it to its one terminal event; an event of a job that is not open is dropped.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from engine.api import errors
from engine.api.messages import TERMINAL, Adjust, Ask, Audition, Cancelled, Event, Generate, Listen, Predict, Prepare
from engine.api.params import fields
from engine.api.requests import Request

Errand = Prepare | Listen | Audition | Predict | Ask

log = logging.getLogger(__name__)


@dataclass(eq=False)
class Job:
    """A request, or an errand, on its way, and what its owner says about it meanwhile.

    `acknowledged` is False from the moment a preview is sent until its owner says so. `adjusted` are live fields turned
    since they were last looked at.
    """

    id: str
    request: Request | Errand
    previews: bool = True
    cancelled: bool = False
    acknowledged: bool = True
    adjusted: dict[str, float] = field(default_factory=dict)

    def check(self) -> None:
        """Raises Cancelled where the owner has asked for the end."""
        if self.cancelled:
            raise errors.Cancelled


class Jobs:
    """Waiting and running jobs; `send` puts an event on the wire."""

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        self._open: dict[str, Job] = {}
        self._waiting: deque[Job] = deque()
        self._changed = threading.Condition()  # guards the two above
        self._telling = threading.Lock()  # keeps events in order; never held together with a wait

    def add(self, command: Generate | Errand) -> None:
        """Queue a job. An id that is open already stands for its first job: the second is not accepted."""
        job = _job(command)
        with self._changed:
            if job.id in self._open:
                log.warning("job %s is already on its way; the second %s is ignored", job.id, type(command).__name__)
                return
            self._open[job.id] = job
            self._waiting.append(job)
            self._changed.notify()

    def next(self) -> Job:
        """The next job to do; waits for one."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting)
            return self._waiting.popleft()

    def errand(self) -> Job | None:
        """The first errand that waits: it may be done before what was sent earlier."""
        with self._changed:
            waiting = next((job for job in self._waiting if isinstance(job.request, Errand)), None)
            if waiting is not None:
                self._waiting.remove(waiting)
            return waiting

    def cancel(self, id: str) -> None:
        """End a waiting job at once and a running one at its next chance."""
        with self._changed:
            job = self._find(id, "Cancel")
            if job is None:
                return
            job.cancelled = True
            if job not in self._waiting:
                return
            self._waiting.remove(job)
        self.tell(Cancelled(job=id))

    def adjust(self, command: Adjust) -> None:
        """Turn what may be turned while a job runs. A value out of its bounds is not taken."""
        with self._changed:
            job = self._find(command.job, "Adjust")
        if job is None:
            return
        job.previews = job.previews if command.previews is None else command.previews
        for parameter in () if isinstance(job.request, Errand) else fields(type(job.request)):
            value = getattr(command, parameter.name, None) if parameter.kind.live else None
            if value is None:
                continue
            if complaint := parameter.kind.complaint(value):
                log.warning("job %s: %s %s; it stays as it is", job.id, parameter.name, complaint)
            else:
                job.adjusted[parameter.name] = value

    def acknowledge(self, id: str) -> None:
        """The last preview is kept. Said of a job that has ended, it means nothing."""
        with self._changed:
            job = self._open.get(id)
        if job is not None:
            job.acknowledged = True

    def tell(self, event: Event) -> None:
        """Send an event; of a job, only while it is open, and the terminal one closes it."""
        id = getattr(event, "job", None)
        with self._telling:
            if id is not None:
                with self._changed:
                    if id not in self._open:
                        log.warning("job %s has ended; its %s is dropped", id, type(event).__name__)
                        return
                    if isinstance(event, TERMINAL):
                        del self._open[id]
            self._send(event)

    def _find(self, id: str, command: str) -> Job | None:
        job = self._open.get(id)
        if job is None:
            log.info("%s for job %s, which is not on its way, is ignored", command, id)
        return job


def _job(command: Generate | Errand) -> Job:
    if isinstance(command, Generate):
        return Job(command.job, command.request, command.previews)
    return Job(command.job, command)
