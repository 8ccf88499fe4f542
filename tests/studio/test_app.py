"""The program from its start to its end: one studio at a time, nothing lost, every trouble said in a sentence."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine import __version__
from engine.api import paths
from studio import app, theme
from studio.state.database import Database, open_database
from studio.state.lock import claim
from studio.state.session import Session
from studio.state.settings import Settings
from tests.studio.fake_engine import FakeEngineClient

ROOT = Path(__file__).parents[2]

OPENED = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from studio import app
from studio.window import Window
from tests.studio.fake_engine import FakeEngineClient
app.EngineClient = FakeEngineClient
app.QMessageBox.exec = lambda box: print("box:", box.text(), flush=True)

def when_up(act):
    show = Window.show
    def shown(window):
        window.painted.connect(lambda: act(window))
        show(window)
    Window.show = shown

{act}
sys.exit(app.open_studio([Path(name) for name in sys.argv[1:]]))
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """The studio in a process of its own, with an engine that is only a voice; `act` is what is done in it."""
    begun: list[subprocess.Popen[str]] = []

    def started(act: str, *files: Path) -> subprocess.Popen[str]:
        program = [sys.executable, "-c", OPENED.format(act=act), *map(str, files)]
        pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        begun.append(subprocess.Popen(program, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, **pipes))  # type: ignore[call-overload]
        return begun[-1]

    yield started
    for process in begun:
        process.kill()
        process.communicate()


@pytest.fixture
def run(start: Callable[..., subprocess.Popen[str]]) -> Run:
    """The same to its end."""

    def ran(act: str, *files: Path) -> subprocess.CompletedProcess[str]:
        process = start(act, *files)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    return ran


CLOSE = "when_up(lambda window: window.close())"


# --- a life ---


def test_a_studio_opens_and_closes(run: Run) -> None:
    ended = run(CLOSE)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
    assert (paths.data() / app.DATABASE).exists()


def test_what_was_half_typed_is_there_after_a_restart(run: Run) -> None:
    wrote = run(
        """
from engine.api.requests import TextRequest
def act(window):
    window.parts.client.come_up()
    window.use(TextRequest(prompt="एक दिन ", steps=23))
    window.close()
when_up(act)
"""
    )
    assert wrote.returncode == 0, wrote.stderr
    read = run(
        """
def act(window):
    window.parts.client.come_up()
    asked = window.pages.tabs["text"].form.request()
    print(asked.prompt.encode("unicode_escape").decode(), asked.steps)
    window.close()
when_up(act)
"""
    )
    assert read.stdout.strip() == "एक दिन ".encode("unicode_escape").decode() + " 23", read.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to speak of")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_it_as_its_button_does(start: Callable[..., subprocess.Popen[str]], number: int) -> None:
    process = start(
        """
def act(window):
    window.parts.session.remember("mark", "kept")
    print("up", flush=True)
when_up(act)
"""
    )
    assert process.stdout is not None and process.stdout.readline() == "up\n"
    process.send_signal(number)
    assert process.wait(30) == 0
    assert Session(open_database(paths.data() / app.DATABASE)).recall("mark") == "kept"


def test_the_engine_ends_with_the_studio(run: Run) -> None:
    ended = run(
        """
FakeEngineClient.stop = lambda client: print("engine stopped")
when_up(lambda window: window.close())
"""
    )
    assert ended.stdout == "engine stopped\n"


def test_files_on_the_command_line_are_opened(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "नदी.toml"
    path.write_text('modality = "text"\nprompt = "The river"\nsteps = 41\n', encoding="utf-8")
    ended = run(
        """
def act(window):
    window.parts.client.come_up()
    print(window.pages.tabs["text"].form.request().steps)
    window.close()
