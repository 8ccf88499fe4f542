"""The stage: a run from its first step to its last, and back."""

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QProgressBar, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio.previews.flow import Flow
from studio.previews.sound_view import SoundView
from studio.previews.stage import Stage
from studio.previews.text_view import TextView
from studio.previews.timeline import Timeline
from studio.previews.times import duration
from studio.previews.tokens import Unit
from studio.previews.views import VIEWS
from tests.studio.previews import spoken
from tests.studio.previews.runs import SENTENCE, run

pytestmark = pytest.mark.gui


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    made = Stage()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def view(stage: Stage) -> TextView:
    found = stage.findChild(TextView)
    assert isinstance(found, TextView)
    return found


def timeline(stage: Stage) -> Timeline:
    found = stage.findChild(Timeline)
    assert isinstance(found, Timeline)
    return found


def words(stage: Stage) -> str:
    return " | ".join(label.text() for label in stage.findChildren(QLabel) if label.isVisible())


def heard(stage: Stage) -> str:
    return view(stage).canvas.accessibleDescription()


def select(qtbot: QtBot, stage: Stage, unit: int) -> None:
    canvas = view(stage).canvas
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.boxes(unit)[0].center())


def test_there_is_a_view_for_text() -> None:
    assert VIEWS["text"] is TextView


def test_there_is_a_view_for_sound(stage: Stage, qtbot: QtBot) -> None:
    assert VIEWS["sound"] is SoundView
    with qtbot.waitSignal(stage.view_made) as made:
        stage.set_steps(spoken.run(4))
    [sound_view] = made.args
    assert isinstance(sound_view, SoundView) and sound_view.isVisible()
    assert sound_view.canvas.scene.passages == (spoken.run(4)[-1].preview,)
    assert timeline(stage)._noun == "noise"


def test_a_finished_sound_is_shown_even_without_its_steps(stage: Stage) -> None:
    stage.set_placeholder(QLabel("Say something"))
    stage.set_steps([])
    stage.show_work(spoken.work())
    [sound_view] = stage.findChildren(SoundView)
    assert sound_view.isVisible() and sound_view.heard is not None
    assert "Say something" not in words(stage)


def test_passages_before_the_one_that_is_made_stay_in_sight(stage: Stage) -> None:
    stage.begin("Rain", 8)
    for step in (*spoken.run(4), *spoken.run(4, start=2.0)):
        stage.add_steps([step])
    [sound_view] = stage.findChildren(SoundView)
    assert [preview.start for preview in sound_view.canvas.scene.passages] == [0.0, 2.0]


def test_keys_of_a_view_work_on_the_timeline_too(stage: Stage, qtbot: QtBot) -> None:
    stage.set_steps(spoken.run(4))
    [sound_view] = stage.findChildren(SoundView)
    timeline(stage).setFocus()
    with qtbot.waitSignal(sound_view.listen_requested) as asked:
        qtbot.keyClick(timeline(stage), Qt.Key.Key_H)
    assert asked.args == [spoken.run(4)[-1].preview]
    stage.set_steps(run(4))
    with qtbot.assertNotEmitted(sound_view.listen_requested):
        qtbot.keyClick(timeline(stage), Qt.Key.Key_H)


def test_an_empty_stage_shows_its_placeholder(stage: Stage) -> None:
    stage.set_placeholder(QLabel("Write something"))
    assert "Write something" in words(stage)
    stage.begin("Rain", 4)
    assert "Write something" not in words(stage)
    stage.clear()
    assert "Write something" in words(stage) and stage.current() is None


