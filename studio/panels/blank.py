"""What stands where there is nothing yet: an icon, what is missing, how it comes to be there."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio import theme
from studio.icons import icon

SIZE = 40  # of the icon, in pixels


class Blank(QWidget):
    """An icon, a heading and a sentence in the middle of the room."""

    def __init__(self, glyph: str, heading: str, sentence: str) -> None:
        super().__init__()
        self._heading, self._sentence = QLabel(heading), QLabel(sentence)
        self._heading.setFont(theme.font("body", bold=True))
        self._sentence.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * theme.MARGIN, 0, 2 * theme.MARGIN, 0)
        column.setSpacing(theme.GAP)
        column.addStretch(2)
        column.addWidget(Picture(glyph), 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._heading, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        column.addStretch(3)

    def say(self, heading: str, sentence: str) -> None:
        """Say something else."""
        self._heading.setText(heading)
        self._sentence.setText(sentence)


class Picture(QWidget):
    """An icon of some size, in the colours of the theme whenever it is painted."""

    def __init__(self, glyph: str, size: int = SIZE, tint: str = "muted") -> None:
        super().__init__()
        self._icon = icon(glyph, tint)
        self.setFixedSize(QSize(size, size))

    def show_glyph(self, glyph: str, tint: str) -> None:
        """Another icon."""
        self._icon = icon(glyph, tint)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._icon.paint(QPainter(self), self.rect())
