"""How a picture view lies on its page: the picture or the grid of its variations, and under them how close one is and
what can be asked.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from studio import theme
from studio.icons import icon
from studio.previews.action_bar import button
from studio.previews.elided import ElidedLabel
from studio.previews.picture_ask import AskLine
from studio.previews.picture_canvas import PictureCanvas
from studio.previews.picture_compare import Other
from studio.previews.picture_grid import PictureGrid

TILE_BAR = ("restore", "delete", "against", "keep", "export", "open")
ZOOMS = (1.0, 2.0, 4.0, 8.0)


class PicturePage(QVBoxLayout):
    """`other_chosen` carries an Other to compare with."""

    other_chosen = Signal(object)

    def __init__(self, actions: dict[str, QAction]) -> None:
        super().__init__()
        self._actions = actions
        self.stack, self._zoom, self._other = QStackedWidget(), QToolButton(), QToolButton()
        self.canvas, self.grid, self.ask = PictureCanvas(), PictureGrid(), AskLine(self._zoom)
        self._tile, self._seed = QWidget(), ElidedLabel()
        self._zooms, self._others = QMenu(self._zoom), QMenu(self._other)
        self._dress()
        self._lay_out()
        self.canvas.scaled.connect(self._show_zoom)
        self._show_zoom()

    def show_grid(self, shown: bool) -> None:
        """The variations side by side, or one picture."""
        self.stack.setCurrentWidget(self.grid if shown else self.canvas)
        self.ask.setVisible(not shown)
        self._tile.setVisible(shown)

    def show_tile(self, words: str) -> None:
        """What the chosen variation is called."""
        self._seed.setText(words)

    def show_others(self, others: Sequence[Other]) -> None:
        """What can be compared with."""
        self._others.clear()
        for other in others:
            self._others.addAction(other.label).triggered.connect(
                lambda checked=False, other=other: self.other_chosen.emit(other)
            )

    def show_other(self, label: str) -> None:
        """The name of the picture right of the line; "" where there is none."""
        self._other.setText(label)
        self._other.setAccessibleName(f"Compared with: {label}")
        self._other.setVisible(bool(label))

    def _show_zoom(self) -> None:
        scale = self.canvas.scale
        words = f"{100 * scale.zoom:.0f} %"
        self._zoom.setText(words if scale.wanted is not None else f"Fit · {words}")
        self._zoom.setAccessibleName(f"Size of the picture: {words}")

    def _dress(self) -> None:
        popup = QToolButton.ToolButtonPopupMode.InstantPopup
        for chip, menu, tip in (
            (self._zoom, self._zooms, "How large the picture is shown"),
            (self._other, self._others, "What it is compared with"),
        ):
            chip.setMenu(menu)
            chip.setPopupMode(popup)
            chip.setToolTip(tip)
        self._zoom.setText("Fit · 6400 %")
        self._zoom.setMinimumWidth(self._zoom.sizeHint().width())
        self._other.setIcon(icon("caret-down"))
        self._other.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._zooms.addAction(self._actions["zoom_reset"])
        for zoom in ZOOMS:
            if zoom == 1.0:
                self._zooms.addAction(self._actions["actual"])
            else:
                made = self._zooms.addAction(f"{100 * zoom:.0f} %")
                made.triggered.connect(lambda checked=False, zoom=zoom: self.canvas.zoom_to(zoom))
        self._zooms.addSeparator()
        self._zooms.addActions([self._actions["zoom_in"], self._actions["zoom_out"]])
        self.show_other("")

    def _lay_out(self) -> None:
        corner = QVBoxLayout(self.canvas)
        corner.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        corner.addWidget(self._other, 0, Qt.AlignmentFlag.AlignRight)
        corner.addStretch(1)
        self.stack.addWidget(self.canvas)
        self.stack.addWidget(self.grid)
        row = QHBoxLayout(self._tile)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self._seed, 1)
        for name in TILE_BAR:
            row.addWidget(button(self._actions[name], "", self._tile))
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(theme.GAP)
        self.addWidget(self.stack, 1)
        self.addWidget(self.ask)
        self.addWidget(self._tile)
