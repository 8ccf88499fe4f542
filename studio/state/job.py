"""A job: a request, how far it has come, and its row in the database."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.api.messages import Stepped
from engine.api.requests import Request
from studio.state.database import Statement
from studio.state.stored import request_from_json, request_to_json


class JobState(StrEnum):
    waiting = "waiting"
    running = "running"
    finished = "finished"
    cancelled = "cancelled"
    failed = "failed"
    interrupted = "interrupted"

    @property
    def ended(self) -> bool:
        return self not in (JobState.waiting, JobState.running)


@dataclass(frozen=True)
class Job:
    """One entry of the queue. `created` and `ended` in seconds since 1970; `elapsed` and `eta` in seconds.

    `loading` is the share of the checkpoint that is loaded, None when nothing is being loaded; `stopping` means that
    the engine has been asked to end the job and has not answered yet.
    """

    id: str
    request: Request
    state: JobState = JobState.waiting
    created: float = 0.0
    ended: float | None = None
    step: int = 0
    steps: int = 0
    elapsed: float = 0.0
    eta: float | None = None
    sentence: str = ""
    details: str = ""
    loading: float | None = None
    stopping: bool = False
    work_id: str | None = None


COLUMNS = "id", "request", "state", "created", "ended", "step", "steps", "elapsed", "sentence", "details", "work_id"


def _row(job: Job) -> dict[str, Any]:
    stored = {"request": request_to_json(job.request), "state": job.state.value}
    return {name: getattr(job, name) for name in COLUMNS} | stored


def insertion(job: Job) -> Statement:
    """Puts a job at the end of the list."""
    marks = ", ".join("?" * len(COLUMNS))
    last = "(SELECT coalesce(max(place), 0) + 1 FROM jobs)"
    return f"INSERT INTO jobs ({', '.join(COLUMNS)}, place) VALUES ({marks}, {last})", tuple(_row(job).values())


def update(job: Job) -> Statement:
    """Writes a job as it is now."""
    changes = ", ".join(f"{name} = ?" for name in COLUMNS)
    return f"UPDATE jobs SET {changes} WHERE id = ?", (*_row(job).values(), job.id)


def from_row(row: tuple[Any, ...]) -> Job | None:
    """The job of a row of COLUMNS; None where its request is of a modality that this Quartet does not know."""
    values = dict(zip(COLUMNS, row, strict=True))
    request = request_from_json(values["request"])
    return None if request is None else Job(**values | {"request": request, "state": JobState(values["state"])})


def time_left(event: Stepped, first: float) -> float | None:
    """Seconds, from the pace since the first step: that one also pays for warming up."""
    if event.step < 2:
        return None
    return (event.steps - event.step) * (event.elapsed - first) / (event.step - 1)
