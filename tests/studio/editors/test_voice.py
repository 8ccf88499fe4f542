"""Who speaks: offered in groups, heard, and kept where it is not there any more."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QToolButton
from pytestqt.qtbot import QtBot

from engine.api.params import Field, VoiceRef
from studio.editors.surroundings import Surroundings
from studio.editors.voice import VoiceEditor
from tests.studio.company import keep_voice, surroundings
from tests.studio.playback.sounds import FakeOutputs


@pytest.fixture
def company(qtbot: QtBot, tmp_path: Path) -> tuple[Surroundings, FakeOutputs]:
    around, _, outputs = surroundings(tmp_path)
    return around, outputs


def made(qtbot: QtBot, around: Surroundings | None, default: str = "") -> VoiceEditor:
    editor = VoiceEditor(Field("voice", str, VoiceRef("Voice", help="Who speaks."), default))
    qtbot.addWidget(editor)
    if around:
        editor.use(around)
    editor.show()
    return editor


def rows(editor: VoiceEditor) -> list[str]:
    box = editor.findChild(QComboBox)
    return [box.itemText(i) for i in range(box.count())]


def listen(editor: VoiceEditor) -> QToolButton:
    return next(b for b in editor.findChildren(QToolButton) if "isten" in b.accessibleName() or "Stop" in b.toolTip())


def test_voices_are_offered_in_two_groups_with_their_language(
    qtbot: QtBot, company: tuple[Surroundings, FakeOutputs]
) -> None:
    editor = made(qtbot, company[0])
    assert rows(editor) == ["Shipped", "Alpha · Hindi", "Heart · English", "Your own", "Meera · Hinglish"]
    box = editor.findChild(QComboBox)
    headings = [i for i in range(box.count()) if not box.model().index(i, 0).flags() & Qt.ItemFlag.ItemIsEnabled]
    assert headings == [0, 3]


def test_without_a_wish_the_first_voice_speaks(qtbot: QtBot, company: tuple[Surroundings, FakeOutputs]) -> None:
    assert made(qtbot, company[0]).value() == "alpha"
    assert made(qtbot, company[0], default="heart").value() == "heart"


def test_choosing_changes_the_value_once(qtbot: QtBot, company: tuple[Surroundings, FakeOutputs]) -> None:
    editor = made(qtbot, company[0], "heart")
    said: list[str] = []
    editor.changed.connect(lambda: said.append(editor.value()))
    box = editor.findChild(QComboBox)
    box.setFocus()
    for _ in range(2):
        qtbot.keyClick(box, Qt.Key.Key_Down)  # over the heading, and then against the end
    assert said == ["meera"]


def test_setting_is_silent_and_keeps_a_voice_that_is_gone(
    qtbot: QtBot, company: tuple[Surroundings, FakeOutputs]
) -> None:
    editor = made(qtbot, company[0])
    with qtbot.assertNotEmitted(editor.changed):
        editor.set_value("ravi-1234")
    assert editor.value() == "ravi-1234" and rows(editor)[-1] == "ravi-1234 (not here)"
    assert editor.findChild(QComboBox).currentText() == "ravi-1234 (not here)"
    assert not listen(editor).isEnabled()


def test_new_voices_are_offered_and_the_choice_stays(
    qtbot: QtBot, company: tuple[Surroundings, FakeOutputs], tmp_path: Path
) -> None:
    editor = made(qtbot, company[0], "heart")
    keep_voice(tmp_path / "own", "Asha")
    company[0].voices.refresh()
    assert "Asha · English" in rows(editor) and editor.value() == "heart"
    assert editor.findChild(QComboBox).currentText() == "Heart · English"


def test_a_voice_is_heard_and_silenced(qtbot: QtBot, company: tuple[Surroundings, FakeOutputs]) -> None:
    around, outputs = company
    editor = made(qtbot, around, "heart")
    button = listen(editor)
    button.click()
    assert around.player.playing and Path(around.player.path).parent.name == "heart"
    assert button.accessibleName() == "Stop the voice"
    button.click()
    assert not around.player.playing and button.accessibleName() == "Listen to the voice"
    button.click()
    editor.set_value("alpha")
    assert not around.player.playing


def test_without_voices_that_is_said(qtbot: QtBot) -> None:
    editor = made(qtbot, None)
    assert rows(editor) == ["No voices yet"] and editor.value() == ""


def test_voices_can_be_managed_from_here(qtbot: QtBot, company: tuple[Surroundings, FakeOutputs]) -> None:
    editor = made(qtbot, company[0])
    button = next(b for b in editor.findChildren(QToolButton) if b.accessibleName() == "Manage voices…")
    with qtbot.waitSignal(editor.manage_requested):
        button.click()
