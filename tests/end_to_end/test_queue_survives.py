"""Kill -9 in the middle of a job, of the engine or of the studio: nothing that was asked, typed or made is lost.

Everything here is real but the checkpoint: a network of a few thousand random weights, written where the user's own
checkpoints are. Jobs have 200 steps, so that the kill, sent at the first of them, finds them running.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import msgspec
import pytest
import torch
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from safetensors.torch import save_file

from engine.api import paths
from engine.api.requests import TextRequest
from engine.networks.masked_lm import MaskedLM, MaskedLMConfig
from engine.training.tokenizer import train_tokenizer
from studio.engine_client import EngineClient, serve_arguments
from studio.state.database import open_database
from studio.state.job import JobState
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.session import Session

pytestmark = pytest.mark.end_to_end

STUDIO = """
import os, signal, sys
from PySide6.QtCore import QCoreApplication
from engine.api import paths
from engine.api.requests import TextRequest
from studio.engine_client import EngineClient, serve_arguments
from studio.state.database import open_database
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.session import Session

application = QCoreApplication([])
database = open_database(paths.data() / "quartet.db")
client = EngineClient(arguments=serve_arguments("cpu"))
library, session = Library(database), Session(database)
jobs = Jobs(database, client, library)
for number in range(3):
    jobs.add(TextRequest(prompt=f"river {number}", checkpoint="tiny-text", steps=1 if number == 0 else 200, length=64))
session.remember_form(TextRequest(prompt="एक दिन आधा लि"))
session.flush()

