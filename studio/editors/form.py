"""A form made from the fields of a request: what stands in it is the next request."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.params import Choice, Draft, Field, Text, complaints, fields
from engine.api.requests import Request
from studio import theme
from studio.editors import EDITORS
from studio.editors.caption import Caption
from studio.editors.checkpoint import CheckpointEditor
from studio.editors.choice import ChoiceEditor
from studio.editors.draft import DraftNote
from studio.editors.fold import Fold
from studio.editors.seed import SeedEditor
from studio.editors.text import TextEditor

W = TypeVar("W", bound=QWidget)


class Form(QWidget):
    """`adjusted` says the name and value of a field that may change while a job runs, when the user turns it."""

    changed = Signal()
    submitted = Signal()
    adjusted = Signal(str, float)

    def __init__(self, request_type: type[Request], cards: Sequence[ModelCard]) -> None:
        super().__init__()
        self._type = request_type
        self._fields = {field.name: field for field in fields(request_type)}
        self._editors: dict[str, Any] = {}
        self._sentences: dict[str, QLabel] = {}
        self._carried = {name: field.default for name, field in self._fields.items() if type(field.kind) not in EDITORS}
        self._draft = DraftNote()
        self._fold = Fold("Advanced")
        self._lay_out()
        self._align()
        for editor in self._of(CheckpointEditor):
            editor.set_cards(cards)
            editor.changed.connect(self._narrow)
        self._narrow()
        self._set(self._defaults())
        self._connect()

    # --- requests in and out ---

    def request(self) -> Request:
        """What the form asks for, with a newly drawn seed unless it is locked.

        Raises BadInput where something cannot be used; it is then said under the field, which gets the focus.
        """
        found = complaints(self._present(), self._options())
        for name, sentence in found.items():
            self._complain(name, sentence)
        if found:
            raise BadInput(next(iter(found.values())))
        for editor in self._of(SeedEditor):
            editor.draw()
        return self._present()

    def load(self, request: Request) -> None:
        """Everything as in this request, the seed locked: the same again, unless something is changed."""
        self._set({name: getattr(request, name) for name in self._fields})
        for editor in self._of(SeedEditor):
            editor.set_locked(True)
        self.changed.emit()

    def set_draft(self, *values: Any) -> None:
        """Begin from this draft (a value for each Draft field, in order), not from the prompt; none to end that."""
        names = [name for name in self._carried if isinstance(self._fields[name].kind, Draft)]
        given = dict(zip(names, values, strict=False))
        self._carried |= {name: given.get(name, self._fields[name].default) for name in names}
        self._draft.setVisible(any(self._carried[name] for name in names))

    def reset(self) -> None:
        """Back to what the checkpoint works best with; what was written stays."""
        written = {name for name, field in self._fields.items() if isinstance(field.kind, Text)}
        self._set({name: value for name, value in self._defaults().items() if name not in written})
        for editor in self._of(SeedEditor):
            editor.set_locked(False)
        self.changed.emit()

    # --- for the session ---

    def values(self) -> dict[str, Any]:
        """All that stands in the form, valid or not yet, as JSON can hold it."""
        values = {name: self._value(name) for name in self._fields}
        locked = [editor.locked() for editor in self._of(SeedEditor)]
        return {"fields": msgspec.to_builtins(values), "locked": locked, "advanced": self._fold.is_open()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """What `values` gave, perhaps in another version of Quartet: what cannot be used any more is left as it is."""
        raw = kept.get("fields")
        self._set(_usable(self._fields, raw if isinstance(raw, dict) else {}))
        locked = kept.get("locked")
        for editor, lock in zip(self._of(SeedEditor), locked if isinstance(locked, list) else [], strict=False):
            editor.set_locked(lock is True)
        self._fold.set_open(kept.get("advanced") is True)

    # --- inside ---

    def _present(self) -> Request:
        return self._type(**{name: self._value(name) for name in self._fields})

    def _value(self, name: str) -> Any:
        return self._editors[name].value() if name in self._editors else self._carried[name]

    def _set(self, values: Mapping[str, Any]) -> None:
        """Checkpoints first: they say which choices there are."""
        first = [name for name in values if isinstance(self._editors.get(name), CheckpointEditor)]
        for name in first:
            self._editors[name].set_value(values[name])
        if first:
            self._narrow()
        for name in values.keys() & self._editors.keys() - set(first):
            self._editors[name].set_value(values[name])
        self._carried |= {name: values[name] for name in values.keys() & self._carried.keys()}
        self.set_draft(*(self._carried[name] for name in self._carried if isinstance(self._fields[name].kind, Draft)))
        self._show_choices()
        self._hush()
        self._note()

    def _card(self) -> ModelCard | None:
        return next((editor.card() for editor in self._of(CheckpointEditor)), None)

    def _options(self) -> dict[str, tuple[str, ...]]:
        """The words of each choice that both the checkpoint and the request know."""
        card, known = self._card(), {}
        for name, words in card.options.items() if card else ():
            if name in self._fields and isinstance(self._fields[name].kind, Choice):
                known[name] = tuple(word for word in words if word in self._fields[name].kind.options)
        return {name: words for name, words in known.items() if words}

    def _defaults(self) -> dict[str, Any]:
        """The request's defaults, and over them the chosen checkpoint's, as far as it knows them."""
        card, options = self._card(), self._options()
        plain = {name: field.default for name, field in self._fields.items()}
        chosen = {
            name: editor.value() for name, editor in self._editors.items() if isinstance(editor, CheckpointEditor)
        }
        wished = plain | _usable(self._fields, card.defaults if card else {}) | chosen
        known = {name: options[name][0] for name in options.keys() & wished if wished[name] not in options[name]}
        return wished | known

    def _narrow(self) -> None:
        """Offer what the checkpoint knows."""
        options = self._options()
        for name, editor in self._editors.items():
            if isinstance(editor, ChoiceEditor):
                editor.set_options(options.get(name, self._fields[name].kind.options))
        self._show_choices()

    def _show_choices(self) -> None:
        for editor in self._editors.values():
            if isinstance(editor, ChoiceEditor | CheckpointEditor):
                editor.setVisible(editor.worth_showing())

    def _changed(self, name: str) -> None:
        kind = self._fields[name].kind
        self._hush(name)
        if isinstance(self._editors[name], TextEditor | CheckpointEditor):
            self.set_draft()  # written with what has just been changed
        if kind.live:
            self.adjusted.emit(name, float(self._value(name)))
        self._note()
        self.changed.emit()

    def _begin_anew(self) -> None:
        self.set_draft()
        self.changed.emit()

    def _note(self) -> None:
        """Say on the fold how much under it is not as usual."""
        defaults = self._defaults()
        turned = sum(self._value(name) != defaults[name] for name in self._editors if self._fields[name].kind.advanced)
        self._fold.set_note(f"{turned} changed" if turned else "")

    def _complain(self, name: str, sentence: str) -> None:
        first = not any(label.text() for label in self._sentences.values())
        if name not in self._editors:
            return
        self._say(name, sentence)
        if self._fields[name].kind.advanced:
            self._fold.set_open(True)
        if first:
            self._editors[name].setFocus()

    def _hush(self, *names: str) -> None:
        for name in names or self._sentences:
            if self._sentences[name].text():
                self._say(name, "")

    def _say(self, name: str, sentence: str) -> None:
        """Write what is wrong under a field, and mark it."""
        self._sentences[name].setText(sentence)
        self._sentences[name].setVisible(bool(sentence))
        for control in self._editors[name].findChildren(QWidget):
            control.setProperty("invalid", bool(sentence))
            control.style().polish(control)

    def _of(self, kind: type[W]) -> Iterator[W]:
        return (editor for editor in self._editors.values() if isinstance(editor, kind))

    def _connect(self) -> None:
        for name, editor in self._editors.items():
            editor.changed.connect(lambda name=name: self._changed(name))
        for text in self._of(TextEditor):
            text.submitted.connect(self.submitted)
        self._fold.toggled.connect(lambda: self.changed.emit())
        self._draft.dismissed.connect(self._begin_anew)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.GAP)
        for field in self._fields.values():
            if type(field.kind) in EDITORS:
                (self._fold.rows if field.kind.advanced else column).addLayout(self._row(field))
            if isinstance(field.kind, Text):
                column.addWidget(self._draft)
        column.addWidget(self._fold)
        column.addStretch(1)

    def _row(self, field: Field) -> QVBoxLayout:
        """The editor, and under it room for what is wrong with its value."""
        editor = EDITORS[type(field.kind)](field)
        sentence = QLabel(wordWrap=True)
        sentence.setProperty("role", "error")
        sentence.hide()
        self._editors[field.name], self._sentences[field.name] = editor, sentence
        row = QVBoxLayout()
        row.setSpacing(theme.TIGHT)
        row.addWidget(editor)
        row.addWidget(sentence)
        return row

    def _align(self) -> None:
        """All captions as wide as the widest, so that what stands beside them stands in one column."""
        captions = self.findChildren(Caption)
        width = max((caption.sizeHint().width() for caption in captions), default=0)
        for caption in captions:
            caption.setMinimumWidth(width)


def _usable(known: Mapping[str, Field], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values of known fields that are of their type and within their bounds; a text may be half-typed."""
    usable = {}
    for name in known.keys() & raw.keys():
        field = known[name]
        try:
            value = msgspec.convert(raw[name], field.type)
        except msgspec.ValidationError:
            continue
        if isinstance(field.kind, Text) or field.kind.complaint(value) is None:
            usable[name] = value
    return usable
