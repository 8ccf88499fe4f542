"""The list of the side panel: a row that has changed is drawn anew by itself."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyledItemDelegate

from studio.editors.caption import describe

Index = QModelIndex | QPersistentModelIndex


class CalmList(QListView):
    """QListView lays out and draws all its rows again whenever one of them changes, as a running job does at each step.

    For rows whose height does not depend on what they say; a change of several rows is laid out as ever.
    """

    def __init__(self, name: str, rows: QAbstractItemModel, painter: QStyledItemDelegate) -> None:
        super().__init__()
        self.setModel(rows)
        self.setItemDelegate(painter)
        self.setProperty("role", "plain")
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        describe(self, name)
        self.setToolTip("")

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        if first == last:
            QAbstractItemView.dataChanged(self, first, last, roles)
        else:
            super().dataChanged(first, last, roles)
