"""The lane of chords: drawn, dragged, typed, picked, copied and taken back, by mouse and by keys; the same as text."""

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMenu, QPlainTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.api.params import ChordLane
from engine.api.requests import MusicRequest
from studio import theme
from studio.editors.chord_lane import ChordLaneEditor
from studio.editors.chord_ribbon import ChordRibbon
from studio.editors.lane_paint import HEIGHT, RULER
from studio.editors.name_field import NameField
from studio.editors.presets import PresetButton
from studio.editors.suggestions import Suggestions

Key, Mods = Qt.Key, Qt.KeyboardModifier
LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT, ALT, NONE = Mods.ControlModifier, Mods.ShiftModifier, Mods.AltModifier, Mods.NoModifier
LANE = ChordLane("Chords", lines=2, placeholder="Am F C G", help="What is played.")
MIDDLE = (RULER + HEIGHT) // 2


@pytest.fixture
def editor(edit: Any, qtbot: QtBot) -> ChordLaneEditor:
    made: ChordLaneEditor = edit(LANE, str, "")
    made.resize(380, 260)
    made.follow(MusicRequest(seconds=30, tempo=120, key="C major"))
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    ribbon(made).setFocus()
    return made


def ribbon(editor: ChordLaneEditor) -> ChordRibbon:
    return editor._ribbon


def name(editor: ChordLaneEditor) -> NameField:
    return ribbon(editor).name


def point(editor: ChordLaneEditor, beat: float) -> QPoint:
    return QPoint(round(ribbon(editor)._scale.x(beat)), MIDDLE)


def drag(qtbot: QtBot, editor: ChordLaneEditor, start: float, stop: float, mods: Qt.KeyboardModifier = NONE) -> None:
    """From beat to beat, button down; the modifiers are those of the moves."""
    at = ribbon(editor)
    qtbot.mousePress(at, LEFT, NONE, point(editor, start))
    for share in (0.3, 0.7, 1.0):
        where = point(editor, start + share * (stop - start))
        move(at, where, mods)
    qtbot.mouseRelease(at, LEFT, NONE, point(editor, stop))


def move(widget: QWidget, where: QPoint, mods: Qt.KeyboardModifier) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(where), QPointF(widget.mapToGlobal(where)), Qt.MouseButton.NoButton, LEFT, mods
    )
    QGuiApplication.sendEvent(widget, event)


def keys(qtbot: QtBot, editor: ChordLaneEditor, *pressed: tuple[Qt.Key, Qt.KeyboardModifier] | Qt.Key) -> None:
    for each in pressed:
        key, mods = each if isinstance(each, tuple) else (each, NONE)
        qtbot.keyClick(ribbon(editor), key, mods)


def action(editor: ChordLaneEditor, label: str) -> None:
    next(each for each in ribbon(editor).actions() if each.text() == label).trigger()


def chosen(editor: ChordLaneEditor) -> list[str]:
    return [span.chord.name() for span in ribbon(editor).lane().picked()]


# --- values ---


@pytest.mark.parametrize("text", ["", "Am F C G", "| Am F | C % |", "Am7/C:2 F@8:4", "Am Q", "Am\nF", "C@0 G@1"])
def test_what_is_set_is_given_back_letter_by_letter(editor: ChordLaneEditor, qtbot: QtBot, text: str) -> None:
    with qtbot.assertNotEmitted(editor.changed):
        editor.set_value(text)
    assert editor.value() == text


def test_the_lane_lies_on_the_metre_of_the_request(editor: ChordLaneEditor) -> None:
    editor.set_value("Am F")
    editor.follow(MusicRequest(metre="3", bars=4))
    assert [span.stop for span in ribbon(editor).lane().spans] == [3, 6]
    assert editor.value() == "Am F"


# --- the mouse ---


