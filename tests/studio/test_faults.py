"""What nobody caught is written down once and told once, and writing it down never makes it worse."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine.api import paths
from studio import faults
from studio.faults import SENTENCE, Faults


@pytest.fixture
def caught(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """What `caught` brings."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("faulthandler.enable", lambda file: None)
    made = Faults()
    heard: list[tuple[str, str]] = []
    made.caught.connect(lambda sentence, details: heard.append((sentence, details)))
    yield heard
    made._log.close()


def go_wrong(number: int) -> None:
    """Fail at one of two places, as if nobody caught it."""
    try:
        if number:
            raise ValueError("नदी")
        raise KeyError("first")
    except (ValueError, KeyError) as error:
        sys.excepthook(type(error), error, error.__traceback__)


def log() -> str:
    return (paths.logs() / faults.LOG).read_text(encoding="utf-8")


def test_a_mistake_is_told_with_its_traceback_and_written_down(caught: list[tuple[str, str]]) -> None:
    go_wrong(1)
    [(sentence, details)] = caught
    assert sentence == SENTENCE and "ValueError: नदी" in details and "go_wrong" in details
    assert "ValueError: नदी" in log()


def test_the_same_mistake_is_told_once_however_often_it_is_made(caught: list[tuple[str, str]]) -> None:
    for _ in range(50):
        go_wrong(1)
    go_wrong(0)
    assert len(caught) == 2 and log().count("Traceback") == 2


def test_ctrl_c_is_no_mistake(caught: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[type] = []
    monkeypatch.setattr(sys, "__excepthook__", lambda kind, *rest: passed.append(kind))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert passed == [KeyboardInterrupt] and caught == []


def test_a_log_that_cannot_be_written_hides_nothing(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr("faulthandler.enable", lambda file: None)
    made, heard = Faults(), []
    made.caught.connect(lambda sentence, details: heard.append(sentence))
    go_wrong(1)
    assert heard == [SENTENCE]


def test_a_log_that_has_grown_too_large_is_begun_anew(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr("faulthandler.enable", lambda file: None)
    paths.logs().mkdir(parents=True)
    (paths.logs() / faults.LOG).write_bytes(b"x" * (faults.LOG_CAP + 1))
    Faults()
    assert log() == "" and (paths.logs() / f"{faults.LOG}.1").stat().st_size > faults.LOG_CAP
