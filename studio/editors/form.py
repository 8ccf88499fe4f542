"""A form made from the fields of a request: what stands in it is the next request."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.params import CheckpointRef, Choice, Draft, Text, complaints, fields, validate
from engine.api.requests import Request
from studio import theme
from studio.editors import EDITORS
from studio.editors.caption import Caption, describe
from studio.editors.checkpoint import CheckpointEditor
from studio.editors.choice import ChoiceEditor
from studio.editors.draft import DraftNote
from studio.editors.fold import Fold
from studio.editors.row import Row
from studio.editors.seed import SeedEditor
from studio.editors.stops import put_in_order, take_keys
from studio.editors.text import TextEditor
from studio.editors.values import defaults, options, texts, usable
from studio.icons import icon

W = TypeVar("W", bound=QWidget)
NOTHING: Mapping[str, Any] = {}


class Form(QWidget):
    """`adjusted` says the name and value of a field that may change while a job runs, when the user turns it.

    `examples` are whole requests: choosing one brings its words and the choices that go with them.
    """

    changed = Signal()
    submitted = Signal()
    adjusted = Signal(str, float)

    def __init__(
        self, request_type: type[Request], cards: Sequence[ModelCard], examples: Sequence[Request] = ()
    ) -> None:
        super().__init__()
        self._type, self._examples = request_type, examples
        self._fields = {field.name: field for field in fields(request_type)}
        self._rows = {name: Row(field) for name, field in self._fields.items() if type(field.kind) in EDITORS}
        self._carried = {name: field.default for name, field in self._fields.items() if name not in self._rows}
        self._draft, self._reset = DraftNote(), QPushButton("Reset")
        self._fold = Fold("Advanced", self._reset)
        self._lay_out()
        self._align()
        for editor in self._of(CheckpointEditor):
            editor.set_cards(cards)
        for text in self._of(TextEditor) if examples else ():
            text.offer([words for example in examples for words in texts(example)])
        self._narrow()
        self._set(self._defaults())
        self._connect()

    # --- requests in and out ---

    def request(self) -> Request:
        """What the form asks for, with a newly drawn seed unless it is locked.

        Raises BadInput where something cannot be used; it is then said under the field, which gets the focus.
        """
        found = complaints(self._present(), self._options())
        self._complain(found)
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

    def take_example(self, example: Request) -> None:
        """The words of an example, and the choices that are not advanced; the numbers stay."""
        named = [name for name, row in self._rows.items() if isinstance(self._fields[name].kind, Text | Choice)]
        given = {name: getattr(example, name) for name in named if not self._fields[name].kind.advanced}
        known = self._options(given)
        self._set({name: value for name, value in given.items() if value in known.get(name, (value,))})
        self.set_draft()
        self.changed.emit()

    def rerun(self, shown: Request, *draft: Any, opened: bool) -> Request:
        """Once more what is shown, from a draft, with a newly drawn seed unless it is locked.

        A work that was `opened` keeps its own settings. A run from this form takes the knobs as they are turned now,
        but not the words and the checkpoint, which its draft was written with. Raises BadInput as `request` does.
        """
        kept = {name for name, field in self._fields.items() if isinstance(field.kind, Text | CheckpointRef | Draft)}
        changes = {} if opened else {name: self._value(name) for name in self._fields if name not in kept}
        for name, row in self._rows.items():
            if isinstance(row.editor, SeedEditor) and not row.editor.locked():
                row.editor.draw()
                changes[name] = row.editor.value()
        changes |= dict(zip(self._drafts(), draft, strict=False))
        request = msgspec.structs.replace(shown, **changes)
        return validate(request, self._options(msgspec.structs.asdict(request)))

    def marked(self) -> bool:
        """Whether something is said to be wrong under a field."""
        return any(row.complaint() for row in self._rows.values())

    def set_draft(self, *values: Any) -> None:
        """Begin from this draft (a value for each Draft field, in order), not from the prompt; none to end that."""
        given = dict(zip(self._drafts(), values, strict=False))
        self._carried |= {name: given.get(name, self._fields[name].default) for name in self._drafts()}
        self._draft.setVisible(any(self._carried[name] for name in self._drafts()))

    def reset(self) -> None:
        """Back to what the checkpoint works best with; what was written stays."""
        self._set({name: value for name, value in self._defaults().items() if not self._is(name, Text)})
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
        raw, locked = kept.get("fields"), kept.get("locked")
        self._set(usable(self._fields, raw if isinstance(raw, dict) else {}))
        for editor, lock in zip(self._of(SeedEditor), locked if isinstance(locked, list) else [], strict=False):
            editor.set_locked(lock is True)
        self._fold.set_open(kept.get("advanced") is True)

    # --- the values ---

    def _present(self) -> Request:
        return self._type(**{name: self._value(name) for name in self._fields})

    def _value(self, name: str) -> Any:
        return self._rows[name].editor.value() if name in self._rows else self._carried[name]

    def _set(self, values: Mapping[str, Any]) -> None:
        """Checkpoints first: they say which choices there are."""
        shown = values.keys() & self._rows.keys()
        for name in (name for name in shown if self._is(name, CheckpointRef)):
            self._rows[name].editor.set_value(values[name])
        self._narrow(values)
        for name in shown:
            self._rows[name].editor.set_value(values[name])
        self._carried |= {name: values[name] for name in values.keys() & self._carried.keys()}
        self.set_draft(*(self._carried[name] for name in self._drafts()))
        self._show_choices()
        self._complain({})
        self._note()

    def _options(self, coming: Mapping[str, Any] = NOTHING) -> dict[str, tuple[str, ...]]:
        """What can be chosen beside the present values, or beside those that are coming."""
        values = {name: row.editor.value() for name, row in self._rows.items()}
        return options(self._fields, self._card(), {**values, **coming})

    def _defaults(self) -> dict[str, Any]:
        """What the chosen checkpoint works best with; the checkpoint itself stays chosen."""
        chosen = {name: row.editor.value() for name, row in self._rows.items() if self._is(name, CheckpointRef)}
        return defaults(self._fields, self._card()) | chosen

    def _card(self) -> ModelCard | None:
        return next((editor.card() for editor in self._of(CheckpointEditor)), None)

    def _drafts(self) -> list[str]:
        return [name for name in self._carried if self._is(name, Draft)]

    def _is(self, name: str, kind: type) -> bool:
        return isinstance(self._fields[name].kind, kind)

    def _of(self, kind: type[W]) -> Iterator[W]:
        return (row.editor for row in self._rows.values() if isinstance(row.editor, kind))

    # --- what the user does ---

    def _changed(self, name: str) -> None:
        self._rows[name].complain("")
        if self._is(name, CheckpointRef) or self._is(name, Choice):
            self._narrow()
        if self._is(name, Text) or self._is(name, CheckpointRef):
            self.set_draft()  # written with what has just been changed
        if self._fields[name].kind.live:
            self.adjusted.emit(name, float(self._value(name)))
        self._note()
        self.changed.emit()

    def _example_chosen(self, text: str) -> None:
        example = next((example for example in self._examples if text in texts(example)), None)
        if example is not None:
            self.take_example(example)

    def _begin_anew(self) -> None:
        self.set_draft()
        self.changed.emit()

    # --- what is seen ---

    def _narrow(self, coming: Mapping[str, Any] = NOTHING) -> None:
        """Offer what the checkpoint knows."""
        known = self._options(coming)
        for name, row in self._rows.items():
            if isinstance(row.editor, ChoiceEditor):
                row.editor.set_options(known.get(name, self._fields[name].kind.options))
        self._show_choices()
        put_in_order(self._parts())

    def _parts(self) -> Iterator[QWidget]:
        """What stands in the form, from top to bottom."""
        for name, row in self._rows.items():
            if not self._fields[name].kind.advanced:
                yield row.editor
            if self._is(name, Text):
                yield self._draft
        yield self._fold

    def _show_choices(self) -> None:
        for row in self._rows.values():
            if isinstance(row.editor, ChoiceEditor | CheckpointEditor):
                row.editor.setVisible(row.editor.worth_showing())

    def _note(self) -> None:
        """Say on the fold how much under it is not as usual."""
        usual = self._defaults()
        turned = sum(self._value(name) != usual[name] for name in self._rows if self._fields[name].kind.advanced)
        self._fold.set_note(f"{turned} changed" if turned else "")

    def _complain(self, found: Mapping[str, str]) -> None:
        """Each sentence under its field, the first of them in sight and with the focus."""
        for name, row in self._rows.items():
            row.complain(found.get(name, ""))
        wrong = [name for name in self._rows if name in found]
        if any(self._fields[name].kind.advanced for name in wrong):
            self._fold.set_open(True)
        if wrong:
            take_keys(self._rows[wrong[0]].editor)

    def _connect(self) -> None:
        for name, row in self._rows.items():
            row.editor.changed.connect(lambda name=name: self._changed(name))
        for text in self._of(TextEditor):
            text.submitted.connect(self.submitted)
            text.example_chosen.connect(self._example_chosen)
        self._reset.clicked.connect(self.reset)
        self._fold.toggled.connect(lambda: self.changed.emit())
        self._draft.dismissed.connect(self._begin_anew)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.GAP)
        for name, row in self._rows.items():
            (self._fold.rows if self._fields[name].kind.advanced else column).addLayout(row)
            if self._is(name, Text):
                column.addWidget(self._draft)
        column.addWidget(self._fold)
        column.addStretch(1)
        self._reset.setProperty("role", "quiet")
        self._reset.setIcon(icon("arrow-counter-clockwise", "muted"))
        describe(self._reset, "Reset", "Sets everything but the words to what the checkpoint works best with.")

    def _align(self) -> None:
        """All captions as wide as the widest, so that what stands beside them stands in one column."""
        captions = self.findChildren(Caption)
        width = max((caption.sizeHint().width() for caption in captions), default=0)
        for caption in captions:
            caption.setMinimumWidth(width)
