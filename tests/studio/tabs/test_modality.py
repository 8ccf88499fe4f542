"""The tab, with the real queue and library and an engine that is only a voice."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.api.cards import ModelCard
from engine.api.messages import Adjust, Cancel, Cancelled, Failed, Generate, Loading
from engine.api.requests import TextRequest
from studio.state.hearing import Hearing
from studio.state.job import Job, JobState
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.session import Session
from studio.tabs.modality import ModalityTab
from tests.studio.fake_engine import FakeEngineClient, finished, stepped, text_card

Make = Callable[..., ModalityTab]


@pytest.fixture
def make(qtbot: QtBot, jobs: Jobs, library: Library, session: Session, hearing: Hearing) -> Make:
    def made(*cards: ModelCard) -> ModalityTab:
        tab = ModalityTab("text", TextRequest, cards or [text_card(options={})], jobs, library, session, hearing)
        qtbot.addWidget(tab)
        tab.resize(1000, 700)
        tab.show()
        tab.activateWindow()
        return tab

    return made


@pytest.fixture
def tab(make: Make) -> ModalityTab:
    return make()


def button(tab: ModalityTab, name: str) -> QAbstractButton:
    """The visible button that is called so."""
    found = [each for each in tab.findChildren(QAbstractButton) if each.accessibleName() == name and each.isVisible()]
    assert len(found) == 1, f"{len(found)} buttons are called {name}"
    return found[0]


def seen(tab: ModalityTab, name: str) -> bool:
    return any(each.accessibleName() == name and each.isVisible() for each in tab.findChildren(QAbstractButton))


def hint(tab: ModalityTab) -> str:
    return tab.bar._hint.text().strip()


def prompt(tab: ModalityTab) -> QPlainTextEdit:
    return tab.form.findChild(QPlainTextEdit)  # type: ignore[return-value]


def running(jobs: Jobs) -> Job:
    job = jobs.running()
    assert job is not None
    return job


def step(tab: ModalityTab) -> int:
    """The step that is seen; 0 before the first."""
    current = tab.stage.current()
    return current.step if current else 0


def finish(engine: FakeEngineClient, jobs: Jobs, text: str = "once there was a river") -> None:
    job = running(jobs)
    for k in (1, 2):
        engine.say(stepped(job.id, k, 2, text))
    engine.say(finished(job.id, text, job.request))


# --- generating ---


def test_generate_sends_what_the_form_asks_for(tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    prompt(tab).insertPlainText("एक दिन")
    button(tab, "Generate").click()
    [sent] = fake_engine.commands(Generate)
    assert isinstance(sent, Generate)
    assert sent.request.prompt == "एक दिन" and sent.job == running(jobs).id


def test_the_drawn_seed_is_shown_and_the_next_one_is_another(tab: ModalityTab, jobs: Jobs) -> None:
    tab.generate()
    tab.generate()
    first, second = (job.request.seed for job in jobs.all())
    assert first != second
    assert tab.form.values()["fields"]["seed"] == second


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_control_and_enter_generates_once_from_anywhere(
    tab: ModalityTab, jobs: Jobs, qtbot: QtBot, key: Qt.Key
) -> None:
    spin = tab.form.findChildren(QDoubleSpinBox)[0]
    for times, widget in enumerate((prompt(tab), spin, tab.stage), start=1):
        widget.setFocus()
        qtbot.keyClick(widget, key, Qt.KeyboardModifier.ControlModifier)
        assert len(jobs.all()) == times
    assert prompt(tab).toPlainText() == ""


def test_generating_while_one_runs_adds_to_the_queue(tab: ModalityTab, jobs: Jobs) -> None:
    for _ in range(3):
        tab.generate()
    assert [job.state for job in jobs.all()] == [JobState.running, JobState.waiting, JobState.waiting]
    assert hint(tab) == "2 waiting"


def test_what_is_wrong_is_said_and_nothing_is_sent(tab: ModalityTab, jobs: Jobs) -> None:
    tab.use_settings(TextRequest(prompt="x" * 10_001))
    tab.generate()
    assert jobs.all() == []
    assert hint(tab) == "Change what is marked above, then generate."
    prompt(tab).textCursor().deletePreviousChar()
    assert hint(tab) == ""
    tab.generate()
    assert len(jobs.all()) == 1


def test_a_complaint_outlasts_the_steps_of_a_running_job(
    tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    tab.generate()
    tab.use_settings(TextRequest(prompt="x" * 10_001))
    tab.generate()
    fake_engine.say(stepped(running(jobs).id, 1, 16))
    assert hint(tab).startswith("Change what is marked")


def test_a_job_waits_for_an_engine_that_is_not_ready_and_says_so(
    make: Make, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    fake_engine.die()
    tab = make()
    tab.generate()
    assert hint(tab) == "Begins as soon as the engine is ready."
    assert tab.viewer.job is not None and tab.viewer.job.state is JobState.waiting
    fake_engine.come_up()
    assert hint(tab) == "" and tab.viewer.shows(running(jobs))


def test_an_example_on_the_empty_stage_fills_the_form_and_begins(tab: ModalityTab, jobs: Jobs) -> None:
    assert tab.stage.current() is None
    button(tab, "Example: एक गाँव में").click()
    request = running(jobs).request
    assert (request.prompt, request.language) == ("एक गाँव में", "hindi")
    assert prompt(tab).toPlainText() == "एक गाँव में"


# --- stopping ---


def test_stop_says_so_at_once_and_ends_this_job_alone(
    tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    assert not button(tab, "Stop").isEnabled()
    tab.generate()
    tab.generate()
    first = running(jobs)
    button(tab, "Stop").click()
    assert button(tab, "Stop").text() == "Stopping…" and not button(tab, "Stop").isEnabled()
    assert fake_engine.commands(Cancel) == [Cancel(job=first.id)]
    fake_engine.say(Cancelled(job=first.id))
    assert running(jobs).id != first.id
    assert button(tab, "Stop").text() == "Stop" and button(tab, "Stop").isEnabled()


def test_escape_stops_wherever_the_focus_is(tab: ModalityTab, qtbot: QtBot, fake_engine: FakeEngineClient) -> None:
    combo = next(box for box in tab.form.findChildren(QComboBox) if box.isVisible())
    for widget in (prompt(tab), combo, tab.form.findChildren(QDoubleSpinBox)[0]):
        fake_engine.sent.clear()
        tab.generate()
        qtbot.keyClick(widget, Qt.Key.Key_Escape)
        [cancel] = fake_engine.commands(Cancel)
        assert isinstance(cancel, Cancel)
        fake_engine.say(Cancelled(job=cancel.job))


def test_stop_takes_back_a_job_that_waits_for_the_engine(make: Make, jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    fake_engine.die()
    tab = make()
    tab.generate()
    button(tab, "Stop").click()
    assert [job.state for job in jobs.all()] == [JobState.cancelled]
    assert not button(tab, "Stop").isEnabled() and seen(tab, "Run again")


# --- what is shown ---


def test_the_running_job_is_seen_step_by_step(tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    tab.generate()
    fake_engine.say(Loading(job=running(jobs).id, checkpoint="pocket-text", fraction=0.4))
    for k in (1, 2, 3):
        fake_engine.say(stepped(running(jobs).id, k, 16))
        assert step(tab) == k


def test_the_next_job_takes_the_stage_when_one_is_finished(
    tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    tab.generate()
    tab.generate()
    finish(fake_engine, jobs)
    assert tab.viewer.shows(running(jobs)) and tab.work() is None
    fake_engine.say(stepped(running(jobs).id, 1, 16))
    assert step(tab) == 1


def test_a_finished_work_can_be_copied_exported_and_kept(
    tab: ModalityTab, jobs: Jobs, library: Library, fake_engine: FakeEngineClient, qtbot: QtBot
) -> None:
    tab.generate()
    assert not seen(tab, "Copy")
    finish(fake_engine, jobs, "नदी के किनारे")
    [work] = library.all()
    assert tab.work() == work
    button(tab, "Copy").click()
    assert QApplication.clipboard().text() == "नदी के किनारे"
    with qtbot.waitSignal(tab.export_requested) as exported:
        button(tab, "Export…").click()
    assert exported.args == [work]
    button(tab, "Favourite").click()
    assert library.all()[0].favourite
    library.set_favourite(work.id, False)
    assert not button(tab, "Favourite").isChecked()


def test_a_work_that_is_deleted_leaves_the_stage(
    tab: ModalityTab, jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    tab.generate()
    finish(fake_engine, jobs)
    library.delete(library.all()[0].id)
    assert tab.work() is None and tab.stage.current() is None and not seen(tab, "Copy")


def test_an_opened_work_stays_while_others_run_until_the_user_goes_back(
    tab: ModalityTab, jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    tab.generate()
    finish(fake_engine, jobs)
    [work] = library.all()
    tab.generate()
    tab.generate()
    tab.show_work(work)
    assert tab.work() == work and step(tab) == 2
    fake_engine.say(stepped(running(jobs).id, 1, 16))
    assert step(tab) == 2
    finish(fake_engine, jobs)
    assert tab.work() == work
    button(tab, "Show the running one").click()
    assert tab.viewer.shows(running(jobs)) and not seen(tab, "Show the running one")


def test_going_back_to_the_running_job_brings_all_its_steps(
    tab: ModalityTab, jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    tab.generate()
    finish(fake_engine, jobs)
    tab.generate()
    tab.show_work(library.all()[0])
    for k in (1, 2, 3):
        fake_engine.say(stepped(running(jobs).id, k, 16))
    button(tab, "Show the running one").click()
    assert step(tab) == 3


@pytest.mark.parametrize("end", ["cancelled", "failed", "died"])
def test_a_run_that_came_to_nothing_can_be_run_again(
    tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient, end: str
) -> None:
    tab.generate()
    first = running(jobs)
    if end == "cancelled":
        fake_engine.say(Cancelled(job=first.id))
    elif end == "failed":
        fake_engine.say(Failed(job=first.id, sentence="The checkpoint is gone; choose another."))
    else:
        fake_engine.die()
        fake_engine.come_up()
    button(tab, "Run again").click()
    assert running(jobs).id != first.id and running(jobs).request == first.request
    assert not seen(tab, "Run again")


def test_steps_of_a_stopped_run_can_still_be_looked_at(
    tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    tab.generate()
    job = running(jobs)
    fake_engine.say(stepped(job.id, 1, 16))
    fake_engine.say(stepped(job.id, 2, 16))
    fake_engine.say(Cancelled(job=job.id))
    assert step(tab) == 2


def test_a_waiting_job_that_is_taken_off_the_queue_leaves_the_stage(
    make: Make, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    fake_engine.die()
    tab = make()
    tab.generate()
    jobs.remove(jobs.all()[0].id)
    assert tab.viewer.job is None and not button(tab, "Stop").isEnabled() and hint(tab) == ""


def test_a_tab_that_is_made_while_a_job_runs_shows_it(make: Make, jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    make().generate()
    fake_engine.say(stepped(running(jobs).id, 1, 16))
    assert step(make()) == 1


# --- settings ---


def test_live_knobs_reach_the_running_job_and_no_other(
    tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    def turn(name: str, index: int) -> None:
        tab.form._rows[name].editor.findChild(QSlider).setValue(index)

    turn("guidance", 10)
    assert fake_engine.commands(Adjust) == []
    tab.generate()
    turn("guidance", 15)
    turn("gamma", 4)
    turn("temperature", 4)
    job = running(jobs).id
    assert fake_engine.commands(Adjust) == [Adjust(job=job, guidance=2.5), Adjust(job=job, gamma=0.2)]


def test_settings_of_a_work_fill_the_form_and_make_the_same_again(tab: ModalityTab, jobs: Jobs) -> None:
    request = TextRequest(prompt="old", steps=7, seed=123, sway=0.5)
    tab.use_settings(request)
    tab.generate()
    assert running(jobs).request == request


def undo(tab: ModalityTab) -> QPushButton:
    [button] = [each for each in tab.bar.findChildren(QPushButton) if each.text() == "Undo"]
    return button


def test_what_settings_replaced_can_be_had_back(tab: ModalityTab, session: Session) -> None:
    prompt(tab).insertPlainText("half-typed")
    tab.form._rows["steps"].editor.findChild(QSlider).setValue(6)
    assert undo(tab).isHidden()
    height = tab.bar.sizeHint().height()
    tab.use_settings(TextRequest(prompt="old", steps=7, seed=123))
    assert not undo(tab).isHidden() and tab.bar.sizeHint().height() == height
    undo(tab).click()
    request = tab.form.request()
    assert (request.prompt, request.steps) == ("half-typed", 7) and request.seed != 123
    assert undo(tab).isHidden() and session.recall("tab.text", {})["fields"]["prompt"] == "half-typed"


def test_after_a_change_by_hand_nothing_is_taken_back(tab: ModalityTab) -> None:
    tab.use_settings(TextRequest(prompt="old"))
    prompt(tab).insertPlainText("and ")
    assert undo(tab).isHidden()


def test_a_rerun_from_the_preview_is_queued_with_its_draft(
    tab: ModalityTab, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    prompt(tab).insertPlainText("mine")
    tab.generate()
    first = running(jobs).request
    prompt(tab).insertPlainText(", half-typed")
    tab.stage.rerun_requested.emit((3, -1, 5), (0,))
    request = jobs.all()[-1].request
    assert (request.prompt, request.draft, request.locked) == ("mine", (3, -1, 5), (0,))
    assert request.seed != first.seed
    tab.generate()
    assert jobs.all()[-1].request.draft == ()


def test_a_rerun_of_an_opened_work_keeps_its_settings(
    tab: ModalityTab, jobs: Jobs, library: Library, fake_engine: FakeEngineClient
) -> None:
    tab.use_settings(TextRequest(prompt="old", language="hindi", temperature=0.1, seed=4))
    tab.generate()
    finish(fake_engine, jobs)
    tab.form.reset()
    [work] = library.all()
    tab.show_work(work)
    tab.stage.rerun_requested.emit((3, -1), ())
    request = running(jobs).request
    assert msgspec.structs.replace(request, seed=4) == msgspec.structs.replace(work.request, draft=(3, -1))


def test_a_half_typed_form_comes_back_in_the_next_session(make: Make, session: Session) -> None:
    tab = make()
    prompt(tab).insertPlainText("half-ty")
    tab.form._rows["steps"].editor.findChild(QSlider).setValue(6)
    session.flush()
    again = make()
    assert prompt(again).toPlainText() == "half-ty"
    assert again.form.request().steps == 7


def test_the_width_of_the_form_comes_back(make: Make, session: Session) -> None:
    session.remember("split.text", 420)
    tab = make()
    assert abs(tab.form.width() - 420) <= 12


def test_garbage_in_the_session_is_no_harm(make: Make, session: Session) -> None:
    session.remember("tab.text", {"fields": [1], "locked": {}})
    session.remember("split.text", ["a"])
    assert make().form.request().prompt == ""


# --- everybody can use it ---


def test_every_control_has_a_name(make: Make, jobs: Jobs, fake_engine: FakeEngineClient) -> None:
    tab = make(text_card(options={}), text_card(id="other"))
    unnamed = []
    for _ in range(2):
        for widget in tab.findChildren(QWidget):
            takes_focus = widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            spoken = QAccessible.queryAccessibleInterface(widget)
            if takes_focus and not widget.focusProxy() and not spoken.text(QAccessible.Text.Name):
                unnamed.append(widget)
        tab.generate()
        finish(fake_engine, jobs)
    assert [(type(each).__name__, type(each.parent()).__name__) for each in unnamed] == []


def test_the_keyboard_goes_through_the_form_to_generate(tab: ModalityTab, qtbot: QtBot) -> None:
    prompt(tab).setFocus()
    qtbot.waitUntil(prompt(tab).hasFocus)
    visited: list[Any] = []
    for _ in range(40):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        visited.append(QApplication.focusWidget())
        if visited[-1] is tab.bar._generate:
            break
    assert visited[-1] is tab.bar._generate
    assert not any(isinstance(widget, QSlider) for widget in visited)
