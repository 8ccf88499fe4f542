"""How a sound view lies on its page: the canvas, and under it the text, what music is heard as, notes, the transport.

A bar with what can be done floats over the canvas.
"""

from collections.abc import Mapping

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from studio import theme
from studio.previews.action_bar import ABOVE, ActionBar
from studio.previews.music_line import MusicLine
from studio.previews.reader import Reader
from studio.previews.sound_actions import SOUND_ENTRIES
from studio.previews.sound_canvas import SoundCanvas
from studio.previews.sound_offers import Standing, caption, offered
from studio.previews.transport import Transport

BAR = ("redo", "repaint", "hear_held", "listen")
LINE = ("seam",)
MAKING = "Making the sound…"


class SoundPage(QVBoxLayout):
    """The parts of a sound view, and which of its actions are there."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.canvas, self.reader, self.transport = SoundCanvas(), Reader(), Transport()
        self.line, self._notes = MusicLine([actions[name] for name in LINE]), QLabel()
        self._actions = actions
        self.bar = ActionBar([actions[name] for name in BAR], self.canvas, "What to do with what is chosen")
        self._notes.setProperty("role", "muted")
        self._notes.setWordWrap(True)
        self._notes.setAccessibleName("Notes on the sound")
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.GAP)
        self.addWidget(self.canvas, 1)
        parts: tuple[QWidget, ...] = (self.reader, self.line, self._notes, self.transport)
        for part in parts:
            part.hide()
            self.addWidget(part)
        self.canvas.resized.connect(self._place_bar)

    def say(self, notes: str) -> None:
        """Under the sound; nothing with ""."""
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))

    def offer(self, standing: Standing) -> None:
        """What can be done as the view stands."""
        for name in ("hear", "hear_held"):
            self._actions[name].setEnabled(standing.seen and not standing.coming)
            self._actions[name].setText(MAKING if standing.coming else SOUND_ENTRIES[name].label)
        for name, shown in offered(standing).items():
            self._actions[name].setVisible(shown)
        self.line.setVisible(standing.music)
        self.bar.say(caption(standing))
        self._place_bar()

    def _place_bar(self) -> None:
        """In the spectrogram, whatever stands under it."""
        self.bar.above = self.canvas.foot() + ABOVE
        self.bar.place()
