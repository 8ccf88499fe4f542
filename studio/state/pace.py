"""How long works take to make, learnt from those that were made: what is said before the next one is begun.

A sound costs about as much as it is long and has steps; the pace of a checkpoint is what is left, in seconds of waiting
for each second of sound and each step.
"""

from typing import Any

from PySide6.QtCore import QObject

from engine.api.messages import Finished, SoundWork
from studio.engine_client import EngineClient
from studio.state.jobs import Jobs
from studio.state.session import Session

NEW = 0.5  # how much the newest run weighs


class Pace(QObject):
    """Hears of every finished sound."""

    def __init__(self, client: EngineClient, jobs: Jobs, session: Session) -> None:
        super().__init__()
        self._jobs, self._session = jobs, session
        client.received.connect(self._hear)

    def expected(self, checkpoint: str, seconds: float, steps: int) -> float | None:
        """Seconds until a sound of this length is made; None where this checkpoint has made none here yet."""
        pace = self._session.recall(_key(checkpoint), 0.0)
        return pace * seconds * steps or None

    def _hear(self, event: Any) -> None:
        job = self._jobs.job(event.job) if isinstance(event, Finished) else None
        if job is None or not isinstance(event.work, SoundWork) or event.work.seconds <= 0:
            return
        checkpoint, steps = job.request.checkpoint, max(1, job.request.steps)
        now = event.elapsed / (event.work.seconds * steps)
        before = self._session.recall(_key(checkpoint), now)
        self._session.remember(_key(checkpoint), (1 - NEW) * before + NEW * now)


def _key(checkpoint: str) -> str:
    return f"pace.{checkpoint}"