def test_dragging_in_an_empty_place_draws_a_chord_and_asks_its_name(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    with qtbot.waitSignal(editor.changed):
        drag(qtbot, editor, 0.1, 3.9)
    assert editor.value() == "C" and name(editor).isVisible()
    qtbot.keyClicks(name(editor), "Am7/C")
    qtbot.keyClick(name(editor), Key.Key_Return)
    assert editor.value() == "Am7/C" and not name(editor).isVisible() and ribbon(editor).hasFocus()


def test_alt_draws_and_drags_by_half_beats(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    drag(qtbot, editor, 0.1, 2.4, ALT)
    assert editor.value() == "C:2.5"
    qtbot.keyClick(name(editor), Key.Key_Escape)
    drag(qtbot, editor, 2.5, 3.4, ALT)
    assert editor.value() == "C:3.5"


def test_an_edge_is_dragged_to_the_nearest_beat(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F C")
    drag(qtbot, editor, 4, 5.8)
    assert editor.value() == "Am:6 F:2 C"
    drag(qtbot, editor, 12, 9.2, SHIFT)
    assert editor.value() == "Am:6 F:2 C:1"
    drag(qtbot, editor, 6, 9.9, SHIFT)
    assert editor.value() == "Am:10 F:2 C:1"


def test_a_chord_is_dragged_elsewhere(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F")
    drag(qtbot, editor, 6, 10.2)
    assert editor.value() == "Am F@8" and chosen(editor) == ["F"]


def test_escape_ends_a_drag_where_it_began(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F")
    qtbot.mousePress(ribbon(editor), LEFT, NONE, point(editor, 6))
    move(ribbon(editor), point(editor, 11), NONE)
    keys(qtbot, editor, Key.Key_Escape)
    qtbot.mouseRelease(ribbon(editor), LEFT, NONE, point(editor, 11))
    assert editor.value() == "Am F" and ribbon(editor).lane().spans[1].start == 4


def test_several_are_chosen_with_shift_and_control(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F C G")
    qtbot.mouseClick(ribbon(editor), LEFT, NONE, point(editor, 2))
    qtbot.mouseClick(ribbon(editor), LEFT, SHIFT, point(editor, 10))
    assert chosen(editor) == ["Am", "F", "C"]
    qtbot.mouseClick(ribbon(editor), LEFT, CTRL, point(editor, 6))
    assert chosen(editor) == ["Am", "C"]


def test_a_double_click_on_what_is_heard_again_writes_it_out(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F")
    qtbot.mouseDClick(ribbon(editor), LEFT, NONE, point(editor, 10))
    assert editor.value() == "Am F Am" and name(editor).text() == "Am"


def test_the_right_button_offers_everything(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F")
    qtbot.mouseClick(ribbon(editor), Qt.MouseButton.RightButton, NONE, point(editor, 6))
    menu = next(menu for menu in editor.findChildren(QMenu) if menu.isVisible())
    entries = {entry.text(): entry for entry in menu.actions()}
    assert {"Split", "Paste", "Delete and close up", "Write out the repeats", "Undo"} <= entries.keys()
    entries["Duplicate"].trigger()
    menu.close()
    assert editor.value() == "Am F F"


# --- the keys ---


def test_a_progression_is_typed_with_spaces_between(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    keys(qtbot, editor, Key.Key_A)
    qtbot.keyClicks(name(editor), "m7/C F C G")
    qtbot.keyClick(name(editor), Key.Key_Tab)
    assert editor.value() == "Am7/C F C G"
    qtbot.keyClick(name(editor), Key.Key_Space)  # nothing typed: that was the last
    assert not name(editor).isVisible() and editor.value() == "Am7/C F C G"


def test_what_is_no_chord_is_underlined_and_said(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    said: list[str] = []
    editor.refused.connect(said.append)
    editor.set_value("Am F")
    keys(qtbot, editor, Key.Key_Left, Key.Key_F2)
    qtbot.keyClicks(name(editor), "Hm")
    qtbot.keyClick(name(editor), Key.Key_Return)
    assert name(editor).isVisible() and said[-1].startswith("“Hm” is no chord")
    red = QColor(theme.colours().error)
    picture = name(editor).grab().toImage()
    pixels = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    assert any(abs(each.red() - red.red()) + abs(each.green() - red.green()) < 40 for each in pixels)
    qtbot.keyClick(name(editor), Key.Key_Escape)
    assert said[-1] == "" and editor.value() == "Am F" and ribbon(editor).hasFocus()


def test_going_elsewhere_takes_what_is_a_chord(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F")
    keys(qtbot, editor, Key.Key_Left, Key.Key_D)
    qtbot.keyClicks(name(editor), "m")
    ribbon(editor).setFocus()
    assert editor.value() == "Am Dm"


def test_arrows_choose_stretch_move_and_transpose(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F C")
    keys(qtbot, editor, Key.Key_Home)
    assert chosen(editor) == ["Am"]
    keys(qtbot, editor, Key.Key_Right, (Key.Key_Right, SHIFT))
    assert chosen(editor) == ["F", "C"]
    keys(qtbot, editor, Key.Key_Up)
    assert editor.value() == "Am F# Db"
    keys(qtbot, editor, Key.Key_Down, (Key.Key_Right, CTRL), (Key.Key_Left, CTRL | SHIFT))
    assert editor.value() == "Am F C:4.5"
    keys(qtbot, editor, Key.Key_Home, (Key.Key_Right, ALT))
    assert editor.value() == "Am@1 F:3 C:4.5"


def test_split_duplicate_and_delete_by_key(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F C")
    keys(qtbot, editor, Key.Key_Home, Key.Key_S)
    assert editor.value() == "Am:2 Am:2 F C"
    keys(qtbot, editor, Key.Key_Delete)
    assert editor.value() == "Am:2 F@4 C"
    keys(qtbot, editor, Key.Key_End, Key.Key_Left, (Key.Key_D, CTRL), (Key.Key_Backspace, CTRL))
    assert editor.value() == "Am:2 F@4 C"
    keys(qtbot, editor, (Key.Key_A, CTRL), Key.Key_Delete)
    assert editor.value() == ""


def test_chords_are_copied_as_text_and_pasted_from_any(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F:2 C")
    keys(qtbot, editor, Key.Key_Home, Key.Key_Right, (Key.Key_Right, SHIFT), (Key.Key_C, CTRL))
    assert QGuiApplication.clipboard().text() == "F:2 C"
    keys(qtbot, editor, Key.Key_End, (Key.Key_V, CTRL))
    assert editor.value() == "Am F:2 C F:2 C"
    QGuiApplication.clipboard().setText(" | Dm7 G7 | Cmaj7 |\n")
    keys(qtbot, editor, Key.Key_Home, (Key.Key_X, CTRL))
    assert QGuiApplication.clipboard().text() == "Am"
    QGuiApplication.clipboard().setText("Yesterday, all my troubles")
    said: list[str] = []
    editor.refused.connect(said.append)
    before = editor.value()
    keys(qtbot, editor, (Key.Key_V, CTRL))
    assert editor.value() == before and "is no chord" in said[-1]


def test_every_change_can_be_taken_back_and_done_again(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F")
    keys(qtbot, editor, Key.Key_Left, Key.Key_S, Key.Key_Delete)
    drag(qtbot, editor, 4, 2)
    assert editor.value() == "Am:2 F"
    seen = []
    for _ in range(4):
        keys(qtbot, editor, (Key.Key_Z, CTRL))
        seen.append(editor.value())
    assert seen == ["Am F:2", "Am F:2 F:2", "Am F", ""]
    keys(qtbot, editor, (Key.Key_Z, CTRL | SHIFT), (Key.Key_Y, CTRL))
    assert editor.value() == "Am F:2 F:2"


def test_zooming_leaves_the_lane_as_it_is(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F C G")
    wide = ribbon(editor).width()
    keys(qtbot, editor, Key.Key_Plus)
    assert ribbon(editor).width() > 1.3 * wide
    keys(qtbot, editor, Key.Key_0)
    assert ribbon(editor).width() <= editor.width() and editor.value() == "Am F C G"


# --- suggestions, circle, presets ---


def test_what_often_follows_is_a_click_away(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    suggestions = editor.findChild(Suggestions)
    seen = []
    for _ in range(4):
        first = next(button for button in suggestions._buttons if button.isVisible())
        seen.append(first.accessibleName())
        qtbot.mouseClick(first, LEFT)
    assert seen == ["C, I", "G, V", "C, I", "G, V"]
    assert editor.value() == "C G C G" and ribbon(editor).hasFocus()


def test_a_suggestion_ends_the_naming_of_what_was_drawn(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    drag(qtbot, editor, 0.2, 3.9)
    qtbot.mouseClick(editor.findChild(Suggestions)._buttons[0], LEFT)
    assert editor.value() == "C G" and not name(editor).isVisible() and ribbon(editor).hasFocus()


def test_as_many_suggestions_as_can_be_read(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    suggestions = editor.findChild(Suggestions)
    for width in (320, 420, 900):
        editor.resize(width, 260)
        QGuiApplication.processEvents()
        shown = [button for button in suggestions._buttons if button.isVisible()]
        assert len(shown) >= 6
        assert all(button.width() >= 40 for button in shown) and shown[-1].geometry().right() < width


def test_the_key_is_guessed_where_none_is_set(editor: ChordLaneEditor) -> None:
    editor.follow(MusicRequest(seconds=30, key="any"))
    editor.set_value("Am Dm E Am")
    assert editor.findChild(Suggestions)._title.text() == "After Am · sounds like A minor"


def test_all_that_is_picked_on_the_circle_is_one_step(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F")
    keys(qtbot, editor, Key.Key_Left, (Key.Key_Down, ALT))
    picker = editor._picker
    assert picker.isVisible()
    qtbot.keyClick(picker.circle, Key.Key_Right)
    qtbot.keyClick(picker.circle, Key.Key_Down)
    assert editor.value() == "Am Am"
    action(editor, "Undo")
    assert editor.value() == "Am F"


def test_presets_come_in_the_key_that_is_set(editor: ChordLaneEditor) -> None:
    editor.follow(MusicRequest(key="Eb major", metre="3"))
    menu = editor.findChild(PresetButton)._menu
    menu.aboutToShow.emit()
    titles = {entry.text().partition("\t")[0]: entry for entry in menu.actions()}
    assert {"Twinkle, twinkle", "Pachelbel", "12-bar blues", "Andalusian (i VII VI V)"} <= titles.keys()
    assert titles["Axis (I V vi IV)"].text().endswith("\tEb Bb Cm Ab")
    titles["Pachelbel"].trigger()
    assert editor.value().startswith("Eb:1.5 Bb:1.5 Cm:1.5 Gm:1.5")


# --- as text ---


def text_view(editor: ChordLaneEditor) -> QPlainTextEdit:
    view = editor.findChild(QPlainTextEdit)
    assert isinstance(view, QPlainTextEdit)
    return view


def test_the_same_lane_is_typed_as_text(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor._as_text.click()
    assert text_view(editor).isVisible() and not ribbon(editor).isVisible()
    with qtbot.waitSignal(editor.changed):
        qtbot.keyClicks(text_view(editor), "| Am F | C |")
    assert editor.value() == "| Am F | C |"
    editor._as_text.click()
    assert ribbon(editor).isVisible() and [span.stop for span in ribbon(editor).lane().spans] == [2, 4, 8]
    action(editor, "Undo")
    assert editor.value() == ""


def test_text_that_is_no_lane_stays_text_with_its_words_underlined(editor: ChordLaneEditor) -> None:
    said: list[str] = []
    editor.refused.connect(said.append)
    editor.set_value("Am Hm C")
    assert text_view(editor).isVisible() and said[-1].startswith("“Hm” is no chord")
    marks = text_view(editor).extraSelections()
    assert [mark.cursor.selectedText() for mark in marks] == ["Hm"]
    editor._as_text.click()
    assert text_view(editor).isVisible()
    text_view(editor).selectAll()
    text_view(editor).insertPlainText("Am C")
    assert said[-1] == "" and not text_view(editor).extraSelections()
    editor._as_text.click()
    assert ribbon(editor).isVisible()


def test_chords_that_overlap_in_another_metre_are_said(editor: ChordLaneEditor) -> None:
    said: list[str] = []
    editor.follow(MusicRequest(metre="3"))
    editor.set_value("G@3 Dm F@10")
    editor.refused.connect(said.append)
    assert ribbon(editor).isVisible()
    editor.follow(MusicRequest(metre="4"))
    assert "overlap" in said[-1] and text_view(editor).isVisible()


def test_control_and_enter_submits_from_the_text(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor._as_text.click()
    with qtbot.waitSignal(editor.submitted):
        qtbot.keyClick(text_view(editor), Key.Key_Return, CTRL)


# --- for everybody ---


def test_every_control_has_a_name_and_a_help_sentence(editor: ChordLaneEditor) -> None:
    controls = [each for each in editor.findChildren(QWidget) if isinstance(each, QAbstractButton | QLineEdit)]
    assert len(controls) > 10
    for control in [*controls, ribbon(editor)]:
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name), control
        assert control.toolTip(), control.accessibleName()


def test_what_the_keys_are_on_is_told(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am F:2 C")
    keys(qtbot, editor, Key.Key_Home, Key.Key_Right)
    told = ribbon(editor).accessibleDescription()
    assert told == "F, IV: 2 beats from bar 2, beat 1. F A C. 3 chords."
    keys(qtbot, editor, Key.Key_End)
    assert ribbon(editor).accessibleDescription() == "Room for a chord at bar 3, beat 3. 3 chords."


def test_the_arrow_keys_go_through_the_buttons(editor: ChordLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("Am")
    keys(qtbot, editor, Key.Key_Left)
    stops = [each for each in editor._tools.findChildren(QToolButton) if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert [stop.accessibleName() for stop in stops] == ["Circle of fifths"]
    stops[0].setFocus()
    qtbot.keyClick(stops[0], Key.Key_Right)
    now = editor.focusWidget()
    assert now is not None and now.accessibleName() == "Split"
    qtbot.keyClick(now, Key.Key_Space)
    assert editor.value() == "Am:2 Am:2"


@pytest.mark.parametrize("width", [330, 400, 900])
def test_nothing_is_cut_off(editor: ChordLaneEditor, width: int) -> None:
    editor.set_value("Am7/C F C G")
    editor.resize(width, 260)
    QGuiApplication.processEvents()
    for part in editor.findChildren(QWidget):
        if part.isVisible() and isinstance(part, QAbstractButton) and part.parentWidget() is not ribbon(editor):
            right = part.mapTo(editor, QPoint(part.width(), 0)).x()
            assert right <= width and part.width() >= part.minimumSizeHint().width(), part.accessibleName()
