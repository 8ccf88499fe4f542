"""Where the window and its parts stand: as they were left, and at first as large as the screen allows."""

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow, QSplitter

from studio.panels.side import SidePanel
from studio.state.session import Session

WIDTH, HEIGHT, SIDE = 1280, 800, 320  # at first, in pixels
TITLE_BAR = 48  # which the desktop adds, in pixels


def place(window: QMainWindow, splitter: QSplitter, side: SidePanel, session: Session) -> None:
    """As it was left; what the session does not hold, or holds wrongly, is as at first."""
    room = window.screen().availableGeometry().size()
    window.resize(min(WIDTH, room.width()), min(HEIGHT, room.height() - TITLE_BAR))
    splitter.setSizes([window.width() - SIDE, SIDE])
    window.restoreGeometry(_bytes(session.recall("geometry", "")))
    splitter.restoreState(_bytes(session.recall("splitter", "")))
    side.setVisible(session.recall("side.shown", True))
    side.setCurrentIndex(session.recall("side", 0))


def remember(window: QMainWindow, splitter: QSplitter, side: SidePanel, session: Session) -> None:
    """For the next time."""
    session.remember("geometry", _text(window.saveGeometry()))
    session.remember("splitter", _text(splitter.saveState()))
    session.remember("side.shown", not side.isHidden())
    session.remember("side", side.currentIndex())


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode()


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode())
