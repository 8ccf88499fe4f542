"""The library as the user works with it: find, open, keep, use again, export, delete and think better of it."""

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.api.errors import Failure
from studio import theme
from studio.editors.caption import describe
from studio.export import copy
from studio.icons import icon
from studio.panels.actions import make_actions, pop_up
from studio.panels.blank import Blank
from studio.panels.calm_list import CalmList
from studio.panels.undo import UndoBar
from studio.panels.work_list import WorkList
from studio.panels.work_row import WorkRow
from studio.previews.actions import Entry
from studio.state.library import Library, Work

TYPING = 150  # ms of quiet before a search
ENTRIES = {
    "open": Entry("Open", "Show the work with all its steps", ("Return", "Enter"), "arrow-square-out"),
    "settings": Entry("Use these settings", "Bring what made it into the form", ("U",), "sliders-horizontal"),
    "export": Entry("Export…", "Write it to a file that carries its settings", ("E",), "export"),
    "copy": Entry("Copy", "Copy the whole text, or the picture", ("Ctrl+C",), "copy"),
    "favourite": Entry("Favourite", "Make it a favourite, or none any more", ("F",), "star"),
    "folder": Entry("Open the works folder", "Show where exports go", (), "folder-open"),
    "delete": Entry("Delete", "Take it out of the library; Ctrl+Z brings it back", ("Del", "Backspace"), "trash"),
    "undo": Entry("Undo delete", "Bring back what was deleted last", ("Ctrl+Z",), "arrow-u-up-left"),
}
MENU = ("open", "settings", "", "export", "copy", "folder", "", "favourite", "delete", "undo")
KEYS = tuple((entry.keys[0], entry.tip) for entry in ENTRIES.values() if entry.keys)
EMPTY = "No works yet", "Everything you make is kept here, with all that made it."
NOTHING = "Nothing found", "No work holds all of these words."
NO_FAVOURITE = "No favourites yet", "Press F on a work, or click its star."


