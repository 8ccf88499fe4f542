"""A queue and a library with something in them, and how to use a list with the mouse."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QListView, QWidget
from pytestqt.qtbot import QtBot

from engine.api.requests import TextRequest
from studio.panels.job_list import JobList
from studio.panels.job_row import heading_height
from studio.panels.paint import boxes
from studio.state.library import Library, Work
from tests.studio.fake_engine import finished, stepped

Press = Callable[[QListView, int, int, int], None]
Keep = Callable[..., Work]


@pytest.fixture
def keep(library: Library) -> Keep:
    """Put a text into the library."""

    def kept(text: str, **request: object) -> Work:
        asked = TextRequest(**request)  # type: ignore[arg-type]
        return library.add(finished("job", text, asked), asked, [stepped("job", 1, 1, text)])

    return kept


@pytest.fixture
def ground(qtbot: QtBot) -> QWidget:
    """An empty window to put something on."""
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(600, 400)
    ground.show()
    ground.activateWindow()
    return ground


@pytest.fixture
def press(qtbot: QtBot) -> Press:
    """Press a button painted in a row of a list: which one, of how many."""

    def pressed(view: QListView, row: int, button: int, count: int) -> None:
        place = boxes(content(view, row), count)[button].center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    return pressed


def content(view: QListView, row: int) -> QRect:
    """Where a row is, without the heading that may stand above it."""
    index = view.model().index(row, 0)
    heading = heading_height(index) if isinstance(view.model(), JobList) else 0
    return view.visualRect(index).adjusted(0, heading, 0, 0)


def click_row(qtbot: QtBot, view: QListView, row: int) -> None:
    """Click a row where no button is."""
    place = view.visualRect(view.model().index(row, 0))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.bottomLeft() + QPoint(60, -6))