def test_a_first_step_is_laid_out_once_in_the_width_it_is_seen_in(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    widths = []

    class Watched(Flow):
        def __init__(self, units: Sequence[Unit], font: QFont, width: float) -> None:
            super().__init__(units, font, width)
            widths.extend([width] if units else [])

    monkeypatch.setattr("studio.previews.token_canvas.Flow", Watched)
    stage.begin("A run", 4)
    stage.add_steps([run(4)[0]])
    QApplication.processEvents()
    assert len(widths) == 1
    stage.resize(900, 640)
    QApplication.processEvents()
    assert len(widths) == 1  # another height changes no line


def test_a_run_is_shown_step_by_step(stage: Stage) -> None:
    stage.begin("Rain", 4)
    assert "Rain" in words(stage) and "Waiting for the first step" in words(stage)
    for step in run(4):
        stage.add_steps([step])
        assert stage.current() is step
    assert heard(stage) == "".join(SENTENCE)


def test_progress_tells_the_step_and_the_time_left(stage: Stage) -> None:
    stage.begin("Rain", 17)
    stage.set_status("Writing")
    steps = run(17)
    stage.add_steps([steps[0]])
    assert "Writing · step 1 of 17 |" in words(stage), "the first step alone says nothing of the pace"
    stage.add_steps([steps[1]])
    stage.add_steps([steps[2]])
    assert "Writing · step 3 of 17 · 4 s left" in words(stage)
    bar = stage.findChild(QProgressBar)
    assert isinstance(bar, QProgressBar) and (bar.value(), bar.maximum()) == (3, 17)
    stage.set_live(False)
    stage.set_status("Finished in 2.1 s")
    assert "Finished in 2.1 s |" in words(stage) and not bar.isVisible()


def test_times_are_said_in_words() -> None:
    assert [duration(seconds) for seconds in (0.4, 12.3, 200)] == ["under a second", "12 s", "3 min"]


def test_a_finished_run_is_shown_at_its_end_and_can_be_scrubbed(stage: Stage) -> None:
    stage.set_steps(run(4))
    assert heard(stage) == "".join(SENTENCE)
    timeline(stage).toggle_play()
    timeline(stage).toggle_play()
    step = stage.current()
    assert step is not None and step.step == 1 and "___" in heard(stage)


def test_a_finished_text_is_plain_and_its_steps_are_coloured(stage: Stage, qtbot: QtBot) -> None:
    stage.begin("Rain", 4)
    for step in run(4):
        stage.add_steps([step])
    assert view(stage).canvas.tint == 1.0
    stage.set_live(False)
    qtbot.waitUntil(lambda: view(stage).canvas.tint == 0.0)
    qtbot.keyClick(timeline(stage), Qt.Key.Key_Space)
    assert view(stage).canvas.tint == 1.0


def test_taking_hold_of_a_token_stops_the_following(stage: Stage, qtbot: QtBot) -> None:
    steps = run(4)
    stage.begin("Rain", 4)
    stage.add_steps([steps[0]])
    select(qtbot, stage, 1)
    stage.add_steps([steps[1]])
    assert stage.current() is steps[0]
    next(b for b in stage.findChildren(QPushButton) if b.text() == "Live").click()
    assert stage.current() is steps[1]


def test_a_draft_of_a_step_held_while_the_run_goes_on_is_run_again(stage: Stage, qtbot: QtBot) -> None:
    steps = run(4)
    stage.begin("Rain", 4)
    stage.add_steps([steps[1]])
    select(qtbot, stage, 2)
    qtbot.keyClick(view(stage).canvas, Qt.Key.Key_L)
    stage.add_steps([steps[2]])
    with qtbot.waitSignal(stage.rerun_requested) as asked:
        qtbot.keyClick(view(stage).canvas, Qt.Key.Key_R)
    assert asked.args == [(100, 101, 102, 103, 104, 105, -1, -1, -1), (0, 1, 2)]


def test_a_finished_text_is_run_again_from_what_was_remasked(stage: Stage, qtbot: QtBot) -> None:
    stage.set_steps(run(4))
    select(qtbot, stage, 4)
    qtbot.keyClick(view(stage).canvas, Qt.Key.Key_M)
    with qtbot.waitSignal(stage.rerun_requested) as asked:
        qtbot.keyClick(view(stage).canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [(100, 101, 102, 103, -1, 105, 106, 107, 108), (0, 1)]


def test_a_stopped_run_offers_to_go_on(stage: Stage, qtbot: QtBot) -> None:
    stage.begin("Rain", 4)
    for step in run(4)[:2]:
        stage.add_steps([step])
    stage.set_live(False)
    rerun = next(b for b in stage.findChildren(QPushButton) if b.text() == "Run again from here")
    with qtbot.waitSignal(stage.rerun_requested) as asked:
        rerun.click()
    assert asked.args is not None and asked.args[0].count(-1) == 3


def test_another_run_forgets_the_edits_of_the_last(stage: Stage, qtbot: QtBot) -> None:
    stage.set_steps(run(4))
    select(qtbot, stage, 4)
    qtbot.keyClick(view(stage).canvas, Qt.Key.Key_M)
    stage.begin("Again", 4)
    stage.add_steps([run(4)[3]])
    assert view(stage).draft() is None


def test_space_plays_wherever_the_focus_is(stage: Stage, qtbot: QtBot) -> None:
    stage.set_steps(run(6))
    view(stage).canvas.setFocus()
    qtbot.keyClick(view(stage).canvas, Qt.Key.Key_Space)
    assert timeline(stage).moving()


def test_the_toggles_of_the_view_stand_in_the_toolbar(stage: Stage) -> None:
    stage.set_steps(run(4))
    toggles = {b.text(): b for b in stage.findChildren(QToolButton) if b.defaultAction() is not None}
    assert set(toggles) == {"Show guesses", "Confidence colours"}
    toggles["Show guesses"].click()
    assert view(stage).canvas.guesses


def test_the_legend_says_what_the_colours_mean(stage: Stage) -> None:
    stage.set_steps(run(4))
    for word in ("less sure", "sure", "masked", "just revealed", "from you", "locked"):
        assert word in words(stage)


def test_every_control_has_an_accessible_name(stage: Stage, unnamed: Callable[[QWidget], list[str]]) -> None:
    stage.begin("Rain", 4)
    stage.add_steps([run(4)[0]])
    assert unnamed(stage) == []


def test_tab_goes_through_everything_in_the_order_of_sight(stage: Stage, qtbot: QtBot) -> None:
    stage.begin("Rain", 4)
    for step in run(4)[:3]:
        stage.add_steps([step])
    timeline(stage).hold()
    view(stage).set_phase("held")
    first = next(b for b in stage.findChildren(QToolButton) if b.text() == "Show guesses")
    qtbot.waitUntil(first.isVisible)
    first.setFocus()
    names = []
    for _ in range(sum(tabbed(child) for child in stage.findChildren(QWidget))):
        names.append(stage.focusWidget().accessibleName())
        qtbot.keyClick(stage.focusWidget(), Qt.Key.Key_Tab)
    assert names == [
        "Show guesses",
        "Confidence colours",
        "Text preview",
        "Run again from here",
        "Play the run again",
        "Steps of the run",
        "Follow the run live",
    ]


def tabbed(widget: QWidget) -> bool:
    own = widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None
    return own and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
