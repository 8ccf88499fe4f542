"""Hears whether the end of a loop meets its beginning: the last second, and on into the first."""

from PySide6.QtCore import QObject

from studio.playback.player import Player

AROUND = 1.0  # seconds before and after the seam; of a short loop a third


class SeamCheck(QObject):
    """Plays as a loop does, once across the seam; then the player loops, or does not, as before."""

    def __init__(self, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._player = player
        self._looped: bool | None = None  # whether it did before; None while nothing is checked
        self._begun = 0.0
        player.moved.connect(self._move)
        player.changed.connect(self._change)

    def hear(self) -> None:
        """Play across the seam of the sound that is in the player."""
        player = self._player
        player.pause()
        looped, self._begun = player.loop, player.seconds - min(AROUND, player.seconds / 3)
        player.select(None)
        player.set_loop(True)
        player.seek(self._begun)
        player.play()
        self._looped = looped
        self._change()

    def _move(self, seconds: float) -> None:
        """It has gone round, and far enough."""
        beyond = min(AROUND, self._player.seconds / 3) <= seconds < self._begun
        if self._looped is not None and self._player.playing and beyond:
            self._player.pause()

    def _change(self) -> None:
        """It plays no more: it was heard, paused, or there is nothing to play on."""
        if self._looped is not None and not self._player.playing:
            looped, self._looped = self._looped, None
            self._player.set_loop(looped)
