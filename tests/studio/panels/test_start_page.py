"""The start page is silent on a start as usual, and offers another try where there is none."""

from pytestqt.qtbot import QtBot

from studio.panels.start_page import StartPage
from tests.studio.fake_engine import FakeEngineClient, ready


def test_a_start_as_usual_says_nothing(qtbot: QtBot) -> None:
    page = StartPage(FakeEngineClient())
    qtbot.addWidget(page)
    page.show()
    assert not page._blank.isVisible() and not page._again.isVisible()
    qtbot.waitUntil(page._blank.isVisible)


def test_an_engine_that_cannot_start_is_offered_again(qtbot: QtBot) -> None:
    client = FakeEngineClient()
    page = StartPage(client)
    qtbot.addWidget(page)
    client.die(state="broken")
    assert page._again.isVisibleTo(page) and "cannot start" in page._blank._heading.text()
    with qtbot.waitSignal(page.restart_requested):
        page._again.click()
    client.start()
    assert not page._again.isVisibleTo(page)


def test_an_engine_that_can_make_nothing_says_what_is_missing(qtbot: QtBot) -> None:
    client = FakeEngineClient()
    page = StartPage(client)
    qtbot.addWidget(page)
    client.start()
    assert page._blank._heading.text() == "Starting the engine"
    client.say(ready())
    assert page._blank._heading.text() == "There is no checkpoint" and not page._again.isVisibleTo(page)
