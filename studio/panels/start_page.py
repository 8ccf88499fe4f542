"""What stands in the window until the engine has said what it can make, and where it cannot be started at all."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.editors.caption import describe
from studio.engine_client import EngineClient
from studio.panels.blank import Blank
from studio.panels.places import open_log

SOON = 400  # ms: an engine that is up by then needs no word
WAITING = "Starting the engine", "It tells in a moment what it can make."
EMPTY = "There is no checkpoint", "Nothing can be made without one; set Quartet up again, or add one of your own."
STUCK = "The engine cannot start", "Your library and your queue are safe. The log files say what went wrong."


class StartPage(QWidget):
    """Says nothing at first, so that a start as usual shows no flicker."""

    restart_requested = Signal()

    def __init__(self, client: EngineClient) -> None:
        super().__init__()
        self._client = client
        self._blank, self._again, self._log = (
            Blank("circles-four", *WAITING),
            QPushButton("Try again"),
            QPushButton("Log files"),
        )
        self._again.setProperty("role", "primary")
        describe(self._again, "Try again", "Starts the engine again.")
        describe(self._log, "Log files", "Opens what the engine and the studio have written down.")
        self._again.clicked.connect(self.restart_requested)
        self._log.clicked.connect(lambda: open_log(self))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._log)
        row.addWidget(self._again)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(self._blank)
        column.addLayout(row)
        column.addStretch(1)
        client.state_changed.connect(self._refresh)
        self._blank.hide()
        QTimer.singleShot(SOON, self, self._blank.show)
        self._refresh()

    def _refresh(self) -> None:
        stuck = self._client.state == "broken"
        self._blank.say(*{"broken": STUCK, "ready": EMPTY}.get(self._client.state, WAITING))
        for button in (self._again, self._log):
            button.setVisible(stuck)
