"""`ask` on the command line: the answer alone on stdout, events with --json, one line where it cannot be."""

from pathlib import Path

import pytest

from engine.__main__ import main
from tests.engine.commands import Ran, Run, assert_one_line
from tests.tiny_pictures import painted, tiny_pictures, tiny_pictures_template

__all__ = ["tiny_pictures", "tiny_pictures_template"]


@pytest.fixture
def ask(tiny_pictures: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `ask` in this process, with the tiny checkpoint as the only one."""
    monkeypatch.setenv("QUARTET_DEVICE", "cpu")
    capfd.readouterr()

    def ran(*arguments: str) -> Ran:
        code = main(["ask", *arguments])
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


@pytest.fixture
def picture(tmp_path: Path) -> str:
    painted(tmp_path / "a.png")
    return str(tmp_path / "a.png")


def test_the_answer_is_all_of_stdout(ask: Run, picture: str) -> None:
    ran = ask("--picture", picture)
    assert (ran.code, ran.err) == (0, "") and ran.out.count("\n") == 1 and ran.out.strip()


def test_as_json_every_event_is_a_line(ask: Run, picture: str) -> None:
    events = ask("--picture", picture, "--json").events
    assert {event["type"] for event in events[:-1]} == {"Loading", "Worded"}
    assert events[-1]["type"] == "Answered" and events[-1]["text"] == events[-2]["text"]


def test_a_drawn_answer_names_its_seed(ask: Run, picture: str) -> None:
    first = ask("--picture", picture, "--temperature", "1.5")
    assert first.err.startswith("seed ")
    again = ask("--picture", picture, "--temperature", "1.5", "--seed", first.err.split()[1])
    assert (again.out, again.err) == (first.out, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: --picture"),
        (["--picture", "/nowhere/a.png"], "/nowhere/a.png is not there; choose the picture again."),
        (["--picture", "A", "--temperature", "hot"], "--temperature: must be a number, not “hot”"),
        (["--picture", "A", "--temperature", "3"], "Temperature must be from 0 to 2, not 3."),
        (["--picture", "A", "--question", "a" * 2_000], "Question may hold 1,000 characters, not 2,000; shorten it."),
        (["--picture", "A", "--checkpoint", "none"], "There is no checkpoint “none” here"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_2(ask: Run, picture: str, arguments: list[str], said: str) -> None:
    assert_one_line(ask(*(picture if each == "A" else each for each in arguments)), 2, said)
