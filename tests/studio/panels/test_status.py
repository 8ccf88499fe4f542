"""The status line says what the engine does, at every moment of its life."""

import pytest
from pytestqt.qtbot import QtBot

from engine.api.messages import Cancelled, Loading, Unloaded
from engine.api.requests import TextRequest
from studio.panels.status import StatusLine, size
from studio.state.jobs import Jobs
from tests.studio.fake_engine import FakeEngineClient, announcement, finished, ready, stepped


@pytest.fixture
def line(qtbot: QtBot, fake_engine: FakeEngineClient, jobs: Jobs) -> StatusLine:
    line = StatusLine(fake_engine, jobs)
    qtbot.addWidget(line)
    return line


def said(line: StatusLine) -> str:
    return line._doing.text()


def test_an_idle_engine_is_ready(line: StatusLine) -> None:
    assert said(line) == "Ready" and line._bar.isHidden()
    assert line._device.text() == "CPU · 2 cores · 4.0 GB"


def test_the_running_job_is_followed_to_its_end(line: StatusLine, jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    job = jobs.add(TextRequest())
    assert said(line) == "Starting…" and (line._bar.minimum(), line._bar.maximum()) == (0, 0)
    fake_engine.say(Loading(job=job.id, checkpoint="pocket-text", fraction=0.25))
    assert said(line) == "Loading the checkpoint · 25 %"
    for step in (1, 2, 3):
        fake_engine.say(stepped(job.id, step, 12, elapsed=float(step)))
    assert said(line) == "Step 3 of 12 · 9 s left" and (line._bar.value(), line._bar.maximum()) == (3, 12)
    jobs.cancel(job.id)
    assert said(line) == "Stopping…"
    fake_engine.say(Cancelled(job=job.id))
    assert said(line) == "Ready" and line._bar.isHidden()


def test_memory_in_use_is_told_until_the_engine_dies(
    line: StatusLine, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    job = jobs.add(TextRequest())
    fake_engine.say(finished(job.id))
    fake_engine.say(Unloaded(memory=640 * 2**20))
    assert line._device.text().endswith("640 MB in use")
    fake_engine.die()
    assert line._device.text() == ""
    fake_engine.say(ready())
    assert line._device.text() == "CPU · 2 cores · 4.0 GB"


@pytest.mark.parametrize(
    ("state", "sentence", "offer"),
    [
        ("starting", "Starting the engine…", False),
        ("restarting", "The engine ended and is starting again…", False),
        ("broken", "The engine cannot start", True),
        ("stopped", "The engine is not running", True),
    ],
)
def test_an_engine_that_is_not_there_is_said_and_offered_again(
    line: StatusLine, fake_engine: FakeEngineClient, state: str, sentence: str, offer: bool, qtbot: QtBot
) -> None:
    fake_engine.die(state=state)
    assert said(line) == sentence and line._restart.isVisibleTo(line) is offer
    if offer:
        with qtbot.waitSignal(line.restart_requested):
            line._restart.click()


def test_waiting_jobs_are_counted_while_nothing_runs(
    line: StatusLine, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    fake_engine.die()
    jobs.add(TextRequest())
    jobs.add(TextRequest())
    assert said(line).endswith("· 2 waiting")
    fake_engine.say(announcement())
    fake_engine.say(ready())
    assert said(line) == "Starting…"


def test_a_remark_passes(line: StatusLine) -> None:
    line.remark("Written to river.txt")
    assert line._remark.text() == "Written to river.txt"
    line._while.timeout.emit()
    assert line._remark.text() == ""


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 MB"), (640 * 2**20, "640 MB"), (2**30, "1.0 GB"), (16_750_372_454, "15.6 GB")]
)
def test_sizes_are_said_in_two_units(count: int, words: str) -> None:
    assert size(count) == words
