"""The actions of a preview: what each is called, does, and which keys it has. One table, here that of a text."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from studio.icons import icon


@dataclass(frozen=True)
class Entry:
    """One action. `tip` says what it does; the first key is shown with it."""

    label: str
    tip: str
    keys: tuple[str, ...] = ()
    glyph: str = ""
    tint: str = "text"


ENTRIES = {
    "remask": Entry("Re-mask", "Have the selected tokens written anew", ("M", "Del", "Backspace"), "eraser"),
    "lock": Entry("Lock", "Keep the selected tokens as they are", ("L",), "lock-simple"),
    "undo": Entry("Undo", "Take back the last lock or re-mask", ("Ctrl+Z",), "arrow-u-up-left"),
    "rerun": Entry(
        "Run again from here",
        "Write what is masked anew; what is locked stays",
        ("Ctrl+R", "R"),
        "arrow-clockwise",
        "accent_text",
    ),
    "copy": Entry("Copy", "Copy the selected text; masked tokens become ____ gaps", ("Ctrl+C",), "copy"),
    "copy_all": Entry("Copy all", "Copy the whole text", ("Ctrl+Shift+C",)),
    "select_all": Entry("Select all", "Select every token", ("Ctrl+A",)),
    "zoom_in": Entry("Larger", "Larger letters", ("Ctrl++", "Ctrl+=")),
    "zoom_out": Entry("Smaller", "Smaller letters", ("Ctrl+-",)),
    "zoom_reset": Entry("Usual size", "Letters of the usual size", ("Ctrl+0",)),
}
TOGGLES = {
    "guesses": Entry("Show guesses", "Write into every masked block what it would say now", ("G",), "eye"),
    "colours": Entry("Confidence colours", "Colour every token by how sure its choice was", ("K",), "palette"),
}
KEYS = tuple((entry.keys[0], entry.tip) for entry in (*ENTRIES.values(), *TOGGLES.values()))


def make_actions(
    owner: QWidget,
    slots: Mapping[str, Callable[[], object]],
    entries: Mapping[str, Entry] = ENTRIES,
    toggles: Mapping[str, Entry] = TOGGLES,
) -> dict[str, QAction]:
    """The actions of `owner`, working while it or a part of it has the focus."""
    return {name: _action(owner, entry, slots[name]) for name, entry in entries.items()} | {
        name: _action(owner, entry, slots[name], checkable=True) for name, entry in toggles.items()
    }


def _action(owner: QWidget, entry: Entry, slot: Callable[[], object], checkable: bool = False) -> QAction:
    action = QAction(entry.label, owner, checkable=checkable)
    action.setShortcuts([QKeySequence(key) for key in entry.keys])
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.setToolTip(tip(entry))
    if entry.glyph:
        action.setIcon(icon(entry.glyph, entry.tint))
    action.triggered.connect(lambda: slot())
    owner.addAction(action)
    return action


def tip(entry: Entry, sentence: str = "") -> str:
    """A tooltip with the first key."""
    key = QKeySequence(entry.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if entry.keys else ""
    return f"{sentence or entry.tip} ({key})" if key else sentence or entry.tip


def pop_up(owner: QWidget, actions: Sequence[QAction | None], at: QPoint) -> None:
    """A menu of these actions; None is a line between the others."""
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for action in actions:
        menu.addAction(action) if action else menu.addSeparator()
    menu.popup(at)
