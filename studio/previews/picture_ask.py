"""A line under a picture: what shall be said of it, and what has been said so far."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio import theme
from studio.icons import icon

THIS, SOURCE = "This picture", "The source picture"
QUESTION = "Ask about the picture, or leave empty to have it described"
LONGEST = 500  # letters of a question
THANKS = 1500  # how long "Copied" stands, in ms


class AskLine(QWidget):
    """`asked` carries the question ("" describes) and whether it is about the source; `stopped` ends the answer.

    `beside` stands left of the line.
    """

    asked = Signal(str, bool)
    stopped = Signal()

    def __init__(self, beside: QWidget) -> None:
        super().__init__()
        self._waiting = False
        self._question, self._about, self._go = QLineEdit(), QComboBox(), QPushButton("Describe")
        self._answer, self._card, self._room = QLabel(wordWrap=True), QFrame(), QWidget()
        self._copy, self._close = QPushButton("Copy"), QPushButton()
        self._thanks = QTimer(self, singleShot=True, interval=THANKS)
        self._dress()
        self._lay_out(beside)
        self._connect()
        self.set_answers(True)
        self.offer(this=False, source=False)
        self.clear()

    def offer(self, this: bool, source: bool) -> None:
        """What can be asked about."""
        subjects = [THIS] * this + [SOURCE] * source
        if [self._about.itemText(at) for at in range(self._about.count())] != subjects:
            self._about.clear()
            self._about.addItems(subjects)
        self._about.setVisible(len(subjects) > 1)
        self._refresh()

    def set_answers(self, answers: bool) -> None:
        """Whether questions are answered, or pictures are only described."""
        if not answers:
            self._question.clear()
        self._question.setVisible(answers)
        self._room.setVisible(not answers)

    def take_keys(self) -> None:
        """The keys to the question, or to the button where there is none."""
        taker = self._go if self._question.isHidden() else self._question
        taker.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._question.selectAll()

    def wait(self) -> None:
        """It has been asked."""
        self._waiting = True
        self._show("…", "muted")

    def say(self, text: str) -> None:
        """What has been said so far."""
        if text:
            self._show(text)

    def end(self, text: str) -> None:
        """All that is said."""
        self._waiting = False
        self._show(text or "It has nothing to say of this.", "" if text else "muted")
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self._answer.text()))

    def fail(self, sentence: str) -> None:
        """Why nothing is said."""
        self._waiting = False
        self._show(sentence, "error")

    def stop(self) -> None:
        """No more is said; what was said stays."""
        self._waiting = False
        if self._answer.text() == "…":
            return self.clear()
        self._refresh()

    def clear(self) -> None:
        """Nothing has been said."""
        self._waiting = False
        self._answer.clear()
        self._card.hide()
        self._refresh()

    def text(self) -> str:
        """What has been said."""
        return self._answer.text()

    def _show(self, text: str, role: str = "") -> None:
        self._answer.setText(text)
        self._answer.setProperty("role", role)
        self._answer.style().polish(self._answer)
        self._card.show()
        self._refresh()

    def _refresh(self) -> None:
        able = self._about.count() > 0
        self._question.setEnabled(able)
        self._go.setEnabled(able or self._waiting)
        self._go.setText("Stop" if self._waiting else "Ask" if self._question.text().strip() else "Describe")
        self._go.setIcon(icon("stop-fill" if self._waiting else "chat-text"))
        self._copy.setVisible(not self._waiting)

    def _ask(self) -> None:
        if self._about.count() and not self._waiting:
            self.asked.emit(self._question.text().strip(), self._about.currentText() == SOURCE)

    def _press(self) -> None:
        self.stopped.emit() if self._waiting else self._ask()

    def _put_away(self) -> None:
        if self._waiting:
            self.stopped.emit()
        self.clear()

    def _copy_answer(self) -> None:
        QGuiApplication.clipboard().setText(self._answer.text())
        self._copy.setText("Copied")
        self._thanks.start()

    def _connect(self) -> None:
        self._question.textChanged.connect(self._refresh)
        self._question.returnPressed.connect(self._ask)
        self._go.clicked.connect(self._press)
        self._copy.clicked.connect(self._copy_answer)
        self._close.clicked.connect(self._put_away)
        self._thanks.timeout.connect(lambda: self._copy.setText("Copy"))

    def _dress(self) -> None:
        self._question.setPlaceholderText(QUESTION)
        self._question.setMaxLength(LONGEST)
        self._question.setClearButtonEnabled(True)
        self._question.setAccessibleName("Question about the picture")
        self._question.setMinimumWidth(120)
        self._about.setAccessibleName("Which picture it is about")
        self._go.setToolTip("The checkpoint that made the picture says what it sees in it (Q)")
        self._go.setText("Describe")
        self._go.setMinimumWidth(self._go.sizeHint().width() + 24)  # with its icon; it keeps its place
        self._card.setProperty("role", "surface")
        self._answer.setTextFormat(Qt.TextFormat.PlainText)
        self._answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._answer.setAccessibleName("Answer")
        for button, glyph, name in ((self._copy, "copy", "Copy the answer"), (self._close, "x", "Put the answer away")):
            button.setProperty("role", "quiet")
            button.setIcon(icon(glyph))
            button.setAccessibleName(name)
            button.setToolTip(name)

    def _lay_out(self, beside: QWidget) -> None:
        line, said = QHBoxLayout(), QHBoxLayout(self._card)
        line.setSpacing(theme.GAP)
        line.addWidget(beside)
        line.addWidget(self._question, 1)
        line.addWidget(self._room, 1)
        line.addWidget(self._about)
        line.addWidget(self._go)
        said.setContentsMargins(12, 6, 6, 6)
        said.addWidget(self._answer, 1)
        said.addWidget(self._copy)
        said.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self._card)
        column.addLayout(line)
