"""The dialogs of the window, opened. Each is imported when it is first asked for: the window is up sooner without."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow, QWidget

from engine.api.cards import ModelCard
from studio.editors.surroundings import Surroundings
from studio.engine_client import EngineClient
from studio.state.hearing import Hearing
from studio.state.settings import Settings

if TYPE_CHECKING:
    from studio.panels.help import HelpSheet
    from studio.panels.help_pages import Section
    from studio.panels.settings import SettingsDialog
    from studio.panels.voices import VoicesDialog


def open_settings(settings: Settings, client: EngineClient, hearing: Hearing, parent: QWidget) -> "SettingsDialog":
    from studio.panels.settings import SettingsDialog

    dialog = SettingsDialog(settings, client, hearing, parent)
    dialog.open()
    return dialog


def open_voices(around: Surroundings, parent: QWidget) -> "VoicesDialog":
    from studio.panels.voices import VoicesDialog
    from studio.recorder import Recorder

    dialog = VoicesDialog(around, Recorder(), parent)
    dialog.open()
    return dialog


def open_help(window: QMainWindow, keys: "Section", cards: Sequence[ModelCard]) -> "HelpSheet":
    """The sheet of all keys: those in the window's menus, these of its tabs, and those of everything else."""
    from studio.panels.help import HelpSheet, menu_keys

    sheet = HelpSheet(window, [*menu_keys(window), keys], cards)
    sheet.open()
    return sheet
