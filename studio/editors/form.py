"""A form made from the fields of a request: what stands in it is the next request."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.api.cards import ModelCard
from engine.api.errors import BadInput
from engine.api.params import CheckpointRef, Choice, Draft, PictureFile, SoundFile, Text, complaints, fields, validate
from engine.api.requests import Request
from studio.editors.checkpoint import CheckpointEditor
from studio.editors.choice import ChoiceEditor
from studio.editors.draft import spans_of_recordings, told
from studio.editors.forecast import forecast
from studio.editors.page import Page
from studio.editors.picture_file import PictureFileEditor
from studio.editors.picture_frame_editor import FrameEditor
from studio.editors.review import review
from studio.editors.seed import SeedEditor
from studio.editors.sound_file import SoundFileEditor
from studio.editors.stops import put_in_order
from studio.editors.surroundings import Surroundings
from studio.editors.text import TextEditor
from studio.editors.values import WORDS, defaults, exemplary, options, texts, usable
from studio.editors.voice import VoiceEditor

W = TypeVar("W", bound=QWidget)
NOTHING: Mapping[str, Any] = {}


class Form(QWidget):
    """`adjusted` says the name and value of a field that may change while a job runs, when the user turns it.

    `examples` are whole requests: choosing one brings its words and the choices that go with them.
    """

    changed = Signal()
    submitted = Signal()
    adjusted = Signal(str, float)
    voices_requested = Signal()

    def __init__(
        self,
        request_type: type[Request],
        cards: Sequence[ModelCard],
        examples: Sequence[Request] = (),
        around: Surroundings | None = None,
    ) -> None:
        super().__init__()
        self._type, self._examples, self._around = request_type, examples, around
        self._fields = {field.name: field for field in fields(request_type)}
        self._page = Page(self._fields)
        self._rows = self._page.rows
        self._carried = {name: field.default for name, field in self._fields.items() if name not in self._rows}
        self.setLayout(self._page)
        self._page.line_up()
        for name, editor in self._checkpoints().items():
            editor.set_cards([card for card in cards if card.modality == self._fields[name].kind.modality])
        for text in list(self._of(TextEditor))[:1] if examples else ():
            text.offer([words for example in examples for words in texts(example)[:1]])
        self._settle()
        self._narrow()
        self._set(self._defaults())
        self._connect()

    # --- requests in and out ---

    def request(self) -> Request:
        """What the form asks for, with a newly drawn seed unless it is locked.

        Raises BadInput where something cannot be used; it is then said under the field, which gets the focus.
        """
        found = review(self.present(), self._around, self._card()) | complaints(self.present(), self._options())
        self._page.complain(found)
        if found:
            raise BadInput(next(iter(found.values())))
        for editor in self._of(SeedEditor):
            editor.draw()
        return self.present()

    def load(self, request: Request) -> None:
        """Everything as in this request, the seed locked: the same again, unless something is changed."""
        self._set({name: getattr(request, name) for name in self._fields})
        for editor in self._of(SeedEditor):
            editor.set_locked(True)
        self.changed.emit()

    def take_sound(self, path: Path) -> None:
        """Use this file in the field that takes a sound, if there is one, and have it in sight."""
        self._page.take_file(SoundFileEditor, path)

    def take_picture(self, path: Path) -> None:
        """Use this file as the picture that is changed, as `take_sound` does."""
        self._page.take_file(PictureFileEditor, path)

    def offer_picture(self, path: str) -> None:
        """The picture that is shown beside the form can be gone on from; none is shown with ""."""
        self._page.offer(path)

    def take_example(self, example: Request) -> None:
        """The words of an example and what goes with them; the knobs stay."""
        self.take(exemplary({name: self._fields[name] for name in self._rows}, example))

    def take(self, values: Mapping[str, Any]) -> None:
        """These values, as far as the checkpoint knows them; a draft was made with others."""
        known = self._options(values)
        self._set({name: value for name, value in values.items() if value in known.get(name, (value,))})
        self._drop_draft()
        self.changed.emit()

    def rerun(self, shown: Request, *draft: Any, opened: bool) -> Request:
        """Once more what is shown, from a draft, with a newly drawn seed unless it is locked.

        A work that was `opened` keeps its own settings. A run from this form takes the knobs as they are turned now,
        but not the words and the checkpoint, which its draft was written with. Raises BadInput as `request` does.
        """
        kept = {name for name, field in self._fields.items() if isinstance(field.kind, WORDS | CheckpointRef | Draft)}
        turned = self.present()
        changes = {} if opened else {name: getattr(turned, name) for name in self._fields if name not in kept}
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
        self._page.draft.say(told({name: self._carried[name] for name in self._drafts()}, self._fields))

    def reset(self) -> None:
        """Back to what the checkpoint works best with; what was written stays."""
        kept = {name for name in self._fields if self._is(name, WORDS) or self._page.framed(name)}
        self._set({name: value for name, value in self._defaults().items() if name not in kept})
        for editor in self._of(SeedEditor):
            editor.set_locked(False)
        self.changed.emit()

    # --- for the session ---

    def values(self) -> dict[str, Any]:
        """All that stands in the form, valid or not yet, as JSON can hold it."""
        values = {name: self._value(name) for name in self._fields}
        locked = [editor.locked() for editor in self._of(SeedEditor)]
        return {"fields": msgspec.to_builtins(values), "locked": locked, "advanced": self._page.fold.is_open()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """What `values` gave, perhaps in another version of Quartet: what cannot be used any more is left as it is."""
        raw, locked = kept.get("fields"), kept.get("locked")
        self._set(usable(self._fields, raw if isinstance(raw, dict) else {}))
        for editor, lock in zip(self._of(SeedEditor), locked if isinstance(locked, list) else [], strict=False):
            editor.set_locked(lock is True)
        self._page.fold.set_open(kept.get("advanced") is True)

    # --- the values ---

    def present(self) -> Request:
        """What stands in the form, whether it can be used or not."""
        unused = self._left_out()
        return self._type(
            **{name: each.default if name in unused else self._value(name) for name, each in self._fields.items()}
        )

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
        self._page.show(self._left_out())
        self._page.complain({})
        self._note()
        self._page.refresh()

    def _options(self, coming: Mapping[str, Any] = NOTHING) -> dict[str, tuple[str, ...]]:
        """What can be chosen beside the present values, or beside those that are coming."""
        values = {name: row.editor.value() for name, row in self._rows.items()}
        return options(self._fields, self._card(), {**values, **coming})

    def _defaults(self) -> dict[str, Any]:
        """What the chosen checkpoint works best with; itself stays chosen, and so does what helps it where it can."""
        wished = defaults(self._fields, self._card())
        for name, editor in self._checkpoints().items():
            if self._makes(name) or not editor.has(wished[name]):
                wished[name] = editor.value()
        return wished

    def _card(self) -> ModelCard | None:
        """Of the checkpoint that makes what is asked for."""
        own = [editor for name, editor in self._checkpoints().items() if self._makes(name)]
        return own[0].card() if own else None

    def _makes(self, name: str) -> bool:
        return bool(self._fields[name].kind.modality == self._type.__struct_config__.tag)

    def _checkpoints(self) -> dict[str, CheckpointEditor]:
        return {name: row.editor for name, row in self._rows.items() if isinstance(row.editor, CheckpointEditor)}

    def _drafts(self) -> list[str]:
        return [name for name in self._carried if self._is(name, Draft)]

    def _is(self, name: str, kind: Any) -> bool:
        return isinstance(self._fields[name].kind, kind)

    def _of(self, kind: type[W]) -> Iterator[W]:
        return (row.editor for row in self._rows.values() if isinstance(row.editor, kind))

    # --- what the user does ---

    def _changed(self, name: str) -> None:
        self._rows[name].complain("")
        if self._is(name, CheckpointRef | Choice):
            self._narrow()
            self._page.refresh()  # in another language there may be other words
        if type(self._fields[name].kind) in (Text, CheckpointRef) and not self._page.grouped(name):
            self._drop_draft()  # written with what has just been changed
        elif self._is(name, SoundFile | PictureFile) or isinstance(self._rows[name].editor, FrameEditor):
            self.set_draft()
        if self._fields[name].kind.live:
            self.adjusted.emit(name, float(self._value(name)))
        self._note()
        self.changed.emit()

    def _example_chosen(self, text: str) -> None:
        example = next((example for example in self._examples if text in texts(example)), None)
        if example is not None:
            self.take_example(example)

    def _drop_draft(self) -> None:
        """All but what says which spans of a recording are made anew: that lasts as long as the recording is there."""
        lasting = spans_of_recordings(self._fields)
        self.set_draft(*(self._carried[name] if name in lasting else () for name in self._drafts()))

    # --- what is seen ---

    def _narrow(self, coming: Mapping[str, Any] = NOTHING) -> None:
        """Offer what the checkpoint knows."""
        known = self._options(coming)
        for name, row in self._rows.items():
            if isinstance(row.editor, ChoiceEditor):
                row.editor.set_options(known.get(name, self._fields[name].kind.options))
        self._page.show(self._left_out())
        put_in_order(self._page.parts())

    def _left_out(self) -> tuple[str, ...]:
        """Fields that the checkpoint makes no use of: not shown, and asked for as if nobody had touched them."""
        card = self._card()
        return card.lacks if card else ()

    def _note(self) -> None:
        """Say on the fold how much under it is not as usual."""
        usual = self._defaults()
        seen = [name for name in self._rows if name not in self._left_out() and self._fields[name].kind.advanced]
        turned = sum(self._value(name) != usual[name] for name in seen)
        self._page.fold.set_note(f"{turned} changed" if turned else "")
        self._page.follow(self.present())
        self._page.say(forecast(self.present(), self._around) if self._around else "")

    def _connect(self) -> None:
        for name, row in self._rows.items():
            row.editor.changed.connect(lambda name=name: self._changed(name))
        for text in self._of(TextEditor):
            text.example_chosen.connect(self._example_chosen)
        for part in (*(row.editor for row in self._rows.values()), *self._page.together):
            if hasattr(part, "submitted"):
                part.submitted.connect(self.submitted)
        for voice in self._of(VoiceEditor):
            voice.manage_requested.connect(self.voices_requested)
        self._page.reset.clicked.connect(self.reset)
        self._page.fold.toggled.connect(lambda: self.changed.emit())
        self._page.draft.dismissed.connect(self.set_draft)
        self._page.draft.dismissed.connect(self.changed)

    def _settle(self) -> None:
        """Editors that need more than their field get it."""
        if self._around is None:
            return
        for name, row in self._rows.items():
            if hasattr(row.editor, "use") and not self._page.grouped(name):
                row.editor.use(self._around)
        self._page.use(self._around, lambda: str(self._value("language")))
        self._around.voices.changed.connect(self._note)
