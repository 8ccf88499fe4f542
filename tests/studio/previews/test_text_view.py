"""The text preview as its reader meets it: what is drawn, what mouse and keyboard select, what becomes of it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from studio import theme
from studio.previews.text_view import TextView
from tests.studio.previews.runs import SENTENCE, preview

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("OpenType support missing")]

LEFT = Qt.MouseButton.LeftButton
Unnamed = Callable[[QWidget], list[str]]
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
MASKED = (4, 5, 8)


@pytest.fixture
def view(qtbot: QtBot) -> TextView:
    """One step of a run: two words of the prompt, three tokens masked."""
    made = TextView()
    qtbot.addWidget(made)
    made.resize(640, 360)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    made.show_preview(preview(SENTENCE, MASKED, fixed=(0, 1), confidence=[1, 1, 0.95, 0.7, 0.3, 0.2, 0.1, 0.5, 0.42]))
    made.canvas.setFocus(Qt.FocusReason.MouseFocusReason)
    return made


def selected(view: TextView) -> str:
    return "".join(unit.text for unit in view.canvas.selected())


def middle(view: TextView, unit: int) -> QPoint:
    return view.canvas.boxes(unit)[0].center()


def click(qtbot: QtBot, view: TextView, unit: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    qtbot.mouseClick(view.canvas.viewport(), LEFT, modifiers, middle(view, unit))


def drag(qtbot: QtBot, view: TextView, start: int, stop: int) -> None:
    port = view.canvas.viewport()
    qtbot.mousePress(port, LEFT, pos=middle(view, start))
    move_to(view, middle(view, stop))
    qtbot.mouseRelease(port, LEFT, pos=middle(view, stop))


def move_to(view: TextView, point: QPoint) -> None:
    """With the left button down, which qtbot.mouseMove does not know."""
    port = view.canvas.viewport()
    move = QMouseEvent(QEvent.Type.MouseMove, point.toPointF(), port.mapToGlobal(point).toPointF(), LEFT, LEFT, NONE)
    QApplication.sendEvent(port, move)


def keys(qtbot: QtBot, view: TextView, *strokes: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    for stroke in strokes:
        qtbot.keyClick(view.canvas, stroke, modifiers)


def ground(view: TextView, unit: int) -> QColor:
    """The colour at the lower edge of a unit, where no letter reaches."""
    picture = view.canvas.viewport().grab().toImage()
    box = view.canvas.boxes(unit)[0]
    ratio = picture.devicePixelRatio()
    return picture.pixelColor(int(box.center().x() * ratio), int((box.top() + 2) * ratio))


def button(view: QWidget, text: str) -> QPushButton:
    return next(made for made in view.findChildren(QPushButton) if made.text() == text)


# what is drawn


def test_masked_tokens_are_blocks_and_revealed_ones_are_tinted_by_confidence(view: TextView) -> None:
    colours = theme.colours()
    assert ground(view, 4) == QColor(colours.masked)
    assert ground(view, 2) == QColor(colours.confidence[4])
    assert ground(view, 3) == QColor(colours.confidence[3])
    assert ground(view, 6) == QColor(colours.confidence[0])


def test_the_prompt_has_a_ground_of_its_own(view: TextView) -> None:
    assert ground(view, 0) == QColor(theme.colours().fixed)


def test_a_block_turns_into_text_when_it_is_revealed(view: TextView) -> None:
    view.show_preview(preview(SENTENCE, (5, 8), fixed=(0, 1)))
    assert ground(view, 4) == QColor(theme.colours().confidence[4])


def test_guesses_are_written_into_the_blocks_on_demand(view: TextView, qtbot: QtBot) -> None:
    before = view.canvas.viewport().grab(view.canvas.boxes(4)[0]).toImage()
    view.toggles()[0].trigger()
    after = view.canvas.viewport().grab(view.canvas.boxes(4)[0]).toImage()
    assert before != after


def test_a_finished_text_is_plain_until_its_reader_wants_the_colours(view: TextView, qtbot: QtBot) -> None:
    colours = view.toggles()[1]
    view.set_phase("done")
    view.show_preview(preview(SENTENCE, fixed=(0, 1)))
    qtbot.waitUntil(lambda: view.canvas.tint == 0.0)
    assert not colours.isChecked()
    assert ground(view, 2) == ground(view, 0), "the ground of the page"
    colours.trigger()
    assert ground(view, 2) == QColor(theme.colours().confidence[4])


def test_the_choice_of_colours_is_remembered_for_finished_texts_and_for_steps(view: TextView) -> None:
    colours = view.toggles()[1]
    finished, step = preview(SENTENCE), preview(SENTENCE, MASKED)
    view.set_phase("done")
    view.show_preview(finished)
    colours.trigger()
    view.clear()
    view.set_phase("moving")
    view.show_preview(step)
    colours.trigger()
    assert not colours.isChecked()
    view.set_phase("done")
    view.show_preview(finished)
    assert colours.isChecked()


def test_a_run_stopped_half_way_keeps_its_colours(view: TextView) -> None:
    view.set_phase("done")
    assert view.canvas.tint == 1.0


def test_the_text_can_be_heard(view: TextView) -> None:
    assert view.canvas.accessibleDescription() == "One rainy evening, ____ a violin___"


def test_a_tooltip_tells_a_guess_and_how_likely_it_is(view: TextView, qtbot: QtBot) -> None:
    port, point = view.canvas.viewport(), middle(view, 8)
    QApplication.sendEvent(port, QHelpEvent(QEvent.Type.ToolTip, point, port.mapToGlobal(point)))
    assert QToolTip.text() == "42 %: ."


# what is selected


def test_a_click_selects_a_token(view: TextView, qtbot: QtBot) -> None:
    click(qtbot, view, 3)
    assert selected(view) == ","
    click(qtbot, view, 2)
    assert selected(view) == " evening"


def test_a_click_beside_the_text_selects_nothing(view: TextView, qtbot: QtBot) -> None:
    click(qtbot, view, 2)
    qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=QPoint(300, 300))
    assert selected(view) == ""


def test_a_drag_selects_what_it_passes(view: TextView, qtbot: QtBot) -> None:
    drag(qtbot, view, 2, 4)
    assert selected(view) == " evening, Meera"
    drag(qtbot, view, 3, 1)
    assert selected(view) == " rainy evening,"


def test_shift_extends_and_control_picks(view: TextView, qtbot: QtBot) -> None:
    click(qtbot, view, 1)
    click(qtbot, view, 3, SHIFT)
    assert selected(view) == " rainy evening,"
    click(qtbot, view, 2, CONTROL)
    assert selected(view) == " rainy,"
    click(qtbot, view, 7, CONTROL)
    assert selected(view) == " rainy, violin"


def test_a_letter_of_several_tokens_is_selected_whole(view: TextView, qtbot: QtBot) -> None:
    view.show_preview(preview(["एक", " क्षा", "", "", "त्र"], fixed=(0,)))
    click(qtbot, view, 1)
    qtbot.keyClick(view.canvas, Qt.Key.Key_M)
    draft = view.draft()
    assert draft is not None and draft[0] == (100, -1, -1, -1, 104)


def test_the_keyboard_moves_and_selects(view: TextView, qtbot: QtBot) -> None:
    keys(qtbot, view, Qt.Key.Key_Right)
    assert selected(view) == "One"
    keys(qtbot, view, Qt.Key.Key_Right, Qt.Key.Key_Right)
    keys(qtbot, view, Qt.Key.Key_Right, modifiers=SHIFT)
    assert selected(view) == " evening,"
    keys(qtbot, view, Qt.Key.Key_Escape)
    assert selected(view) == ""
    keys(qtbot, view, Qt.Key.Key_End)
    assert selected(view) == "."
    keys(qtbot, view, Qt.Key.Key_A, modifiers=CONTROL)
    assert selected(view) == "".join(SENTENCE)


def test_a_selection_stays_while_the_text_changes_around_it(view: TextView, qtbot: QtBot) -> None:
    drag(qtbot, view, 2, 3)
    view.show_preview(preview(["One", " windy", " morning", ";", *SENTENCE[4:]], fixed=(0, 1)))
    assert selected(view) == " morning;"


def test_who_comes_by_tab_finds_the_cursor_on_the_first_token(view: TextView, qtbot: QtBot) -> None:
    view.canvas.clearFocus()
    view.canvas.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.canvas.look().cursor == 0 and selected(view) == ""
    keys(qtbot, view, Qt.Key.Key_Return)
    assert selected(view) == "One"
    keys(qtbot, view, Qt.Key.Key_Return)
    assert selected(view) == ""


def test_a_long_text_scrolls_to_the_cursor(view: TextView, qtbot: QtBot) -> None:
    view.show_preview(preview([" word"] * 600))
    keys(qtbot, view, Qt.Key.Key_End, modifiers=CONTROL)
    assert view.canvas.viewport().rect().contains(view.canvas.boxes(599)[0])
    keys(qtbot, view, Qt.Key.Key_Home, modifiers=CONTROL)
    assert view.canvas.viewport().rect().contains(view.canvas.boxes(0)[0])


# what becomes of it


def test_what_is_remasked_is_a_block_and_minus_one_in_the_draft(view: TextView, qtbot: QtBot) -> None:
    click(qtbot, view, 2)
    with qtbot.waitSignal(view.edited):
        keys(qtbot, view, Qt.Key.Key_M)
    assert ground(view, 2) != QColor(theme.colours().confidence[4])
    assert view.draft() == ((100, 101, -1, 103, -1, -1, 106, 107, -1), (0, 1))


@pytest.mark.parametrize("key", [Qt.Key.Key_M, Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_several_keys_remask(view: TextView, qtbot: QtBot, key: Qt.Key) -> None:
    click(qtbot, view, 7)
    keys(qtbot, view, key)
    draft = view.draft()
    assert draft is not None and draft[0][7] == -1


def test_what_is_locked_is_locked_in_the_draft_until_unlocked(view: TextView, qtbot: QtBot) -> None:
    drag(qtbot, view, 6, 7)
    keys(qtbot, view, Qt.Key.Key_L)
    draft = view.draft()
    assert draft is not None and draft[1] == (0, 1, 6, 7)
    button(view, "Unlock").click()
    draft = view.draft()
    assert draft is not None and draft[1] == (0, 1)


def test_edits_hold_at_every_step_of_the_run(view: TextView, qtbot: QtBot) -> None:
    click(qtbot, view, 2)
    keys(qtbot, view, Qt.Key.Key_M)
    click(qtbot, view, 7)
    keys(qtbot, view, Qt.Key.Key_L)
    view.show_preview(preview(SENTENCE, fixed=(0, 1)))
    assert view.draft() == ((100, 101, -1, 103, 104, 105, 106, 107, 108), (0, 1, 7))


def test_edits_are_taken_back(view: TextView, qtbot: QtBot) -> None:
    view.show_preview(preview(SENTENCE))
    click(qtbot, view, 2)
    keys(qtbot, view, Qt.Key.Key_M)
    assert view.draft() is not None
    keys(qtbot, view, Qt.Key.Key_Z, modifiers=CONTROL)
    assert view.draft() is None


def test_another_run_forgets_edits_and_selection(view: TextView, qtbot: QtBot) -> None:
    click(qtbot, view, 2)
    keys(qtbot, view, Qt.Key.Key_M)
    view.clear()
    assert view.draft() is None and selected(view) == ""
    view.show_preview(preview(SENTENCE, (8,)))
    draft = view.draft()
    assert draft is not None and draft[0][2] == 102


def test_running_again_needs_something_to_write(view: TextView, qtbot: QtBot) -> None:
    view.show_preview(preview(SENTENCE))
    click(qtbot, view, 2)
    rerun = button(view, "Run again from here")
    assert not rerun.isEnabled() and rerun.toolTip().startswith("Mark some tokens to re-mask first")
    with qtbot.assertNotEmitted(view.rerun_requested):
        keys(qtbot, view, Qt.Key.Key_R)
    keys(qtbot, view, Qt.Key.Key_M)
    assert rerun.isEnabled()
    for modifiers in (CONTROL, NONE):
        with qtbot.waitSignal(view.rerun_requested):
            keys(qtbot, view, Qt.Key.Key_R, modifiers=modifiers)


def test_the_bar_offers_only_what_can_be_done(view: TextView, qtbot: QtBot) -> None:
    rerun = button(view, "Run again from here")
    assert not rerun.isVisible(), "while steps pass by nothing is in the way"
    view.set_phase("held")
    assert rerun.isVisible() and not button(view, "Lock").isVisible()
    click(qtbot, view, 2)
    assert button(view, "Lock").isVisible() and button(view, "Re-mask").isEnabled()
    click(qtbot, view, 4)
    assert not button(view, "Lock").isEnabled() and not button(view, "Re-mask").isEnabled()


def test_selected_tokens_are_copied_with_gaps_where_they_are_masked(view: TextView, qtbot: QtBot) -> None:
    drag(qtbot, view, 3, 7)
    keys(qtbot, view, Qt.Key.Key_C, modifiers=CONTROL)
    assert QGuiApplication.clipboard().text() == ", ____ a violin"


def test_without_a_selection_the_whole_text_is_copied(view: TextView, qtbot: QtBot) -> None:
    view.show_preview(preview(SENTENCE))
    keys(qtbot, view, Qt.Key.Key_C, modifiers=CONTROL)
    assert QGuiApplication.clipboard().text() == "".join(SENTENCE)


def test_the_context_menu_acts_on_the_selection(view: TextView, qtbot: QtBot) -> None:
    drag(qtbot, view, 2, 3)
    qtbot.mousePress(view.canvas.viewport(), Qt.MouseButton.RightButton, pos=middle(view, 3))
    assert selected(view) == " evening,"
    qtbot.mousePress(view.canvas.viewport(), Qt.MouseButton.RightButton, pos=middle(view, 6))
    assert selected(view) == " a"
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, middle(view, 6), view.canvas.mapToGlobal(middle(view, 6)))
    QApplication.sendEvent(view.canvas.viewport(), event)
    menu = view.findChild(QMenu)
    assert isinstance(menu, QMenu)
    assert {"Re-mask", "Lock", "Copy", "Run again from here"} <= {action.text() for action in menu.actions()}
    menu.close()


def test_letters_grow_and_shrink(view: TextView, qtbot: QtBot) -> None:
    def height() -> int:
        return view.canvas.boxes(0)[0].height()

    usual = height()
    keys(qtbot, view, Qt.Key.Key_Plus, modifiers=CONTROL)
    assert height() > usual
    keys(qtbot, view, Qt.Key.Key_0, modifiers=CONTROL)
    assert height() == usual
    port, point = view.canvas.viewport(), middle(view, 0)
    wheel = QWheelEvent(
        point.toPointF(), port.mapToGlobal(point).toPointF(), QPoint(), QPoint(0, -120), LEFT, CONTROL,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(port, wheel)
    assert height() < usual


def test_every_control_has_an_accessible_name(
    view: TextView, qtbot: QtBot, unnamed: Callable[[QWidget], list[str]]
) -> None:
    view.set_phase("held")
    click(qtbot, view, 2)
    assert unnamed(view) == []
