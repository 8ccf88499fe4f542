"""The level meter tells decibels."""

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from studio import theme
from studio.playback.pump import Level
from studio.previews.meter import Meter, place

pytestmark = pytest.mark.gui


@pytest.fixture
def meter(qtbot: QtBot) -> Meter:
    made = Meter()
    qtbot.addWidget(made)
    made.resize(100, 14)
    made.show()
    return made


def colours(meter: Meter, y: int) -> list[str]:
    picture = meter.grab().toImage()
    return [QColor(picture.pixelColor(x, y)).name() for x in range(100)]


def test_places_are_decibels() -> None:
    assert [place(loudness) for loudness in (0, 10 ** (-48 / 20), 10 ** (-24 / 20), 1.0, 2.0)] == [
        0,
        pytest.approx(0, abs=1e-9),
        pytest.approx(0.5),
        1.0,
        1.0,
    ]


def test_the_bar_is_as_long_as_it_is_loud(meter: Meter) -> None:
    meter.show_levels([Level(10 ** (-12 / 20), 10 ** (-24 / 20))])
    row = colours(meter, 7)
    assert row.count(theme.colours().ok) == pytest.approx(50, abs=3)


def test_each_channel_has_a_bar(meter: Meter) -> None:
    meter.show_levels([Level(0.2, 0.2), Level(0.0, 0.0)])
    assert theme.colours().ok in colours(meter, 3) and theme.colours().ok not in colours(meter, 11)


def test_too_loud_is_told_by_colour(meter: Meter) -> None:
    meter.show_levels([Level(1.0, 0.99)])
    assert colours(meter, 7)[40] == theme.colours().error


def test_the_loudest_is_remembered_for_a_while(meter: Meter) -> None:
    meter.show_levels([Level(0.5, 0.1)])
    marks = []
    for _ in range(3):
        meter.show_levels([Level(0.01, 0.01)])
        marks.append(meter._marks[0])
    assert place(0.5) > marks[0] > marks[1] > marks[2] > place(0.01)
    meter.show_levels([Level(0.0, 0.0)])
    assert meter._marks == [0.0]


def test_it_can_be_heard_of(meter: Meter) -> None:
    meter.show_levels([Level(0.5, 0.1)])
    assert (meter.accessibleName(), meter.accessibleDescription()) == ("Level", "-6 dB")
    meter.show_levels([Level(0.0, 0.0)])
    assert meter.accessibleDescription() == "silence"
