"""The queue is worked with by mouse, by keys and by menu; each act means exactly one job."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QDialog, QMenu, QPlainTextEdit, QStyleOptionViewItem, QToolTip
from pytestqt.qtbot import QtBot

from engine.api.messages import Cancel, Cancelled, Failed, Loading
from engine.api.requests import TextRequest
from studio.panels.job_list import HEADING, JobList
from studio.panels.paint import boxes
from studio.panels.queue import MENU, QueuePanel
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs
from studio.state.library import Library
from tests.studio.fake_engine import FakeEngineClient, finished, ready, stepped
from tests.studio.panels.conftest import Press, click_row, content


@pytest.fixture
def panel(qtbot: QtBot, jobs: Jobs) -> QueuePanel:
    panel = QueuePanel(jobs)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    panel.activateWindow()
    return panel


@pytest.fixture
def add(jobs: Jobs) -> Callable[[str], Job]:
    return lambda prompt: jobs.add(TextRequest(prompt=prompt))


Add = Callable[[str], Job]


def shown(panel: QueuePanel) -> list[str]:
    """The titles from top to bottom, with the headings between them."""
    lines = []
    for row in range(panel.view.model().rowCount()):
        index = panel.view.model().index(row, 0)
        lines += [f"[{index.data(HEADING)}]"] if index.data(HEADING) else []
        lines.append(str(index.data()))
    return lines


def states(jobs: Jobs) -> dict[str, str]:
    return {job.request.prompt: job.state.value for job in jobs.all()}


def key(qtbot: QtBot, panel: QueuePanel, which: Qt.Key, alt: bool = False) -> None:
    panel.view.setFocus()
    modifier = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(panel.view, which, modifier)


def test_what_runs_stands_above_what_waits_above_what_has_ended(
    panel: QueuePanel, add: Add, fake_engine: FakeEngineClient
) -> None:
    done = add("done")
    for prompt in ("running", "first", "second"):
        add(prompt)
    fake_engine.say(finished(done.id))
    assert shown(panel) == ["[Now]", "running", "[Up next]", "first", "second", "[Done]", "done"]


def test_the_latest_end_stands_on_top_of_the_ends(panel: QueuePanel, add: Add, fake_engine: FakeEngineClient) -> None:
    for prompt in ("one", "two"):
        fake_engine.say(finished(add(prompt).id))
    assert shown(panel) == ["[Done]", "two", "one"]


def test_what_was_asked_for_without_words_is_called_by_what_came_of_it(
    panel: QueuePanel, add: Add, library: Library, fake_engine: FakeEngineClient
) -> None:
    job = add("")
    assert shown(panel) == ["[Now]", "Untitled text"]
    fake_engine.say(finished(job.id, "A kite flew over the village. It was red."))
    assert shown(panel) == ["[Done]", "A kite flew over the village. It was red."]
    library.delete(library.all()[0].id)
    assert shown(panel) == ["[Done]", "Untitled text"]


def test_the_list_keeps_the_rules_of_qt_whatever_happens(
    panel: QueuePanel, jobs: Jobs, add: Add, fake_engine: FakeEngineClient
) -> None:
    tester = QAbstractItemModelTester(panel.view.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
    ids = [add(str(number)).id for number in range(5)]
    fake_engine.say(stepped(ids[0], 1, 16))
    fake_engine.say(finished(ids[0]))
    jobs.move(ids[4], 0)
    jobs.cancel(ids[2])
    fake_engine.die()
    jobs.remove(ids[2])
    jobs.clear_ended()
    assert shown(panel) == ["[Up next]", "4", "3"]
    assert tester.model() is panel.view.model()


def test_a_job_is_selected_still_when_it_moves(
    panel: QueuePanel, add: Add, fake_engine: FakeEngineClient, jobs: Jobs
) -> None:
    running, _, last = add("running"), add("a"), add("b")
    panel.select(last.id)
    jobs.move(last.id, 0)
    fake_engine.say(finished(running.id))
    current = panel.current()
    assert current is not None and current.request.prompt == "b"


def test_delete_cancels_the_selected_job_and_no_other(
    panel: QueuePanel, jobs: Jobs, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient
) -> None:
    for prompt in ("running", "a", "b", "c"):
        job = add(prompt)
        panel.select(job.id) if prompt == "b" else None
    key(qtbot, panel, Qt.Key.Key_Delete)
    assert states(jobs) == {"running": "running", "a": "waiting", "b": "cancelled", "c": "waiting"}
    assert not fake_engine.commands(Cancel)


def test_delete_stops_the_running_job_once(
    panel: QueuePanel, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient
) -> None:
    job = add("running")
    panel.select(job.id)
    key(qtbot, panel, Qt.Key.Key_Delete)
    key(qtbot, panel, Qt.Key.Key_Delete)
    assert fake_engine.commands(Cancel) == [Cancel(job=job.id)]


def test_delete_takes_an_ended_job_off_the_list(panel: QueuePanel, jobs: Jobs, add: Add, qtbot: QtBot) -> None:
    add("running")
    job = add("waiting")
    panel.select(job.id)
    key(qtbot, panel, Qt.Key.Key_Delete)
    assert states(jobs)["waiting"] == "cancelled"
    panel.select(job.id)
    key(qtbot, panel, Qt.Key.Key_Delete)
    assert states(jobs) == {"running": "running"}


def test_alt_and_arrows_move_a_waiting_job(panel: QueuePanel, add: Add, qtbot: QtBot) -> None:
    for prompt in ("running", "a", "b", "c"):
        job = add(prompt)
    panel.select(job.id)
    key(qtbot, panel, Qt.Key.Key_Up, alt=True)
    assert shown(panel)[3:] == ["a", "c", "b"]
    for _ in range(3):
        key(qtbot, panel, Qt.Key.Key_Up, alt=True)
    assert shown(panel)[3:] == ["c", "a", "b"]
    for _ in range(3):
        key(qtbot, panel, Qt.Key.Key_Down, alt=True)
    assert shown(panel)[3:] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("row", "before", "order"),
    [(3, 1, "cab"), (1, 3, "bac"), (1, 4, "bca"), (2, 0, "bac"), (1, 5, "bca"), (2, 2, "abc"), (2, 3, "abc")],
)
def test_a_job_that_is_dragged_lands_where_it_is_dropped(
    panel: QueuePanel, jobs: Jobs, add: Add, row: int, before: int, order: str, fake_engine: FakeEngineClient
) -> None:
    """Rows: running, a, b, c, done. Before or behind the waiting ones is at their beginning or end."""
    done = add("done")
    for prompt in ("running", "a", "b", "c"):
        add(prompt)
    fake_engine.say(finished(done.id))
    assert panel.view.model().moveRow(QModelIndex(), row, QModelIndex(), before)
    assert "".join(job.request.prompt for job in jobs.all() if job.state is JobState.waiting) == order


def test_only_waiting_jobs_can_be_dragged(panel: QueuePanel, add: Add) -> None:
    add("running")
    add("waiting")
    model = panel.view.model()
    draggable = [bool(model.flags(model.index(row, 0)) & Qt.ItemFlag.ItemIsDragEnabled) for row in range(2)]
    assert draggable == [False, True]


def test_a_click_opens_a_finished_work_and_nothing_else(
    panel: QueuePanel, jobs: Jobs, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient
) -> None:
    opened: list[str] = []
    panel.work_opened.connect(opened.append)
    done = add("done")
    add("running")
    fake_engine.say(finished(done.id))
    click_row(qtbot, panel.view, 0)
    assert opened == []
    click_row(qtbot, panel.view, 1)
    work_id = next(job.work_id for job in jobs.all() if job.id == done.id)
    assert opened == [work_id]


def test_enter_opens_a_finished_work(panel: QueuePanel, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient) -> None:
    job = add("done")
    fake_engine.say(finished(job.id))
    panel.select(job.id)
    with qtbot.waitSignal(panel.work_opened):
        key(qtbot, panel, Qt.Key.Key_Return)


def test_the_painted_button_stops_its_own_row(
    panel: QueuePanel, add: Add, press: Press, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    running = add("running")
    add("waiting")
    press(panel.view, 1, 0, 1)
    assert states(jobs) == {"running": "running", "waiting": "cancelled"}
    press(panel.view, 0, 0, 1)
    assert fake_engine.commands(Cancel) == [Cancel(job=running.id)]
    press(panel.view, 0, 0, 1)  # there is no button while it stops
    assert len(fake_engine.commands(Cancel)) == 1


def test_a_failed_job_shows_its_sentence_and_can_be_run_again(
    panel: QueuePanel, jobs: Jobs, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient
) -> None:
    job = add("bad")
    fake_engine.say(Failed(job=job.id, sentence="The checkpoint is damaged; set Quartet up again.", details="trace"))
    index = panel.view.model().index(0, 0)
    assert "The checkpoint is damaged" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    panel.select(job.id)
    key(qtbot, panel, Qt.Key.Key_R)
    assert [(each.request.prompt, each.state.value) for each in jobs.all()] == [("bad", "failed"), ("bad", "running")]


def test_the_details_of_a_failure_are_one_key_away(
    panel: QueuePanel, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient
) -> None:
    job = add("bad")
    fake_engine.say(Failed(job=job.id, sentence="It failed.", details="Traceback: the whole of it"))
    panel.select(job.id)
    key(qtbot, panel, Qt.Key.Key_D)
    dialog = panel.findChild(QDialog)
    report = dialog.findChild(QPlainTextEdit) if dialog else None
    assert dialog is not None and report is not None
    assert dialog.isVisible() and report.toPlainText() == "Traceback: the whole of it"
    dialog.close()


def test_settings_of_any_job_can_be_used(panel: QueuePanel, add: Add, qtbot: QtBot) -> None:
    job = add("waiting for nobody")
    panel.select(job.id)
    with qtbot.waitSignal(panel.settings_requested) as asked:
        key(qtbot, panel, Qt.Key.Key_U)
    assert asked.args == [job.request]


def test_keys_do_nothing_where_there_is_nothing_to_do(
    panel: QueuePanel, jobs: Jobs, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient
) -> None:
    job = add("running")
    panel.select(job.id)
    for which in (Qt.Key.Key_R, Qt.Key.Key_D, Qt.Key.Key_Return):
        key(qtbot, panel, which)
    key(qtbot, panel, Qt.Key.Key_Up, alt=True)
    assert states(jobs) == {"running": "running"} and not panel.findChildren(QDialog)


def test_the_menu_offers_all_of_it(panel: QueuePanel, add: Add, qtbot: QtBot) -> None:
    panel.select(add("running").id)
    panel.view.customContextMenuRequested.emit(QPoint(20, 40))
    menu = panel.view.findChild(QMenu)
    assert menu is not None
    named = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert len(named) == len([name for name in MENU if name])
    assert named["Stop"] and not named["Run again"] and not named["Move up"]
    menu.close()


def test_ended_jobs_are_cleared_together(
    panel: QueuePanel, jobs: Jobs, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient
) -> None:
    assert not panel._clear.isVisible()
    for prompt in ("one", "two"):
        fake_engine.say(finished(add(prompt).id))
    add("running")
    qtbot.mouseClick(panel._clear, Qt.MouseButton.LeftButton)
    assert shown(panel) == ["[Now]", "running"] and not panel._clear.isVisible()


def test_an_empty_queue_says_what_it_is_for(panel: QueuePanel, jobs: Jobs, add: Add) -> None:
    assert panel._blank.isVisible() and not panel.view.isVisible()
    job = add("running")
    assert panel.view.isVisible() and not panel._blank.isVisible()
    jobs.cancel(job.id)


def test_what_is_still_to_do_is_counted(panel: QueuePanel, add: Add, fake_engine: FakeEngineClient) -> None:
    counts: list[int] = []
    panel.counted.connect(counts.append)
    job = add("running")
    add("waiting")
    fake_engine.say(finished(job.id))
    assert counts[-1] == 1 and max(counts) == 2


def test_progress_is_told_as_it_comes(panel: QueuePanel, add: Add, fake_engine: FakeEngineClient) -> None:
    job = add("running")
    index = panel.view.model().index(0, 0)

    def said() -> str:
        return str(index.data(Qt.ItemDataRole.AccessibleTextRole)).partition("\n")[2]

    assert said() == "Running: Starting…"
    fake_engine.say(Loading(job=job.id, checkpoint="pocket-text", fraction=0.5))
    assert said() == "Running: Loading the checkpoint · 50 %"
    fake_engine.say(stepped(job.id, 3, 16))
    assert said().startswith("Running: Step 3 of 16")
    fake_engine.say(Cancelled(job=job.id))
    assert said() == "Cancelled at step 3 of 16"


def test_a_job_that_an_engine_took_along_says_so_and_is_offered_again(
    panel: QueuePanel, jobs: Jobs, add: Add, qtbot: QtBot, fake_engine: FakeEngineClient
) -> None:
    job = add("lost")
    fake_engine.die("The engine ended unexpectedly; it starts again.")
    fake_engine.say(ready())
    panel.select(job.id)
    assert "ended unexpectedly" in panel.view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    key(qtbot, panel, Qt.Key.Key_R)
    assert [each.state.value for each in jobs.all()] == ["interrupted", "running"]


def test_a_row_has_room_for_what_it_says(panel: QueuePanel, add: Add, fake_engine: FakeEngineClient) -> None:
    def height() -> int:
        return panel.view.itemDelegate().sizeHint(QStyleOptionViewItem(), panel.view.model().index(0, 0)).height()

    job = add("bad")
    running = height()
    fake_engine.say(Failed(job=job.id, sentence="A sentence of so many words that it takes two lines in the list."))
    assert height() != running


def test_a_painted_button_says_what_it_does(panel: QueuePanel, add: Add, qtbot: QtBot) -> None:
    add("running")
    index = panel.view.model().index(0, 0)
    at = boxes(content(panel.view, 0), 1)[0].center()
    option = QStyleOptionViewItem()
    option.rect = panel.view.visualRect(index)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, at, panel.view.viewport().mapToGlobal(at))
    assert panel._row.helpEvent(event, panel.view, option, index)
    qtbot.waitUntil(lambda: QToolTip.text() == "Stop (Del)")
    QToolTip.hideText()


def test_many_jobs_can_be_scrolled(panel: QueuePanel, add: Add, qtbot: QtBot) -> None:
    for number in range(60):
        add(str(number))
    qtbot.waitUntil(lambda: panel.view.verticalScrollBar().maximum() > 0)
    assert not panel.view.horizontalScrollBar().isVisible()


def test_a_list_of_old_jobs_is_shown_at_the_start(jobs: Jobs, add: Add, fake_engine: FakeEngineClient) -> None:
    fake_engine.say(finished(add("old").id))
    assert JobList(jobs).rowCount() == 1
