"""Actions of the panels' lists, made from tables of what each is called, does, and which keys it has."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from studio.icons import icon
from studio.previews.actions import Entry, tip


def make_actions(
    owner: QWidget, entries: Mapping[str, Entry], slots: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """An action for each entry, its keys working while `owner` has the focus."""
    return {name: _made(owner, entry, slots[name]) for name, entry in entries.items()}


def pop_up(owner: QWidget, actions: Mapping[str, QAction], names: tuple[str, ...], at: QPoint) -> QMenu:
    """A menu of these actions at a point of the screen; "" is a line between them."""
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for name in names:
        menu.addAction(actions[name]) if name else menu.addSeparator()
    menu.popup(at)
    return menu


def _made(owner: QWidget, entry: Entry, slot: Callable[[], object]) -> QAction:
    action = QAction(entry.label, owner)
    action.setShortcuts([QKeySequence(key) for key in entry.keys])
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.setToolTip(tip(entry))
    if entry.glyph:
        action.setIcon(icon(entry.glyph, entry.tint))
    action.triggered.connect(lambda: slot())
    owner.addAction(action)
    return action
