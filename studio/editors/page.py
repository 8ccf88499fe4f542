"""How a form lies on its page: the rows from top to bottom, what belongs together folded together.

A sound file, the text after it and the draft after that are one group: a recording, what it says, where its words are.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from engine.api.params import Draft, Field, SoundFile, Text
from engine.api.requests import MusicRequest, Request
from studio import theme
from studio.editors.boundaries import BoundariesEditor
from studio.editors.caption import Caption, describe, tip
from studio.editors.draft import DraftNote
from studio.editors.fold import Fold
from studio.editors.rewording import Rewording
from studio.editors.row import Row
from studio.editors.stops import take_keys
from studio.editors.table import EDITORS
from studio.editors.text import TextEditor
from studio.icons import icon

Fields = Mapping[str, Field]
Group = tuple[str, str, str]


class Page(QVBoxLayout):
    """`rows` by the names of their fields. Fields of other kinds are not shown."""

    def __init__(self, fields: Fields) -> None:
        super().__init__()
        self._fields = fields
        self._groups = groups(fields)
        self.rows = make_rows(fields, self._groups)
        self.draft, self.forecast, self.reset = DraftNote(), QLabel(wordWrap=True), QPushButton("Reset")
        self.fold = Fold("Advanced", self.reset)
        text: Any = next((row.editor for name, row in self.rows.items() if self._is_prose(name)), None)
        self.rewordings = [self._rewording(group, text) for group in self._groups]
        self._dress()
        self._lay_out()

    def parts(self) -> Iterator[QWidget]:
        """What stands here, from top to bottom."""
        for name, row in self._loose():
            if not self._fields[name].kind.advanced:
                yield row.editor
            if self._is_prose(name):
                yield self.draft
        yield from self.rewordings
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

    def open(self, names: list[str]) -> None:
        """Have these rows in sight."""
        if any(self._fields[name].kind.advanced for name in names):
            self.fold.set_open(True)
        for group, rewording in zip(self._groups, self.rewordings, strict=True):
            if set(group) & set(names):
                rewording.set_open(True)

    def show(self, left_out: Collection[str]) -> None:
        """All rows but these, and but choices among which there is nothing to choose."""
        for name, row in self._loose():
            row.show(name not in left_out and getattr(row.editor, "worth_showing", lambda: True)())
        for group, rewording in zip(self._groups, self.rewordings, strict=True):
            rewording.setVisible(not set(group) & set(left_out))

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

    def _rewording(self, group: Group, text: TextEditor) -> Rewording:
        recording, transcript, boundaries = (self.rows[name] for name in group)
        return Rewording(recording, transcript, boundaries, text)

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
        for widget in (*self.rewordings, self.fold):
            self.addWidget(widget)
        self.addStretch(1)


def groups(fields: Fields) -> list[Group]:
    """Names of a sound file, the next text and the next draft, wherever these three stand side by side."""
    names = list(fields)
    kinds = [type(fields[name].kind) for name in names]
    spots = [at for at in range(len(names) - 2) if kinds[at : at + 3] == [SoundFile, Text, Draft]]
    return [(names[at], names[at + 1], names[at + 2]) for at in spots]


def make_rows(fields: Fields, grouped: list[Group]) -> dict[str, Row]:
    """A row for every field that has an editor; a draft has one only where it belongs to a recording."""
    boundaries = {group[2] for group in grouped}
    editors: dict[str, Any] = {name: EDITORS.get(type(field.kind)) for name, field in fields.items()}
    editors |= dict.fromkeys(boundaries, BoundariesEditor)
    return {name: Row(field, editors[name]) for name, field in fields.items() if editors[name]}
