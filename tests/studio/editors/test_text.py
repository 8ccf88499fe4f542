"""The text editor: takes in whatever people paste, gives back what was put in, and grows with it."""

from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.api.params import Text

PROMPT = Text("Prompt", lines=3, limit=100, placeholder="Begin here.", examples=("Once & again", "एक दिन"))


def writing(editor: Any) -> QPlainTextEdit:
    return editor.findChild(QPlainTextEdit)  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one\ntwo\r\nthree\rfour",
        "एक दिन रवि",
        "👩‍👩‍👧 \u202eabc",
        "non\u00a0breaking\u2028\u2029",
        "\ud800 half",
        "a\tb",
    ],
)
def test_what_is_set_is_given_back_letter_by_letter(edit: Any, qtbot: QtBot, text: str) -> None:
    editor = edit(PROMPT, str, "before")
    with qtbot.assertNotEmitted(editor.changed):
        editor.set_value(text)
    assert editor.value() == text


def test_typing_is_the_value(edit: Any, qtbot: QtBot) -> None:
    editor = edit(PROMPT, str, "")
    with qtbot.waitSignal(editor.changed):
        qtbot.keyClicks(writing(editor), "a b")
    qtbot.keyClick(writing(editor), Qt.Key.Key_Return)
    writing(editor).insertPlainText("दो\u00a0!")
    assert editor.value() == "a b\nदो\u00a0!"


def test_what_an_example_replaced_comes_back_with_undo(edit: Any) -> None:
    editor = edit(PROMPT, str, "")
    writing(editor).insertPlainText("my own words")
    menu = editor.findChild(QToolButton).menu()
    menu.actions()[1].trigger()
    assert editor.value() == "एक दिन"
    writing(editor).undo()
    assert editor.value() == "my own words"


def test_control_and_enter_submits_and_writes_nothing(edit: Any, qtbot: QtBot) -> None:
    editor = edit(PROMPT, str, "")
    with qtbot.waitSignal(editor.submitted):
        qtbot.keyClick(writing(editor), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert editor.value() == ""


def test_pasting_takes_plain_text_without_control_characters(edit: Any) -> None:
    editor = edit(PROMPT, str, "")
    data = QMimeData()
    data.setHtml("<b>bold\x00</b>")
    data.setText("bold\x00\x1b\r\n\tlines\x7f")
    writing(editor).insertFromMimeData(data)
    assert editor.value() == "bold\n\tlines"


def test_a_huge_paste_is_taken_in_far_enough_to_be_refused(edit: Any) -> None:
    editor = edit(PROMPT, str, "")
    data = QMimeData()
    data.setText("क" * 1_000_000)
    writing(editor).insertFromMimeData(data)
    assert len(editor.value()) == 1000
    assert "shorten" in (PROMPT.complaint(editor.value()) or "")


def test_letters_are_counted_near_the_limit_only(edit: Any) -> None:
    editor = edit(PROMPT, str, "")

    def counted() -> str:
        return next(
            (label.text() for label in editor.findChildren(QLabel) if " of " in label.text() and label.isVisible()), ""
        )

    editor.set_value("a" * 89)
    assert counted() == ""
    editor.set_value("a" * 90)
    assert counted() == "90 of 100"
    editor.set_value("a" * 1101)
    assert counted() == "1,101 of 100"


def test_the_field_grows_with_its_lines_up_to_a_point(edit: Any) -> None:
    editor = edit(PROMPT, str, "")

    def height(lines: int) -> int:
        editor.set_value("\n".join("x" * lines))
        return int(writing(editor).sizeHint().height())

    assert height(1) == height(3) < height(8) < height(14) == height(60)


def test_a_file_dropped_on_the_field_goes_to_the_window(qtbot: QtBot, edit: Any) -> None:
    class Window(QWidget):
        def dragEnterEvent(self, event: QDragEnterEvent) -> None:
            event.acceptProposedAction()
            given.extend(event.mimeData().urls())

    given: list[QUrl] = []
    window = Window()
    qtbot.addWidget(window)
    window.setAcceptDrops(True)
    editor = edit(PROMPT, str, "")
    editor.setParent(window)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/work.md")])
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(writing(editor).viewport(), event)
    assert given == [QUrl.fromLocalFile("/tmp/work.md")]
