"""The checkpoint editor: titles to choose from, and honesty about what is not there."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from engine.api.cards import CardFile
from engine.api.params import CheckpointRef
from studio.editors.checkpoint import amount
from tests.studio.fake_engine import text_card

KIND = CheckpointRef("Checkpoint", "text", help="The weights that write.")
LARGE = text_card(
    id="large", title="Large", parameters=1_300_000_000, files={"network": CardFile(name="n", size=5 * 2**20)}
)


def test_one_checkpoint_is_no_choice_and_two_are(edit: Any) -> None:
    editor = edit(KIND, str, "pocket-text")
    editor.set_cards([text_card()])
    assert editor.value() == "pocket-text" and not editor.worth_showing()
    editor.set_cards([text_card(), LARGE])
    assert editor.worth_showing()


def test_title_size_and_licence_are_said(edit: Any) -> None:
    editor = edit(KIND, str, "pocket-text")
    editor.set_cards([text_card(), LARGE])
    box = editor.findChild(QComboBox)
    assert box.itemText(1) == "Large · 1.3 B"
    for fact in ("1.3 B parameters", "5 MB", "Apache-2.0"):
        assert fact in box.itemData(1, Qt.ItemDataRole.ToolTipRole)


def test_the_first_card_stands_in_for_a_default_that_is_not_installed(edit: Any) -> None:
    editor = edit(KIND, str, "pocket-text")
    editor.set_cards([LARGE])
    assert editor.value() == "large" and editor.card() is LARGE


def test_an_id_that_is_not_installed_is_kept_and_said(edit: Any) -> None:
    editor = edit(KIND, str, "pocket-text")
    editor.set_cards([text_card()])
    editor.set_value("gone")
    assert editor.value() == "gone" and editor.card() is None and editor.worth_showing()
    assert editor.findChild(QComboBox).currentText() == "gone (not installed)"


def test_choosing_another_says_so(edit: Any, qtbot: QtBot) -> None:
    editor = edit(KIND, str, "pocket-text")
    editor.set_cards([text_card(), LARGE])
    box = editor.findChild(QComboBox)
    with qtbot.waitSignal(editor.changed):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert editor.card() is LARGE and "1.3 B" in box.toolTip()


def test_amounts_are_short() -> None:
    assert [amount(n) for n in (999, 12_000, 8_000_000, 336_000_000)] == ["999", "12 k", "8 M", "336 M"]
