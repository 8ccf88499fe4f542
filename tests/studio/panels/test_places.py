"""Logs, folders and details are one click away, and it is said where they are not."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox, QWidget

from engine.api import paths
from engine.api.errors import Failure
from studio.panels import places
from studio.panels.details import show_details


def test_details_can_be_copied_for_a_report(ground: QWidget) -> None:
    dialog = show_details(ground, "It failed.", "Traceback")
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    next(each for each in buttons.buttons() if each.text() == "Copy").click()
    assert QGuiApplication.clipboard().text() == "It failed.\n\nTraceback"
    dialog.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What the system was asked to open."""
    asked: list[Path] = []

    def open_url(url: QUrl) -> bool:
        asked.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return asked


def test_the_log_is_opened_itself_or_the_folder_of_all(ground: QWidget, opened: list[Path]) -> None:
    places.open_log(ground)
    (paths.logs() / "engine.log").touch()
    places.open_log(ground)
    (paths.logs() / "studio.log").touch()
    places.open_log(ground)
    assert opened == [paths.logs(), paths.logs() / "engine.log", paths.logs()]


def test_a_folder_that_is_not_there_is_made(opened: list[Path], tmp_path: Path) -> None:
    places.open_place(tmp_path / "works")
    assert (tmp_path / "works").is_dir() and opened == [tmp_path / "works"]


def test_a_folder_that_cannot_be_made_is_said(opened: list[Path], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failure, match="cannot be made.*choose another"):
        places.open_place(tmp_path / "file" / "works")
    assert opened == []


def test_a_system_without_a_viewer_is_said(ground: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: False)
    with pytest.raises(Failure, match="no program"):
        places.open_place(paths.data())
    places.open_log(ground)
    box = ground.findChild(QMessageBox)
    assert box is not None and str(paths.logs()) in box.text()
    box.close()
