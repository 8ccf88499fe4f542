"""A sound in the making, and the sound it has become: seen, heard, pointed at.

While steps pass by, their spectrogram is shown. What is made can be heard: the finished work, a sentence of it while
the rest is made, or the sound of any step, which has to be asked for. The view plays nothing itself; it says what is to
be heard, and is told how far the hearing is.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.api.messages import Rendered, SoundWork, SpectrogramPreview
from studio import theme
from studio.previews.action_bar import ABOVE, ActionBar
from studio.previews.actions import make_actions, pop_up
from studio.previews.elided import shortened
from studio.previews.lanes import Scene
from studio.previews.legend import sound_legend
from studio.previews.phase import Phase
from studio.previews.reader import Reader
from studio.previews.sound_actions import SOUND_ENTRIES, SOUND_TOGGLES
from studio.previews.sound_canvas import SoundCanvas
from studio.previews.sound_places import Span
from studio.previews.sounds import Audible, Sounds
from studio.previews.spectrogram import passages
from studio.previews.transport import Transport

BAR = ("redo", "hear_held", "listen")
MENU = ("hear", "redo", "loop", "", "zoom_in", "zoom_out", "zoom_reset")
CLOSER = 1.5  # a press of a key
MAKING = "Making the sound…"


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

    def __init__(self) -> None:
        super().__init__()
        self.heard: Audible | None = None
        self._previews: tuple[SpectrogramPreview, ...] = ()
        self._phase: Phase = "moving"
        self._sounds = Sounds()
        self.canvas, self.reader, self.transport = SoundCanvas(), Reader(), Transport()
        self._notes, self._legend = QLabel(), sound_legend()
        self._actions = make_actions(self, self._slots(), SOUND_ENTRIES, SOUND_TOGGLES)
        self._bar = ActionBar([self._actions[name] for name in BAR], self.canvas, "What to do with the sentence")
        self._lay_out()
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
        self._say(sentence)

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
        self.transport.show_time(seconds, heard.sound.seconds if heard else 0.0)

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
        }

    def hear(self) -> None:
        """Play the step that is shown; its sound is asked for first, unless it is there."""
        self.edited.emit()
        if self.heard is not None and not self.heard.part:
            return self.play_requested.emit()
        preview = self._preview()
        if preview is not None and self._sounds.wanted is None:
            self._sounds.wanted = preview
            self._say("")
            self._refresh()
            self.listen_requested.emit(preview)

    def _redo(self) -> None:
        part = self._part()
        if part is not None:
            self.redo_requested.emit(part)

    def _seek(self, seconds: float) -> None:
        self.sought.emit(seconds - (self.heard.start if self.heard else 0.0))

    def _choose(self, span: Span | None) -> None:
        start = self.heard.start if self.heard else 0.0
        self.span_chosen.emit((max(0.0, span[0] - start), span[1] - start) if span else None)

    def _hear_word(self, word: int) -> None:
        if self.heard:
            self.sought.emit(self.heard.sound.words[word].start)
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
        pop_up(self, [self._actions.get(name) for name in MENU], event.globalPos())

    # --- how it is shown ---

    def _preview(self) -> SpectrogramPreview | None:
        return self._previews[-1] if self._previews else None

    def _part(self) -> int | None:
        """The sentence that is chosen, or the one at the playhead, of a finished work."""
        work = self._sounds.work
        if work is None or self.heard is None or self.heard.sound is not work or not work.parts:
            return None
        if self.canvas.part is not None:
            return self.canvas.part
        return max(0, bisect_right([part.start for part in work.parts], self.canvas.position) - 1)

    def _refresh(self) -> None:
        """After a change of what is shown or heard."""
        before, self.heard = self.heard, self._sounds.heard(self._phase, self._preview())
        start = self.heard.start if self.heard else 0.0
        sound = self.heard.sound if self.heard else None
        self.canvas.show_scene(Scene(tuple(passages(self._previews)), sound, start))
        if before != self.heard:
            self.reader.show_sound(sound)
            self._say("\n".join(sound.notes) if sound else "")
            self.transport.setVisible(sound is not None)
            self.heard_changed.emit()
        self._offer()

    def _say(self, notes: str) -> None:
        """Under the sound."""
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))

    def _offer(self) -> None:
        actions, part, held = self._actions, self._part(), self._phase != "moving" and self.heard is None
        coming, ready = self._sounds.wanted is not None, self._sounds.ready()
        for name in ("hear", "hear_held"):
            actions[name].setEnabled(self._preview() is not None and not coming)
            actions[name].setText(MAKING if coming else SOUND_ENTRIES[name].label)
        actions["hear_held"].setVisible(held and not ready)
        actions["listen"].setVisible(ready > 0)
        actions["redo"].setVisible(part is not None)
        self._bar.say(self._caption(ready, part, held))
        self._place_bar()

    def _caption(self, ready: int, part: int | None, held: bool) -> str:
        """What the bar is about; nothing where it has nothing to offer."""
        if ready:
            return f"{ready} sentence{'s' if ready > 1 else ''} can be heard"
        if held and self._previews:
            return "Only seen so far"
        return "" if part is None or self.canvas.part is None else shortened(self.canvas.scene.parts[part].text)

    # --- how it is put together ---

    def _lay_out(self) -> None:
        self._notes.setProperty("role", "muted")
        self._notes.setWordWrap(True)
        self._notes.setAccessibleName("Notes on the sound")
        for part in (self.reader, self._notes, self.transport):
            part.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.canvas, 1)
        for part in (self.reader, self._notes, self.transport):
            column.addWidget(part)

    def _connect(self) -> None:
        canvas, transport = self.canvas, self.transport
        canvas.resized.connect(self._place_bar)
        canvas.sought.connect(self._seek)
        canvas.span_chosen.connect(self._choose)
        canvas.word_chosen.connect(self._hear_word)
        canvas.part_chosen.connect(self._choose_part)
        canvas.redo_requested.connect(self.redo_requested)
        self.reader.word_chosen.connect(self._hear_word)
        transport.play_requested.connect(self.toggle_requested)
        transport.start_requested.connect(self.start_requested)
        transport.loop_chosen.connect(self.loop_chosen)

    def _place_bar(self) -> None:
        """In the spectrogram, whatever stands under it."""
        self._bar.above = self.canvas.foot() + ABOVE
        self._bar.place()
