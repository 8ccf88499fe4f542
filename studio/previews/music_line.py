"""The line under finished music: what is heard in it, and what else can be heard."""

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.api.score import Score
from engine.api.works import Conformity
from studio import theme
from studio.previews.action_bar import button
from studio.previews.conformity import in_a_line, particulars
from studio.previews.elided import ElidedLabel


class MusicLine(QWidget):
    """Hidden until there is finished music; a button for each action that is visible."""

    def __init__(self, actions: Sequence[QAction]) -> None:
        super().__init__()
        self._heard = ElidedLabel()
        self._heard.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.TIGHT)
        row.addWidget(self._heard, 1)
        for action in actions:
            row.addWidget(button(action, "quiet", self))
        self.hide()

    def show_heard(self, conformity: Conformity | None, score: Score | None) -> None:
        """What is heard; nothing where nobody listened."""
        told = particulars(conformity, score) if conformity and score else ""
        self._heard.setText(in_a_line(conformity) if conformity else "")
        self._heard.tell(told)
        self._heard.setAccessibleDescription(told)
