"""One of a few words: buttons side by side where there are up to four, a list where there are more."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from engine.api.params import Choice, Field
from studio import theme
from studio.editors.caption import Caption, describe
from studio.editors.segments import Segments
from studio.editors.wheel import calm

SIDE_BY_SIDE = 4


class ChoiceEditor(QWidget):
    """A value that is no option is kept, and shown by choosing none."""

    changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        kind: Choice = field.kind
        self._default: str = field.default
        self._value: str = field.default
        self._options: tuple[str, ...] = ()
        self._caption = Caption(kind.label, kind.help)
        self._segments, self._list = Segments(kind.label, kind.help), QComboBox()
        describe(self._list, kind.label, kind.help)
        calm(self._list)
        self._lay_out()
        self.set_options(kind.options)
        self._segments.chosen.connect(self._take)
        self._list.activated.connect(self._take)
        self._caption.reset_requested.connect(self._reset)

    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        self._value = value
        index = self._options.index(value) if value in self._options else -1
        self._segments.set_chosen(index)
        self._list.setCurrentIndex(index)

    def worth_showing(self) -> bool:
        """Whether there is anything to choose."""
        return len(self._options) > 1 or self._value not in self._options

    def set_options(self, options: Sequence[str]) -> None:
        """Offer these words only; a value that is not among them gives way to the default, or to the first."""
        if tuple(options) == self._options and self._value in self._options and self._list.count():
            return
        self._options = tuple(options)
        few = len(options) <= SIDE_BY_SIDE
        self._segments.set_words([spoken(option) for option in options] if few else [])
        with QSignalBlocker(self._list):
            self._list.clear()
            self._list.addItems([spoken(option) for option in options])
        self._segments.setVisible(few)
        self._list.setVisible(not few)
        if self._value not in self._options:
            self._value = self._default if self._default in self._options else self._options[0]
        self.set_value(self._value)

    def _take(self, index: int) -> None:
        if self._options[index] != self._value:
            self.set_value(self._options[index])
            self.changed.emit()

    def _reset(self) -> None:
        if self._default in self._options:
            self._take(self._options.index(self._default))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.TIGHT)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        row.addWidget(self._caption)
        row.addWidget(self._list, 1)
        column.addLayout(row)
        column.addWidget(self._segments)


def spoken(option: str) -> str:
    """A word of the request as people write it; names of methods, which hold digits, stay as they are."""
    return option if any(letter.isdigit() for letter in option) else option.replace("_", " ").capitalize()
