"""Which weights do the work: the checkpoints of one modality, by their titles."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.api.cards import ModelCard
from engine.api.params import CheckpointRef, Field
from studio import theme
from studio.editors.caption import Caption, describe, tip
from studio.editors.wheel import calm


class CheckpointEditor(QWidget):
    """An id that is not installed is kept, and said."""

    changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        kind: CheckpointRef = field.kind
        self._default: str = field.default
        self._help = kind.help
        self._cards: dict[str, ModelCard] = {}
        self._caption, self._list = Caption(kind.label, kind.help), QComboBox()
        describe(self._list, kind.label, kind.help)
        calm(self._list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._caption)
        row.addWidget(self._list, 1)
        self.set_value(field.default)
        self._list.activated.connect(self._taken)
        self._caption.reset_requested.connect(self._reset)

    def value(self) -> str:
        return str(self._list.currentData())

    def worth_showing(self) -> bool:
        """Whether there is anything to choose."""
        return self._list.count() > 1

    def has(self, id: str) -> bool:
        """Whether this checkpoint is among those offered."""
        return id in self._cards

    def card(self) -> ModelCard | None:
        """The chosen card; None where it is not installed."""
        return self._cards.get(self.value())

    def set_value(self, value: str) -> None:
        if self._list.findData(value) < 0:
            self._list.addItem(f"{value} (not installed)", value)
        self._list.setCurrentIndex(self._list.findData(value))
        card = self._cards.get(value)
        self._list.setToolTip(tip(described(card) if card else f"{self._help} “{value}” is not installed."))

    def set_cards(self, cards: Sequence[ModelCard]) -> None:
        """Offer these; chosen is the default, or the first where that is not among them."""
        self._cards = {card.id: card for card in cards}
        with QSignalBlocker(self._list):
            self._list.clear()
            for row, card in enumerate(cards):
                self._list.addItem(f"{card.title} · {amount(card.parameters)}", card.id)
                self._list.setItemData(row, tip(described(card)), Qt.ItemDataRole.ToolTipRole)
        self.set_value(self._default if self._default in self._cards or not cards else cards[0].id)

    def _taken(self) -> None:
        self.set_value(self.value())
        self.changed.emit()

    def _reset(self) -> None:
        if self._default in self._cards:
            self.set_value(self._default)
            self.changed.emit()


def described(card: ModelCard) -> str:
    """Size, licence and what it is for."""
    size = sum(file.size for file in card.files.values())
    facts = [f"{amount(card.parameters)} parameters", f"{size / 2**20:.0f} MB" if size else "", card.licence]
    return f"{card.description} {' · '.join(fact for fact in facts if fact)}"


def amount(parameters: int) -> str:
    """12,300,000 → "12 M"."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if parameters >= size:
            return f"{parameters / size:.3g} {letter}"
    return str(parameters)
