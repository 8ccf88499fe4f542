"""The number editor: exact from outside, tidy from inside, deaf to a wheel that passes by."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QDoubleSpinBox, QSlider, QWidget
from pytestqt.qtbot import QtBot

from engine.api.params import Number
from studio.editors.caption import Caption
from studio.editors.number import decimals

STEPS = Number("Steps", 1, 200, help="How many.")
TURN = Number("Turn", 0, 1, 0.05, unit="°")


def parts(editor: Any) -> tuple[QSlider, QDoubleSpinBox]:
    return editor.findChild(QSlider), editor.findChild(QDoubleSpinBox)


def scroll(widget: QWidget) -> None:
    at = QPointF(5, 5)
    none, gone = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    turned = QWheelEvent(
        at, widget.mapToGlobal(at), QPoint(), QPoint(0, 120), none, Qt.KeyboardModifier.NoModifier, gone, False
    )
    QApplication.sendEvent(widget, turned)


def test_what_is_set_is_kept_exactly_though_it_is_shown_rounded(edit: Any, qtbot: QtBot) -> None:
    editor = edit(TURN, float, 0.5)
    with qtbot.assertNotEmitted(editor.changed):
        editor.set_value(0.123456789)
    assert editor.value() == 0.123456789
    assert parts(editor)[1].text() == parts(editor)[1].locale().toString(0.12, "f", 2) + " °"
    assert parts(editor)[0].value() == 2


@pytest.mark.parametrize(("index", "value"), [(0, 0.0), (3, 0.15), (20, 1.0)])
def test_the_slider_moves_the_number_in_steps(edit: Any, qtbot: QtBot, index: int, value: float) -> None:
    editor = edit(TURN, float, 0.5)
    with qtbot.waitSignal(editor.changed):
        parts(editor)[0].setValue(index)
    assert editor.value() == value


def test_an_integer_stays_one(edit: Any) -> None:
    editor = edit(STEPS, int, 16)
    parts(editor)[0].setValue(41)
    assert editor.value() == 42 and type(editor.value()) is int
    assert "42" in parts(editor)[1].text() and "42." not in parts(editor)[1].text()


def test_typing_changes_the_number_at_once(edit: Any, qtbot: QtBot) -> None:
    editor = edit(STEPS, int, 16)
    spin = parts(editor)[1]
    spin.selectAll()
    qtbot.keyClicks(spin, "73")
    assert editor.value() == 73
    assert parts(editor)[0].value() == 72


def test_a_double_click_on_the_name_brings_back_the_default(edit: Any, qtbot: QtBot) -> None:
    editor = edit(STEPS, int, 16)
    editor.set_value(99)
    with qtbot.waitSignal(editor.changed):
        qtbot.mouseDClick(editor.findChild(Caption), Qt.MouseButton.LeftButton)
    assert editor.value() == 16


def test_the_wheel_turns_only_what_has_the_focus(edit: Any, qtbot: QtBot) -> None:
    editor = edit(STEPS, int, 16)
    for control in parts(editor):
        scroll(control)
    assert editor.value() == 16
    editor.activateWindow()
    parts(editor)[1].setFocus()
    qtbot.waitUntil(parts(editor)[1].hasFocus)
    scroll(parts(editor)[1])
    assert editor.value() == 17


@given(st.sampled_from([1, 8, 0.5, 0.1, 0.05, 0.01, 0.001]))
def test_decimals_tell_two_steps_apart(step: float) -> None:
    assert round(step, decimals(step)) == step
    assert decimals(step) == 0 or round(step, decimals(step) - 1) != step


def test_the_lowest_value_is_called_by_its_own_name(edit: Any) -> None:
    editor = edit(Number("Length", 0, 600, 0.1, "s", "automatic"), float, 0.0)
    spin = editor.findChild(QDoubleSpinBox)
    assert spin.text() == "automatic" and editor.value() == 0
    spin.setValue(2.5)
    assert spin.text() == "2.5 s" and editor.value() == 2.5
