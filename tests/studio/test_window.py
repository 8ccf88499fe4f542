"""The window as a whole: what the engine announces, what the user opens, drops and exports, what comes back."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter
from PySide6.QtWidgets import QApplication, QFileDialog, QStyleOptionViewItem, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from engine.api.messages import Adjust, Failed, Unload, Unready
from engine.api.recipe import parse_recipe, read_recipe
from engine.api.requests import Request, TextRequest
from studio import export
from studio.panels.calm_list import Index
from studio.panels.help import HelpSheet
from studio.panels.job_list import JOB
from studio.panels.job_row import JobRow
from studio.panels.settings import SettingsDialog
from studio.state.database import Database
from studio.state.jobs import Jobs
from studio.state.library import Library, Work
from studio.state.session import Session
from studio.state.settings import Settings
from studio.window import Parts, Window
from tests.studio.fake_engine import FakeEngineClient, announcement, finished, stepped
from tests.studio.playback.sounds import quiet

Open = Callable[[], Window]


@pytest.fixture
def client(qapp: QApplication) -> FakeEngineClient:
    """An engine that has not said a word yet."""
    return FakeEngineClient()


@pytest.fixture
def open_window(qtbot: QtBot, client: FakeEngineClient, database: Database) -> Open:
    """A window on the same database each time, as after a restart."""

    def opened() -> Window:
        library = Library(database)
        jobs = Jobs(database, client, library)
        settings, session = Settings(database), Session(database)
        window = Window(Parts(client, jobs, library, settings, session, quiet(settings, session)))
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        return window

    return opened


@pytest.fixture
def window(open_window: Open, client: FakeEngineClient) -> Window:
    """A window whose engine is up."""
    window = open_window()
    client.come_up()
    return window


def make(window: Window, client: FakeEngineClient, text: str = "once there was a river", **fields: object) -> Work:
    """Have the engine make a text."""
    job = window.parts.jobs.add(TextRequest(**fields))  # type: ignore[arg-type]
    client.say(stepped(job.id, 1, 1, text))
    client.say(finished(job.id, text, job.request))
    return window.parts.library.all()[0]


def request(window: Window) -> Request:
    """What stands in the form."""
    return window.pages.tabs["text"].form.request()


# --- what the engine announces ---


def test_there_are_tabs_for_what_the_engine_makes_and_no_others(open_window: Open, client: FakeEngineClient) -> None:
    window = open_window()
    assert window.pages.tabs == {}
    client.say(announcement(modalities=("text", "smell")))
    assert list(window.pages.tabs) == ["text"]


def test_an_engine_that_comes_back_leaves_the_tabs_as_they_are(window: Window, client: FakeEngineClient) -> None:
    tab = window.pages.tabs["text"]
    tab.use_settings(TextRequest(prompt="half-typed"))
    client.die()
    client.come_up()
    assert window.pages.tabs["text"] is tab and request(window).prompt == "half-typed"


def test_a_card_that_cannot_be_used_is_said(open_window: Open, client: FakeEngineClient) -> None:
    window = open_window()
    client.say(announcement(complaints=("The card of x is not usable.",)))
    assert window.banner.sentence == "The card of x is not usable."


def test_the_keys_go_to_the_prompt_at_first(window: Window) -> None:
    focus = window.focusWidget()
    assert focus is not None and focus.accessibleName() == "Prompt"


def test_the_engine_is_started_once_the_window_is_on_the_screen(
    qtbot: QtBot, client: FakeEngineClient, database: Database
) -> None:
    library = Library(database)
    settings, session = Settings(database), Session(database)
    jobs = Jobs(database, client, library)
    parts = Parts(client, jobs, library, settings, session, quiet(settings, session))
    window = Window(parts)
    qtbot.addWidget(window)
    painted: list[bool] = []
    window.painted.connect(lambda: painted.append(window.isVisible()))
    assert painted == []
    window.show()
    qtbot.waitUntil(lambda: painted == [True])
    window.repaint()
    qtbot.wait(20)
    assert painted == [True]


# --- works and files ---


def test_a_work_of_the_library_is_opened_with_its_settings_at_hand(window: Window, client: FakeEngineClient) -> None:
    work = make(window, client, prompt="once", seed=7, steps=40)
    make(window, client, "another text")
    window.library.work_opened.emit(work)
    assert window.pages.work() == work
    window.library.settings_requested.emit(work)
    assert (request(window).prompt, request(window).seed, request(window).steps) == ("once", 7, 40)


def test_who_walks_through_the_library_stays_there(window: Window, client: FakeEngineClient, qtbot: QtBot) -> None:
    make(window, client)
    work = make(window, client, "another text")
    window.side.show_library()
    qtbot.keyClick(window.library.view, Qt.Key.Key_Return)
    assert window.pages.work() == work and window.focusWidget() is window.library.view


def test_a_finished_job_opens_its_work(window: Window, client: FakeEngineClient) -> None:
    work = make(window, client)
    make(window, client, "another text")
    window.queue.work_opened.emit(work.id)
    assert window.pages.work() == work


def test_a_job_whose_work_was_deleted_says_so(window: Window, client: FakeEngineClient) -> None:
    work = make(window, client)
    window.parts.library.delete(work.id)
    window.queue.work_opened.emit(work.id)
    assert "no longer in the library" in window.banner.sentence


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_an_exported_work_dropped_on_the_window_restores_its_settings(
    window: Window, client: FakeEngineClient, tmp_path: Path, ending: str
) -> None:
    made = TextRequest(prompt="एक दिन", language="hindi", seed=99, steps=31, guidance=2.5, sway=-0.5)
    job = window.parts.jobs.add(made)
    client.say(stepped(job.id, 1, 1, "एक दिन रवि"))
    client.say(finished(job.id, "एक दिन रवि", made))
    path = tmp_path / f"work.{ending}"
    window.export(window.parts.library.all()[0])
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert str(path) in window.status._remark.text()
    window.use(TextRequest())
    drop(window, path)
    assert request(window) == made
    assert window.banner.sentence == ""


def drop(window: Window, path: Path) -> None:
    """Hold a file over the window and let it go."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted() and window._hint.isVisible()
    QApplication.sendEvent(window._hint, QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    QApplication.sendEvent(window._hint, QDropEvent(QPointF(9, 9), copy, data, left, none))
    assert not window._hint.isVisible()


@pytest.mark.parametrize("content", [b"just a text", b"\xff\xfe\x00", b'quartet: {"version": 99, "request": {}}'])
def test_a_file_without_settings_is_answered_in_one_sentence(window: Window, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    before = request(window).prompt
    drop(window, path)
    assert window.banner.sentence.count(".") >= 1 and "\n" not in window.banner.sentence
    assert request(window).prompt == before


def test_a_file_opened_before_there_are_tabs_is_not_forgotten(
    open_window: Open, client: FakeEngineClient, tmp_path: Path
) -> None:
    path = tmp_path / "river.toml"
    path.write_text('modality = "text"\nprompt = "The river"\nseed = 5\n', encoding="utf-8")
    window = open_window()
    window.open_file(path)
    client.come_up()
    assert (request(window).prompt, request(window).seed) == ("The river", 5)


def test_an_export_that_fails_says_why(window: Window, client: FakeEngineClient, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    window.exports.write(make(window, client), tmp_path / "file" / "x.txt")
    assert "was not written" in window.banner.sentence and window.status._remark.text() == ""


def test_an_export_is_written_whole(window: Window, client: FakeEngineClient, tmp_path: Path) -> None:
    work = make(window, client, prompt="once", seed=3)
    window.exports.write(work, tmp_path / "x.md")
    assert read_recipe(tmp_path / "x.md").request == parse_recipe(work.recipe).request
    assert export.read_dropped(tmp_path / "x.md").seed == parse_recipe(work.recipe).request.seed


def test_export_without_a_work_says_what_to_do(window: Window) -> None:
    window._export_shown()
    assert "no work to export yet" in window.banner.sentence


class Watcher(QObject):
    """Notes every window that appears."""

    def __init__(self) -> None:
        super().__init__()
        self.appeared: list[QObject] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.appeared.append(watched)
        return False


def test_no_other_window_flashes_up_and_takes_the_keys(
    open_window: Open, client: FakeEngineClient, qapp: QApplication
) -> None:
    window, watcher = open_window(), Watcher()
    qapp.installEventFilter(watcher)
    client.come_up()
    focus = window.focusWidget()
    work = make(window, client)
    window.show_work(work)
    client.die()
    client.come_up()
    qapp.removeEventFilter(watcher)
    assert watcher.appeared == [] and window.focusWidget() is focus


# --- what goes wrong elsewhere ---


def test_a_failed_job_is_said_with_its_details(window: Window, client: FakeEngineClient) -> None:
    job = window.parts.jobs.add(TextRequest())
    client.say(Failed(job=job.id, sentence="Memory ran out; choose fewer tokens.", details="Traceback"))
    assert window.banner.sentence == "Memory ran out; choose fewer tokens."
    assert window.banner._more.isVisible()


def test_the_death_of_the_engine_is_said_once(window: Window, client: FakeEngineClient) -> None:
    window.parts.jobs.add(TextRequest())
    client.die("The engine ended unexpectedly.")
    assert window.banner.sentence == "The engine ended unexpectedly."
    window.banner.dismiss()
    assert window.banner.isHidden()


def test_an_engine_that_cannot_work_says_why_and_can_be_tried_again(
    open_window: Open, client: FakeEngineClient, qtbot: QtBot
) -> None:
    window = open_window()
    client.start()
    client.say(announcement())
    client.say(Unready(sentence="PyTorch cannot be loaded; run the set-up again.", details="Traceback"))
    assert window.banner.sentence.startswith("PyTorch cannot be loaded") and window.banner._others.text() == ""
    assert window.banner._more.isVisible() and window.status._restart.isVisible()
    window.status._restart.click()
    qtbot.waitUntil(lambda: client.state == "starting")


def test_what_cannot_be_saved_is_said(window: Window) -> None:
    for part in (window.parts.jobs, window.parts.library, window.parts.settings, window.parts.session):
        part.complained.emit(f"{type(part).__name__} could not be saved.")
        assert window.banner.sentence == f"{type(part).__name__} could not be saved."


# --- the engine, from the window ---


def test_an_idle_engine_is_renewed_without_a_word(window: Window, client: FakeEngineClient, qtbot: QtBot) -> None:
    window._restart_engine()
    qtbot.waitUntil(lambda: client.state == "starting")
    assert window.banner.sentence == ""


def test_a_working_engine_that_is_restarted_gives_its_job_back(window: Window, client: FakeEngineClient) -> None:
    job = window.parts.jobs.add(TextRequest())
    window._restart_engine()
    ended = window.parts.jobs.job(job.id)
    assert ended is not None and ended.state == "interrupted"


def test_memory_can_be_given_back(window: Window, client: FakeEngineClient) -> None:
    trigger(window, "Ctrl+Shift+F")
    assert client.sent[-1] == Unload()


def test_nobody_pays_for_previews_that_nobody_sees(window: Window, client: FakeEngineClient) -> None:
    job = window.parts.jobs.add(TextRequest())
    window.showMinimized()
    assert client.sent[-1] == Adjust(job=job.id, previews=False)
    window.showNormal()
    assert client.sent[-1] == Adjust(job=job.id, previews=True)
    window.parts.settings.update(previews=False)
    assert client.sent[-1] == Adjust(job=job.id, previews=False)


def test_the_title_says_how_far_the_running_job_is(window: Window, client: FakeEngineClient) -> None:
    job = window.parts.jobs.add(TextRequest())
    client.say(stepped(job.id, 4, 16))
    assert window.windowTitle() == "25 % · Quartet"
    client.say(finished(job.id))
    assert window.windowTitle() == "Quartet"


# --- keys ---


def trigger(window: Window, keys: str) -> None:
    """The action of the menus that has these keys."""
    actions = [action for menu in window._menus.values() for action in menu.actions()]
    found = [action for action in actions if action.shortcut().toString() == keys]
    assert len(found) == 1, f"{len(found)} actions have {keys}"
    found[0].trigger()


def test_a_step_draws_one_row_of_the_queue_anew_and_once(
    open_window: Open, client: FakeEngineClient, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    class Counted(JobRow):
        def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
            drawn.append(index.data(JOB).id)
            super().paint(painter, option, index)

    monkeypatch.setattr("studio.panels.queue.JobRow", Counted)
    window = open_window()
    client.come_up()
    for _ in range(4):
        make(window, client)
    job = window.parts.jobs.add(TextRequest())
    client.say(stepped(job.id, 1, 9))
    qtbot.waitUntil(lambda: drawn != [])
    quiet = 0
    while quiet < 4:  # until all that was to be drawn has been, on a busy machine, too
        drawn.clear()
        qtbot.wait(80)
        quiet = 0 if drawn else quiet + 1
    client.say(stepped(job.id, 2, 9))
    qtbot.waitUntil(lambda: drawn != [])
    qtbot.wait(50)
    assert drawn == [job.id]


def test_no_two_actions_share_a_key(window: Window) -> None:
    actions = [action for menu in window._menus.values() for action in menu.actions() if not action.isSeparator()]
    keys = [action.shortcut().toString() for action in actions]
    assert len(set(keys)) == len(keys) and all(keys)


def test_every_menu_action_does_something(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them, one after the other, on a window with nothing in it."""
    monkeypatch.setattr("studio.window.open_log", lambda parent: None)
    monkeypatch.setattr("studio.window.open_place", lambda path: None)
    for menu in window._menus.values():
        for action in menu.actions():
            action.trigger()
    for dialog in window.findChildren(QFileDialog) + window.findChildren(SettingsDialog):
        dialog.close()


def test_keys_reach_the_parts_of_the_window(window: Window, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.library.search.hasFocus()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    focus = window.focusWidget()
    assert focus is not None and focus.accessibleName() == "Prompt"
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert window.side.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert window.queue.isVisible()


def test_ctrl_enter_generates_from_wherever_the_keys_go(window: Window, qtbot: QtBot) -> None:
    for show in (window.side.show_library, window.side.show_queue, lambda: window.pages.bring("text")):
        show()
        focus = window.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(window.parts.jobs.all()) == 3


def test_help_lists_every_key_of_the_window(window: Window) -> None:
    sheet = window.open_help()
    assert isinstance(sheet, HelpSheet)
    page = sheet.tabs.widget(0)
    assert isinstance(page, QTextBrowser)
    text = page.toPlainText()
    for menu in window._menus.values():
        for action in menu.actions():
            assert action.shortcut().toString() in text
    sheet.close()


# --- what comes back ---


def test_the_window_comes_back_as_it_was_left(open_window: Open, client: FakeEngineClient) -> None:
    first = open_window()
    client.come_up()
    first.resize(first.width(), 666)
    first.side.show_library()
    first._splitter.setSizes([700, 400])
    sizes = first._splitter.sizes()
    first.pages.tabs["text"].use_settings(TextRequest(prompt="half-typed", steps=23))
    first.close()
    second = open_window()
    assert second.height() == 666
    assert second.side.currentWidget() is second.library and second._splitter.sizes() == sizes
    assert (request(second).prompt, request(second).steps) == ("half-typed", 23)


def test_a_side_panel_that_was_hidden_stays_hidden(open_window: Open) -> None:
    first = open_window()
    first.side.toggle()
    first.close()
    assert open_window().side.isHidden()


def test_nonsense_in_the_session_is_no_obstacle(open_window: Open, database: Database) -> None:
    session = Session(database)
    for name, value in {"geometry": "!!", "splitter": "zzz", "side": 99, "side.shown": True, "tab": "smell"}.items():
        session.remember(name, value)
    session.flush()
    assert open_window().isVisible()


def test_it_fits_on_a_small_laptop(window: Window) -> None:
    assert window.minimumSizeHint().width() <= 1280 and window.minimumSizeHint().height() <= 640


def test_old_requests_are_settings_still(window: Window, client: FakeEngineClient) -> None:
    """A job's request may hold a draft; using its settings brings the draft along."""
    made = TextRequest(prompt="x", draft=(1, -1, 2), locked=(0,), seed=1)
    window.use(made)
    assert msgspec.structs.asdict(request(window)) == msgspec.structs.asdict(made)
