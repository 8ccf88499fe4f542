"""A number: a slider to feel it, a field to say it exactly."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QWidget

from engine.api.params import Field, Number
from studio import theme
from studio.editors.caption import Caption, describe
from studio.editors.wheel import calm

FIELD_WIDTH = 104  # holds "512 tokens"
SLIDER_WIDTH = 64  # at least


class NumberEditor(QWidget):
    """Slider and field in one row. What was set from outside is kept exactly until the user turns it."""

    changed = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._kind: Number = field.kind
        self._cast: type = field.type
        self._value: float = field.default
        self._caption = Caption(self._kind.label, self._kind.help)
        self._slider = self._make_slider()
        self._spin = self._make_spin()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._caption)
        row.addWidget(self._slider, 1)
        row.addWidget(self._spin)
        self.set_value(field.default)
        self._slider.valueChanged.connect(lambda index: self._spin.setValue(self._kind.low + index * self._kind.step))
        self._spin.valueChanged.connect(self._take)
        self._caption.reset_requested.connect(lambda: self._spin.setValue(field.default))

    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        with QSignalBlocker(self._spin):
            self._spin.setValue(value)
        self._show(value)
        self._value = value

    def _take(self, value: float) -> None:
        self._value = self._cast(round(value, self._spin.decimals()))
        self._show(value)
        self.changed.emit()

    def _show(self, value: float) -> None:
        with QSignalBlocker(self._slider):
            self._slider.setValue(round((value - self._kind.low) / self._kind.step))

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, round((self._kind.high - self._kind.low) / self._kind.step))
        slider.setMinimumWidth(SLIDER_WIDTH)
        slider.setPageStep(max(1, slider.maximum() // 10))
        describe(slider, self._kind.label, self._kind.help)
        calm(slider)
        slider.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # one stop a number for the Tab key: the field
        return slider

    def _make_spin(self) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        spin.setProperty("role", "plain")
        spin.setDecimals(0 if self._cast is int else decimals(self._kind.step))
        spin.setRange(self._kind.low, self._kind.high)
        spin.setSingleStep(self._kind.step)
        spin.setSpecialValueText(self._kind.lowest)
        spin.setSuffix(f" {self._kind.unit}" if self._kind.unit else "")
        spin.setFixedWidth(FIELD_WIDTH)
        spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        spin.lineEdit().setTextMargins(theme.TIGHT, 0, theme.TIGHT, 0)
        describe(spin, self._kind.label, self._kind.help)
        calm(spin)
        return spin


def decimals(step: float) -> int:
    """How many decimals tell two steps apart: 1 → 0, 0.1 → 1, 0.05 → 2."""
    text = f"{step:.6f}".rstrip("0")
    return len(text.partition(".")[2])
