"""The works of the library that match a search, as a list."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from studio.panels.calm_list import Index
from studio.panels.words import moment
from studio.state.library import Library, Work

WORK = Qt.ItemDataRole.UserRole
TIP = 600  # letters of a text in its tooltip


class WorkList(QAbstractListModel):
    """WORK is a row's work; newest first. Empty until `load`: thousands of rows take time that a start has not."""

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._search, self._favourites = "", False
        self._shown: list[Work] = []
        self._loaded = False
        library.work_added.connect(self._added)
        library.work_changed.connect(self._changed)
        library.work_removed.connect(self._removed)

    def load(self) -> None:
        """Somebody looks: list the works."""
        if not self._loaded:
            self._loaded = True
            self._fill()

    def narrow(self, search: str, favourites: bool) -> None:
        """Show only works that hold these words, only favourites."""
        self._search, self._favourites = search, favourites
        self._fill()

    def work(self, index: Index) -> Work | None:
        return self._shown[index.row()] if index.isValid() else None

    def row(self, id: str) -> int:
        """The row of a work; −1 where it is not listed."""
        return next((row for row, work in enumerate(self._shown) if work.id == id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        work = self.work(index)
        if work is None:
            return None
        if role == WORK:
            return work
        if role == Qt.ItemDataRole.DisplayRole:
            return work.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            favourite = ", favourite" if work.favourite else ""
            return f"{work.title}, {work.modality}, {moment(work.created)}{favourite}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return work.text[:TIP]
        return None

    def _fill(self) -> None:
        self.beginResetModel()
        self._shown = self._matching()
        self.endResetModel()

    def _matching(self) -> list[Work]:
        return self._library.all(self._search, self._favourites)

    def _added(self, work: Work) -> None:
        if not self._loaded:
            return
        matching = self._matching()
        row = next((row for row, each in enumerate(matching) if each.id == work.id), None)
        if row is not None:
            self.beginInsertRows(QModelIndex(), row, row)
            self._shown = matching
            self.endInsertRows()

    def _changed(self, work: Work) -> None:
        row = self.row(work.id)
        if row < 0:
            return
        self._shown[row] = work  # it stays in sight when it is no favourite any more: the click may have been a slip
        self.dataChanged.emit(self.index(row), self.index(row))

    def _removed(self, id: str) -> None:
        row = self.row(id)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._shown[row]
            self.endRemoveRows()
