"""A sound in the making, and the sound it has become: seen, heard, pointed at.

While steps pass by, their spectrogram is shown. What is made can be heard: the finished work, a sentence of it while
the rest is made, or the sound of any step, which has to be asked for. The view plays nothing itself; it says what is to
be heard, and is told how far the hearing is.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from engine.api.messages import Rendered, SoundWork, SpectrogramPreview
from engine.api.score import Score
from studio.previews.actions import make_actions, pop_up
from studio.previews.lanes import Scene
from studio.previews.legend import sound_legend
from studio.previews.measures import bars_named, beat_at
from studio.previews.phase import Phase
from studio.previews.sound_actions import REWORKS, SOUND_ENTRIES, SOUND_TOGGLES
from studio.previews.sound_offers import Standing
from studio.previews.sound_page import SoundPage
from studio.previews.sound_places import Span
from studio.previews.sounds import Audible, Sounds
from studio.previews.spectrogram import passages

MENU = ("hear", "redo", "repaint", "loop", "seam", "", "vary", "continue", "", "zoom_in", "zoom_out", "zoom_reset")
CLOSER = 1.5  # a press of a key


class SoundView(QWidget):
    """Shows SpectrogramPreviews and a SoundWork. `heard` is what is to be heard now."""

    LEVEL: ClassVar[str] = "noise"
    edited = Signal()
    rerun_requested = Signal()
    heard_changed = Signal()
    """Another sound is to be heard, or none."""
    play_requested = Signal()
    toggle_requested = Signal()
    """Play, or pause."""
    sought = Signal(float)
    start_requested = Signal()
    span_chosen = Signal(object)
    loop_chosen = Signal(bool)
    listen_requested = Signal(object)
    """The sound of this preview is wanted; `show_heard` brings it."""
    redo_requested = Signal(int)
    """Another attempt at this sentence is wanted; counts from 0."""
    seam_requested = Signal()
    rework_requested = Signal(str, object)
    """One of REWORKS is wanted of finished music, and the Span that is chosen of it."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Audible | None = None
        self._previews: tuple[SpectrogramPreview, ...] = ()
        self._phase: Phase = "moving"
        self._sounds = Sounds()
        self._score: Score | None = None
        self._looped = False
        self._legend = sound_legend()
        self._actions = make_actions(self, self._slots(), SOUND_ENTRIES, SOUND_TOGGLES)
        self._page = SoundPage(self._actions)
        self.canvas, self.reader, self.transport = self._page.canvas, self._page.reader, self._page.transport
        self.setLayout(self._page)
        self._connect()
        self._refresh()

    # --- what the stage asks ---

    def show_preview(self, preview: SpectrogramPreview, earlier: Sequence[SpectrogramPreview] = ()) -> None:
        """Show this step, and what those before it left of other passages."""
        self._previews = (*earlier, preview)
        self._refresh()

    def show_work(self, work: SoundWork) -> None:
        """The finished work: from now on it is what is heard at the end of the run."""
        self._sounds.work = work
        self._refresh()

    def show_score(self, score: Score | None, looped: bool = False) -> None:
        """What music was asked to be, `looped` that its end leads into its beginning; None for any other sound."""
        self._score, self._looped = score, looped
        self._refresh()

    def set_phase(self, phase: Phase) -> None:
        """Whether steps pass by, one is held, or the work is done."""
        if phase != self._phase:
            self._phase = phase
            self._refresh()

    def clear(self) -> None:
        """Forget everything: another run begins."""
        self._previews, self._sounds = (), Sounds()
        self.canvas.show_chosen(None)
        self.canvas.show_position(None)
        self.canvas.zoom(None)
        self._refresh()

    def draft(self) -> None:
        """Nothing can be run again from here: sentences are made anew, not steps."""
        return None

    def toggles(self) -> list[QAction]:
        """For the stage's toolbar."""
        return [self._actions["hear"]]

    def reworks(self) -> list[QAction]:
        """What can be made of the whole of finished music."""
        return [self._actions[name] for name in REWORKS if name != "repaint"]

    def legend(self) -> QWidget:
        """What the colours mean."""
        return self._legend

    # --- what whoever plays tells it ---

    def show_part(self, rendered: Rendered) -> None:
        """A sentence can be heard already."""
        if isinstance(rendered.work, SoundWork):
            self._sounds.add_part(rendered.part, rendered.work)
            self._refresh()

    def show_heard(self, sound: SoundWork) -> bool:
        """The sound of the step that was asked for; whether that step is still the one that is shown."""
        step = self._sounds.answer(sound)
        self._refresh()
        return step is not None and step is self._preview() and self._phase != "moving"

    def give_up(self, sentence: str) -> None:
        """The sound that was asked for does not come, and why."""
        self._sounds.wanted = None
        self._refresh()
        self._page.say(sentence)

    def listen(self) -> bool:
        """Go on to the next sentence that is there while the rest is being made; False where there is none."""
        if not self._sounds.ready() or not self._sounds.next_part():
            return False
        self._refresh()
        self.play_requested.emit()
        return True

    def show_position(self, seconds: float, playing: bool) -> None:
        """How far the hearing is, in seconds of the sound that is heard."""
        heard = self.heard
        self.canvas.show_position(heard.start + seconds if heard else None, follow=playing)
        self.reader.show_word(self.canvas.word)
        place = beat_at(self._score, heard.start + seconds) if heard and self._score else ""
        self.transport.show_time(seconds, heard.sound.seconds if heard else 0.0, place)

    def show_player(self, playing: bool, loop: bool, speed: float, volume: float) -> None:
        """How it is heard."""
        self.transport.show_state(self.heard is not None, playing, loop, speed, volume)
        self._actions["loop"].setChecked(loop)

    def show_span(self, span: Span | None) -> None:
        """What is chosen of the sound that is heard."""
        start = self.heard.start if self.heard else 0.0
        moved = (span[0] + start, span[1] + start) if span else None
        spans = self.canvas.scene.spans(self.canvas.scene.parts)
        self.canvas.show_chosen(moved, spans.index(moved) if moved in spans else None)
        self._offer()

    # --- what the user asks ---

    def _slots(self) -> dict[str, Callable[[], object]]:
        return {
            "hear": self.hear,
            "hear_held": self.hear,
            "listen": self.listen,
            "redo": self._redo,
            "zoom_in": lambda: self.canvas.zoom(CLOSER),
            "zoom_out": lambda: self.canvas.zoom(1 / CLOSER),
            "zoom_reset": lambda: self.canvas.zoom(None),
            "loop": lambda: self.loop_chosen.emit(self._actions["loop"].isChecked()),
            "seam": self.seam_requested.emit,
            **{name: partial(self._rework, name) for name in REWORKS},
        }

    def hear(self) -> None:
        """Play the step that is shown; its sound is asked for first, unless it is there."""
        self.edited.emit()
        if self.heard is not None and not self.heard.part:
            return self.play_requested.emit()
        preview = self._preview()
        if preview is not None and self._sounds.wanted is None:
            self._sounds.wanted = preview
            self._page.say("")
            self._refresh()
            self.listen_requested.emit(preview)

    def _redo(self) -> None:
        part = self._part()
        if part is not None:
            self.redo_requested.emit(part)

    def _rework(self, name: str) -> None:
        self.rework_requested.emit(name, self.canvas.chosen)

    def _seek(self, seconds: float) -> None:
        self.sought.emit(seconds - (self.heard.start if self.heard else 0.0))

    def _choose(self, span: Span | None) -> None:
        start = self.heard.start if self.heard else 0.0
        self.span_chosen.emit((max(0.0, span[0] - start), span[1] - start) if span else None)

    def _hear_word(self, word: int) -> None:
        self._hear_from(self.canvas.scene.spans(self.canvas.scene.words)[word][0])

    def _hear_from(self, seconds: float) -> None:
        if self.heard:
            self._seek(seconds)
            self.play_requested.emit()

    def _choose_part(self, part: int) -> None:
        self._choose(self.canvas.scene.spans(self.canvas.scene.parts)[part])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays, unless a button is pressed by it."""
        if event.key() == Qt.Key.Key_Space and self.heard:
            self.toggle_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        shown = [self._actions.get(name) for name in MENU if not name or self._actions[name].isVisible()]
        pop_up(self, shown, event.globalPos())

    # --- how it is shown ---

    def _preview(self) -> SpectrogramPreview | None:
        return self._previews[-1] if self._previews else None

    def _part(self) -> int | None:
        """The sentence that is chosen, or the one at the playhead, of a finished work."""
        work = self._sounds.work
        if work is None or self.heard is None or self.heard.sound is not work or not work.parts or self._score:
            return None
        if self.canvas.part is not None:
            return self.canvas.part
        return max(0, bisect_right([part.start for part in work.parts], self.canvas.position) - 1)

    def _refresh(self) -> None:
        """After a change of what is shown or heard."""
        before, self.heard = self.heard, self._sounds.heard(self._phase, self._preview())
        start = self.heard.start if self.heard else 0.0
        sound = self.heard.sound if self.heard else None
        self.canvas.show_scene(Scene(tuple(passages(self._previews)), sound, start, self._score))
        if before != self.heard:
            self.reader.show_sound(sound)
            self._page.say("\n".join(sound.notes) if sound else "")
            self._legend.show_more(bool(sound and sound.conformity and sound.conformity.chords))
            self._page.line.show_heard(sound.conformity if sound else None, self._score)
            self.transport.setVisible(sound is not None)
            self.heard_changed.emit()
        self._offer()

    def _offer(self) -> None:
        self._page.offer(self._standing())

    def _standing(self) -> Standing:
        part, chosen, work, score = self.canvas.part, self.canvas.chosen, self._sounds.work, self._score
        return Standing(
            seen=self._preview() is not None,
            held=self._phase != "moving" and self.heard is None,
            coming=self._sounds.wanted is not None,
            ready=self._sounds.ready(),
            redoes=self._part() is not None,
            sentence=self.canvas.scene.parts[part].text if part is not None and self._part() is not None else "",
            music=bool(score and work and self.heard and self.heard.sound is work),
            bars=bars_named(score, chosen) if score and chosen else "",
            looped=self._looped,
        )

    def _connect(self) -> None:
        canvas, transport = self.canvas, self.transport
        canvas.sought.connect(self._seek)
        canvas.span_chosen.connect(self._choose)
        canvas.word_chosen.connect(self._hear_word)
        canvas.chord_chosen.connect(lambda chord: self._hear_from(canvas.scene.chords[chord].start))
        canvas.part_chosen.connect(self._choose_part)
        canvas.redo_requested.connect(self.redo_requested)
        self.reader.word_chosen.connect(self._hear_word)
        transport.play_requested.connect(self.toggle_requested)
        transport.start_requested.connect(self.start_requested)
        transport.loop_chosen.connect(self.loop_chosen)
