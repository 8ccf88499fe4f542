"""Notices: one sentence above the tabs, with what can be done about it; the details wait behind a button."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton

from studio import theme
from studio.editors.caption import describe
from studio.icons import icon
from studio.panels.blank import Picture
from studio.panels.details import show_details
from studio.panels.places import open_log

Tone = Literal["note", "warning", "error"]
GLYPHS: dict[Tone, tuple[str, str]] = {
    "note": ("info", "accent"),
    "warning": ("warning", "warning"),
    "error": ("warning-circle", "error"),
}


@dataclass(frozen=True)
class Notice:
    sentence: str
    details: str = ""
    tone: Tone = "warning"


class Banner(QFrame):
    """Shows the newest notice; dismissing it shows the one before."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        self._notices: list[Notice] = []
        self._picture, self._sentence, self._others = Picture("warning", 20), QLabel(), QLabel()
        self._more, self._log, self._close = QPushButton("Details"), QPushButton("Log files"), QToolButton()
        self._set_up()
        self.hide()

    def say(self, sentence: str, details: str = "", tone: Tone = "warning") -> None:
        """Show this sentence, above those that are not dismissed yet; once, however often it is said."""
        known = [notice for notice in self._notices if notice.sentence == sentence]
        self._notices = [notice for notice in self._notices if notice not in known]
        self._notices.append(Notice(sentence, details or (known[0].details if known else ""), tone))
        self._refresh()

    def dismiss(self) -> None:
        """The notice that is shown has been read."""
        self._notices = self._notices[:-1]
        self._refresh()

    @property
    def sentence(self) -> str:
        """What is said, "" while nothing is."""
        return self._notices[-1].sentence if self._notices else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _refresh(self) -> None:
        if self._notices:
            notice, others = self._notices[-1], len(self._notices) - 1
            self._sentence.setText(notice.sentence)
            self._picture.show_glyph(*GLYPHS[notice.tone])
            self._more.setVisible(bool(notice.details))
            self._log.setVisible(notice.tone != "note")
            self._others.setText(f"{others} more" if others else "")
        self.setVisible(bool(self._notices))

    def _show_details(self) -> None:
        notice = self._notices[-1]
        show_details(self, notice.sentence, notice.details)

    def _set_up(self) -> None:
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._sentence.setMinimumWidth(200)
        self._others.setProperty("role", "muted")
        self._close.setIcon(icon("x"))
        self._close.setProperty("role", "quiet")
        describe(self._more, "Details", "What the program said about it.")
        describe(self._log, "Log files", "Opens what the engine and the studio have written down.")
        describe(self._close, "Dismiss the notice")
        self._more.clicked.connect(self._show_details)
        self._log.clicked.connect(lambda: open_log(self))
        self._close.clicked.connect(self.dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.MARGIN, theme.GAP, theme.GAP, theme.GAP)
        row.setSpacing(theme.GAP)
        for widget in (self._picture, self._sentence, self._others, self._more, self._log, self._close):
            row.addWidget(widget)
