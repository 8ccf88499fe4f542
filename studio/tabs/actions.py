"""What can be done with what the stage shows: run it again, copy, export, keep as a favourite."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from studio import theme
from studio.editors.caption import describe
from studio.icons import icon
from studio.previews.action_bar import button
from studio.state.job import Job, JobState
from studio.state.library import Work

ENDINGS = {
    JobState.cancelled: "Stopped before it was finished.",
    JobState.failed: "This run failed.",
    JobState.interrupted: "This run was interrupted.",
}
THANKS = 1500  # how long "Copied" stands, in ms


class WorkActions(QWidget):
    """One row; each button is there only while it does something."""

    retry_requested = Signal()
    follow_requested = Signal()
    export_requested = Signal()
    favourite_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._work: Work | None = None
        self._ending = QLabel()
        self._ending.setProperty("role", "muted")
        self._retry = _button("Run again", "arrow-clockwise", "Adds the same request to the queue once more.")
        self._follow = _button("Show the running one", "broadcast", "Leaves this work for the one that is being made.")
        self._copy = _button("Copy", "copy", "Copies the whole text.")
        self._export = _button("Export…", "export", "Writes it to a file that holds its settings too. Ctrl+S.")
        self._favourite = QToolButton()
        self._favourite.setCheckable(True)
        self._favourite.setIcon(icon("star", checked="star-fill"))
        self._favourite.setIconSize(QSize(18, 18))
        describe(self._favourite, "Favourite", "Marks it in the library.")
        self._thanks = QTimer(self, singleShot=True, interval=THANKS)
        self._lay_out()
        self._connect()
        self.show_state(None, None, elsewhere=False)

    def offer(self, actions: Sequence[QAction]) -> None:
        """What else can be made of what is shown, while these are visible."""
        for place, action in enumerate(actions):
            self._row.insertWidget(place, button(action, "", self))

    def show_state(self, job: Job | None, work: Work | None, elsewhere: bool) -> None:
        """For this job or this work on the stage; `elsewhere` another one is being made."""
        self._work = work
        ending = ENDINGS.get(job.state, "") if job and not work else ""
        self._ending.setText(ending)
        self._ending.setToolTip(job.sentence if job else "")
        for widget, shown in (
            (self._ending, bool(ending)),
            (self._retry, bool(ending)),
            (self._follow, elsewhere),
            (self._favourite, work is not None),
            (self._copy, work is not None and work.medium == "text" and bool(work.text)),
            (self._export, work is not None),
        ):
            widget.setVisible(shown)
        self._favourite.setChecked(work is not None and work.favourite)
        self.setVisible(bool(ending) or elsewhere or work is not None)

    def _copy_text(self) -> None:
        if self._work:
            QApplication.clipboard().setText(self._work.text)
            self._copy.setText("Copied")
            self._thanks.start()

    def _connect(self) -> None:
        self._retry.clicked.connect(self.retry_requested)
        self._follow.clicked.connect(self.follow_requested)
        self._export.clicked.connect(self.export_requested)
        self._favourite.clicked.connect(self.favourite_toggled)
        self._copy.clicked.connect(self._copy_text)
        self._thanks.timeout.connect(lambda: self._copy.setText("Copy"))

    def _lay_out(self) -> None:
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._ending)
        row.addWidget(self._retry)
        row.addWidget(self._follow)
        row.addStretch(1)
        row.addWidget(self._favourite)
        row.addWidget(self._copy)
        row.addWidget(self._export)


def _button(text: str, glyph: str, help: str) -> QPushButton:
    button = QPushButton(text)
    button.setIcon(icon(glyph))
    describe(button, text, help)
    return button
