"""The engine client with real processes: whatever the child does, the studio hears one sentence and goes on."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.messages import Announced, Ask, Cancel, Cancelled, Finished, Generate, Ready, Stepped, Unready
from engine.api.requests import TextRequest
from studio import engine_client as module
from studio.engine_client import EngineClient, serve_arguments

SCRIPT = Path(__file__).with_name("scripted_engine.py")
Start = Callable[[str], "Ear"]


class Ear:
    """A client and all that it was heard to say, in order."""

    def __init__(self, client: EngineClient, folder: Path) -> None:
        self.client, self.folder = client, folder
        self.heard: list[object] = []
        client.announced.connect(lambda event: self.heard.append("announced"))
        client.ready.connect(lambda event: self.heard.append("ready"))
        client.received.connect(lambda event: self.heard.append(type(event)))
        client.state_changed.connect(self.heard.append)
        self.sentences: list[str] = []
        client.died.connect(self.sentences.append)

    @property
    def pids(self) -> list[int]:
        starts = self.folder / "starts"
        return [int(line) for line in starts.read_text().split()] if starts.exists() else []

    def alive(self, pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a scripted engine in a folder whose name is not ASCII, and waits until the first thing it does is done."""
    monkeypatch.setattr(module, "PAUSES", (0, 1, 2, 4))
    monkeypatch.setattr(module, "PATIENCE", 50)
    ears: list[Ear] = []

    def begin(manner: str) -> Ear:
        folder = tmp_path / "मेरा संगीत — ü"
        folder.mkdir(exist_ok=True)
        script = folder / "scripted engine.py"
        script.write_bytes(SCRIPT.read_bytes())
        ear = Ear(EngineClient(sys.executable, ["-u", str(script), str(folder), manner]), folder)
        ears.append(ear)
        ear.client.start()
        qtbot.wait_until(lambda: ear.client.state in ("ready", "broken"), timeout=20_000)
        return ear

    yield begin
    for ear in ears:
        ear.client.stop()


def until(qtbot: QtBot, done: Callable[[], bool]) -> None:
    qtbot.wait_until(done, timeout=20_000)


def generate(prompt: str, job: str = "a") -> Generate:
    return Generate(job=job, request=TextRequest(prompt=prompt))


def test_a_sound_engine_is_heard_from_its_announcement_to_its_work(start: Start, qtbot: QtBot) -> None:
    ear = start("sound")
    assert ear.client.announcement is not None and ear.client.announcement.modalities == ("text",)
    assert ear.client.device is not None and ear.client.device.name == "scripted"
    ear.client.send(generate("नदी"))
    until(qtbot, lambda: Finished in ear.heard)
    assert ear.heard == ["starting", "announced", Announced, "ready", "ready", Ready, Stepped, Finished]


def test_stopping_ends_the_process_and_says_nothing_of_a_death(start: Start) -> None:
    ear = start("sound")
    ear.client.stop()
    assert ear.client.state == "stopped" and ear.client.device is None
    assert ear.sentences == [] and not ear.alive(ear.pids[0])
    ear.client.stop()
    ear.client.send(generate("nobody listens"))


def test_an_engine_that_does_not_go_is_killed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    ear = start("clinging")
    monkeypatch.setattr(module, "FAREWELL", 50)
    ear.client.stop()
    assert not ear.alive(ear.pids[0])


def test_an_engine_that_is_killed_comes_back_and_works(start: Start, qtbot: QtBot) -> None:
    ear = start("sound")
    os.kill(ear.pids[0], signal.SIGKILL)
    until(qtbot, lambda: ear.client.state == "restarting")
    until(qtbot, lambda: ear.client.state == "ready")
    assert len(ear.sentences) == 1 and "signal 9" in ear.sentences[0]
    ear.client.send(generate("again"))
    until(qtbot, lambda: Finished in ear.heard)


def test_death_in_the_middle_of_a_job_is_told_after_the_job_s_last_words(start: Start, qtbot: QtBot) -> None:
    ear = start("fragile")
    heard_before: list[list[object]] = []
    ear.client.died.connect(lambda sentence: heard_before.append(list(ear.heard)))
    ear.client.send(generate("deadly"))
    until(qtbot, lambda: len(ear.pids) == 2 and ear.client.state == "ready")
    assert Stepped in heard_before[0]


def test_a_work_that_was_finished_before_the_death_is_not_lost(start: Start, qtbot: QtBot) -> None:
    ear = start("hasty")
    ear.client.send(generate("last words"))
    until(qtbot, lambda: len(ear.sentences) == 1)
    assert Finished in ear.heard and "exit code 1" in ear.sentences[0]


def test_an_engine_that_gets_ready_each_time_is_started_again_without_end(start: Start, qtbot: QtBot) -> None:
    ear = start("sound")
    for deaths in range(1, 7):
        os.kill(ear.pids[-1], signal.SIGKILL)
        until(qtbot, lambda deaths=deaths: len(ear.sentences) == deaths)  # type: ignore[misc]
        until(qtbot, lambda: ear.client.state == "ready")


def test_five_deaths_in_a_row_are_enough(start: Start, qtbot: QtBot) -> None:
    ear = start("stillborn")
    assert ear.client.state == "broken" and len(ear.pids) == 5 == len(ear.sentences)
    assert str(paths.logs()) in ear.sentences[-1]
    ear.client.restart()
    until(qtbot, lambda: len(ear.pids) == 10 and ear.client.state == "broken")


