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


def test_a_window_that_is_watched_is_covered_by_what_is_held_over_it(
    ground: QWidget, qtbot: QtBot, tmp_path: Path
) -> None:
    hint, got = DropHint(ground), list[Path]()
    hint.watch(ground)
    hint.dropped.connect(got.append)
    data = urls(QUrl.fromLocalFile(str(tmp_path / "song.mid")).toString())
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    QApplication.sendEvent(ground, enter)
    assert hint.isVisible() and enter.isAccepted()
    QApplication.sendEvent(ground, QDragLeaveEvent())
    qtbot.waitUntil(lambda: not hint.isVisible())
    QApplication.sendEvent(ground, QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    QApplication.sendEvent(ground, QDropEvent(QPointF(9, 9), copy, data, left, none))
    assert got == [tmp_path / "song.mid"], "where the drop comes before the hint has taken the drag over"


def test_what_is_no_file_passes_by(ground: QWidget) -> None:
    hint = DropHint(ground)
    hint.watch(ground)
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    words = QMimeData()
    words.setText("words")
    QApplication.sendEvent(ground, QDragEnterEvent(QPoint(9, 9), copy, words, left, none))
    assert not hint.isVisible()
