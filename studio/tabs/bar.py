"""The bar under the form, always in sight: Generate, Stop, and a word on how it stands."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from studio import theme
from studio.editors.caption import describe
from studio.icons import icon

STOPPING = "Stopping…"


class GenerateBar(QFrame):
    """Two buttons, which keep their places, and a line, in which something may be taken back."""

    generate_requested = Signal()
    stop_requested = Signal()
    undo_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._generate, self._stop, self._hint = QPushButton("Generate"), QPushButton("Stop"), QLabel()
        self._undo = QPushButton("Undo")
        self._generate.setProperty("role", "primary")
        self._generate.setIcon(icon("sparkle-fill", "accent_text"))
        self._generate.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._stop.setIcon(icon("stop-fill"))
        describe(
            self._generate, "Generate", "Makes it; while something is being made, adds it to the queue. Ctrl+Enter."
        )
        describe(self._stop, "Stop", "Ends the work that is being made. Esc.")
        self._stop.setText(STOPPING)
        self._stop.setFixedWidth(self._stop.sizeHint().width())  # room for its longer name
        self._hint.setWordWrap(True)
        self._hint.setFont(theme.font("small"))
        self._hint.setAccessibleName("How it stands")
        self._undo.setProperty("role", "quiet")
        self._undo.setFont(theme.font("small"))
        describe(self._undo, "Undo", "Brings back what stood in the form before.")
        policy = self._undo.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that the buttons above stay where they are
        self._undo.setSizePolicy(policy)
        self._undo.clicked.connect(self.undo_requested)
        self._generate.clicked.connect(self.generate_requested)
        self._stop.clicked.connect(self.stop_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.GAP)
        buttons.addWidget(self._generate, 1)
        buttons.addWidget(self._stop)
        line = QHBoxLayout()
        line.addWidget(self._hint, 1)
        line.addWidget(self._undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        column.setSpacing(theme.TIGHT)
        column.addLayout(buttons)
        column.addLayout(line)
        self.set_stop(possible=False, stopping=False)
        self.offer_undo(False)
        self.say("")

    def set_stop(self, possible: bool, stopping: bool) -> None:
        """Whether there is something to stop, and whether that has been asked for already."""
        self._stop.setEnabled(possible and not stopping)
        self._stop.setText(STOPPING if stopping else "Stop")

    def offer_undo(self, offered: bool) -> None:
        """Whether the form was filled otherwise than by hand, and is as it was filled."""
        self._undo.setVisible(offered)

    def say(self, hint: str, wrong: bool = False) -> None:
        """A line under the buttons, which keeps its room."""
        self._hint.setText(hint or " ")
        self._hint.setProperty("role", "error" if wrong else "muted")
        self._hint.style().polish(self._hint)
