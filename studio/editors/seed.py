"""The seed: a number nobody has to choose, unless they want the same work again."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QToolButton, QWidget

from engine.api.params import SEEDS, Field, draw_seed
from studio import theme
from studio.editors.caption import Caption, describe
from studio.editors.wheel import calm
from studio.icons import icon

UNLOCKED = "A new seed is drawn for every work. Lock it to keep this one."
LOCKED = "This seed stays. Unlock it to draw a new one for every work."


class SeedEditor(QWidget):
    """Number, dice, lock. Unlocked, `draw` brings a new seed; a seed that is thrown or typed is locked."""

    changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._label = field.kind.label
        self._caption = Caption(self._label, field.kind.help)
        self._spin = self._make_spin(field)  # holds 2³² − 1 exactly, which QSpinBox cannot
        self._dice, self._lock = QToolButton(), QToolButton()
        self._lock.setCheckable(True)
        self._dice.setIcon(icon("dice-five"))
        self._lock.setIcon(icon("lock-simple-open", "muted", checked="lock-simple-fill"))
        for button in (self._dice, self._lock):
            button.setIconSize(QSize(18, 18))
        describe(self._dice, "New seed", "Draws a new seed and keeps it.")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._caption)
        row.addWidget(self._spin, 1)
        row.addWidget(self._dice)
        row.addWidget(self._lock)
        self.set_value(field.default)
        self.set_locked(False)
        self._spin.valueChanged.connect(lambda: self._keep())
        self._dice.clicked.connect(self._throw)
        self._lock.clicked.connect(self._toggled)
        self._caption.reset_requested.connect(self._let_go)

    def value(self) -> int:
        return int(self._spin.value())

    def set_value(self, value: int) -> None:
        with QSignalBlocker(self._spin):
            self._spin.setValue(value)

    def locked(self) -> bool:
        return self._lock.isChecked()

    def set_locked(self, locked: bool) -> None:
        self._lock.setChecked(locked)
        self._spin.setSpecialValueText("" if locked else "random")  # for 0, before the first one is drawn
        describe(self._lock, "Keep the seed", LOCKED if locked else UNLOCKED)

    def draw(self) -> None:
        """A new seed, unless the present one is locked."""
        if not self.locked():
            self.set_value(draw_seed())

    def _keep(self) -> None:
        self.set_locked(True)
        self.changed.emit()

    def _throw(self) -> None:
        self.set_value(draw_seed())
        self._keep()

    def _toggled(self, locked: bool) -> None:
        self.set_locked(locked)
        self.changed.emit()

    def _let_go(self) -> None:
        self.set_locked(False)
        self.changed.emit()

    def _make_spin(self, field: Field) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        spin.setProperty("role", "plain")
        spin.setDecimals(0)
        spin.setRange(0, SEEDS - 1)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.lineEdit().setTextMargins(theme.TIGHT, 0, theme.TIGHT, 0)
        describe(spin, self._label, field.kind.help)
        calm(spin)
        return spin
