"""Text that ends in …: a label that has no room for all of it, which is whole in the tooltip; the first words."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

SHORT = 40  # letters


class ElidedLabel(QLabel):
    """One line."""

    def __init__(self) -> None:
        super().__init__()
        self._told = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def tell(self, particulars: str) -> None:
        """More, for who points at it."""
        self._told = particulars
        self.setToolTip(particulars)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        whole = "" if shown == self.text() else self.text()
        self.setToolTip("\n".join(each for each in (whole, self._told) if each))


def shortened(text: str) -> str:
    """The first words of a text."""
    return text if len(text) <= SHORT else text[:SHORT].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
