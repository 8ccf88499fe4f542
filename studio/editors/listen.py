"""A button that plays a sound, and stops it again."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton

from studio.editors.caption import describe
from studio.icons import icon
from studio.playback.player import Player


class ListenButton(QToolButton):
    """Follows the player: it may be playing something else by now."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what, self._path = what, ""
        self._player: Player | None = None
        self.setIconSize(QSize(18, 18))
        self.clicked.connect(self._press)
        self._refresh()

    def use(self, player: Player) -> None:
        """Play with this."""
        self._player = player
        player.changed.connect(self._refresh)
        self._refresh()

    def set_sound(self, path: str) -> None:
        """What is played; nothing with ""."""
        if path != self._path:
            self.stop()
            self._path = path
            self._refresh()

    def playing(self) -> bool:
        return bool(self._player and self._path and self._player.playing and self._player.path == self._path)

    def stop(self) -> None:
        """Be silent, if this is what is heard."""
        if self._player and self.playing():
            self._player.pause()

    def _press(self) -> None:
        if self._player is None or self.playing():
            self.stop()
        elif self._player.load(self._path):
            self._player.play()

    def _refresh(self) -> None:
        playing = self.playing()
        self.setEnabled(self._player is not None and bool(self._path))
        self.setIcon(icon("stop-fill" if playing else "play-fill"))
        describe(self, f"Stop {self._what}" if playing else f"Listen to {self._what}")
