"""The seed editor: free until somebody wants it kept."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDoubleSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from engine.api.params import SEEDS, Seed


def test_the_largest_seed_is_held_exactly(edit: Any) -> None:
    editor = edit(Seed(), int, 0)
    editor.set_value(SEEDS - 1)
    assert editor.value() == SEEDS - 1 and type(editor.value()) is int


def test_a_free_seed_is_drawn_and_a_locked_one_stays(edit: Any) -> None:
    editor = edit(Seed(), int, 0)
    drawn = set()
    for _ in range(5):
        editor.draw()
        drawn.add(editor.value())
    assert len(drawn) == 5
    editor.set_locked(True)
    editor.draw()
    assert editor.value() in drawn


def test_a_thrown_seed_is_kept(edit: Any, qtbot: QtBot) -> None:
    editor = edit(Seed(), int, 0)
    dice = next(button for button in editor.findChildren(QToolButton) if button.accessibleName() == "New seed")
    with qtbot.waitSignal(editor.changed):
        qtbot.mouseClick(dice, Qt.MouseButton.LeftButton)
    thrown = editor.value()
    editor.draw()
    assert editor.locked() and editor.value() == thrown


def test_a_typed_seed_is_kept(edit: Any, qtbot: QtBot) -> None:
    editor = edit(Seed(), int, 0)
    spin = editor.findChild(QDoubleSpinBox)
    assert spin.text() == "random"
    spin.selectAll()
    qtbot.keyClicks(spin, "42")
    editor.draw()
    assert editor.locked() and editor.value() == 42


def test_seed_zero_can_be_seen_where_it_is_kept(edit: Any) -> None:
    editor = edit(Seed(), int, 0)
    editor.set_locked(True)
    assert editor.findChild(QDoubleSpinBox).text() == "0"
