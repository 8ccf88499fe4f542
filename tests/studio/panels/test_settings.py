"""The settings take effect as they are changed, and offer only what this machine has."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFileDialog, QTabWidget
from pytestqt.qtbot import QtBot

from studio.panels.settings import SettingsDialog
from studio.state.hearing import Hearing
from studio.state.settings import Preferences, Settings
from tests.studio.fake_engine import FakeEngineClient, ready


@pytest.fixture
def dialog(qtbot: QtBot, settings: Settings, fake_engine: FakeEngineClient, hearing: Hearing) -> SettingsDialog:
    dialog = SettingsDialog(settings, fake_engine, hearing)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def button(dialog: SettingsDialog, name: str) -> QAbstractButton:
    found = [each for each in dialog.findChildren(QAbstractButton) if each.accessibleName() == name]
    assert len(found) == 1, f"{len(found)} buttons are called {name}"
    return found[0]


def devices(dialog: SettingsDialog) -> list[str]:
    names = [each.accessibleName() for each in dialog.findChildren(QAbstractButton)]
    return [name.removeprefix("Device: ") for name in names if name.startswith("Device: ")]


def test_it_shows_what_is_set(
    qtbot: QtBot, settings: Settings, fake_engine: FakeEngineClient, hearing: Hearing
) -> None:
    settings.update(appearance="dark", memory_gb=2.5, previews=False, works_folder="/somewhere")
    dialog = SettingsDialog(settings, fake_engine, hearing)
    qtbot.addWidget(dialog)
    assert button(dialog, "Appearance: Dark").isChecked()
    assert dialog._memory.value() == 2.5 and not dialog._previews.isChecked()
    assert dialog._folder.text() == "/somewhere"


def test_the_keys_begin_at_what_is_chosen(
    qtbot: QtBot, settings: Settings, fake_engine: FakeEngineClient, hearing: Hearing
) -> None:
    settings.update(appearance="dark")
    dialog = SettingsDialog(settings, fake_engine, hearing)
    qtbot.addWidget(dialog)
    assert dialog.focusWidget() is button(dialog, "Appearance: Dark")


def test_a_change_takes_effect_at_once(dialog: SettingsDialog, settings: Settings) -> None:
    button(dialog, "Appearance: Dark").click()
    button(dialog, "Device: CPU").click()
    dialog._memory.setValue(3)
    dialog._previews.click()
    chosen = settings.get()
    assert (chosen.appearance, chosen.device, chosen.memory_gb, chosen.previews) == ("dark", "cpu", 3.0, False)


def test_a_number_is_taken_once_it_is_typed(dialog: SettingsDialog, settings: Settings, qtbot: QtBot) -> None:
    heard: list[float] = []
    settings.changed.connect(lambda name: heard.append(settings.get().memory_gb))
    dialog._memory.selectAll()
    qtbot.keyClicks(dialog._memory, "16")
    assert heard == []
    qtbot.keyClick(dialog._memory, Qt.Key.Key_Return)
    assert heard == [16.0]


def test_only_devices_of_this_machine_are_offered(
    dialog: SettingsDialog, fake_engine: FakeEngineClient, qtbot: QtBot
) -> None:
    assert devices(dialog) == ["Automatic", "CPU"]
    fake_engine.say(msgspec.structs.replace(ready(), devices=("cuda", "cpu")))
    qtbot.waitUntil(lambda: devices(dialog) == ["Automatic", "CPU", "CUDA"])


def test_a_device_that_has_gone_can_be_seen_and_left(
    qtbot: QtBot, settings: Settings, fake_engine: FakeEngineClient, hearing: Hearing
) -> None:
    settings.update(device="cuda")
    dialog = SettingsDialog(settings, fake_engine, hearing)
    qtbot.addWidget(dialog)
    assert button(dialog, "Device: CUDA").isChecked()
    button(dialog, "Device: Automatic").click()
    assert settings.get().device == "auto"
    qtbot.waitUntil(lambda: devices(dialog) == ["Automatic", "CPU"])


def test_the_device_in_use_is_told(dialog: SettingsDialog, fake_engine: FakeEngineClient) -> None:
    assert dialog._in_use.text() == "In use: CPU, 2 cores, 4.0 GB"
    fake_engine.die()
    assert dialog._in_use.text() == "The engine is starting…"
    fake_engine.die(state="broken")
    assert dialog._in_use.text() == "The engine cannot start with this."


def test_a_change_that_has_to_wait_says_so(
    dialog: SettingsDialog, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeEngineClient, "outdated", True)
    settings.update(device="cpu")
    assert dialog._in_use.text() == "Takes effect when the running job is done."


def test_the_works_folder_is_chosen(
    dialog: SettingsDialog, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *asked: str(tmp_path / "मेरी रचनाएँ"))
    button(dialog, "Choose the works folder").click()
    assert settings.get().works_folder == str(tmp_path / "मेरी रचनाएँ") == dialog._folder.text()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *asked: "")
    button(dialog, "Choose the works folder").click()
    assert settings.get().works_folder == str(tmp_path / "मेरी रचनाएँ")


def test_reset_sets_everything_back(dialog: SettingsDialog, settings: Settings) -> None:
    settings.update(appearance="dark", device="cpu", memory_gb=2, previews=False, works_folder="/elsewhere")
    button(dialog, "Set everything back to how it was at first").click()
    assert settings.get() == Preferences()
    assert dialog._previews.isChecked() and dialog._memory.value() == 0


def test_how_files_are_exported_is_chosen(dialog: SettingsDialog, settings: Settings) -> None:
    formats, pictures = (formats_of(dialog, medium) for medium in ("sounds", "pictures"))
    assert (formats.currentText(), pictures.currentText()) == ("WAV, 24 bits", "PNG")
    pictures.setCurrentText("JPEG, fine")
    assert (settings.get().sound_format, settings.get().picture_format) == ("wav-24", "jpeg-95")
    formats.setCurrentText("FLAC, 16 bits")
    button_called(dialog, "Write the settings of a work into its file").click()
    assert (settings.get().sound_format, settings.get().recipes) == ("flac-16", False)
    settings.update(sound_format="of a newer Quartet")
    assert formats.currentText() == "WAV, 16 bits" and settings.get().sound_format == "of a newer Quartet"


def formats_of(dialog: SettingsDialog, medium: str) -> QComboBox:
    boxes = dialog.findChildren(QComboBox)
    return next(each for each in boxes if each.accessibleName() == f"Format of exported {medium}")


def button_called(dialog: SettingsDialog, text: str) -> QAbstractButton:
    return next(each for each in dialog.findChildren(QAbstractButton) if each.text() == text)


def test_no_page_is_taller_than_a_small_screen(dialog: SettingsDialog) -> None:
    pages = dialog.findChild(QTabWidget)
    assert pages is not None and pages.count() == 3
    for index in range(pages.count()):
        pages.setCurrentIndex(index)
        page = pages.widget(index)
        assert dialog.height() <= 480 and page.heightForWidth(page.width()) <= page.height()
