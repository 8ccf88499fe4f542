"""A picture in the form: chosen, dropped, pasted, taken over from the stage, refused in one sentence."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.params import PictureFile
from studio.editors.picture_file import CHOOSE, NOTHING_TO_PASTE, PictureFileEditor
from tests.studio.editors.conftest import Made


def picture(path: Path, colour: str = "red", width: int = 60, height: int = 40) -> Path:
    made = QImage(width, height, QImage.Format.Format_RGB32)
    made.fill(QColor(colour))
    made.save(str(path))
    return path


@pytest.fixture
def editor(edit: Made) -> PictureFileEditor:
    made: PictureFileEditor = edit(PictureFile("Picture", help="A picture to change."), str, "")
    made.resize(500, 200)
    return made


def test_what_is_chosen_is_shown_small_with_its_size(editor: PictureFileEditor, tmp_path: Path, qtbot: QtBot) -> None:
    assert editor._choose.text() == CHOOSE and not editor.thumb.isVisible()
    with qtbot.waitSignal(editor.changed):
        assert editor.take(str(picture(tmp_path / "boat.png")))
    assert (editor.value(), editor._choose.text()) == (str(tmp_path / "boat.png"), "boat.png")
    assert editor.thumb.isVisible() and editor.size_in_pixels == (60, 40)
    assert editor.thumb.grab().toImage().pixelColor(editor.thumb.rect().center()) == QColor("red")
    assert "60 × 40" in editor._choose.accessibleDescription()
    editor._remove.click()
    assert editor.value() == "" and not editor.thumb.isVisible()


def test_what_cannot_be_used_is_said_and_changes_nothing(
    editor: PictureFileEditor, tmp_path: Path, qtbot: QtBot
) -> None:
    editor.take(str(picture(tmp_path / "boat.png")))
    said: list[str] = []
    editor.refused.connect(said.append)
    (tmp_path / "letter.png").write_text("Dear Sir")
    with qtbot.assertNotEmitted(editor.changed):
        assert not editor.take(str(tmp_path / "letter.png"))
    assert editor.value() == str(tmp_path / "boat.png")
    assert len(said) == 1 and said[0].startswith("“letter.png” is no picture")
    editor.take(str(picture(tmp_path / "other.png")))
    assert said[-1] == "", "what was wrong is wrong no more"


def test_a_pasted_picture_is_kept_as_a_file(editor: PictureFileEditor) -> None:
    image = QImage(20, 30, QImage.Format.Format_ARGB32)
    image.fill(QColor("green"))
    QGuiApplication.clipboard().setImage(image)
    editor._choose.setFocus()
    QTest.keyClick(editor._choose, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    kept = Path(editor.value())
    assert kept.parent == paths.given() and kept.suffix == ".png" and editor.size_in_pixels == (20, 30)
    assert editor._choose.text() == "pasted", "a hash says nothing"


def test_a_copied_file_is_pasted_as_that_file(editor: PictureFileEditor, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture(tmp_path / "boat.png")))])
    QGuiApplication.clipboard().setMimeData(data)
    editor._paste.click()
    assert editor.value() == str(tmp_path / "boat.png")
    QGuiApplication.clipboard().setText(str(picture(tmp_path / "typed.png")))
    editor._paste.click()
    assert editor.value() == str(tmp_path / "typed.png")


def test_pasting_words_is_refused(editor: PictureFileEditor, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("a boat\0" + "x" * 5000)
    with qtbot.waitSignal(editor.refused) as said:
        editor._paste.click()
    assert said.args == [NOTHING_TO_PASTE] and editor.value() == ""


def test_a_picture_dropped_on_it_is_taken(editor: PictureFileEditor, tmp_path: Path) -> None:
    data = QMimeData()
    data.setImageData(QImage(str(picture(tmp_path / "boat.png", "blue"))))
    plain = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, plain)
    editor.dropEvent(event)
    assert event.isAccepted() and Path(editor.value()).parent == paths.given()


def test_the_picture_that_is_shown_is_offered_until_it_is_taken(editor: PictureFileEditor, tmp_path: Path) -> None:
    assert not editor._use.isVisible()
    editor.offer(str(picture(tmp_path / "work.png")))
    assert editor._use.isVisible()
    editor._use.click()
    assert editor.value() == str(tmp_path / "work.png") and not editor._use.isVisible()
    editor.offer("")
    editor.take("")
    assert not editor._use.isVisible()


def test_the_folder_is_remembered(editor: PictureFileEditor, edit: Made, tmp_path: Path, qtbot: QtBot) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    editor.ask().fileSelected.emit(str(picture(folder / "boat.png")))
    other: PictureFileEditor = edit(PictureFile("Towards"), str, "")
    dialogs = [editor.ask(), other.ask()]
    assert [dialog.directory().path() for dialog in dialogs] == [str(folder), str(folder)]
    for dialog in editor.findChildren(QFileDialog) + other.findChildren(QFileDialog):
        dialog.close()


def test_a_file_that_went_away_leaves_its_name(editor: PictureFileEditor, tmp_path: Path) -> None:
    editor.set_value(str(tmp_path / "gone.png"))
    assert editor._choose.text() == "gone.png" and editor.size_in_pixels == (0, 0)
    assert not editor.thumb.isVisible()
