"""A button with the name of a file on it, shortened in the middle where there is no room for all of it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton

from studio import theme

NARROWEST = 90  # pixels of a file's name


class NameButton(QPushButton):
    """As narrow as it has to be."""

    def __init__(self) -> None:
        super().__init__()
        self._name = ""

    def show_name(self, name: str) -> None:
        self._name = name
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(NARROWEST, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _fit(self) -> None:
        icon = 0 if self.icon().isNull() else self.iconSize().width() + theme.GAP
        room = self.width() - icon - 3 * theme.GAP
        shown = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))
