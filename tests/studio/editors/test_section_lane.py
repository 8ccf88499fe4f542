"""The sections of a piece: drawn, stretched, moved, named and taken back, by mouse and by keys; the same as text."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu, QPlainTextEdit
from pytestqt.qtbot import QtBot

from engine.api.params import SectionLane
from engine.api.requests import MusicRequest
from engine.api.score import SECTIONS, parse_sections
from studio.editors.lane_paint import HEIGHT, RULER
from studio.editors.section_edits import Form, added, doubled, lasting, named, removed, stretched, swapped, text_of
from studio.editors.section_lane import SectionLaneEditor

Key, NONE, CTRL = Qt.Key, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ALT, LEFT = Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton
FORMS = st.builds(
    Form,
    st.lists(st.tuples(st.sampled_from(SECTIONS), st.integers(1, 256)), max_size=6).map(tuple),
    st.integers(0, 6),
).map(lambda form: Form(form.parts, min(form.chosen, len(form.parts))))


@pytest.fixture
def editor(edit: Any, qtbot: QtBot) -> SectionLaneEditor:
    made: SectionLaneEditor = edit(SectionLane("Sections", lines=1, help="The form."), str, "")
    made.resize(380, 200)
    made.follow(MusicRequest(bars=16))
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made._ribbon.setFocus()
    return made


def point(editor: SectionLaneEditor, bar: float) -> QPoint:
    scale = editor._ribbon._scale
    return QPoint(round(scale.x(bar * scale.ruler.bar)), (RULER + HEIGHT) // 2)


def drag(qtbot: QtBot, editor: SectionLaneEditor, start: float, stop: float) -> None:
    ribbon = editor._ribbon
    qtbot.mousePress(ribbon, LEFT, NONE, point(editor, start))
    for share in (0.3, 0.7, 1.0):
        where = point(editor, start + share * (stop - start))
        away = QPointF(ribbon.mapToGlobal(where))
        QApplication.sendEvent(
            ribbon,
            QMouseEvent(QEvent.Type.MouseMove, QPointF(where), away, Qt.MouseButton.NoButton, LEFT, NONE),
        )
    qtbot.mouseRelease(ribbon, LEFT, NONE, point(editor, stop))


def keys(qtbot: QtBot, editor: SectionLaneEditor, *pressed: tuple[Qt.Key, Qt.KeyboardModifier] | Qt.Key) -> None:
    for each in pressed:
        key, mods = each if isinstance(each, tuple) else (each, NONE)
        qtbot.keyClick(editor._ribbon, key, mods)


def open_menu(editor: SectionLaneEditor) -> QMenu:
    return next(menu for menu in editor.findChildren(QMenu) if menu.isVisible())


@given(FORMS, st.sampled_from(SECTIONS), st.integers(-300, 300))
def test_whatever_is_done_the_form_can_be_written_and_read(form: Form, name: str, bars: int) -> None:
    for after in (
        added(form, name),
        added(form, name, max(1, bars)),
        named(form, name),
        lasting(form, form.chosen, bars),
        stretched(form, bars),
        swapped(form, 1),
        swapped(form, -1),
        removed(form),
        doubled(form),
    ):
        assert parse_sections(text_of(after)) == after.parts
        assert 0 <= after.chosen <= len(after.parts)


@pytest.mark.parametrize("text", ["", "intro:2 verse:8", "Verse:4, chorus:8", "verse", "solo:4"])
def test_what_is_set_is_given_back_letter_by_letter(editor: SectionLaneEditor, qtbot: QtBot, text: str) -> None:
    with qtbot.assertNotEmitted(editor.changed):
        editor.set_value(text)
    assert editor.value() == text


def test_dragging_behind_the_last_draws_a_section_and_asks_its_name(editor: SectionLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("intro:2 verse:4")
    drag(qtbot, editor, 6.5, 9.9)
    assert editor.value() == "intro:2 verse:4 chorus:4"
    menu = open_menu(editor)
    next(entry for entry in menu.actions() if entry.text() == "&Bridge").trigger()
    menu.close()
    assert editor.value() == "intro:2 verse:4 bridge:4"


def test_an_end_is_dragged_and_what_is_later_moves_along(editor: SectionLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("intro:2 verse:4 outro:2")
    drag(qtbot, editor, 6, 8.9)
    assert editor.value() == "intro:2 verse:7 outro:2"
    drag(qtbot, editor, 2, -3)
    assert editor.value() == "intro:1 verse:7 outro:2"


def test_a_section_is_dragged_past_its_neighbours(editor: SectionLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("intro:2 verse:4 outro:2")
    drag(qtbot, editor, 1, 7.9)
    assert editor.value() == "verse:4 outro:2 intro:2"


def test_the_keys_name_stretch_move_double_and_delete(editor: SectionLaneEditor, qtbot: QtBot) -> None:
    keys(qtbot, editor, Key.Key_I, Key.Key_Right, Key.Key_V)
    assert editor.value() == "intro:2 verse:8"
    keys(qtbot, editor, (Key.Key_Left, CTRL), (Key.Key_D, CTRL), Key.Key_C)
    assert editor.value() == "intro:2 verse:7 chorus:7"
    keys(qtbot, editor, (Key.Key_Left, ALT), Key.Key_Home, Key.Key_Delete)
    assert editor.value() == "chorus:7 verse:7"
    keys(qtbot, editor, (Key.Key_Z, CTRL), (Key.Key_Z, CTRL))
    assert editor.value() == "intro:2 verse:7 chorus:7"
    keys(qtbot, editor, (Key.Key_Y, CTRL))
    assert editor.value() == "intro:2 chorus:7 verse:7"


def test_a_section_is_added_by_name(editor: SectionLaneEditor) -> None:
    editor.set_value("intro:2")
    entries = editor._add.menu().actions()
    assert [entry.text().replace("&", "").lower() for entry in entries] == list(SECTIONS)
    entries[2].trigger()
    assert editor.value() == "intro:2 chorus:8"


def test_it_is_said_where_the_sections_and_the_music_differ(editor: SectionLaneEditor) -> None:
    editor.set_value("intro:2 verse:8")
    assert editor._length.text() == "The sections last 10 bars, the music 16." and editor._length.isVisible()
    editor.follow(MusicRequest(bars=10))
    assert not editor._length.isVisible()


def test_what_is_no_section_stays_text_and_is_said(editor: SectionLaneEditor, qtbot: QtBot) -> None:
    said: list[str] = []
    editor.refused.connect(said.append)
    editor.set_value("solo:4")
    writing = editor.findChild(QPlainTextEdit)
    assert writing.isVisible() and said[-1].startswith("“solo:4” is no section")
    writing.selectAll()
    writing.insertPlainText("verse:4")
    editor._as_text.click()
    assert said[-1] == "" and editor._ribbon.isVisible() and editor._ribbon.form().parts == (("verse", 4),)


def test_what_the_keys_are_on_is_told(editor: SectionLaneEditor, qtbot: QtBot) -> None:
    editor.set_value("intro:2 verse:8")
    keys(qtbot, editor, Key.Key_Left)
    assert editor._ribbon.accessibleDescription() == "verse, 8 bars from bar 3. 2 sections, 10 bars."
