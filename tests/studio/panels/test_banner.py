"""A notice stays until it is read, and no notice hides another for good."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from studio.panels.banner import Banner


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    banner = Banner()
    qtbot.addWidget(banner)
    return banner


def test_nothing_is_shown_until_something_is_said(banner: Banner) -> None:
    assert banner.isHidden() and banner.sentence == ""
    banner.say("The disk is full; free some space.")
    assert not banner.isHidden() and banner.sentence == "The disk is full; free some space."


def test_dismissing_a_notice_shows_the_one_before(banner: Banner) -> None:
    for sentence in ("first", "second", "third"):
        banner.say(sentence)
    assert banner._others.text() == "2 more"
    banner._close.click()
    assert (banner.sentence, banner._others.text()) == ("second", "1 more")
    banner._close.click()
    banner._close.click()
    assert banner.isHidden() and banner.sentence == ""


def test_what_is_said_twice_is_read_once(banner: Banner) -> None:
    banner.say("one")
    banner.say("two")
    banner.say("one", "with details")
    assert banner._others.text() == "1 more" and banner._more.isVisibleTo(banner)
    banner.say("one")
    assert banner._more.isVisibleTo(banner)  # what was known of it is still known


def test_details_wait_behind_a_button(banner: Banner, qtbot: QtBot) -> None:
    banner.say("It failed.")
    assert banner._more.isHidden()
    banner.say("It failed badly.", "Traceback")
    banner.show()
    qtbot.mouseClick(banner._more, Qt.MouseButton.LeftButton)
    dialog = banner.findChild(QDialog)
    report = dialog.findChild(QPlainTextEdit) if dialog else None
    assert dialog is not None and report is not None and report.toPlainText() == "Traceback"
    dialog.close()


def test_only_what_went_wrong_points_at_the_log(banner: Banner) -> None:
    banner.say("There is no work to export yet.", tone="note")
    assert banner._log.isHidden()
    banner.say("The engine ended.")
    assert not banner._log.isHidden()


def test_escape_dismisses(banner: Banner, qtbot: QtBot) -> None:
    banner.say("one")
    qtbot.keyClick(banner._close, Qt.Key.Key_Escape)
    assert banner.isHidden()


def test_markup_is_shown_as_it_is(banner: Banner) -> None:
    banner.say("The file <b>x</b> & co.")
    assert banner._sentence.textFormat() is Qt.TextFormat.PlainText
