"""The editor of the form of a piece: its sections over a ruler of bars, and the same as plain text."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from engine.api.errors import BadInput
from engine.api.params import Field, SectionLane
from engine.api.requests import MusicRequest
from engine.api.score import SECTIONS, parse_sections
from studio import theme
from studio.editors.beats import Ruler, ruler_of
from studio.editors.caption import Caption, describe
from studio.editors.history import History
from studio.editors.lane_actions import (
    CLOSER,
    FARTHER,
    REDO,
    UNDO,
    WHOLE,
    ButtonRow,
    Entry,
    dress,
    fill,
    make_actions,
    text_switch,
)
from studio.editors.lane_view import CLOSER as NEARER
from studio.editors.lane_view import LaneView
from studio.editors.section_edits import Form, added, doubled, named, removed, stretched, swapped, text_of
from studio.editors.section_ribbon import SectionRibbon
from studio.editors.writing import Writing

KEYS = "Drag to draw a section or its end, double-click for another name; right-click for all that can be done."
ENTRIES = {
    "name": Entry("Another name…", "Choose what the section is.", ("F2", "Return", "Enter"), "text-t"),
    "double": Entry("Duplicate", "The section once more.", ("Ctrl+D",), "copy"),
    "delete": Entry("Delete", "Take the section out; what comes later moves up.", ("Del", "Backspace"), "trash"),
    "longer": Entry("Longer", "A bar longer.", ("Ctrl+Right",)),
    "shorter": Entry("Shorter", "A bar shorter.", ("Ctrl+Left",)),
    "later": Entry("Later", "Change places with the next.", ("Alt+Right",), "arrow-right"),
    "earlier": Entry("Earlier", "Change places with the one before.", ("Alt+Left",), "arrow-left"),
    "clear": Entry("Clear the sections", "Take all sections out."),
    "undo": UNDO,
    "redo": REDO,
    "closer": CLOSER,
    "farther": FARTHER,
    "whole": WHOLE,
}
TOOLS = ("name", "double", "delete", "|", "undo", "redo", "", "farther", "closer")
MENU = (
    "name",
    "double",
    "delete",
    "",
    "longer",
    "shorter",
    "earlier",
    "later",
    "",
    "clear",
    "",
    "undo",
    "redo",
    "whole",
)
ON_CHOSEN = ("double", "delete", "longer", "shorter", "earlier", "later")
GESTURES = (
    ("Drag behind the last", "Draw a section"),
    ("Drag an end", "Longer or shorter; what comes later moves along"),
    ("Drag a section", "Change its place"),
    ("Double-click", "Choose another name"),
    ("I, V, C, B, O", "Make it an intro, a verse, a chorus, a bridge, an outro"),
    *((entry.keys[0], entry.help.rstrip(".")) for entry in ENTRIES.values() if entry.keys),
)
CHANGES: dict[str, Callable[[Form], Form]] = {
    "double": doubled,
    "delete": removed,
    "longer": lambda form: stretched(form, 1),
    "shorter": lambda form: stretched(form, -1),
    "later": lambda form: swapped(form, 1),
    "earlier": lambda form: swapped(form, -1),
    "clear": lambda form: Form(),
}


class SectionLaneEditor(QWidget):
    """`refused` says why what is written cannot be used, "" once it can."""

    changed = Signal()
    submitted = Signal()
    refused = Signal(str)

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._kind: SectionLane = field.kind
        self._ruler, self._sentence = Ruler(), ""
        self._history: History[tuple[str, Form]] = History((field.default, Form()))
        self._ribbon, self._writing, self._length = SectionRibbon(), Writing(self._kind), QLabel()
        self._view = LaneView(self._ribbon, whole=True)
        self._caption, self._add = Caption(self._kind.label, self._kind.help), QToolButton()
        self._as_text = text_switch(self._kind)
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
            self._history.put((value, Form()))
            self._read(value)

    def follow(self, request: MusicRequest) -> None:
        """Lie on the ruler of this request; what is wrong here is said again, for the form has forgotten it."""
        ruler = ruler_of(request)
        if ruler != self._ruler:
            self._ruler = ruler
            self._view.show_ruler(ruler)
            self._refresh()
        if self._sentence:
            self.refused.emit(self._sentence)

    # --- from text to sections and back ---

    def _read(self, text: str) -> None:
        """Show what is written; as text where it is no form."""
        if self._writing.text() != text:
            self._writing.replace(text)
        try:
            parts = parse_sections(text)
        except BadInput as error:
            self._as_text.setChecked(True)
            self._say(str(error))
        else:
            known = self._history.present()[1]
            self._ribbon.show_form(known if known.parts == parts else Form(parts, len(parts)))
            self._say("")
        self._refresh()

    def _typed(self) -> None:
        text = self._writing.text()
        if text != self.value():
            self._history.put((text, Form()), joined=True)
            self.changed.emit()
            self._read(text)

    def _edit(self, form: Form) -> None:
        self._history.close()
        self._history.put((text_of(form), form))
        self.changed.emit()
        self._read(text_of(form))
        self._view.reveal(self._ribbon.box().left(), self._ribbon.box().right())

    def _chose(self, form: Form) -> None:
        self._history.amend((self.value(), form))
        self._refresh()

    def _act(self, change: Callable[[Form], Form]) -> None:
        form = change(self._ribbon.form())
        if form.parts != self._ribbon.form().parts:
            self._edit(form)

    def _travel(self, state: tuple[str, Form]) -> None:
        self.changed.emit()
        self._read(state[0])

    def _say(self, sentence: str) -> None:
        if sentence or self._sentence:
            self._sentence = sentence
            self.refused.emit(sentence)

    # --- what the user does ---

    def _slots(self) -> dict[str, Callable[[], object]]:
        changes = {name: lambda change=change: self._act(change) for name, change in CHANGES.items()}
        return {
            **changes,
            "name": self._ribbon.ask_name,
            "undo": lambda: self._travel(self._history.undo()),
            "redo": lambda: self._travel(self._history.redo()),
            "closer": lambda: self._view.zoom(NEARER),
            "farther": lambda: self._view.zoom(1 / NEARER),
            "whole": self._view.fit,
        }

    def _ask_name(self, point: QPoint) -> None:
        self._names(lambda name: self._act(lambda form: named(form, name))).popup(point)

    def _pop_up(self, point: QPoint) -> None:
        fill(self._menu(), self._actions, MENU).popup(point)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _names(self, take: Callable[[str], object], menu: QMenu | None = None) -> QMenu:
        menu = menu or self._menu()
        for name in SECTIONS:
            menu.addAction(f"&{name.capitalize()}").triggered.connect(lambda _=False, name=name: take(name))
        return menu

    def _switch(self) -> None:
        """Between lane and text; what cannot be read stays text."""
        if not self._as_text.isChecked() and self._sentence:
            self._as_text.setChecked(True)
            self._say(self._sentence)
        self._refresh()

    # --- what is seen ---

    def _refresh(self) -> None:
        form, text = self._ribbon.form(), self._as_text.isChecked()
        self._view.refresh()
        for name in ON_CHOSEN:
            self._actions[name].setEnabled(form.chosen < len(form.parts))
        self._actions["undo"].setEnabled(self._history.can_undo())
        self._actions["redo"].setEnabled(self._history.can_redo())
        for widget, shown in ((self._view, not text), (self._tools, not text), (self._writing, text)):
            widget.setVisible(shown)
        bars = self._ruler.beats / self._ruler.bar
        self._length.setText(f"The sections last {form.bars} bars, the music {bars:.4g}.")
        self._length.setVisible(bool(form.parts) and not text and abs(form.bars - bars) > 1e-3)

    def _dress(self) -> None:
        describe(self._ribbon, self._kind.label, KEYS)
        self._caption.setBuddy(self._ribbon)
        self._length.setProperty("role", "muted")
        self._length.setFont(theme.font("small"))
        self._length.setWordWrap(True)
        dress(self._add, "plus", "Add", "Add a section", "Puts a section after the chosen one.")
        self._add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._add.setMenu(self._names(lambda name: self._act(lambda form: added(form, name)), QMenu(self._add)))

    def _connect(self) -> None:
        self._as_text.toggled.connect(self._switch)
        self._writing.textChanged.connect(self._typed)
        self._writing.submitted.connect(self.submitted)
        self._ribbon.edited.connect(self._edit)
        self._ribbon.chose.connect(self._chose)
        self._ribbon.revealed.connect(self._view.reveal)
        self._ribbon.names_wanted.connect(self._ask_name)
        self._ribbon.menu_wanted.connect(self._pop_up)
        self._caption.reset_requested.connect(lambda: self._act(lambda form: Form()))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(theme.TIGHT)
        top.addWidget(self._caption)
        top.addStretch(1)
        top.addWidget(self._add)
        top.addWidget(self._as_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TIGHT)
        column.addLayout(top)
        for widget in (self._view, self._writing, self._tools, self._length):
            column.addWidget(widget)
