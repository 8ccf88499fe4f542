"""The view of a sound and the player: what is to be heard is played, and the view is told how far it is.

The player is shared by the whole window: what another view plays is none of this one's business.
"""

from collections.abc import Sequence

from PySide6.QtCore import QObject

from engine.api.messages import Rendered, SoundWork
from studio.playback.player import Span
from studio.playback.pump import Level
from studio.previews.sound_view import SoundView
from studio.previews.sounds import Audible
from studio.state.hearing import Hearing


class Listening(QObject):
    """Lives as long as its view."""

    def __init__(self, view: SoundView, hearing: Hearing) -> None:
        super().__init__(view)
        self._view, self._hearing, self._player = view, hearing, hearing.player
        self._heard: Audible | None = None
        self._hungry = False  # the sentence that comes next was waited for
        self._connect()
        self._change()

    # --- what has been made ---

    def add_part(self, rendered: Rendered) -> None:
        """A sentence is there; it is played if one wants them at once, or was waiting for it."""
        self._view.show_part(rendered)
        if (self._hearing.at_once or self._hungry) and not self._player.playing:
            self._hungry = False
            self._view.listen()

    def finish(self) -> None:
        """The work is there; it is played if one wants it at once and has not heard its sentences."""
        if self._hearing.at_once and not self._player.playing and self._player.path != self._path():
            self._play()

    def show_heard(self, sound: SoundWork) -> None:
        """The sound of a step has come; it is played if that step is still looked at."""
        if self._view.show_heard(sound):
            self._play()

    # --- what the user asks ---

    def _play(self) -> None:
        if self._ready():
            self._player.play()

    def _toggle(self) -> None:
        self._hungry = False
        if self._ready():
            self._player.toggle()

    def _seek(self, seconds: float) -> None:
        """Go there; a span that it lies outside of is given up."""
        if self._ready():
            span = self._player.span
            if span and not span[0] <= seconds < span[1]:
                self._player.select(None)
            self._player.seek(seconds)

    def _to_start(self) -> None:
        if self._ready():
            self._player.seek(self._player.span[0] if self._player.span else 0.0)

    def _select(self, span: Span | None) -> None:
        if self._ready():
            self._player.select((span[0], min(span[1], self._player.seconds)) if span else None)

    # --- what changes ---

    def _path(self) -> str:
        return self._view.heard.sound.path if self._view.heard else ""

    def _mine(self) -> bool:
        """Whether the player has what is to be heard here."""
        return bool(self._path()) and self._player.path == self._path()

    def _ready(self) -> bool:
        """Whether what is to be heard is in the player, by now."""
        return self._mine() or bool(self._path()) and self._player.load(self._path())

    def _change(self) -> None:
        """Another sound is to be heard here: the one before stops, or goes on in the work that it is a part of."""
        before, self._heard = self._heard, self._view.heard
        if before and self._player.playing and self._player.path == before.sound.path and not self._mine():
            position = before.start + self._player.position
            self._player.pause()
            if before.part and self._heard and not self._heard.part and self._ready():
                self._player.seek(position)
                self._player.play()
        self._refresh()
        self._view.show_position(self._player.position if self._mine() else 0.0, playing=False)

    def _refresh(self) -> None:
        player, mine = self._player, self._mine()
        self._view.show_player(mine and player.playing, player.loop, player.speed, player.volume)
        self._view.show_span(player.span if mine else None)

    def _move(self, seconds: float) -> None:
        if self._mine():
            self._view.show_position(seconds, self._player.playing)

    def _measure(self, levels: Sequence[Level]) -> None:
        if self._mine():
            self._view.transport.meter.show_levels(levels)

    def _go_on(self) -> None:
        """A sentence was heard to its end: the next one, as soon as it is there."""
        if self._mine() and self._heard and self._heard.part:
            self._hungry = not self._view.listen()

    def _connect(self) -> None:
        view, player = self._view, self._player
        view.heard_changed.connect(self._change)
        view.play_requested.connect(self._play)
        view.toggle_requested.connect(self._toggle)
        view.sought.connect(self._seek)
        view.start_requested.connect(self._to_start)
        view.span_chosen.connect(self._select)
        view.loop_chosen.connect(player.set_loop)
        view.transport.speed_chosen.connect(player.set_speed)
        view.transport.volume_chosen.connect(player.set_volume)
        player.changed.connect(self._refresh)
        player.moved.connect(self._move)
        player.levelled.connect(self._measure)
        player.ended.connect(self._go_on)
