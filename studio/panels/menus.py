"""Menus made from a table: each action declared once, with its key; the Help sheet reads them back."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QToolButton

from studio.editors.caption import describe

Row = tuple[str, str, Callable[[], object]]
"""Name, keys and what is done; a row without a name is a line between the others."""
LINE: Row = ("", "", lambda: None)


def make_menus(window: QMainWindow, table: Mapping[str, Sequence[Row]]) -> dict[str, QMenu]:
    """Fill the menu bar; the menus by their titles."""
    menus = {title: window.menuBar().addMenu(title) for title in table}
    for title, rows in table.items():
        for row in rows:
            add_row(menus[title], row)
    for button in window.menuBar().findChildren(QToolButton):  # shown where the window is too narrow for all menus
        describe(button, "More menus")
    return menus


def add_row(menu: QMenu, row: Row, before: QAction | None = None) -> QAction:
    """Add an action at the end, or before another one."""
    name, keys, act = row
    action = QAction(name, menu)
    action.setSeparator(not name)
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda: act())
    menu.insertAction(before, action) if before else menu.addAction(action)
    return action
