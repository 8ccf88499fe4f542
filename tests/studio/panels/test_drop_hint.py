"""A file that is held over the window is shown where it goes, and goes there."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.panels.drop_hint import DropHint, dropped_file


def urls(*names: str) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl(name) for name in names])
    return data


def test_only_files_of_this_machine_can_be_dropped(tmp_path: Path) -> None:
    here = QUrl.fromLocalFile(str(tmp_path / "नदी.txt")).toString()
    assert dropped_file(urls("https://example.org/x.txt", here)) == tmp_path / "नदी.txt"
    assert dropped_file(urls("https://example.org/x.txt")) is None
    assert dropped_file(QMimeData()) is None


def test_the_hint_covers_everything_and_passes_the_file_on(ground: QWidget, tmp_path: Path) -> None:
    hint = DropHint(ground)
    got: list[Path] = []
    hint.dropped.connect(got.append)
    hint.cover()
    assert hint.isVisible() and hint.geometry() == ground.rect()
    data = urls(QUrl.fromLocalFile(str(tmp_path / "river.txt")).toString())
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(hint, QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    QApplication.sendEvent(hint, QDropEvent(QPointF(9, 9), copy, data, left, none))
    assert got == [tmp_path / "river.txt"] and not hint.isVisible()


def test_the_hint_goes_with_the_drag(ground: QWidget, qtbot: QtBot) -> None:
    hint = DropHint(ground)
    hint.cover()
    QApplication.sendEvent(hint, QDragLeaveEvent())
    assert not hint.isVisible()
    hint.cover()
    hint.settle()  # it left the window before it came over the hint
    qtbot.waitUntil(lambda: not hint.isVisible())
