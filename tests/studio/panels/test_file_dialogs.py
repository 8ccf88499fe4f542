"""An export is offered under a name that is free."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from studio.panels.file_dialogs import ask_where
from tests.studio.panels.conftest import Keep


def test_an_export_is_offered_under_a_free_name_in_the_works_folder(
    ground: QWidget, keep: Keep, tmp_path: Path, qtbot: QtBot
) -> None:
    work = keep("A river: does it hurry?")
    (tmp_path / "A river does it hurry.txt").touch()
    got: list[Path] = []
    dialog = ask_where(ground, work, tmp_path, got.append)
    assert Path(dialog.selectedFiles()[0]) == tmp_path / "A river does it hurry (2).txt"
    dialog.selectNameFilter("Markdown (*.md)")
    dialog.filterSelected.emit("Markdown (*.md)")
    assert dialog.defaultSuffix() == "md"
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(tmp_path / "x.md"))
    assert got == [tmp_path / "x.md"]
    dialog.close()
