"""The row under a sound: it asks, and shows what it is told."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSlider, QWidget
from pytestqt.qtbot import QtBot

from studio.previews.transport import NARROW, SPEEDS, WIDE, Transport

pytestmark = pytest.mark.gui


@pytest.fixture
def transport(qtbot: QtBot) -> Iterator[Transport]:
    """On a ground, which lets it be narrower than its layout would like."""
    ground = QWidget()
    qtbot.addWidget(ground)
    made = Transport()
    made.setParent(ground)
    made.resize(700, 40)
    ground.show()
    made.show_state(ready=True, playing=False)
    yield made


def button(transport: Transport, name: str) -> QAbstractButton:
    [found] = [each for each in transport.findChildren(QAbstractButton) if each.accessibleName() == name]
    return found


@pytest.mark.parametrize(
    ("name", "signal", "carried"),
    [
        ("Play the sound", "play_requested", []),
        ("Back to the start", "start_requested", []),
        ("Loop", "loop_chosen", [True]),
        ("Sound off", "volume_chosen", [0.0]),
    ],
)
def test_buttons_ask(transport: Transport, qtbot: QtBot, name: str, signal: str, carried: list[object]) -> None:
    with qtbot.waitSignal(getattr(transport, signal)) as asked:
        button(transport, name).click()
    assert asked.args == carried


def test_sound_comes_back_as_loud_as_it_was(transport: Transport, qtbot: QtBot) -> None:
    transport.show_state(ready=True, playing=False, volume=0.3)
    transport.show_state(ready=True, playing=False, volume=0.0)
    with qtbot.waitSignal(transport.volume_chosen) as asked:
        button(transport, "Sound on").click()
    assert asked.args == [0.3]


def test_speed_and_volume_are_chosen(transport: Transport, qtbot: QtBot) -> None:
    speed, volume = transport.findChild(QComboBox), transport.findChild(QSlider)
    with qtbot.waitSignal(transport.speed_chosen) as asked:
        speed.setCurrentIndex(0)
    assert asked.args == [0.5] and SPEEDS[-1] == 2.0
    with qtbot.waitSignal(transport.volume_chosen) as asked:
        volume.setValue(40)
    assert asked.args == [0.4]


def test_what_it_is_told_is_shown_and_asks_for_nothing(transport: Transport, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(transport.speed_chosen), qtbot.assertNotEmitted(transport.volume_chosen):
        transport.show_state(ready=True, playing=True, loop=True, speed=1.25, volume=0.5)
        transport.show_time(3.24, 12.0)
    assert button(transport, "Pause the sound").isEnabled() and button(transport, "Loop").isChecked()
    assert transport.findChild(QComboBox).currentText() == "1.25×"
    assert transport.findChild(QSlider).value() == 50
    assert "0:03.2 / 0:12.0" in [label.text() for label in transport.findChildren(QLabel)]


def test_without_a_sound_it_waits(transport: Transport) -> None:
    transport.show_state(ready=False, playing=False)
    assert not button(transport, "Play the sound").isEnabled()


def test_where_there_is_little_room_it_does_with_less(transport: Transport) -> None:
    volume = transport.findChild(QSlider)
    assert transport.meter.isVisible() and volume.isVisible()
    transport.resize(WIDE - 10, 40)
    assert not transport.meter.isVisible() and volume.isVisible()
    transport.resize(NARROW - 10, 40)
    assert not volume.isVisible()
    shown = [each for each in transport.findChildren(QWidget) if each.isVisible() and each.parent() is transport]
    assert all(each.x() >= 0 and each.geometry().right() <= transport.width() for each in shown)


def test_everything_in_it_has_a_name(transport: Transport, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(transport) == []
