"""Another device or memory limit reaches the engine when it is idle, and never costs a job."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.requests import TextRequest
from studio.engine_client import EngineClient, serve_arguments
from studio.state import tuning
from studio.state.database import Database
from studio.state.job import JobState
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.settings import Settings
from studio.state.tuning import Tuning, renew

ENGINE = Path(__file__).parents[1] / "scripted_engine.py"
Setup = tuple[EngineClient, Jobs, Settings]


@pytest.fixture
def setup(
    qtbot: QtBot,
    database: Database,
    library: Library,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Setup]:
    """A process that speaks as the engine does; the settings are what it is started with."""
    monkeypatch.setattr(
        tuning,
        "serve_arguments",
        lambda device, memory: [str(ENGINE), str(tmp_path), "sound", device, str(memory)],
    )
    monkeypatch.setattr(tuning, "QUIET", 0)
    client = EngineClient()
    jobs = Jobs(database, client, library)
    Tuning(settings, client, jobs)
    client.start()
    qtbot.waitUntil(lambda: client.state == "ready")
    yield client, jobs, settings
    client.stop()


def test_a_change_starts_another_engine_without_a_word(setup: Setup, qtbot: QtBot) -> None:
    client, _, settings = setup
    said: list[str] = []
    client.died.connect(said.append)
    settings.update(device="cpu")
    assert client.outdated
    qtbot.waitUntil(lambda: not client.outdated and client.state == "ready")
    assert client.arguments[-2:] == ["cpu", "0.0"] and said == []


def test_a_running_job_is_not_interrupted_and_the_next_one_waits_for_the_new_engine(setup: Setup, qtbot: QtBot) -> None:
    client, jobs, settings = setup
    first, second = jobs.add(TextRequest()), jobs.add(TextRequest())
    settings.update(memory_gb=2.0)
    assert client.outdated and client.state == "ready"

    def state(id: str) -> JobState:
        job = jobs.job(id)
        assert job is not None
        return job.state

    qtbot.waitUntil(lambda: state(second.id) is JobState.finished)
    assert state(first.id) is JobState.finished and not client.outdated


def test_many_changes_in_a_row_start_one_engine(setup: Setup, qtbot: QtBot, tmp_path: Path) -> None:
    client, _, settings = setup
    for memory in (1.0, 1.5, 2.0, 2.5):
        settings.update(memory_gb=memory)
    qtbot.waitUntil(lambda: not client.outdated and client.state == "ready")
    assert len((tmp_path / "starts").read_text().splitlines()) == 2


def test_what_the_engine_need_not_know_changes_nothing(setup: Setup) -> None:
    client, _, settings = setup
    settings.update(appearance="dark", previews=False)
    assert not client.outdated


def test_renewing_takes_a_running_job_along_and_says_so(setup: Setup, qtbot: QtBot) -> None:
    client, jobs, _ = setup
    job = jobs.add(TextRequest())
    renew(client, jobs)
    qtbot.waitUntil(lambda: client.state == "ready")
    ended = jobs.job(job.id)
    assert ended is not None and ended.state in (JobState.interrupted, JobState.finished)


def test_the_settings_become_arguments_of_the_engine() -> None:
    assert serve_arguments("cpu", 2.5)[-4:] == ["--device", "cpu", "--memory", "2.5"]
    assert "--memory" not in serve_arguments("auto", 0)
