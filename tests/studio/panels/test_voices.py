"""The library of voices in its dialog: heard, renamed, deleted, brought back, added."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.editors.surroundings import Surroundings
from studio.panels.new_voice import NewVoiceDialog
from studio.panels.voices import VoicesDialog
from studio.recorder import Recorder
from tests.studio.company import FakePreparing, surroundings
from tests.studio.test_recorder import Clock, FakeInputs


@pytest.fixture
def company(qtbot: QtBot, tmp_path: Path) -> tuple[Surroundings, FakePreparing]:
    around, jobs, _ = surroundings(tmp_path)
    return around, jobs


@pytest.fixture
def inputs() -> FakeInputs:
    return FakeInputs()


@pytest.fixture
def dialog(ground: QWidget, company: tuple[Surroundings, FakePreparing], inputs: FakeInputs) -> VoicesDialog:
    dialog = VoicesDialog(company[0], Recorder(inputs, Clock()), ground)
    dialog.show()
    return dialog


def rows(dialog: VoicesDialog) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def words(dialog: VoicesDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def button(dialog: VoicesDialog, text: str) -> QPushButton:
    return next(each for each in dialog.findChildren(QPushButton) if each.text() == text)


def test_every_voice_is_listed_with_what_is_known_of_it(dialog: VoicesDialog) -> None:
    assert rows(dialog) == ["Shipped", "Alpha · Hindi", "Heart · English", "Your own", "Meera · Hinglish"]
    assert dialog.current().id == "alpha"
    dialog.select("heart")
    assert "Heart" in words(dialog) and "When the sunlight strikes" in words(dialog)
    assert "Consent: Heart agreed." in words(dialog) and "Licence: Apache-2.0" in words(dialog)


def test_the_keys_hear_rename_and_delete(
    dialog: VoicesDialog, company: tuple[Surroundings, FakePreparing], qtbot: QtBot
) -> None:
    around = company[0]
    dialog.select("meera")
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    assert around.player.playing and Path(around.player.path).parent.name == "meera"
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    assert not around.player.playing
    qtbot.keyClick(dialog.list, Qt.Key.Key_F2)
    name = dialog.card.findChild(QLineEdit)
    assert name.selectedText() == "Meera"
    qtbot.keyClicks(name, "Asha")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert rows(dialog)[-1] == "Asha · Hinglish" and dialog.current().title == "Asha" and dialog.isVisible()
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    assert rows(dialog) == ["Shipped", "Alpha · Hindi", "Heart · English"]
    qtbot.keyClick(dialog.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert rows(dialog)[-1] == "Asha · Hinglish" and dialog.current().id == "meera"


def test_a_name_that_is_taken_is_refused_and_the_old_one_stays(dialog: VoicesDialog, qtbot: QtBot) -> None:
    dialog.select("meera")
    name = dialog.card.findChild(QLineEdit)
    dialog.card.edit_name()
    qtbot.keyClicks(name, "heart")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert "There is a voice “Heart” already" in words(dialog) and name.text() == "Meera"
    assert rows(dialog)[-1] == "Meera · Hinglish"


def test_shipped_voices_cannot_be_changed(dialog: VoicesDialog, qtbot: QtBot) -> None:
    dialog.select("heart")
    assert not dialog.card.findChild(QLineEdit).isVisible() and not button(dialog, "Delete").isEnabled()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Delete)
    dialog.delete()
    assert len(rows(dialog)) == 5


def test_the_bar_brings_back_what_was_deleted(dialog: VoicesDialog) -> None:
    dialog.select("meera")
    button(dialog, "Delete").click()
    assert dialog.undo_bar.isVisible() and dialog.current().id == "heart"
    button(dialog, "Undo").click()
    assert dialog.current().id == "meera" and not dialog.undo_bar.isVisible()


def test_a_folder_that_cannot_be_moved_is_said(dialog: VoicesDialog, tmp_path: Path) -> None:
    (tmp_path / "own" / ".deleted").touch()
    dialog.select("meera")
    dialog.delete()
    assert "cannot be moved" in words(dialog) and dialog.current().id == "meera"


def test_a_file_becomes_a_voice_that_is_chosen(
    dialog: VoicesDialog, company: tuple[Surroundings, FakePreparing], tmp_path: Path
) -> None:
    made = dialog.add_file(str(tmp_path / "talk.mp3"))
    assert company[1].asked == [(str(tmp_path / "talk.mp3"), "", "english", True)]
    company[1].answer()
    made._title.setText("Ravi")
    made._transcript.setPlainText("What is heard.")
    made._consent.setText("It is my own voice.")
    made.keep()
    company[1].answer()
    assert dialog.current().title == "Ravi" and rows(dialog)[-1] == "Ravi · English"


def test_a_dropped_file_is_imported(
    dialog: VoicesDialog, company: tuple[Surroundings, FakePreparing], tmp_path: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "talk.ogg"))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    dialog.dropEvent(QDropEvent(QPoint(10, 10), copy, data, left, none))
    assert company[1].asked[0][0] == str(tmp_path / "talk.ogg")
    assert dialog.findChild(NewVoiceDialog) is not None


def test_a_recording_goes_on_to_become_a_voice(
    dialog: VoicesDialog,
    company: tuple[Surroundings, FakePreparing],
    inputs: FakeInputs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "home"))
    recording = dialog.record()
    recording._languages.chosen.emit(2)
    recording._record.click()
    inputs.opened[0][1].hear(4)
    recording._record.click()
    recording._use.click()
    path, said, language, trim = company[1].asked[0]
    assert Path(path).is_file() and (said, language, trim) == ("", "hinglish", True)
    made = dialog.findChild(NewVoiceDialog)
    company[1].answer()
    made._fill.click()
    assert made._transcript.toPlainText().startswith("Chai ubal rahi thi")
    made.reject()
    assert not Path(path).exists()


def test_files_are_asked_for_by_what_can_be_read(dialog: VoicesDialog, qtbot: QtBot) -> None:
    button(dialog, "Import…").click()
    asked = dialog.findChild(QFileDialog)
    assert all(f"*.{ending}" in asked.nameFilters()[0] for ending in ("wav", "flac", "mp3", "ogg"))
    asked.close()


def test_closing_silences_the_voice(dialog: VoicesDialog, company: tuple[Surroundings, FakePreparing]) -> None:
    dialog.card.listen()
    assert company[0].player.playing
    dialog.close()
    assert not company[0].player.playing
