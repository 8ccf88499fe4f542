"""The editor of a chord lane: the chords over a ruler, what may come next, and the same as plain text.

The text is the value; the lane is read from it in the metre of the request, and written into it at every change.
"""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from engine.api.chords import Chord, misread, parse_lane, spelled
from engine.api.errors import BadInput
from engine.api.params import ChordLane, Field
from engine.api.requests import MusicRequest
from studio import theme
from studio.editors.beats import Ruler, ruler_of
from studio.editors.caption import Caption, describe
from studio.editors.chord_commands import CHANGES, ENTRIES, MENU, ON_CHOSEN, TOOLS, behind
from studio.editors.chord_picker import ChordPicker
from studio.editors.chord_ribbon import ChordRibbon
from studio.editors.harmony import expected, key_of, written
from studio.editors.history import History
from studio.editors.lane import Lane, at, behind_all
from studio.editors.lane_actions import ButtonRow, fill, make_actions, text_switch
from studio.editors.lane_edits import block_of, followed, inserted, named, removed
from studio.editors.lane_view import CLOSER, LaneView
from studio.editors.presets import PresetButton
from studio.editors.suggestions import Suggestions
from studio.editors.writing import Writing

KEYS = (
    "Drag to draw a chord or its edges, type A to G to name one; right-click for all that can be done, F1 for the keys."
)


