"""The steps in time: following, going back, playing again; with the mouse and with the keyboard."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio import theme
from studio.previews.scrubber import Scrubber
from studio.previews.timeline import Timeline
from tests.studio.previews.runs import run

pytestmark = pytest.mark.gui


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(800, 48)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    made.set_noun("masked")
    return made


def shown(timeline: Timeline) -> int | None:
    step = timeline.current()
    return step.step if step else None


def scrubber(timeline: Timeline) -> Scrubber:
    found = timeline.findChild(Scrubber)
    assert isinstance(found, Scrubber)
    return found


def play_button(timeline: Timeline) -> QToolButton:
    found = timeline.findChild(QToolButton)
    assert isinstance(found, QToolButton)
    return found


def live_button(timeline: Timeline) -> QPushButton:
    found = timeline.findChild(QPushButton)
    assert isinstance(found, QPushButton)
    return found


def caption(timeline: Timeline) -> str:
    return next(label.text() for label in timeline.findChildren(QLabel))


def press(qtbot: QtBot, timeline: Timeline, *strokes: Qt.Key) -> None:
    for stroke in strokes:
        qtbot.keyClick(scrubber(timeline), stroke)


def click(qtbot: QtBot, timeline: Timeline, step: int, of: int) -> None:
    bar = scrubber(timeline)
    x = 5 + round((bar.width() - 10) * (step - 0.5) / of)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(x, bar.height() // 2))


def test_a_run_is_followed_live(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.begin(4)
    assert shown(timeline) is None and caption(timeline) == "No step yet"
    for step in run(4):
        with qtbot.waitSignal(timeline.moved):
            timeline.add([step])
        assert timeline.current() is step and timeline.moving()
    assert caption(timeline) == "Step 4 of 4 · 0 % masked · 1.5 s"


def test_a_step_without_a_preview_moves_nothing(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.begin(4)
    first, second, *_ = run(4, dropped=[2])
    timeline.add([first])
    with qtbot.assertNotEmitted(timeline.moved):
        timeline.add([second])
    assert timeline.current() is first


def test_going_back_stops_the_following_and_live_resumes_it(timeline: Timeline, qtbot: QtBot) -> None:
    steps = run(6)
    timeline.begin(6)
    for step in steps[:4]:
        timeline.add([step])
    assert not live_button(timeline).isVisible()
    click(qtbot, timeline, 2, of=6)
    assert shown(timeline) == 2 and not timeline.moving() and live_button(timeline).isVisible()
    timeline.add([steps[4]])
    assert shown(timeline) == 2
    live_button(timeline).click()
    assert shown(timeline) == 5 and timeline.moving() and not live_button(timeline).isVisible()
    timeline.add([steps[5]])
    assert shown(timeline) == 6


def test_going_to_the_newest_step_follows_again(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.begin(6)
    for step in run(6)[:3]:
        timeline.add([step])
    press(qtbot, timeline, Qt.Key.Key_Home)
    assert not timeline.moving()
    press(qtbot, timeline, Qt.Key.Key_End)
    assert timeline.moving()


def test_holding_stands_still(timeline: Timeline) -> None:
    timeline.begin(4)
    first, second, *_ = run(4)
    timeline.add([first])
    timeline.hold()
    timeline.add([second])
    assert timeline.current() is first and live_button(timeline).isVisible()


def test_the_end_of_a_run_needs_no_live_button(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.begin(4)
    for step in run(4):
        timeline.add([step])
    press(qtbot, timeline, Qt.Key.Key_Home)
    timeline.set_live(False)
    assert shown(timeline) == 1 and not live_button(timeline).isVisible() and not timeline.at_end()
    press(qtbot, timeline, Qt.Key.Key_End)
    assert timeline.at_end()


def test_a_finished_run_stands_at_its_last_step(timeline: Timeline) -> None:
    timeline.set_steps(run(5))
    assert shown(timeline) == 5 and timeline.at_end() and not timeline.moving()
    assert [step.step for step in timeline.earlier()] == [1, 2, 3, 4]


def test_keys_go_from_step_to_step_that_can_be_shown(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.set_steps(run(6, dropped=[2, 3]))
    press(qtbot, timeline, Qt.Key.Key_Home)
    assert shown(timeline) == 1
    press(qtbot, timeline, Qt.Key.Key_Left)
    assert shown(timeline) == 1
    press(qtbot, timeline, Qt.Key.Key_Right)
    assert shown(timeline) == 4
    press(qtbot, timeline, Qt.Key.Key_Left)
    assert shown(timeline) == 1
    press(qtbot, timeline, Qt.Key.Key_End, Qt.Key.Key_Right)
    assert shown(timeline) == 6


def test_a_click_on_a_dropped_step_goes_to_the_nearest_kept(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.set_steps(run(8, dropped=[4, 5, 6]))
    click(qtbot, timeline, 6, of=8)
    assert shown(timeline) == 7
    click(qtbot, timeline, 4, of=8)
    assert shown(timeline) == 3


def test_a_drag_passes_through_the_steps(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.set_steps(run(4))
    bar, seen = scrubber(timeline), []
    timeline.moved.connect(lambda: seen.append(shown(timeline)))
    click(qtbot, timeline, 1, of=4)
    click(qtbot, timeline, 3, of=4)
    assert seen == [1, 3] and bar.value() == 3


def test_a_run_is_played_again_from_the_start_to_the_end(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.set_steps(run(5))
    seen: list[int | None] = []
    timeline.moved.connect(lambda: seen.append(shown(timeline)))
    play_button(timeline).click()
    assert timeline.moving() and play_button(timeline).accessibleName() == "Pause"
    qtbot.waitUntil(timeline.at_end, timeout=10_000)
    qtbot.waitUntil(lambda: not timeline.moving(), timeout=10_000)
    assert [step for i, step in enumerate(seen) if step not in seen[:i]] == [1, 2, 3, 4, 5]


def test_playing_can_be_paused_and_goes_on_from_there(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.set_steps(run(6))
    press(qtbot, timeline, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: shown(timeline) == 3, timeout=10_000)
    press(qtbot, timeline, Qt.Key.Key_Space)
    assert not timeline.moving() and shown(timeline) == 3
    press(qtbot, timeline, Qt.Key.Key_Space)
    assert timeline.moving() and shown(timeline) == 3


def test_playing_up_to_a_run_that_goes_on_follows_it(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.begin(8)
    for step in run(8)[:3]:
        timeline.add([step])
    timeline.toggle_play()
    assert shown(timeline) == 1
    qtbot.waitUntil(lambda: not live_button(timeline).isVisible(), timeout=10_000)
    assert shown(timeline) == 3 and timeline.moving()


def test_one_step_cannot_be_played(timeline: Timeline) -> None:
    timeline.set_steps(run(1))
    assert not play_button(timeline).isEnabled()


def test_another_run_begins_from_nothing(timeline: Timeline) -> None:
    timeline.set_steps(run(5))
    timeline.begin(3)
    assert shown(timeline) is None and timeline.earlier() == []


def test_columns_rise_with_what_is_revealed(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.set_steps(run(4))
    bar = scrubber(timeline)
    picture, column = bar.grab().toImage(), (bar.width() - 10) / 4
    colours = theme.colours()

    def height(step: int, colour: str) -> int:
        x = round(5 + column * (step - 0.5))
        return sum(picture.pixelColor(x, y) == QColor(colour) for y in range(picture.height()))

    assert (
        0 < height(1, colours.muted) < height(2, colours.muted) < height(3, colours.muted) < height(4, colours.accent)
    )


def test_the_scrubber_says_its_step_to_those_who_do_not_see_it(timeline: Timeline) -> None:
    timeline.set_steps(run(5))
    interface = QAccessible.queryAccessibleInterface(scrubber(timeline))
    assert interface.role() == QAccessible.Role.Slider
    assert interface.valueInterface().currentValue() == 5
    assert interface.text(QAccessible.Text.Description).startswith("Step 5 of 5")


def test_every_control_has_an_accessible_name(timeline: Timeline, unnamed: Callable[[QWidget], list[str]]) -> None:
    timeline.begin(4)
    timeline.add([run(4)[0]])
    timeline.hold()
    assert unnamed(timeline) == []
