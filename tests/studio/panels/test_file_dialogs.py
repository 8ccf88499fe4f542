"""An export is offered under a name that is free."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from engine.api.requests import SpeechRequest
from engine.api.sounds import new_sound
from studio.panels.file_dialogs import ask_where
from studio.state.library import Library
from tests.sounds import sound_work
from tests.studio.fake_engine import spoken
from tests.studio.panels.conftest import Keep


def test_an_export_is_offered_under_a_free_name_in_the_works_folder(
    ground: QWidget, keep: Keep, tmp_path: Path, qtbot: QtBot
) -> None:
    work = keep("A river: does it hurry?")
    (tmp_path / "A river does it hurry.txt").touch()
    got: list[tuple[Path, str]] = []
    dialog = ask_where(ground, work, tmp_path, lambda *where: got.append(where))
    assert Path(dialog.selectedFiles()[0]) == tmp_path / "A river does it hurry (2).txt"
    dialog.selectNameFilter("Markdown (*.md)")
    dialog.filterSelected.emit("Markdown (*.md)")
    assert dialog.defaultSuffix() == "md"
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    dialog.fileSelected.emit(str(tmp_path / "x.md"))
    assert got == [(tmp_path / "x.md", "md")]
    dialog.close()


def test_a_sound_is_offered_in_its_own_formats_the_one_of_the_settings_first(
    ground: QWidget, library: Library, tmp_path: Path
) -> None:
    request = SpeechRequest(text="A river: does it hurry?")
    work = library.add(spoken("a", sound_work(new_sound()), request), request, [])
    got: list[tuple[Path, str]] = []
    dialog = ask_where(ground, work, tmp_path, lambda *where: got.append(where), "flac-16")
    assert dialog.nameFilters()[0] == "FLAC, 16 bits (*.flac)" and len(dialog.nameFilters()) == 5
    assert Path(dialog.selectedFiles()[0]) == tmp_path / "A river does it hurry.flac"
    assert dialog.defaultSuffix() == "flac"
    dialog.fileSelected.emit(str(tmp_path / "x.flac"))
    for filter in ("WAV, 16 bits (*.wav)", "WAV, 32-bit floats (*.wav)"):
        dialog.selectNameFilter(filter)
        dialog.filterSelected.emit(filter)
        assert dialog.defaultSuffix() == "wav"
        dialog.fileSelected.emit(str(tmp_path / "x.wav"))
    assert [format for _, format in got] == ["flac-16", "wav-16", "wav-float"]
    dialog.close()
