"""How a form lies on its page: the rows from top to bottom, what belongs together folded together.

Fields that belong together stand one after the other, and are known by their kinds: a recording, what it says, where
its words are; a picture, its mask and frame, how much of it changes, and the picture it goes towards.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from engine.api.params import Draft, Field, Kind, Number, PictureFile, SoundFile, Text
from engine.api.requests import MusicRequest, Request
from studio import theme
from studio.editors.boundaries import BoundariesEditor
from studio.editors.caption import Caption, describe, tip
from studio.editors.draft import DraftNote
from studio.editors.fold import Fold
from studio.editors.picture_frame_editor import FrameEditor
from studio.editors.repainting import Repainting
from studio.editors.rewording import Rewording
from studio.editors.row import Row
from studio.editors.stops import take_keys
from studio.editors.surroundings import Surroundings
from studio.editors.table import EDITORS
from studio.icons import icon

Fields = Mapping[str, Field]
Group = tuple[str, ...]
RECORDING: tuple[type[Kind], ...] = (SoundFile, Text, Draft)
PICTURE: tuple[type[Kind], ...] = (PictureFile, PictureFile, Draft, Number, PictureFile, Number)
DRAFTS: dict[tuple[type[Kind], ...], type[Any]] = {RECORDING: BoundariesEditor, PICTURE: FrameEditor}
"""The kinds of fields that belong together → the editor of the draft among them."""


class Page(QVBoxLayout):
    """`rows` by the names of their fields. Fields of other kinds are not shown."""

    def __init__(self, fields: Fields) -> None:
        super().__init__()
        self._fields = fields
        self._groups = groups(fields)
        self.rows = make_rows(fields, self._groups)
        self.draft, self.forecast, self.reset = DraftNote(), QLabel(wordWrap=True), QPushButton("Reset")
        self.fold = Fold("Advanced", self.reset)
        self.together = [self._bound(group) for group in self._groups]
        self._dress()
        self._lay_out()

    def parts(self) -> Iterator[QWidget]:
        """What stands here, from top to bottom."""
        for name, row in self._loose():
            if not self._fields[name].kind.advanced:
                yield row.editor
            if self._is_prose(name):
                yield self.draft
        yield from self.together
        yield self.fold

    def line_up(self) -> None:
        """All captions as wide as the widest, so that what stands beside them stands in one column."""
        captions = [caption for row in self.rows.values() for caption in row.editor.findChildren(Caption)]
        width = max((caption.sizeHint().width() for caption in captions), default=0)
        for caption in captions:
            caption.setMinimumWidth(width)

    def grouped(self, name: str) -> bool:
        """Whether this field belongs to a group."""
        return any(name in group for group in self._groups)

    def framed(self, name: str) -> bool:
        """Whether this is the draft of a group."""
        return self.grouped(name) and isinstance(self._fields[name].kind, Draft)

    def open(self, names: list[str]) -> None:
        """Have these rows in sight."""
        if any(self._fields[name].kind.advanced for name in names):
            self.fold.set_open(True)
        for group, part in zip(self._groups, self.together, strict=True):
            if set(group) & set(names):
                part.set_open(True)

    def take_file(self, kind: type[Any], path: Path) -> None:
        """Use this file in the first editor of this kind, if there is one, and have it in sight."""
        for name in [name for name, row in self.rows.items() if isinstance(row.editor, kind)][:1]:
            self.open([name])
            self.rows[name].editor.take(str(path))

    def show(self, left_out: Collection[str]) -> None:
        """All rows but these, and but choices among which there is nothing to choose."""
        for name, row in self._loose():
            row.show(name not in left_out and getattr(row.editor, "worth_showing", lambda: True)())
        for group, part in zip(self._groups, self.together, strict=True):
            part.leave_out([name in left_out for name in group])

    def use(self, around: Surroundings, language: Callable[[], str]) -> None:
        """What belongs together may need what is around."""
        for part in self.together:
            part.use(around, language)

    def offer(self, path: str) -> None:
        """A picture that is shown elsewhere, to whatever part has a use for it."""
        for part in self.together:
            if isinstance(part, Repainting):
                part.offer(path)

    def refresh(self) -> None:
        """Values may be others, set from outside."""
        for part in self.together:
            part.refresh()

    def follow(self, request: Request) -> None:
        """Lanes lie on the ruler of what is asked for."""
        for row in self.rows.values() if isinstance(request, MusicRequest) else ():
            if hasattr(row.editor, "follow"):
                row.editor.follow(request)

    def complain(self, found: Mapping[str, str]) -> None:
        """Each sentence under its field, the first of them in sight and with the focus."""
        for name, row in self.rows.items():
            row.complain(found.get(name, ""))
        wrong = [name for name in self.rows if name in found]
        self.open(wrong)
        if wrong:
            take_keys(self.rows[wrong[0]].editor)

    def say(self, forecast: str) -> None:
        """What the request would come to."""
        self.forecast.setText(forecast)
        self.forecast.setVisible(bool(forecast))

    def _bound(self, group: Group) -> Rewording | Repainting:
        """What belongs together as one part of the page."""
        first, second, draft, *more = (self.rows[name] for name in group)
        text: Any = next((row.editor for name, row in self.rows.items() if self._is_prose(name)), None)
        if not more:
            return Rewording(first, second, draft, text)
        part = Repainting(first, second, draft, *more)
        for field in text.findChildren(QPlainTextEdit) if text else ():
            part.watch(field)
        return part

    def _loose(self) -> list[tuple[str, Row]]:
        return [(name, row) for name, row in self.rows.items() if not self.grouped(name)]

    def _is_prose(self, name: str) -> bool:
        """Whether it is written in words; a lane is not."""
        return type(self._fields[name].kind) is Text

    def _dress(self) -> None:
        self.forecast.setProperty("role", "muted")
        self.forecast.setFont(theme.font("small"))
        self.forecast.setAccessibleName("What it would come to")
        self.forecast.setToolTip(tip("How long it takes to make is known once one was made."))
        self.reset.setProperty("role", "quiet")
        self.reset.setIcon(icon("arrow-counter-clockwise", "muted"))
        describe(self.reset, "Reset", "Sets everything but the words to what the checkpoint works best with.")
        self.say("")

    def _lay_out(self) -> None:
        self.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        self.setSpacing(theme.GAP)
        for name, row in self._loose():
            (self.fold.rows if self._fields[name].kind.advanced else self).addLayout(row)
            if self._is_prose(name):
                self.addWidget(self.forecast)
                self.addWidget(self.draft)
        for widget in (*self.together, self.fold):
            self.addWidget(widget)
        self.addStretch(1)


def groups(fields: Fields) -> list[Group]:
    """The names of fields that belong together, wherever fields of these kinds stand one after the other."""
    names = list(fields)
    kinds = [type(fields[name].kind) for name in names]
    spots = [
        (at, len(bound)) for at in range(len(names)) for bound in DRAFTS if tuple(kinds[at : at + len(bound)]) == bound
    ]
    return [tuple(names[at : at + length]) for at, length in spots]


def make_rows(fields: Fields, grouped: list[Group]) -> dict[str, Row]:
    """A row for every field that has an editor; a draft has one only where it belongs to others."""
    editors: dict[str, Any] = {name: EDITORS.get(type(field.kind)) for name, field in fields.items()}
    for group in grouped:
        kinds = tuple(type(fields[name].kind) for name in group)
        editors |= {name: DRAFTS[kinds] for name in group if isinstance(fields[name].kind, Draft)}
    return {name: Row(field, editors[name]) for name, field in fields.items() if editors[name]}