class LibraryPanel(QWidget):
    """Shows `library`; the signals carry the work that is meant."""

    work_opened = Signal(object)
    settings_requested = Signal(object)
    export_requested = Signal(object)
    folder_requested = Signal()
    complained = Signal(str)

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._deleted: list[list[str]] = []  # ids, one entry for each press of Delete
        self._list, self._row = WorkList(library, self), WorkRow(self)
        self.view = CalmList("Library", self._list, self._row)
        self.search, self.favourites = QLineEdit(), QToolButton()
        self._count, self._blank, self.undo_bar = QLabel(), Blank("books", *EMPTY), UndoBar()
        self._actions = make_actions(self.view, ENTRIES, self._slots())
        self._actions["undo"].setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(self._actions["undo"])  # also where the last work has gone, and the list with it
        self._typing = QTimer(self, singleShot=True, interval=TYPING)
        self._set_up_view()
        self._set_up_search()
        self._lay_out()
        for signal in (library.work_added, library.work_changed, library.work_removed):
            signal.connect(self._refresh)
        self._refresh()

    def current(self) -> Work | None:
        """The work that the keys act on."""
        return self._list.work(self.view.currentIndex())

    def chosen(self) -> list[Work]:
        """All selected works, from top to bottom."""
        rows = sorted(index.row() for index in self.view.selectedIndexes())
        works = (self._list.work(self._list.index(row)) for row in rows)
        return [work for work in works if work]

    def take_keys(self) -> None:
        """Let the keys act on the list, or on the search where it is empty."""
        (self.view if self._list.rowCount() else self.search).setFocus()
        if self._list.rowCount() and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self._list.index(0))

    def select(self, id: str) -> None:
        """Make this work the one that the keys act on."""
        index = self._list.index(self._list.row(id))
        self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # --- what the user asks ---

    def _slots(self) -> dict[str, Callable[[], object]]:
        return {
            "open": lambda: self._emit(self.work_opened),
            "settings": lambda: self._emit(self.settings_requested),
            "export": lambda: self._emit(self.export_requested),
            "copy": self._copy,
            "favourite": self._turn_favourite,
            "folder": self.folder_requested.emit,
            "delete": self._delete,
            "undo": self.undo,
        }

    def _emit(self, signal: object) -> None:
        work = self.current()
        if work:
            signal.emit(work)  # type: ignore[attr-defined]

    def _copy(self) -> None:
        try:
            copy(self.chosen())
        except Failure as failure:
            self.complained.emit(str(failure))

    def _turn_favourite(self) -> None:
        works = self.chosen()
        wanted = not all(work.favourite for work in works)
        for work in works:
            self._library.set_favourite(work.id, wanted)

    def _delete(self) -> None:
        works, row = self.chosen(), self.view.currentIndex().row()
        if not works:
            return
        self._deleted.append([work.id for work in works])
        for work in works:
            self._library.delete(work.id)
        self.view.setCurrentIndex(self._list.index(min(row, self._list.rowCount() - 1)))
        self.undo_bar.say(f"Deleted “{works[0].title}”" if len(works) == 1 else f"Deleted {len(works)} works")
        if not self._list.rowCount():
            self.undo_bar.setFocus()

    def undo(self) -> None:
        """Bring back what the last Delete took."""
        if not self._deleted:
            return
        ids = self._deleted.pop()
        for id in ids:
            self._library.restore(id)
        self.select(ids[0])
        self.undo_bar.hide()
        self.view.setFocus()
        self._refresh()

    def _press_star(self, id: str) -> None:
        work = self._library.get(id)
        if work:
            self._library.set_favourite(id, not work.favourite)

    def _clicked(self, index: QModelIndex) -> None:
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier and not self._row.took:
            self._emit(self.work_opened)

    def _show_menu(self, at: QPoint) -> None:
        self._offer()
        pop_up(self.view, self._actions, MENU, self.view.viewport().mapToGlobal(at))

    def _narrow(self) -> None:
        current = self.current()
        self._list.narrow(self.search.text(), self.favourites.isChecked())
        if current:
            self.select(current.id)
        self._refresh()

    # --- how it looks ---

    def showEvent(self, event: QShowEvent) -> None:
        self._list.load()
        self._refresh()
        super().showEvent(event)

    def _refresh(self, _: object = None) -> None:
        count, narrowed = self._list.rowCount(), bool(self.search.text().strip())
        self._blank.setVisible(count == 0)
        self.view.setVisible(count > 0)
        self._blank.say(*(NOTHING if narrowed else NO_FAVOURITE if self.favourites.isChecked() else EMPTY))
        self._count.setText(f"{count:,} work{'' if count == 1 else 's'}")
        self._offer()

    def _offer(self) -> None:
        works = self.chosen()
        for name, action in self._actions.items():
            action.setEnabled(name == "folder" or (bool(self._deleted) if name == "undo" else bool(works)))
        self._actions["copy"].setText("Copy picture" if any(w.picture for w in works) else "Copy text")
        self._actions["favourite"].setText("Favourite" if not all(w.favourite for w in works) else "No favourite")

    def _set_up_view(self) -> None:
        view = self.view
        view.setUniformItemSizes(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.customContextMenuRequested.connect(self._show_menu)
        view.clicked.connect(self._clicked)
        view.selectionModel().selectionChanged.connect(lambda: self._offer())
        self._row.pressed.connect(self._press_star)
        self._row.thumbnails.arrived.connect(view.viewport().update)

    def _set_up_search(self) -> None:
        self.search.setPlaceholderText("Search all works")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("magnifying-glass", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        describe(self.search, "Search the library", "Finds works whose text or settings hold all of these words.")
        self.favourites.setCheckable(True)
        self.favourites.setIcon(icon("star", "muted", checked="star-fill"))
        self.favourites.setIconSize(QSize(18, 18))
        describe(self.favourites, "Only favourites", "Shows favourites only.")
        self._typing.timeout.connect(self._narrow)
        self.search.textChanged.connect(lambda: self._typing.start())
        self.search.returnPressed.connect(self.take_keys)
        self.favourites.toggled.connect(lambda: self._narrow())
        self.undo_bar.undone.connect(self.undo)

    def _lay_out(self) -> None:
        self._count.setProperty("role", "muted")
        self._count.setAccessibleName("How many works are listed")
        head = QHBoxLayout()
        head.setSpacing(theme.GAP)
        head.addWidget(self.search, 1)
        head.addWidget(self.favourites)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addLayout(head)
        for widget in (self._blank, self.view):
            column.addWidget(widget, 1)
        column.addWidget(self.undo_bar)
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.GAP + 2, 0, 0, 0)
        foot.addWidget(self._count)
        column.addLayout(foot)
