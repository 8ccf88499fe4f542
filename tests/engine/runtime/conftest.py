"""A shelf with the tiny checkpoint, and what plays scripted pipelines on it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.api.messages import Event
from engine.api.requests import TextRequest
from engine.runtime import worker
from engine.runtime.device import choose
from engine.runtime.jobs import Job
from engine.runtime.shelf import Shelf
from tests.engine.runtime.scripts import Play, Script


@pytest.fixture
def shelf(tiny_checkpoint: Path) -> Shelf:
    return Shelf(choose("cpu"))


@pytest.fixture
def play(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Play:
    def run(
        script: Script, job: Job | None = None, on: Callable[[Event, Job], None] = lambda event, job: None
    ) -> list[Event]:
        monkeypatch.setitem(worker.PIPELINES, "text", script)
        playing, told = job or Job("a", TextRequest()), list[Event]()

        def tell(event: Event) -> None:
            told.append(event)
            on(event, playing)

        worker.run(playing, shelf, tell)
        return told

    return run