when_up(act)
""",
        path,
    )
    assert ended.stdout == "41\n", ended.stderr


# --- trouble ---


def test_a_second_studio_says_that_one_is_open(run: Run) -> None:
    held = claim(paths.data())
    assert held is not None
    ended = run(CLOSE)
    held.release()
    assert ended.returncode == 1
    assert "already open" in ended.stdout and "already open" in ended.stderr


def test_a_library_that_is_held_by_another_program_is_left_alone(run: Run) -> None:
    blocked = open_database(paths.data() / app.DATABASE)
    blocked._connection.execute("BEGIN EXCLUSIVE")
    ended = run(CLOSE)
    blocked.close()
    assert ended.returncode == 1 and "Another program is using" in ended.stdout


def test_a_damaged_library_is_set_aside_and_said(run: Run) -> None:
    paths.data().mkdir(parents=True, exist_ok=True)
    (paths.data() / app.DATABASE).write_bytes(b"not a database at all, whatever its name" * 100)
    ended = run("def act(window):\n    print(window.banner.sentence)\n    window.close()\nwhen_up(act)")
    assert "damaged" in ended.stdout and ended.returncode == 0
    assert list(paths.data().glob("*damaged*"))


def test_a_folder_that_takes_no_file_is_said(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "file" / "home"))
    ended = run("def act(window):\n    print(window.banner.sentence)\n    window.close()\nwhen_up(act)")
    assert "Nothing you do now will be kept" in ended.stdout and ended.returncode == 0


def test_a_mistake_of_its_own_is_written_down_and_said(run: Run) -> None:
    ended = run(
        """
def look(window):
    if not window.banner.sentence:
        return QTimer.singleShot(20, lambda: look(window))
    print(window.banner.sentence)
    window.close()
def act(window):
    QTimer.singleShot(0, lambda: 1 / 0)
    look(window)
when_up(act)
"""
    )
    assert ended.stdout.startswith("Quartet made a mistake") and ended.returncode == 0
    assert "ZeroDivisionError" in (paths.logs() / "studio.log").read_text(encoding="utf-8")


# --- put together ---


@pytest.fixture
def assembled(qapp: QApplication, database: Database, qtbot: QtBot) -> Iterator[app.Window]:
    window = app.assemble(qapp, database, FakeEngineClient())
    qtbot.addWidget(window)
    yield window
    theme.apply(qapp, "system")


def test_the_engine_starts_after_the_first_paint(assembled: app.Window, qtbot: QtBot) -> None:
    assert assembled.parts.client.state == "stopped"
    assembled.show()
    qtbot.waitUntil(lambda: assembled.parts.client.state == "starting")


def test_the_appearance_follows_the_settings(assembled: app.Window) -> None:
    for appearance, colours in (("dark", theme.DARK), ("light", theme.LIGHT)):
        assembled.parts.settings.update(appearance=appearance)
        assert theme.colours() is colours


def test_the_appearance_is_that_of_the_last_time(qapp: QApplication, database: Database, qtbot: QtBot) -> None:
    Settings(database).update(appearance="dark")
    window = app.assemble(qapp, database, FakeEngineClient())
    qtbot.addWidget(window)
    assert theme.colours() is theme.DARK
    theme.apply(qapp, "system")


def test_the_engine_is_asked_for_what_is_set(qapp: QApplication, database: Database, qtbot: QtBot) -> None:
    Settings(database).update(device="cpu", memory_gb=2.5)
    client = FakeEngineClient()
    qtbot.addWidget(app.assemble(qapp, database, client))
    assert client.arguments[-4:] == ["--device", "cpu", "--memory", "2.5"] or "cpu" in client.arguments
    assert "2.5" in client.arguments


def test_the_program_has_an_icon_and_a_name(qapp: QApplication, assembled: app.Window, qtbot: QtBot) -> None:
    assembled.show()
    qtbot.waitUntil(lambda: not qapp.windowIcon().isNull())
    assert not qapp.windowIcon().pixmap(64, 64).isNull()


# --- the command ---


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_version_is_said_without_loading_qt() -> None:
    probe = (
        "import sys, runpy\n"
        "sys.argv = ['studio', '--version']\n"
        "try:\n    runpy.run_module('studio', run_name='__main__')\n"
        "finally:\n    print('PySide6' in sys.modules)"
    )
    ended = command("-c", probe)
    assert ended.stdout == f"Quartet {__version__}\nFalse\n"


def test_without_a_screen_one_sentence_is_said() -> None:
    ended = command("-m", "studio", QT_QPA_PLATFORM="")
    assert ended.returncode == 2 and ended.stdout == ""
    assert ended.stderr.count("\n") == 1 and "screen" in ended.stderr


def test_without_qt_one_sentence_is_said(tmp_path: Path) -> None:
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").write_text(
        "raise ImportError('libEGL.so.1: cannot open shared object file')"
    )
    ended = command("-m", "studio", PYTHONPATH=str(tmp_path))
    assert ended.returncode == 2 and ended.stderr.count("\n") == 1
    assert "libEGL.so.1" in ended.stderr and "packaging/run.sh" in ended.stderr


def test_a_wrong_argument_is_no_traceback() -> None:
    ended = command("-m", "studio", "--nonsense")
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
