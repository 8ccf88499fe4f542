"""A list in which a row that has changed is drawn anew by itself."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QAbstractItemView, QListView

Index = QModelIndex | QPersistentModelIndex


class CalmList(QListView):
    """QListView lays out and draws all its rows again whenever one of them changes, as a running job does at each step.

    For rows whose height does not depend on what they say; a change of several rows is laid out as ever.
    """

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        if first == last:
            QAbstractItemView.dataChanged(self, first, last, roles)
        else:
            super().dataChanged(first, last, roles)
