"""What can be done on a lane by button, menu and key: made from a table, each with its name, help and keys."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from engine.api.params import Text
from studio.editors.caption import describe, tip
from studio.icons import icon


class Entry(NamedTuple):
    label: str
    help: str
    keys: tuple[str, ...] = ()
    glyph: str = ""


UNDO = Entry("Undo", "Take back the last change of the lane.", ("Ctrl+Z",), "arrow-u-up-left")
REDO = Entry("Redo", "Do again what was taken back.", ("Ctrl+Shift+Z", "Ctrl+Y"), "arrow-u-up-right")
CLOSER = Entry("Zoom in", "Fewer bars in sight.", ("+", "="), "magnifying-glass-plus")
FARTHER = Entry("Zoom out", "More bars in sight.", ("-",), "magnifying-glass-minus")
WHOLE = Entry("All in sight", "The whole music in sight.", ("0",), "arrows-out-line-horizontal")
GAP = 12  # pixels
Actions = Mapping[str, QAction]


def make_actions(
    owner: QWidget, entries: Mapping[str, Entry], slots: Mapping[str, Callable[[], object]]
) -> dict[str, QAction]:
    """An action for each entry, its keys working while `owner` has the focus."""
    return {name: _made(owner, entry, slots[name]) for name, entry in entries.items()}


def _made(owner: QWidget, entry: Entry, slot: Callable[[], object]) -> QAction:
    action = QAction(entry.label, owner)
    action.setShortcuts([QKeySequence(key) for key in entry.keys])
    action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(tip(f"{entry.label}: {entry.help} {keys}"))
    action.setStatusTip(f"{entry.help} {keys}".strip())
    if entry.glyph:
        action.setIcon(icon(entry.glyph))
    action.triggered.connect(lambda: slot())
    owner.addAction(action)
    return action


def fill(menu: QMenu, actions: Actions, names: tuple[str, ...]) -> QMenu:
    """These actions; "" is a line between them."""
    for name in names:
        menu.addAction(actions[name]) if name else menu.addSeparator()
    return menu


class ButtonRow(QWidget):
    """Buttons that are one stop for the Tab key: the arrow keys go from one to the next.

    Among the names "|" is a gap, "" all the room that is left.
    """

    def __init__(self, actions: Actions, names: tuple[str, ...], spacing: int = 2) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)
        buttons: list[QAbstractButton] = []
        for name in names:
            if name in actions:
                buttons.append(_button(actions[name]))
                self._row.addWidget(buttons[-1])
            else:
                self._row.addSpacing(GAP) if name else self._row.addStretch(1)
        rove(self, buttons)


def text_switch(kind: Text) -> QToolButton:
    """A button that is down while a lane is shown as text."""
    button = QToolButton()
    dress(button, "text-aa", "Text", f"{kind.label} as text", f"Shows the lane as text, to be typed. {kind.help}")
    button.setCheckable(True)
    return button


def dress(button: QToolButton, glyph: str, words: str, name: str, help: str) -> None:
    """A quiet button with an icon and words beside it."""
    button.setText(words)
    button.setIcon(icon(glyph))
    button.setProperty("role", "quiet")
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    describe(button, name, help)


def _button(action: QAction) -> QToolButton:
    """It follows the action: what cannot be done cannot be pressed."""
    button = QToolButton()
    button.setProperty("role", "quiet")
    button.setIcon(action.icon())
    button.setIconSize(QSize(18, 18))
    describe(button, action.text().rstrip("…"), action.statusTip())
    button.clicked.connect(action.trigger)
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    return button


def rove(owner: QWidget, buttons: list[QAbstractButton]) -> None:
    """Make these buttons one stop for the Tab key."""
    group = QButtonGroup(owner)
    group.setExclusive(False)
    roving = _Roving(owner, buttons)
    for index, button in enumerate(buttons):
        group.addButton(button)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus if index else Qt.FocusPolicy.TabFocus)  # a click leaves the keys
        button.installEventFilter(roving)


class _Roving(QObject):
    def __init__(self, owner: QWidget, buttons: list[QAbstractButton]) -> None:
        super().__init__(owner)
        self._buttons = buttons

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in ways:
            there = [
                button for button in self._buttons if button.isVisible() and (button.isEnabled() or button is watched)
            ]
            here = next((index for index, button in enumerate(there) if button is watched), 0)
            there[(here + ways[Qt.Key(event.key())]) % len(there)].setFocus(Qt.FocusReason.TabFocusReason)
            return True
        return False
