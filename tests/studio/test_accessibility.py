"""Everything in the window has a name for those who hear it, and a way there for those who use keys."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QMenuBar,
    QScrollBar,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.api.messages import Failed
from engine.api.requests import SpeechRequest, TextRequest
from studio.panels.details import show_details
from studio.state.database import Database
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.session import Session
from studio.state.settings import Settings
from studio.window import Parts, Window
from tests.studio.fake_engine import FakeEngineClient, announcement, finished, spoken, stepped
from tests.studio.playback.sounds import quiet, tone, write_floats
from tests.studio.previews.spoken import run, work

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar, QAbstractScrollArea)
DIALOGS: dict[str, Callable[[Window], QDialog]] = {
    "settings": lambda window: window.open_settings(),
    "help": lambda window: window.open_help(),
    "details": lambda window: show_details(window, "It failed.", "Traceback"),
}


@pytest.fixture
def window(qtbot: QtBot, database: Database) -> Window:
    """A window with something everywhere: works, jobs in every state, a running one, a notice with details."""
    client = FakeEngineClient()
    library = Library(database)
    jobs = Jobs(database, client, library)
    settings, session = Settings(database), Session(database)
    window = Window(Parts(client, jobs, library, settings, session, quiet(settings, session)))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    client.come_up()
    done = jobs.add(TextRequest(prompt="done"))
    client.say(finished(done.id))
    bad = jobs.add(TextRequest(prompt="bad"))
    client.say(Failed(job=bad.id, sentence="It failed.", details="Traceback"))
    running = jobs.add(TextRequest(prompt="running"))
    jobs.cancel(jobs.add(TextRequest(prompt="cancelled")).id)
    for step in (1, 2, 3):
        client.say(stepped(running.id, step, 16))
    jobs.add(TextRequest(prompt="waiting"))
    return window


@pytest.fixture
def sounding(window: Window, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Window:
    """The same window with a finished sound in front."""
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path))
    window._announce(announcement(modalities=("text", "speech")))
    request = SpeechRequest(text="The kettle sang. Nobody was in a hurry!")
    path = write_floats(tmp_path / "made.wav", tone(220, 8000, 4.0), 8000)
    made = msgspec.structs.replace(work(), path=str(path))
    window.show_work(window.parts.library.add(spoken("job", made, request), request, run(4, 4.0)))
    return window


def name(thing: QObject) -> str:
    interface = QAccessible.queryAccessibleInterface(thing)
    return interface.text(QAccessible.Text.Name) if interface else ""


def controls(top: QWidget) -> Iterator[QWidget]:
    """Whatever under `top` one can do something with; not the inner parts of another control."""
    for widget in top.findChildren(QWidget):
        inner = any(isinstance(part, CONTROLS) for part in parents(widget, top) if not is_holder(part))
        if isinstance(widget, CONTROLS) and not is_holder(widget) and not inner and not isinstance(widget, QScrollBar):
            yield widget


def is_holder(widget: QWidget) -> bool:
    """A scroll area that only holds other widgets, out of reach of the keys."""
    return isinstance(widget, QAbstractScrollArea) and widget.focusPolicy() == Qt.FocusPolicy.NoFocus


def parents(widget: QWidget, top: QWidget) -> Iterator[QWidget]:
    parent = widget.parentWidget()
    while parent is not None and parent is not top:
        yield parent
        parent = parent.parentWidget()


def described(widget: QWidget) -> str:
    return f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}, {widget.toolTip()!r}"


def reachable(widget: QWidget) -> bool:
    """By Tab, by the arrow keys of its group, or by another control beside it that does the same."""
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus or not widget.isVisible() or not widget.isEnabled():
        return True
    parent = widget.parentWidget()
    beside = parent.findChildren(QWidget) if parent else []
    twins = [other for other in beside if name(other) == name(widget) and other.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return bool(twins) or (isinstance(widget, QAbstractButton) and widget.group() is not None)


def test_every_control_of_the_window_has_a_name(window: Window) -> None:
    found = list(controls(window))
    assert len(found) > 30
    assert [described(widget) for widget in found if not name(widget)] == []


@pytest.mark.parametrize("which", DIALOGS)
def test_every_control_of_the_dialogs_has_a_name(window: Window, which: str) -> None:
    dialog = DIALOGS[which](window)
    found = list(controls(dialog))
    assert found and [described(widget) for widget in found if not name(widget)] == []
    dialog.close()


@pytest.mark.parametrize("side", ["queue", "library"])
def test_every_control_that_is_seen_can_be_reached_by_keys(window: Window, side: str, qtbot: QtBot) -> None:
    window.side.show_queue() if side == "queue" else window.side.show_library()
    assert [described(widget) for widget in controls(window) if not reachable(widget)] == []


@pytest.mark.parametrize("side", ["queue", "library"])
def test_tab_goes_all_the_way_round(window: Window, side: str, qtbot: QtBot) -> None:
    """From the prompt through the form, the stage and the side panel, back to the prompt; it passes by nothing."""
    window.side.show_queue() if side == "queue" else window.side.show_library()
    window.pages.bring("text")
    go_round(window, "Prompt", qtbot)


def test_a_sound_has_names_and_can_be_reached_by_keys(sounding: Window) -> None:
    found = list(controls(sounding))
    named = {name(widget) for widget in found if widget.isVisible()}
    assert {"Sound preview", "Spoken words", "Play the sound", "Loop", "Speed", "Volume", "Hear this step"} <= named
    assert [described(widget) for widget in found if not name(widget) or not reachable(widget)] == []


def test_tab_goes_all_the_way_round_with_a_sound(sounding: Window, qtbot: QtBot) -> None:
    sounding.pages.bring("speech")
    go_round(sounding, "Text", qtbot)


def go_round(window: Window, first: str, qtbot: QtBot) -> None:
    """Press Tab until it leads back to the first field; nothing that stops it was passed by."""
    qtbot.waitUntil(window.isActiveWindow)
    start = window.focusWidget()
    assert start is not None and name(start) == first
    visited = [start]
    while len(visited) < 200:
        qtbot.keyClick(visited[-1], Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        assert now is not None
        if now is start:
            break
        visited.append(now)
    assert len(visited) == len(set(visited)), "it goes in a circle"
    missed = [widget for widget in controls(window) if stops_tab(widget) and widget not in visited]
    assert [f"{described(widget)} {name(widget)}" for widget in missed] == []


def stops_tab(widget: QWidget) -> bool:
    """Whether Tab has to stop here; of a group of buttons it stops at the one that is down."""
    if not widget.isVisible() or not widget.isEnabled() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        return False
    grouped = isinstance(widget, QAbstractButton) and widget.group() is not None
    return not grouped or bool(isinstance(widget, QAbstractButton) and widget.isChecked())


def test_rows_of_the_lists_are_told(window: Window) -> None:
    for view in (window.queue.view, window.library.view):
        index = view.model().index(0, 0)
        assert str(index.data(Qt.ItemDataRole.AccessibleTextRole)).strip()


def test_every_menu_has_a_letter(window: Window) -> None:
    bar = window.menuBar()
    assert isinstance(bar, QMenuBar)
    letters = [QKeySequence.mnemonic(action.text()).toString() for action in bar.actions()]
    assert all(letters) and len(set(letters)) == len(letters)


def test_letters_within_a_menu_are_told_apart(window: Window) -> None:
    for menu in window.menuBar().findChildren(QMenu):
        letters = [QKeySequence.mnemonic(action.text()).toString() for action in named(menu)]
        given = [letter for letter in letters if letter]
        assert len(set(given)) == len(given), menu.title()


def named(menu: QMenu) -> list[QAction]:
    return [action for action in menu.actions() if action.text()]
