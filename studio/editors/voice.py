"""Who speaks: the voices of the library, the shipped ones and the user's own, and a way to hear each."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from engine.api.params import Field, VoiceRef
from engine.api.voices import Voice
from studio import theme
from studio.editors.caption import Caption, describe, tip
from studio.editors.choice import spoken
from studio.editors.listen import ListenButton
from studio.editors.surroundings import Surroundings
from studio.editors.wheel import calm
from studio.icons import icon
from studio.state.voices import Voices

ID, WORDS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.ToolTipRole
NONE = "No voices yet"
MANAGE = "Opens your voices: record or import one, hear, rename or delete them."


class VoiceEditor(QWidget):
    """A voice that is not there any more is kept, and said. Without a wish the first one speaks."""

    changed = Signal()
    manage_requested = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        kind: VoiceRef = field.kind
        self._default: str = field.default
        self._help = kind.help
        self._value: str = field.default
        self._voices: Voices | None = None
        self._caption, self._list = Caption(kind.label, kind.help), QComboBox()
        self._listen, self._manage = ListenButton("the voice"), QToolButton()
        self._manage.setIcon(icon("users-three"))
        self._manage.setIconSize(QSize(18, 18))
        describe(self._list, kind.label, kind.help)
        describe(self._manage, "Manage voices…", MANAGE)
        calm(self._list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._caption)
        row.addWidget(self._list, 1)
        row.addWidget(self._listen)
        row.addWidget(self._manage)
        self._list.setMinimumContentsLength(8)
        self._list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._list.activated.connect(self._taken)
        self._manage.clicked.connect(self.manage_requested)
        self._caption.reset_requested.connect(self._reset)
        self._fill()

    def use(self, around: Surroundings) -> None:
        """Offer these voices, and play them."""
        self._voices = around.voices
        self._listen.use(around.player)
        around.voices.changed.connect(self._fill)
        self._fill()

    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        self._value = value
        self._fill()

    def _fill(self) -> None:
        """The voices in two groups, the present one chosen."""
        voices = self._voices.all() if self._voices else []
        if not self._value and voices:
            self._value = voices[0].id
        model = QStandardItemModel(self._list)
        for title, own in (("Shipped", False), ("Your own", True)):
            group = [voice for voice in voices if self._voices and self._voices.is_own(voice.id) == own]
            for item in ([_heading(title)] if group else []) + [_item(voice) for voice in group]:
                model.appendRow(item)
        if self._value not in {voice.id for voice in voices}:
            model.appendRow(_lost(self._value) if self._value else _heading(NONE))
        self._list.setModel(model)
        self._list.setCurrentIndex(max(0, self._list.findData(self._value)))
        self._show()

    def _show(self) -> None:
        voice = self._voices.get(self._value) if self._voices else None
        self._listen.set_sound(str(voice.path()) if voice else "")
        words = f"{self._help} {described(voice)}" if voice else self._help
        self._list.setToolTip(tip(words))

    def _taken(self) -> None:
        chosen = self._list.currentData(ID)
        if chosen and chosen != self._value:
            self._value = str(chosen)
            self._show()
            self.changed.emit()

    def _reset(self) -> None:
        self.set_value(self._default)
        self.changed.emit()


def described(voice: Voice) -> str:
    """In which language, on which terms, and who agreed."""
    facts = (f"{voice.title} speaks {spoken(voice.language)}", voice.licence, voice.consent)
    return " · ".join(fact for fact in facts if fact)


def _heading(title: str) -> QStandardItem:
    item = QStandardItem(title)
    item.setFlags(Qt.ItemFlag.NoItemFlags)
    item.setFont(theme.font("small", bold=True))
    return item


def _item(voice: Voice) -> QStandardItem:
    item = QStandardItem(f"{voice.title} · {spoken(voice.language)}")
    item.setData(voice.id, ID)
    item.setData(tip(described(voice)), WORDS)
    return item


def _lost(id: str) -> QStandardItem:
    item = QStandardItem(f"{id} (not here)")
    item.setData(id, ID)
    return item
