"""The loudspeaker is chosen among those that are there."""

import pytest
from pytestqt.qtbot import QtBot

from studio.panels.loudspeakers import OWN, Loudspeakers
from studio.state.hearing import Hearing
from studio.state.settings import Settings


@pytest.fixture
def choice(qtbot: QtBot, settings: Settings, hearing: Hearing) -> Loudspeakers:
    made = Loudspeakers(settings, hearing.player, "What sounds are played on.")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.count() > 1)
    return made


def offered(choice: Loudspeakers) -> list[str]:
    return [choice.itemText(index) for index in range(choice.count())]


def test_what_is_connected_is_offered(choice: Loudspeakers) -> None:
    assert offered(choice) == [OWN, "Loudspeakers", "Headphones"] and choice.currentText() == OWN


def test_a_choice_is_kept_and_heard(choice: Loudspeakers, settings: Settings, hearing: Hearing) -> None:
    choice.setCurrentIndex(2)
    assert settings.get().output == hearing.player.output == "Headphones"
    settings.update(output="")
    assert choice.currentText() == OWN


def test_one_that_is_gone_stays_until_another_is_chosen(qtbot: QtBot, settings: Settings, hearing: Hearing) -> None:
    settings.update(output="Car stereo")
    choice = Loudspeakers(settings, hearing.player, "What sounds are played on.")
    qtbot.addWidget(choice)
    choice.show()
    qtbot.waitUntil(lambda: choice.count() > 2)
    assert choice.currentText() == "Car stereo (not connected)"
    assert settings.get().output == "Car stereo"
