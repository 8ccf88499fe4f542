"""The Help sheet: every key and gesture, how denoising works here, and what Quartet is made of."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMainWindow,
    QMenu,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from engine.api.cards import ModelCard
from studio import theme
from studio.editors import boundaries, chord_commands, section_lane
from studio.panels import library, queue, voices
from studio.panels.help_pages import Section, about_page, denoising_page, keys_page
from studio.panels.places import open_log
from studio.previews import actions, keys, picture_actions, sound_actions, sound_keys, timeline

ELSEWHERE: tuple[Section, ...] = (
    ("In the preview of a text", (*keys.KEYS, *actions.KEYS)),
    ("In the preview of speech and music", (*sound_keys.KEYS, *sound_actions.KEYS)),
    ("In the preview of a picture", picture_actions.KEYS),
    ("On the timeline", timeline.KEYS),
    ("In the queue", queue.KEYS),
    ("In the library", library.KEYS),
    ("Among the voices", voices.KEYS),
    ("On the words of a recording", boundaries.GESTURES),
    ("On the lane of chords", chord_commands.GESTURES),
    ("On the lane of sections", section_lane.GESTURES),
)
STYLE = """
td { padding: 3px 12px 3px 0; }
h2, h3, b { font-weight: 600; }
h3 { margin-top: 16px; margin-bottom: 4px; }
"""


class HelpSheet(QDialog):
    """`sections` are the keys of the window and its tabs; `cards` the checkpoints to credit."""

    def __init__(self, parent: QWidget, sections: Sequence[Section], cards: Sequence[ModelCard] = ()) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Help")
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setAccessibleName("Pages of the help")
        self._add("Keys and gestures", keys_page([*sections, *ELSEWHERE]))
        self._add("How denoising works", denoising_page())
        self._add("About", about_page(cards))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.addWidget(self.tabs)
        column.addWidget(self._buttons())
        self.resize(760, 680)

    def _add(self, title: str, text: str) -> None:
        page = QTextBrowser()
        page.setProperty("role", "page")
        page.setOpenLinks(False)
        page.document().setDefaultStyleSheet(STYLE)
        page.document().setDocumentMargin(theme.MARGIN)
        page.setAccessibleName(title)
        page.setHtml(text)
        self.tabs.addTab(page, title)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        log = buttons.addButton("Log files", QDialogButtonBox.ButtonRole.ActionRole)
        log.clicked.connect(lambda: open_log(self))
        buttons.rejected.connect(self.reject)
        return buttons


def menu_keys(window: QMainWindow) -> list[Section]:
    """A section for each menu, with its actions that have keys."""
    menus = [menu for entry in window.menuBar().actions() if isinstance(menu := entry.menu(), QMenu)]
    return [(menu.title().replace("&", ""), list(_keys_of(menu))) for menu in menus]


def _keys_of(menu: QMenu) -> Iterable[tuple[str, str]]:
    for action in menu.actions():
        if not action.shortcut().isEmpty():
            yield action.shortcut().toString(), action.toolTip()
