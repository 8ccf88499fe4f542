"""The view of a sound, the player and the engine: what is to be heard is made, played, and followed by the view.

The player is shared by the whole window: what another view plays is none of this one's business.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from engine.api.messages import Heard, Rendered, SoundWork, SpectrogramPreview
from engine.api.sounds import discard
from studio.playback.player import Span
from studio.playback.pump import Level
from studio.previews.sound_view import SoundView
from studio.previews.sounds import Audible
from studio.state.hearing import Hearing
from studio.state.jobs import Jobs
from studio.tabs.seam import SeamCheck


class Listening(QObject):
    """Lives as long as its view. `vocoder` says by which checkpoint the steps that are shown are made to sound."""

    def __init__(self, view: SoundView, hearing: Hearing, jobs: Jobs, vocoder: Callable[[], str]) -> None:
        super().__init__(view)
        self._view, self._hearing, self._player = view, hearing, hearing.player
        self._jobs, self._vocoder = jobs, vocoder
        self._asked = ""  # the id of what the engine was asked
        self._of_steps: list[SoundWork] = []  # whose files are ours
        self._heard: Audible | None = None
        self._hungry = False  # the sentence that comes next was waited for
        self._seam = SeamCheck(hearing.player, self)
        self._connect()
        self._change()

    # --- what has been made ---

    def add_part(self, rendered: Rendered, unheard: bool = True) -> None:
        """A sentence is there; a new one is played if one wants them at once, or was waiting for it."""
        self._view.show_part(rendered)
        if unheard and (self._hearing.at_once or self._hungry) and not self._player.playing:
            self._hungry = False
            self._view.listen()

    def finish(self) -> None:
        """The work is there; it is played if one wants it at once and has not heard its sentences."""
        if self._hearing.at_once and not self._player.playing and self._player.path != self._path():
            self._play()

    def forget(self) -> None:
        """Another run is shown: no sound of a step of this one will be heard again."""
        self._asked, self._hungry = "", False
        for sound in self._of_steps:
            discard(sound)
        self._of_steps.clear()

    # --- what the engine makes of a step ---

    def _ask(self, preview: SpectrogramPreview) -> None:
        self._asked = self._jobs.listen(preview, self._vocoder())

    def _answer(self, id: str, heard: Heard) -> None:
        """It is played if that step is still looked at."""
        if id == self._asked:
            self._asked = ""
            self._of_steps.append(heard.work)
            if self._view.show_heard(heard.work):
                self._play()

    def _refuse(self, id: str, sentence: str) -> None:
        if id == self._asked:
            self._asked = ""
            self._view.give_up(sentence)

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

    def _hear_seam(self) -> None:
        if self._ready():
            self._seam.hear()

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
        view.listen_requested.connect(self._ask)
        self._jobs.heard.connect(self._answer)
        self._jobs.refused.connect(self._refuse)
        view.heard_changed.connect(self._change)
        view.play_requested.connect(self._play)
        view.toggle_requested.connect(self._toggle)
        view.sought.connect(self._seek)
        view.start_requested.connect(self._to_start)
        view.seam_requested.connect(self._hear_seam)
        view.span_chosen.connect(self._select)
        view.loop_chosen.connect(player.set_loop)
        view.transport.speed_chosen.connect(player.set_speed)
        view.transport.volume_chosen.connect(player.set_volume)
        player.changed.connect(self._refresh)
        player.moved.connect(self._move)
        player.levelled.connect(self._measure)
        player.ended.connect(self._go_on)
