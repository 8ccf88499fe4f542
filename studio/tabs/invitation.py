"""What stands on the stage before anything was made: what to do, and something to begin with."""

import inspect
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.api import paths
from engine.api.requests import Request
from studio import theme
from studio.editors.caption import describe
from studio.editors.values import texts
from studio.icons import icon
from studio.state.library import title_of

WIDTH = 460
LACKING = "No checkpoint here makes {0} yet. Put one into a folder of its own in {1}, then restart the engine."


class Invitation(QWidget):
    """`example_chosen` carries the whole request of the example; `able` says that there is a checkpoint for it."""

    example_chosen = Signal(object)

    def __init__(
        self, modality: str, request_type: type[Request], examples: Sequence[Request], able: bool = True
    ) -> None:
        super().__init__()
        page = QWidget()
        page.setFixedWidth(WIDTH)
        room = QVBoxLayout(self)
        room.addStretch(2)
        middle = QHBoxLayout()  # an alignment would forget that the sentence may take two lines
        middle.addStretch(1)
        middle.addWidget(page)
        middle.addStretch(1)
        room.addLayout(middle)
        room.addStretch(3)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(_Picture(), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(_line(f"Your {modality} will appear here", theme.font("display", bold=True)))
        column.addWidget(_line(_purpose(request_type), muted=True))
        if not able:
            column.addSpacing(theme.MARGIN)
            column.addWidget(_line(LACKING.format(modality, paths.models()[1])))
            return
        if examples:
            column.addSpacing(theme.MARGIN)
            column.addWidget(_line("Try one of these", theme.font("body", bold=True)))
        for example in examples:
            column.addWidget(self._button(example))

    def _button(self, example: Request) -> QPushButton:
        words = next((text for text in texts(example) if text.strip()), "")
        button = QPushButton(title_of(words).replace("&", "&&"))
        button.setIcon(icon("play-fill", "accent"))
        button.setProperty("role", "example")
        describe(button, f"Example: {words}", "Fills the form and makes it.")
        button.clicked.connect(lambda: self.example_chosen.emit(example))
        return button


def _purpose(request_type: type[Request]) -> str:
    """The first sentence of the request's docstring, which is written for everybody."""
    return (inspect.getdoc(request_type) or "").partition("\n\n")[0].replace("`", "").replace("\n", " ")


def _line(text: str, font: QFont | None = None, muted: bool = False) -> QLabel:
    label = QLabel(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    if font is not None:
        label.setFont(font)
    if muted:
        label.setProperty("role", "muted")
    return label


class _Picture(QWidget):
    """A large icon."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = icon("sparkle", "accent")
        self.setFixedSize(QSize(48, 48))

    def paintEvent(self, event: QPaintEvent) -> None:
        self._icon.paint(QPainter(self), self.rect())