def test_a_program_that_is_not_there_is_said_in_one_sentence(qapp: QApplication, qtbot: QtBot, start: Start) -> None:
    client = EngineClient("/nowhere/python", ["serve"])
    sentences: list[str] = []
    client.died.connect(sentences.append)
    client.start()
    until(qtbot, lambda: client.state == "broken")
    assert "cannot be started" in sentences[0] and "\n" not in sentences[0]


def test_an_engine_that_cannot_work_says_why_and_is_not_started_again(start: Start, qtbot: QtBot) -> None:
    ear = start("unready")
    until(qtbot, lambda: Unready in ear.heard)
    assert ear.sentences == ["torch is missing; install it."]
    os.kill(ear.pids[0], signal.SIGKILL)
    until(qtbot, lambda: not ear.client._lives())
    assert ear.client.state == "broken" and len(ear.sentences) == 1
    ear.client.restart()
    until(qtbot, lambda: len(ear.pids) == 2 and len(ear.sentences) == 2)


def test_what_is_not_a_frame_ends_the_engine_and_a_new_one_comes(start: Start, qtbot: QtBot) -> None:
    ear = start("garbled")
    ear.client.send(generate("a"))
    until(qtbot, lambda: len(ear.pids) == 2 and ear.client.state == "ready")
    assert len(ear.sentences) == 1 and "cannot read" in ear.sentences[0]
    assert Finished not in ear.heard


def test_a_cancel_that_is_answered_kills_nobody(start: Start, qtbot: QtBot) -> None:
    ear = start("sound")
    ear.client.send(generate("endless"))
    ear.client.send(Cancel(job="a"))
    until(qtbot, lambda: Cancelled in ear.heard)
    qtbot.wait(module.PATIENCE * 2)
    assert len(ear.pids) == 1 and ear.sentences == []


def test_a_cancel_that_is_not_answered_ends_the_engine_and_a_new_one_comes(start: Start, qtbot: QtBot) -> None:
    ear = start("deaf")
    seen: list[str] = []
    ear.client._patience.timeout.connect(lambda: seen.append(ear.client.state))
    ear.client.send(generate("endless"))
    ear.client.send(Cancel(job="a"))
    until(qtbot, lambda: len(ear.pids) == 2 and ear.client.state == "ready")
    assert len(ear.sentences) == 1 and "5 seconds" in ear.sentences[0]
    assert seen == ["restarting"]  # nobody sends a job to an engine that is as good as dead


def test_a_question_that_is_taken_back_kills_nobody_however_long_it_takes(start: Start, qtbot: QtBot) -> None:
    ear = start("deaf")
    ear.client.send(Ask(job="a", checkpoint="pocket-pictures", picture="a.png"))
    ear.client.send(Cancel(job="a"))
    qtbot.wait(module.PATIENCE * 3)
    assert len(ear.pids) == 1 and ear.sentences == [] and ear.client.state == "ready"


def test_a_restart_by_the_user_brings_a_new_process_with_the_new_arguments(start: Start, qtbot: QtBot) -> None:
    ear = start("sound")
    assert not ear.client.outdated
    ear.client.arguments = [*ear.client.arguments[:-1], "chatty"]
    assert ear.client.outdated
    ear.client.restart()
    until(qtbot, lambda: len(ear.pids) == 2 and ear.client.state == "ready")
    assert not ear.client.outdated
    assert len(ear.sentences) == 1 and not ear.alive(ear.pids[0])
    assert (paths.logs() / module.LOG).read_text(encoding="utf-8") == "नमस्ते\n"


def test_whoever_hears_of_the_death_may_stop_the_client(start: Start, qtbot: QtBot) -> None:
    ear = start("sound")
    ear.client.died.connect(lambda sentence: ear.client.stop())
    os.kill(ear.pids[0], signal.SIGKILL)
    until(qtbot, lambda: ear.client.state == "stopped")
    qtbot.wait(50)
    assert len(ear.pids) == 1


def test_whoever_hears_the_last_words_may_restart_the_client(start: Start, qtbot: QtBot) -> None:
    ear = start("hasty")
    ear.client.received.connect(lambda event: ear.client.restart() if isinstance(event, Finished) else None)
    ear.client.send(generate("last words"))
    until(qtbot, lambda: len(ear.pids) == 2 and ear.client.state == "ready")
    qtbot.wait(50)
    assert len(ear.pids) == 2


def test_whoever_hears_an_event_may_stop_the_client(start: Start, qtbot: QtBot) -> None:
    ear = start("sound")
    ear.client.received.connect(lambda event: ear.client.stop())
    ear.client.send(generate("a"))
    until(qtbot, lambda: ear.client.state == "stopped")
    assert ear.heard[-2:] == [Stepped, "stopped"]  # what it said afterwards does not count


def test_a_large_log_is_put_aside_and_a_log_that_cannot_be_written_does_not_matter(
    start: Start, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.logs().mkdir(parents=True)
    log = paths.logs() / module.LOG
    log.write_bytes(b"x" * (module.LOG_CAP + 1))
    ear = start("chatty")
    assert log.read_text(encoding="utf-8") == "नमस्ते\n"
    assert log.with_name("engine.log.1").stat().st_size == module.LOG_CAP + 1
    monkeypatch.setattr(paths, "logs", lambda: log / "no folder")
    ear.client.restart()
    until(qtbot, lambda: len(ear.pids) == 2 and ear.client.state == "ready")


def test_settings_become_arguments() -> None:
    assert serve_arguments() == ["-u", "-m", "engine", "serve", "--device", "auto"]
    assert serve_arguments("cpu", 2.5)[4:] == ["--device", "cpu", "--memory", "2.5"]
