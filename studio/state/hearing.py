"""What sounds are heard by: one player for the whole window, on the device and as loud as the user wants it."""

from PySide6.QtCore import QObject

from studio.playback.player import Player
from studio.state.session import Session
from studio.state.settings import Settings

VOLUME = "volume"


class Hearing(QObject):
    """Keeps the player as the settings are, and remembers how loud it is."""

    def __init__(self, settings: Settings, session: Session, player: Player | None = None) -> None:
        super().__init__()
        self._settings, self._session = settings, session
        self.player = player or Player()
        self.player.set_output(settings.get().output)
        self.player.set_volume(session.recall(VOLUME, 1.0))
        settings.changed.connect(self._follow)
        self.player.changed.connect(self._remember)

    @property
    def at_once(self) -> bool:
        """Whether what has just been made is played without being asked."""
        return self._settings.get().play_at_once

    def _follow(self, name: str) -> None:
        if name == "output":
            self.player.set_output(self._settings.get().output)

    def _remember(self) -> None:
        if self.player.volume != self._session.recall(VOLUME, 1.0):
            self._session.remember(VOLUME, self.player.volume)
