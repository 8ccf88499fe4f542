"""What the colours mean, as much of it as there is room for."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from studio import theme
from studio.previews.legend import Legend, sound_legend, tinted

pytestmark = pytest.mark.gui
HINT = "Click to hear from there, drag to choose a span"


def words(legend: Legend) -> list[str]:
    return [label.text() for label in legend.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def legend(qtbot: QtBot) -> Iterator[Legend]:
    room = QWidget()
    qtbot.addWidget(room)
    made = sound_legend()
    made.setParent(room)
    room.resize(1300, 40)
    room.show()
    made.show()
    made.resize(1200, 30)
    yield made


def test_what_is_not_always_there_is_shown_when_it_is(legend: Legend) -> None:
    assert words(legend) == ["silent", "loud", "from you", "chosen", HINT]
    legend.show_more(True)
    assert words(legend) == ["silent", "loud", "from you", "chosen", "as asked", "otherwise", HINT]


def test_the_hint_goes_first_where_there_is_no_room(legend: Legend) -> None:
    legend.show_more(True)
    legend.resize(600, 30)
    assert words(legend)[-2:] == ["as asked", "otherwise"]
    legend.resize(400, 30)
    assert words(legend) == ["silent", "loud", "from you", "chosen"]
    legend.resize(1200, 30)
    assert len(words(legend)) == 7


def test_a_tint_lies_between_the_colour_and_the_surface() -> None:
    for colours in (theme.LIGHT, theme.DARK):
        ground = QColor(tinted(colours, colours.ok))
        surface, colour = QColor(colours.surface), QColor(colours.ok)
        assert min(surface.red(), colour.red()) < ground.red() < max(surface.red(), colour.red())
