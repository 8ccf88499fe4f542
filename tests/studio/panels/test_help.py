"""The Help sheet leaves out no key and no licence: it is made from what is declared elsewhere."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from PySide6.QtWidgets import QMainWindow, QTextBrowser
from pytestqt.qtbot import QtBot

from engine import __version__
from engine.api.cards import Source
from studio.panels import library, queue
from studio.panels.help import HelpSheet, menu_keys
from studio.panels.help_pages import DENOISING, LICENCES, about_page, denoising_page, keys_page
from studio.panels.menus import LINE, make_menus
from studio.previews import actions
from tests.studio.fake_engine import text_card

ROOT = Path(__file__).parents[3]


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    make_menus(
        window,
        {
            "&File": [("&Open…", "Ctrl+O", window.close), LINE, ("No key", "", window.close)],
            "&View": [("A & B", "Ctrl+Shift+B", window.close)],
        },
    )
    return window


def pages(sheet: HelpSheet) -> list[str]:
    return [
        page.toPlainText()
        for page in (sheet.tabs.widget(index) for index in range(3))
        if isinstance(page, QTextBrowser)
    ]


def test_every_action_of_the_menus_that_has_a_key_is_listed(window: QMainWindow) -> None:
    assert menu_keys(window) == [("File", [("Ctrl+O", "Open")]), ("View", [("Ctrl+Shift+B", "A  B")])]


def test_the_sheet_shows_the_keys_of_all_parts(window: QMainWindow, qtbot: QtBot) -> None:
    sheet = HelpSheet(window, [*menu_keys(window), ("In a tab", [("Esc", "Stop <it>")])])
    qtbot.addWidget(sheet)
    keys, _, _ = pages(sheet)
    assert "Ctrl+O" in keys and "Stop <it>" in keys
    for table in (queue.KEYS, library.KEYS, actions.KEYS):
        for _, what in table:
            assert what in keys


def test_gestures_are_said_in_words() -> None:
    assert "<b>Drag along the steps</b>" in keys_page([("On the timeline", [("Drag along the steps", "Go")])])


def test_denoising_is_explained_in_a_few_paragraphs() -> None:
    page = denoising_page()
    assert 4 <= len(DENOISING) <= 7
    for word in ("step", "Guidance", "γ", "sway", "Music", "Locks"):
        assert word in page


def test_version_and_licences_are_named() -> None:
    page = about_page([text_card(licence="Apache-2.0", sources=(Source(name="Guides", licence="CC0 & more"),))])
    assert __version__ in page
    assert "Pocket text" in page and "Guides (CC0 &amp; more)" in page


def test_every_library_that_quartet_needs_is_credited() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [Requirement(line).name for line in project["dependencies"]]
    credited = " ".join(name for name, _, _ in LICENCES)
    assert [name for name in needed if name not in credited] == []


def test_the_fonts_that_ship_are_credited() -> None:
    credited = " ".join(name for name, _, _ in LICENCES)
    families = {path.stem.split("-")[0] for path in (ROOT / "assets/fonts").glob("*.?tf")}
    assert families and all(family in credited for family in families)
