"""Which loudspeaker plays: a choice among those that are connected, which are looked for while it is shown."""

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

from studio.editors.caption import describe
from studio.playback.player import Player
from studio.state.settings import Settings

OWN = "The system's choice"
GONE = "{} (not connected)"


class Loudspeakers(QComboBox):
    """Keeps one that is gone as long as it is chosen."""

    def __init__(self, settings: Settings, player: Player, help: str) -> None:
        super().__init__()
        self._settings, self._player = settings, player
        self._names: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumContentsLength(20)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        describe(self, "Loudspeaker", help)
        self.currentIndexChanged.connect(lambda index: settings.update(output=self._names[index]))
        settings.changed.connect(self._follow)
        self._offer([])

    def showEvent(self, event: QShowEvent) -> None:
        """Looking for devices takes a moment, so the window is drawn before."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._look)

    def _look(self) -> None:
        self._offer(self._player.outputs())

    def _follow(self, name: str) -> None:
        if name == "output":
            self._offer([each for each in self._names if each])

    def _offer(self, found: list[str]) -> None:
        chosen = self._settings.get().output
        self._names = list(dict.fromkeys(["", *found, chosen]))
        with QSignalBlocker(self):
            self.clear()
            for name in self._names:
                self.addItem(OWN if not name else name if name in found else GONE.format(name))
            self.setCurrentIndex(self._names.index(chosen))
