"""The line under a picture: a question goes out, an answer comes in word by word, and can be stopped and copied."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from studio.previews.picture_ask import AskLine

pytestmark = pytest.mark.gui


@pytest.fixture
def line(qtbot: QtBot) -> AskLine:
    made = AskLine(QToolButton())
    qtbot.addWidget(made)
    made.show()
    made.offer(this=True, source=False)
    return made


def go(line: AskLine) -> QPushButton:
    [found] = [b for b in line.findChildren(QPushButton) if b.text() in ("Describe", "Ask", "Stop")]
    return found


def question(line: AskLine) -> QLineEdit:
    [found] = line.findChildren(QLineEdit)
    return found


def test_nothing_can_be_asked_of_nothing(line: AskLine) -> None:
    line.offer(this=False, source=False)
    assert not go(line).isEnabled() and not question(line).isEnabled()


def test_an_empty_line_describes_and_a_question_asks(line: AskLine, qtbot: QtBot) -> None:
    asked: list[tuple[str, bool]] = []
    line.asked.connect(lambda text, of_source: asked.append((text, of_source)))
    assert go(line).text() == "Describe"
    go(line).click()
    qtbot.keyClicks(question(line), " how many apples? ")
    assert go(line).text() == "Ask"
    qtbot.keyClick(question(line), Qt.Key.Key_Return)
    assert asked == [("", False), ("how many apples?", False)]


def test_the_source_is_asked_about_where_it_is_chosen(line: AskLine, qtbot: QtBot) -> None:
    line.offer(this=True, source=True)
    line._about.setCurrentIndex(1)
    with qtbot.waitSignal(line.asked, check_params_cb=lambda text, of_source: of_source):
        go(line).click()
    line.offer(this=False, source=True)
    assert not line._about.isVisible()
    with qtbot.waitSignal(line.asked, check_params_cb=lambda text, of_source: of_source):
        go(line).click()


def test_an_answer_grows_and_is_copied(line: AskLine) -> None:
    line.wait()
    assert go(line).text() == "Stop" and line.text() == "…"
    line.say("two red")
    assert line.text() == "two red" and not line._copy.isVisible()
    line.end("two red circles")
    line._copy.click()
    assert QGuiApplication.clipboard().text() == "two red circles" and go(line).text() == "Describe"


def test_it_can_be_stopped_and_what_was_said_stays(line: AskLine, qtbot: QtBot) -> None:
    line.wait()
    line.say("two")
    with qtbot.waitSignal(line.stopped):
        go(line).click()
    line.stop()
    assert line.text() == "two" and go(line).text() == "Describe"
    line.wait()
    line.stop()
    assert line.text() == "" and not line._card.isVisible()


def test_what_only_describes_is_asked_no_question(line: AskLine, qtbot: QtBot) -> None:
    qtbot.keyClicks(question(line), "how many?")
    line.set_answers(False)
    assert not question(line).isVisible() and go(line).text() == "Describe"
    line.take_keys()
    assert go(line).hasFocus()
    line.set_answers(True)
    assert question(line).isVisible()


def test_why_nothing_is_said_is_said(line: AskLine) -> None:
    line.wait()
    line.fail("This checkpoint cannot read pictures.")
    assert line.text() == "This checkpoint cannot read pictures." and line._answer.property("role") == "error"
    line.end("")
    assert line.text() == "It has nothing to say of this."


def test_putting_an_answer_away_that_still_grows_stops_it(line: AskLine, qtbot: QtBot) -> None:
    line.wait()
    line.say("two")
    with qtbot.waitSignal(line.stopped):
        line._close.click()
    assert line.text() == "" and not line._card.isVisible()
