"""Widgets that only a cycle holds die in the window's thread, whichever thread makes objects meanwhile."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio import garbage

freed_in: list[threading.Thread] = []


class Ring(QWidget):
    """Held by nothing but itself, once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.ring = self

    def __del__(self) -> None:
        freed_in.append(threading.current_thread())


@pytest.fixture
def kept(qapp: QApplication) -> Iterator[None]:
    was = gc.isenabled()
    gc.enable()
    freed_in.clear()
    timer = garbage.keep_to_this_thread(qapp)
    yield
    timer.stop()
    timer.deleteLater()
    if was:
        gc.enable()


def make_many() -> list[list[int]]:
    return [[number] for number in range(100_000)]


def test_a_widget_dies_in_its_own_thread(kept: None, qtbot: QtBot) -> None:
    for _ in range(20):
        Ring()
    other = threading.Thread(target=make_many)
    other.start()
    other.join()
    assert not freed_in
    many = make_many()
    qtbot.waitUntil(lambda: len(freed_in) >= 20)
    assert set(freed_in) == {threading.main_thread()} and many


def test_what_is_due_is_freed_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, freed = [700, 11, 10], list[int]()
    monkeypatch.setattr(gc, "get_count", lambda: tuple(counts))
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", freed.append)
    garbage.collect()
    counts[1] = 0
    garbage.collect()
    counts[:] = [701, 0, 11]
    garbage.collect()
    assert freed == [1, 2]
