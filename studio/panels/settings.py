"""The settings: each takes effect as it is changed; what needs another engine waits for the running job."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from studio import theme
from studio.editors.caption import describe
from studio.editors.segments import Segments
from studio.engine_client import EngineClient
from studio.export import FORMATS
from studio.panels.loudspeakers import Loudspeakers
from studio.panels.status import size
from studio.previews.elided import ElidedLabel
from studio.state.hearing import Hearing
from studio.state.settings import Preferences, Settings

APPEARANCES = {"system": "System", "light": "Light", "dark": "Dark"}
DEVICES = {"auto": "Automatic", "cpu": "CPU", "cuda": "CUDA", "mps": "Apple GPU"}
MOST_GB = 1024
HELP = {
    "appearance": "Light or dark, or as the desktop is.",
    "device": "What does the computing. Automatic takes the fastest that works.",
    "memory_gb": "What loaded checkpoints may take together. Automatic leaves enough for other programs.",
    "works_folder": "Where exported works go, unless you choose another place.",
    "previews": "Shows each step of a work in the making; off saves a little time.",
    "output": "What sounds are played on.",
    "play_at_once": "Plays a sentence as soon as it is made, and the rest after it.",
    "sound_format": "How sounds are written, unless you choose otherwise while exporting.",
    "picture_format": "How pictures are written, unless you choose otherwise while exporting.",
    "recipes": "They come back when the file is dropped on the window; whoever has the file can read them.",
}


class SettingsDialog(QDialog):
    """Follows the settings and the engine while it is open."""

    def __init__(
        self, settings: Settings, client: EngineClient, hearing: Hearing, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings, self._client = settings, client
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Settings")
        self._appearance = Segments("Appearance", HELP["appearance"])
        self._device = Segments("Device", HELP["device"])
        self._in_use, self._memory = QLabel(), QDoubleSpinBox()
        self._folder, self._previews = ElidedLabel(), QCheckBox("Show every step while it is made")
        self._output = Loudspeakers(settings, hearing.player, HELP["output"])
        self._at_once = QCheckBox("Play what has just been made")
        self._sound_format, self._picture_format = QComboBox(), QComboBox()
        self._recipes = QCheckBox("Write the settings of a work into its file")
        self._appearance.set_words(list(APPEARANCES.values()))
        self._devices: list[str] = []
        self._set_up_memory()
        for medium, box in self._formats().items():
            box.addItems([format.label for format in FORMATS[medium].values()])
            describe(box, f"Format of exported {medium}s", HELP[f"{medium}_format"])
        self._lay_out()
        self._connect()
        self._refresh()
        self._appearance.take_keys()

    def _connect(self) -> None:
        update = self._settings.update
        self._appearance.chosen.connect(lambda index: update(appearance=list(APPEARANCES)[index]))
        self._device.chosen.connect(lambda index: update(device=self._devices[index]))
        self._memory.valueChanged.connect(lambda gigabytes: update(memory_gb=gigabytes))
        self._previews.toggled.connect(lambda shown: update(previews=shown))
        self._at_once.toggled.connect(lambda at_once: update(play_at_once=at_once))
        for medium, box in self._formats().items():
            box.currentIndexChanged.connect(partial(self._choose_format, medium))
        self._recipes.toggled.connect(lambda written: update(recipes=written))
        self._settings.changed.connect(self._refresh)
        self._client.state_changed.connect(self._refresh)
        self._client.ready.connect(self._refresh)

    def _refresh(self, _: object = None) -> None:
        chosen = self._settings.get()
        self._appearance.set_chosen(list(APPEARANCES).index(chosen.appearance))
        self._offer_devices(chosen.device)
        self._in_use.setText(self._engine_words())
        with QSignalBlocker(self._memory):
            self._memory.setValue(chosen.memory_gb)
        with QSignalBlocker(self._previews):
            self._previews.setChecked(chosen.previews)
        with QSignalBlocker(self._at_once):
            self._at_once.setChecked(chosen.play_at_once)
        with QSignalBlocker(self._recipes):
            self._recipes.setChecked(chosen.recipes)
        for medium, box in self._formats().items():
            known, wanted = list(FORMATS[medium]), getattr(chosen, f"{medium}_format")
            with QSignalBlocker(box):
                box.setCurrentIndex(known.index(wanted) if wanted in known else 0)
        self._folder.setText(chosen.works_folder)

    def _formats(self) -> dict[str, QComboBox]:
        return {"sound": self._sound_format, "picture": self._picture_format}

    def _choose_format(self, medium: str, index: int) -> None:
        self._settings.update(**{f"{medium}_format": list(FORMATS[medium])[index]})

    def _offer_devices(self, chosen: str) -> None:
        """Those that the engine found, and the one chosen, which may be gone; two are always there."""
        found = self._client.device.devices if self._client.device else ()
        offered = [name for name in DEVICES if name in ("auto", "cpu", chosen, *found)]
        if offered != self._devices:
            self._devices = offered
            self._device.set_words([DEVICES[name] for name in offered])
        self._device.set_chosen(offered.index(chosen))

    def _engine_words(self) -> str:
        device = self._client.device
        if self._client.outdated:
            return "Takes effect when the running job is done."
        if device is None:
            return "The engine cannot start with this." if self._client.state == "broken" else "The engine is starting…"
        return f"In use: {device.device.upper()}, {device.name}, {size(device.memory)}"

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Works folder", self._settings.get().works_folder)
        if name:
            self._settings.update(works_folder=str(Path(name)))

    def _reset(self) -> None:
        self._settings.update(**asdict(Preferences()))

    # --- how it is put together ---

    def _set_up_memory(self) -> None:
        memory = self._memory
        memory.setRange(0, MOST_GB)
        memory.setDecimals(1)
        memory.setSuffix(" GB")
        memory.setSpecialValueText("Automatic")
        memory.setKeyboardTracking(False)  # "16" is not first 1 and then 16
        memory.setFixedWidth(140)
        memory.lineEdit().setTextMargins(theme.TIGHT, 0, theme.TIGHT, 0)
        describe(memory, "Memory for checkpoints", HELP["memory_gb"])

    def _lay_out(self) -> None:
        pages = QTabWidget()
        pages.setDocumentMode(True)
        pages.tabBar().setAccessibleName("Kind of settings")
        for name, rows in self._rows().items():
            pages.addTab(_page(rows), name)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.MARGIN)
        column.addWidget(pages, 1)
        column.addWidget(self._buttons())
        self.setMinimumWidth(620)

    def _rows(self) -> dict[str, dict[str, QLayout]]:
        """Of each page, what its rows are called and what is in them."""
        self._in_use.setAccessibleName("Device in use")
        for name, box in (("previews", self._previews), ("play_at_once", self._at_once), ("recipes", self._recipes)):
            box.setAccessibleDescription(HELP[name])
        return {
            "Studio": {
                "Appearance": _explained(self._appearance, "appearance"),
                "Live previews": _explained(self._previews, "previews"),
                "Works folder": _explained(self._folder_row(), "works_folder"),
                "Exported files": _explained(self._recipes, "recipes"),
                "Exported pictures": _explained(self._picture_format, "picture_format"),
            },
            "Sound": {
                "Loudspeaker": _explained(self._output, "output"),
                "Listening": _explained(self._at_once, "play_at_once"),
                "Exported sounds": _explained(self._sound_format, "sound_format"),
            },
            "Engine": {
                "Device": _explained(self._device, "device", self._in_use),
                "Memory for checkpoints": _explained(self._memory, "memory_gb"),
            },
        }

    def _folder_row(self) -> QWidget:
        self._folder.setAccessibleName("Works folder")
        choose = _button("Choose…", "Choose the works folder", self._choose_folder)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._folder, 1)
        row.addWidget(choose)
        holder = QWidget()
        holder.setLayout(row)
        return holder

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        reset = _button("Reset", "Set everything back to how it was at first", self._reset)
        buttons.addButton(reset, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        return buttons


def _button(text: str, name: str, act: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    describe(button, name)
    button.clicked.connect(lambda: act())
    return button


def _page(rows: dict[str, QLayout]) -> QWidget:
    page = QWidget()
    form = QFormLayout(page)
    form.setContentsMargins(0, theme.MARGIN, 0, 0)
    form.setHorizontalSpacing(theme.MARGIN)
    form.setVerticalSpacing(theme.MARGIN)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
    for name, row in rows.items():
        form.addRow(name, row)
    return page


def _explained(control: QWidget, name: str, also: QLabel | None = None) -> QVBoxLayout:
    """A control, and under it what it does."""
    column = QVBoxLayout()
    column.setSpacing(theme.TIGHT)
    column.addWidget(control)
    for label in filter(None, (also, QLabel(HELP[name]))):
        label.setProperty("role", "muted")
        label.setFont(theme.font("small"))
        label.setWordWrap(True)
        column.addWidget(label)
    return column