class ChordLaneEditor(QWidget):
    """`refused` says why what is written or typed cannot be used, "" once it can."""

    changed = Signal()
    submitted = Signal()
    refused = Signal(str)

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._kind: ChordLane = field.kind
        self._ruler, self._sentence = Ruler(), ""
        self._history: History[tuple[str, Lane]] = History((field.default, Lane()))
        self._ribbon, self._writing, self._next = ChordRibbon(), Writing(self._kind), Suggestions()
        self._view, self._picker = LaneView(self._ribbon), ChordPicker(self)
        self._caption = Caption(self._kind.label, self._kind.help)
        self._presets, self._as_text = PresetButton(), text_switch(self._kind)
        self._actions = make_actions(self._ribbon, ENTRIES, self._slots())
        self._tools = ButtonRow(self._actions, TOOLS)
        self._dress()
        self._lay_out()
        self._connect()
        self._read(field.default)

    def value(self) -> str:
        return self._history.present()[0]

    def set_value(self, value: str) -> None:
        """Replace all of it; undo brings back what stood there."""
        if value != self.value():
            self._history.put((value, Lane()))
            self._read(value)

    def follow(self, request: MusicRequest) -> None:
        """Lie on the ruler of this request; what is wrong here is said again, for the form has forgotten it."""
        ruler, before = ruler_of(request), self._ruler
        if ruler != before:
            self._ruler = ruler
            self._presets.show_ruler(ruler)
            self._view.show_ruler(ruler)
            self._read(self.value()) if ruler.bar != before.bar else self._refresh()
        if self._sentence:
            self.refused.emit(self._sentence)

    # --- from text to lane and back ---

    def _read(self, text: str) -> None:
        """Show what is written; as text where it is no lane."""
        self._ribbon.name.close_up()
        if self._writing.text() != text:
            self._writing.replace(text)
        self._writing.underline(misread(text))
        try:
            spans = parse_lane(text, self._ruler.bar)
        except BadInput as error:
            self._as_text.setChecked(True)
            self._say(str(error))
        else:
            known = self._history.present()[1]
            self._ribbon.show_lane(known if known.spans == spans else behind_all(spans))
            self._say("")
        self._refresh()

    def _typed(self) -> None:
        """In the text view."""
        text = self._writing.text()
        if text != self.value():
            self._history.put((text, Lane()), joined=True)
            self.changed.emit()
            self._read(text)

    def _edit(self, lane: Lane, joined: bool = False) -> None:
        """What has been made of the lane. It is read back: the text has four digits, and nothing may be lost."""
        text = written(lane.spans, self._ruler.bar, key_of(lane.spans, self._ruler.key))
        spans = parse_lane(text, self._ruler.bar)
        self._history.put((text, Lane(spans, lane.chosen, lane.at)), joined)
        self.changed.emit()
        self._read(text)
        self._reveal()

    def _chose(self, lane: Lane) -> None:
        self._history.amend((self.value(), lane))
        self._history.close()
        self._refresh()

    def _act(self, change: Callable[[Lane, Ruler], Lane]) -> None:
        """Do this to the lane, if it does anything."""
        before = self._ribbon.lane()
        lane = change(before, self._ruler)
        if lane.spans != before.spans:
            self._edit(lane)
        elif lane != before:
            self._ribbon.show_lane(lane)
            self._chose(lane)

    def _travel(self, state: tuple[str, Lane]) -> None:
        """Back or on in the history."""
        self.changed.emit()
        self._read(state[0])
        self._reveal()

    def _say(self, sentence: str) -> None:
        if sentence or self._sentence:
            self._sentence = sentence
            self.refused.emit(sentence)

    # --- what the user does ---

    def _slots(self) -> dict[str, Callable[[], object]]:
        changes = {name: lambda change=change: self._act(change) for name, change in CHANGES.items()}
        return {
            **changes,
            "name": lambda: self._rename(),
            "circle": self._open_circle,
            "cut": self._cut,
            "copy": self._copy,
            "paste": self._paste,
            "undo": lambda: self._travel(self._history.undo()),
            "redo": lambda: self._travel(self._history.redo()),
            "closer": lambda: self._view.zoom(CLOSER),
            "farther": lambda: self._view.zoom(1 / CLOSER),
            "whole": self._view.fit,
        }

    def _copy(self) -> None:
        block = block_of(self._ribbon.lane().picked())
        if block:
            key = key_of(self._ribbon.lane().spans, self._ruler.key)
            QGuiApplication.clipboard().setText(written(block, self._ruler.bar, key))

    def _cut(self) -> None:
        self._copy()
        self._act(lambda lane, ruler: removed(lane))

    def _paste(self) -> None:
        """A lane from the clipboard, whoever wrote it."""
        try:
            block = parse_lane(QGuiApplication.clipboard().text().strip(), self._ruler.bar)
            self._act(lambda lane, ruler: inserted(lane, block, behind(lane)))
        except BadInput as error:
            self._say(str(error))

    def _rename(self) -> None:
        """In its place; where there is no chord yet, the usual one is offered."""
        lane = self._ribbon.lane()
        usual = expected(lane.spans, lane.at, self._ruler.key)[0]
        self._ribbon.rename(offered=spelled(usual, key_of(lane.spans, self._ruler.key)))

    def _take_name(self, chord: Chord, onward: bool) -> None:
        self._history.close()
        self._act(lambda lane, ruler: named(lane, chord, ruler.bar))
        if onward:
            self._act(lambda lane, ruler: at(lane, behind(lane)))
            self._ribbon.rename()

    def _take_next(self, chord: Chord) -> None:
        self._history.close()
        self._act(lambda lane, ruler: followed(lane, chord, ruler.bar))

    def _open_circle(self) -> None:
        self._ribbon.name.close_up()
        lane = self._ribbon.lane()
        usual = expected(lane.spans, lane.at, self._ruler.key)[0]
        chord = lane.spans[lane.first].chord if lane.first is not None else usual
        self._history.close()
        self._reveal()
        corner = self._ribbon.mapToGlobal(self._ribbon.box().bottomLeft().toPoint())
        self._picker.pop_up(chord, key_of(lane.spans, self._ruler.key), corner + QPoint(0, theme.TIGHT))

    def _pick(self, chord: Chord) -> None:
        """All that is picked while the circle is open is one step."""
        lane = named(self._ribbon.lane(), chord, self._ruler.bar)
        if lane.spans != self._ribbon.lane().spans:
            self._edit(lane, joined=True)

    def _take_preset(self, lane: Lane) -> None:
        self._history.close()
        self._edit(lane)
        self._as_text.setChecked(False)

    # --- what is seen ---

    def _refresh(self) -> None:
        lane, text = self._ribbon.lane(), self._as_text.isChecked()
        self._view.refresh()
        for name in ON_CHOSEN:
            self._actions[name].setEnabled(bool(lane.chosen))
        self._actions["undo"].setEnabled(self._history.can_undo())
        self._actions["redo"].setEnabled(self._history.can_redo())
        for widget, shown in (
            (self._view, not text),
            (self._tools, not text),
            (self._next, not text),
            (self._writing, text),
        ):
            widget.setVisible(shown)
        self._suggest(lane)

    def _suggest(self, lane: Lane) -> None:
        key, beat = key_of(lane.spans, self._ruler.key), behind(lane)
        before = [span.chord for span in lane.spans if span.stop <= beat + 1e-6]
        home = spelled(Chord(key.tonic), key) + (" minor" if key.mode == "minor" else " major")
        where = f"After {spelled(before[-1], key)}" if before else "To begin with"
        sounds = home if self._ruler.key or not lane.spans else f"sounds like {home}"
        self._next.show_chords(f"{where} · {sounds}", expected(lane.spans, beat, self._ruler.key), key)

    def _switch(self) -> None:
        """Between lane and text; what cannot be read stays text."""
        self._history.close()
        if not self._as_text.isChecked() and self._sentence:
            self._as_text.setChecked(True)
            self._say(self._sentence)
        self._refresh()

    def _reveal(self) -> None:
        box = self._ribbon.box()
        self._view.reveal(box.left(), box.right())

    def _pop_up(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill(menu, self._actions, MENU).popup(point)

    def _dress(self) -> None:
        describe(self._ribbon, self._kind.label, KEYS)
        self._caption.setBuddy(self._ribbon)

    def _connect(self) -> None:
        self._presets.chosen.connect(self._take_preset)
        self._as_text.toggled.connect(self._switch)
        self._writing.textChanged.connect(self._typed)
        self._writing.submitted.connect(self.submitted)
        self._ribbon.edited.connect(self._edit)
        self._ribbon.chose.connect(self._chose)
        self._ribbon.revealed.connect(self._view.reveal)
        self._ribbon.menu_wanted.connect(self._pop_up)
        self._ribbon.name.taken.connect(self._take_name)
        self._ribbon.name.refused.connect(self._say)
        self._next.chosen.connect(self._take_next)
        self._picker.picked.connect(self._pick)
        self._caption.reset_requested.connect(lambda: self._act(lambda lane, ruler: Lane()))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.TIGHT)
        top.addWidget(self._caption)
        top.addStretch(1)
        top.addWidget(self._presets)
        top.addWidget(self._as_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TIGHT)
        column.addLayout(top)
        for widget in (self._view, self._writing, self._tools, self._next):
            column.addWidget(widget)
