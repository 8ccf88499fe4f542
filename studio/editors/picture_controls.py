"""The controls beside a picture that is painted on: tools, brush, all of the mask, where the frame is.

Made from tables: each tool and each button with its name, its help and its keys.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.api.params import Field, Number
from studio import theme
from studio.editors.caption import Caption, describe
from studio.editors.mask_brush import Brush
from studio.editors.mask_canvas import LARGER, Canvas
from studio.editors.number import NumberEditor
from studio.editors.picture_frame import WAYS, Frame, neighbour, place, usual, whole
from studio.editors.segments import Segments
from studio.icons import icon

WIDTH = 288
MOST_OF_PICTURE = 3  # the largest brush of the slider is this part of the picture's longest side


class Tool(NamedTuple):
    label: str
    key: str
    glyph: str
    help: str


TOOLS = {
    "brush": Tool(
        "Brush",
        "B",
        "paint-brush",
        "Paints where the picture is made anew. The right button erases; Shift draws a straight line; [ and ] or the "
        "wheel with Ctrl change its size. With the keys: arrows move, Return puts it down and lifts it.",
    ),
    "rectangle": Tool(
        "Rectangle",
        "R",
        "rectangle",
        "Fills a rectangle. With the keys: arrows move the cross, Return sets one corner and then the other.",
    ),
    "lasso": Tool("Lasso", "L", "scribble-loop", "Fills a shape drawn by hand."),
    "frame": Tool(
        "Frame",
        "F",
        "frame-corners",
        "The square that is looked at: drag it or its corners, also beyond the picture; Ctrl keeps it from snapping. "
        "With the keys: arrows move it, Page Up and Page Down change its size, Ctrl by single pixels.",
    ),
    "hand": Tool("View", "H", "hand", "Drags the picture about; so do the middle button and the space bar."),
}
MODES = ("Paint", "Erase")
GLYPHS = {"left": "arrow-left", "right": "arrow-right", "up": "arrow-up", "down": "arrow-down"}
FRAME_HELP = "Half a frame to this side: what lies beyond the picture is drawn on from what the frame still sees."


class Controls(QWidget):
    """Follows the canvas, and tells it what to do."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas, self._painting = canvas, canvas.painting
        size, soft = self._starting()
        self._size, self._soft = NumberEditor(size), NumberEditor(soft)
        self._tools = QButtonGroup(self)
        self._mode = Segments("Brush and shapes", "Whether they paint or erase; X changes between the two.")
        self._mode.set_words(list(MODES))
        self._where, self._told = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self._invert, self._clear = QPushButton("Invert"), QPushButton("Clear")
        captions = [caption for editor in (self._size, self._soft) for caption in editor.findChildren(Caption)]
        for caption in captions:
            caption.setMinimumWidth(max(each.sizeHint().width() for each in captions))
        self.setFixedWidth(WIDTH)
        self._lay_out()
        self._connect()
        canvas.take_brush(Brush(size.default, soft.default / 100))
        self.take_tool("brush")
        self._take_mode(0)
        self._show_frame()

    def take_tool(self, name: str) -> None:
        """The tool to go on with; the keys go to the picture."""
        self._tools.button(list(TOOLS).index(name)).setChecked(True)
        self._canvas.take_tool(name)
        paints = name in ("brush", "rectangle", "lasso")
        self._mode.setEnabled(paints)
        self._told.setText(TOOLS[name].help)
        for editor in (self._size, self._soft):
            editor.setEnabled(name == "brush")
        self._canvas.setFocus()

    def take_frame(self, frame: Frame) -> None:
        """As one step, all of it in sight."""
        self._painting.set_frame(frame)
        self._painting.close()
        self._canvas.fit()

    def _starting(self) -> tuple[Field, Field]:
        """Size and softness of the brush to begin with."""
        longest = max(self._painting.size)
        most = max(8, longest // MOST_OF_PICTURE)
        size = Number("Size", 1, most, 1, unit="px", help="How wide the brush is, in pixels of the picture. Keys: [ ]")
        soft = Number("Softness", 0, 100, 5, unit="%", help="How much of the brush fades towards its edge.")
        return Field("size", int, size, max(4, longest // 12)), Field("soft", int, soft, 30)

    def _take_mode(self, index: int) -> None:
        self._mode.set_chosen(index)
        self._canvas.hand.erase = index == 1

    def _swap(self) -> None:
        self._take_mode(0 if self._canvas.hand.erase else 1)

    def _take_brush(self) -> None:
        self._canvas.take_brush(Brush(self._size.value(), self._soft.value() / 100))

    def _show_brush(self, brush: Brush) -> None:
        self._size.set_value(round(brush.size))

    def _soften(self, way: int) -> None:
        self._soft.set_value(min(max(0, self._soft.value() + way), 100))
        self._canvas.take_brush(replace(self._canvas.hand.brush, soft=self._soft.value() / 100))

    def _show_frame(self) -> None:
        self._where.setText(place(self._painting.frame, self._painting.size))

    def _connect(self) -> None:
        self._tools.idClicked.connect(lambda index: self.take_tool(list(TOOLS)[index]))
        self._mode.chosen.connect(self._take_mode)
        self._size.changed.connect(self._take_brush)
        self._soft.changed.connect(self._take_brush)
        self._canvas.brushed.connect(self._show_brush)
        self._painting.framed.connect(self._show_frame)
        self._invert.clicked.connect(self._painting.invert)
        self._clear.clicked.connect(self._painting.clear)
        for name, tool in TOOLS.items():
            self._key(tool.key, partial(self.take_tool, name))
        self._key("X", self._swap)
        self._key("[", lambda: self._canvas.resize_brush(1 / LARGER))
        self._key("]", lambda: self._canvas.resize_brush(LARGER))
        self._key("{", lambda: self._soften(-5))
        self._key("}", lambda: self._soften(5))
        self._key("I", self._painting.invert)
        self._key("Delete", self._painting.clear)

    def _key(self, keys: str, act: Callable[[], object]) -> None:
        """Also while the picture has the keys."""
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(act)

    # --- how it is put together ---

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        column.setSpacing(theme.TIGHT)
        tools = _grid()
        for index, tool in enumerate(TOOLS.values()):
            tools.addWidget(self._tool_button(index, tool), index // 2, index % 2)
        column.addLayout(tools)
        column.addSpacing(theme.GAP)
        column.addWidget(self._mode)
        column.addSpacing(theme.TIGHT)
        column.addWidget(self._size)
        column.addWidget(self._soft)
        column.addSpacing(theme.GAP)
        column.addWidget(_heading("Mask"))
        column.addLayout(self._mask_buttons())
        column.addSpacing(theme.GAP)
        column.addWidget(_heading("Frame"))
        column.addLayout(self._frame_buttons())
        column.addWidget(self._where)
        column.addStretch(1)
        column.addWidget(self._told)
        for label, name in ((self._where, "Where the frame is"), (self._told, "What the tool does")):
            label.setProperty("role", "muted")
            label.setFont(theme.font("small"))
            label.setAccessibleName(name)

    def _tool_button(self, index: int, tool: Tool) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setText(f" {tool.label}")
        button.setIcon(icon(tool.glyph, checked=tool.glyph))
        button.setIconSize(QSize(18, 18))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, tool.label, f"{tool.help} Key: {tool.key}")
        self._tools.addButton(button, index)
        return button

    def _mask_buttons(self) -> QGridLayout:
        describe(self._invert, "Invert the mask", "What was painted is not, and the other way round. Key: I")
        describe(self._clear, "Clear the mask", "Nothing is painted any more. Key: Delete")
        self._invert.setIcon(icon("circle-half"))
        self._clear.setIcon(icon("x"))
        grid = _grid()
        grid.addWidget(self._invert, 0, 0)
        grid.addWidget(self._clear, 0, 1)
        return grid

    def _frame_buttons(self) -> QGridLayout:
        grid = _grid()
        for column, (label, made, help) in enumerate(
            (
                ("Middle", usual, "The largest square in the middle of the picture."),
                ("Whole", whole, "The square that the whole picture is in; beside it, it is drawn on."),
            )
        ):
            button = QPushButton(label)
            describe(button, f"Frame: {label.lower()}", help)
            button.clicked.connect(lambda _=False, made=made: self.take_frame(made(self._painting.size)))
            grid.addWidget(button, 0, column)
        for index, (side, way) in enumerate(WAYS.items()):
            button = QPushButton(side.capitalize())
            button.setIcon(icon(GLYPHS[side]))
            describe(button, f"Frame: on to the {side}" if way[0] else f"Frame: {side}", FRAME_HELP)
            button.clicked.connect(lambda _=False, way=way: self.take_frame(neighbour(self._painting.frame, way)))
            grid.addWidget(button, 1 + index // 2, index % 2)
        return grid


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(theme.TIGHT)
    return grid


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(theme.font("small", bold=True))
    return label