def die(id, events):
    if events[-1].steps >= 200:
        print(client._process.processId(), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

jobs.stepped.connect(die)
client.start()
application.exec()
"""


@pytest.fixture
def tiny_text(quartet_home: Path) -> str:
    """A checkpoint of random weights in the user's folder, and its id."""
    folder = paths.models()[1] / "tiny-text"
    folder.mkdir(parents=True)
    tokenizer = train_tokenizer(["She crossed the river and sang."] * 20, 300)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = MaskedLMConfig(vocab_size=tokenizer.get_vocab_size(), window=40, width=16, depth=1, heads=1)
    torch.manual_seed(0)
    save_file(MaskedLM(config).state_dict(), folder / "network.safetensors")
    card = {
        "id": folder.name,
        "title": "Tiny text",
        "modality": "text",
        "architecture": "masked_lm",
        "network": asdict(config),
        "codec": "text_tokens",
        "path": "masked",
        "prediction": "logits",
        "files": {"network": {"name": "network.safetensors"}, "codec": {"name": "tokenizer.json"}},
        "licence": "none",
        "parameters": 1,
    }
    (folder / "card.toml").write_bytes(msgspec.toml.encode(card))
    return folder.name


class Studio:
    """All of the studio but its window."""

    def __init__(self) -> None:
        self.database = open_database(paths.data() / "quartet.db")
        self.client = EngineClient(arguments=serve_arguments("cpu"))
        self.library, self.session = Library(self.database), Session(self.database)
        self.jobs = Jobs(self.database, self.client, self.library)

    def states(self) -> list[JobState]:
        return [job.state for job in self.jobs.all()]

    def close(self) -> None:
        self.client.stop()
        self.database.close()


@pytest.fixture
def open_studio(qapp: QApplication, tiny_text: str) -> Iterator[Callable[[], Studio]]:
    studios: list[Studio] = []

    def begin() -> Studio:
        studios.append(Studio())
        return studios[-1]

    yield begin
    for studio in studios:
        studio.close()


def until(qtbot: QtBot, done: Callable[[], bool]) -> None:
    qtbot.wait_until(done, timeout=60_000)


def kill_engine(studio: Studio) -> None:
    os.kill(studio.client._process.processId(), signal.SIGKILL)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def long_request(prompt: str, tiny_text: str) -> TextRequest:
    return TextRequest(prompt=prompt, checkpoint=tiny_text, steps=200, length=64)


def test_killing_the_engine_in_the_middle_of_a_job_loses_nothing(
    open_studio: Callable[[], Studio], tiny_text: str, qtbot: QtBot
) -> None:
    studio = open_studio()
    jobs = studio.jobs
    first, second, third = (jobs.add(long_request(f"river {number}", tiny_text)) for number in range(3))
    killed: list[str] = []

    def kill(id: str, event: object) -> None:
        if id == second.id and not killed:
            killed.append(id)
            kill_engine(studio)

    jobs.stepped.connect(kill)
    studio.client.start()
    until(qtbot, lambda: studio.client.state == "restarting")
    assert studio.states() == [JobState.finished, JobState.interrupted, JobState.waiting]
    interrupted = jobs.job(second.id)
    assert interrupted and "signal 9" in interrupted.sentence and len(jobs.steps(second.id)) > 0
    until(qtbot, lambda: third.id in [job.id for job in jobs.all() if job.state.ended])
    again = jobs.retry(second.id)
    until(qtbot, lambda: (job := jobs.job(again.id)) is not None and job.state.ended)
    assert studio.states() == [JobState.finished, JobState.interrupted, JobState.finished, JobState.finished]
    assert {work.request for work in studio.library.all()} == {first.request, second.request, third.request}


def test_a_killed_studio_takes_its_engine_along_and_finds_everything_again(
    open_studio: Callable[[], Studio], qtbot: QtBot
) -> None:
    root = Path(__file__).parents[2]
    dead = subprocess.run([sys.executable, "-c", STUDIO], cwd=root, timeout=60, stdout=subprocess.PIPE, text=True)
    assert dead.returncode == -signal.SIGKILL
    until(qtbot, lambda: not is_alive(int(dead.stdout)))
    studio = open_studio()
    assert studio.states() == [JobState.finished, JobState.interrupted, JobState.waiting]
    assert studio.session.recall_form("text") == TextRequest(prompt="एक दिन आधा लि")
    assert [work.request.prompt for work in studio.library.all()] == ["river 0"]
    studio.jobs.retry(studio.jobs.all()[1].id)
    studio.client.start()
    until(qtbot, lambda: all(job.state.ended for job in studio.jobs.all()))
    assert sorted(work.request.prompt for work in studio.library.all()) == ["river 0", "river 1", "river 2"]
    log = (paths.logs() / "engine.log").read_text(encoding="utf-8")
    assert "Traceback" not in log


def test_the_same_request_makes_the_same_work_after_a_crash(
    open_studio: Callable[[], Studio], tiny_text: str, qtbot: QtBot
) -> None:
    studio = open_studio()
    jobs = studio.jobs
    undisturbed = jobs.add(long_request("river", tiny_text))
    studio.client.start()
    until(qtbot, lambda: (job := jobs.job(undisturbed.id)) is not None and job.state.ended)
    kill_engine(studio)
    until(qtbot, lambda: studio.client.state == "restarting")
    again = jobs.retry(undisturbed.id)
    until(qtbot, lambda: (job := jobs.job(again.id)) is not None and job.state.ended)
    works = studio.library.all()
    assert len(works) == 2 and len({work.text for work in works}) == 1


def test_the_running_job_is_cancelled_exactly_and_the_next_one_goes_on(
    open_studio: Callable[[], Studio], tiny_text: str, qtbot: QtBot
) -> None:
    studio = open_studio()
    jobs = studio.jobs
    first, second = (jobs.add(long_request(f"river {number}", tiny_text)) for number in range(2))
    jobs.stepped.connect(lambda id, event: jobs.cancel(first.id) if id == first.id else None)
    studio.client.start()
    until(qtbot, lambda: all(job.state.ended for job in jobs.all()))
    assert studio.states() == [JobState.cancelled, JobState.finished]
    assert [work.request for work in studio.library.all()] == [second.request]
    assert studio.client.state == "ready"
