"""What the colours of a picture's tokens mean, and how strong they are, in one line."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QWidget

from studio import theme
from studio.previews.legend import Legend, Swatch, word

USUAL = 50  # percent
HINT = "Click or drag over tokens to change them"
PAGES = ("plain", "grid", "compare", "heat")
WORDS = {
    "plain": "Wheel to come closer, drag to push; H shows how sure each part is",
    "grid": "A click, or Return, shows one large; arrow keys go from one to the next",
    "compare": "Drag the line, or move it by the arrow keys; B shows the one or the other",
}


class PictureLegend(QStackedWidget):
    """One line for each of PAGES. `opacity_chosen` from 0.1 to 1."""

    opacity_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(10, 100)
        self._slider.setValue(USUAL)
        self._slider.setFixedWidth(84)
        self._slider.setAccessibleName("Opacity of the confidence colours")
        self._slider.setToolTip("How strong the colours are")
        self._slider.valueChanged.connect(lambda value: self.opacity_chosen.emit(value / 100))
        for words in WORDS.values():
            self.addWidget(word(words))
        self.addWidget(self._heated())
        self.tell("plain")

    @property
    def opacity(self) -> float:
        return self._slider.value() / 100

    def tell(self, page: str) -> None:
        """What is seen: a "plain" picture, a "grid" of them, two to "compare", or the "heat" of the tokens."""
        self.setCurrentIndex(PAGES.index(page))
        self._slider.setEnabled(page == "heat")

    def _heated(self) -> QWidget:
        entries = (
            (Swatch(lambda colours: colours.heat), "unsure", "sure"),
            (MarkSwatch("hidden"), "", "masked"),
        )
        users = (
            (MarkSwatch("fixed"), "", "from you"),
            (MarkSwatch("locked"), "", "locked"),
        )
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        legend = Legend(entries, HINT, users)
        legend.show_more(True)
        row.addWidget(legend, 1)
        row.addWidget(word("Opacity"))
        row.addWidget(self._slider)
        return page


class MarkSwatch(Swatch):
    """A token as it is marked on the picture: hatched, or framed."""

    def __init__(self, mark: str) -> None:
        super().__init__(lambda colours: (colours.muted,))
        self._mark = mark

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme.colours()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -1.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.masked))
        painter.drawRoundedRect(box, 3, 3)
        if self._mark == "hidden":
            painter.setBrush(QBrush(QColor(colours.text), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(box, 3, 3)
            return
        line = QColor(colours.accent if self._mark == "locked" else "#ffffff")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 130), 3.5), (line, 2.0)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(box.adjusted(1.5, 1.5, -1.5, -1.5))
