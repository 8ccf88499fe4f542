"""The choice editor: buttons for few words, a list for many, and nothing where there is no choice."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from engine.api.params import Choice
from studio.editors.choice import spoken
from studio.editors.stops import take_keys

FEW = Choice("Language", ("any", "english", "hindi"))
MANY = Choice("Spacing", ("uniform", "front-heavy", "back-heavy", "karras", "pruned"))


def words(editor: Any) -> list[str]:
    return [button.text() for button in editor.findChildren(QPushButton) if button.isVisible()]


def test_few_words_stand_side_by_side(edit: Any, qtbot: QtBot) -> None:
    editor = edit(FEW, str, "english")
    assert words(editor) == ["Any", "English", "Hindi"]
    hindi = next(button for button in editor.findChildren(QPushButton) if button.text() == "Hindi")
    with qtbot.waitSignal(editor.changed):
        qtbot.mouseClick(hindi, Qt.MouseButton.LeftButton)
    assert editor.value() == "hindi"


def test_arrow_keys_move_along_the_words(edit: Any, qtbot: QtBot) -> None:
    editor = edit(FEW, str, "any")
    editor.activateWindow()
    take_keys(editor)
    first = editor.findChildren(QPushButton)[0]
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Right)
    assert editor.value() == "english"


def test_many_words_stand_in_a_list(edit: Any, qtbot: QtBot) -> None:
    editor = edit(MANY, str, "uniform")
    assert words(editor) == []
    box = editor.findChild(QComboBox)
    assert [box.itemText(i) for i in range(box.count())][1] == "Front-heavy"
    box.setFocus()
    with qtbot.waitSignal(editor.changed):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert editor.value() == "front-heavy"


def test_a_narrower_choice_keeps_the_value_it_can_keep(edit: Any) -> None:
    editor = edit(MANY, str, "uniform")
    editor.set_value("karras")
    editor.set_options(("pruned", "karras"))
    assert editor.value() == "karras" and words(editor) == ["Pruned", "Karras"]
    editor.set_options(("pruned", "uniform"))
    assert editor.value() == "uniform"
    editor.set_options(("pruned",))
    assert editor.value() == "pruned" and not editor.worth_showing()


def test_a_value_that_is_no_option_is_kept_and_no_word_is_down(edit: Any, qtbot: QtBot) -> None:
    editor = edit(FEW, str, "english")
    with qtbot.assertNotEmitted(editor.changed):
        editor.set_value("latin")
    assert editor.value() == "latin" and editor.worth_showing()
    assert not any(button.isChecked() for button in editor.findChildren(QPushButton) if button.isVisible())


def test_words_are_written_as_people_write_them() -> None:
    assert [spoken(word) for word in ("any", "front-heavy", "dpmpp_2m")] == ["Any", "Front-heavy", "dpmpp_2m"]
