"""Edit a picture: paint where it is made anew, lay the frame, and say what that comes to."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QMessageBox, QPushButton, QVBoxLayout, QWidget

from studio import theme
from studio.editors.caption import describe
from studio.editors.lane_actions import ButtonRow, Entry, make_actions
from studio.editors.mask_canvas import CLOSER, Canvas
from studio.editors.mask_canvas_paint import square_of
from studio.editors.mask_painting import Painting
from studio.editors.picture_controls import Controls
from studio.editors.picture_frame import Frame, beyond, full, told, wrong

ENTRIES = {
    "undo": Entry("Undo", "Take back the last step.", ("Ctrl+Z",), "arrow-u-up-left"),
    "redo": Entry("Redo", "Do again what was taken back.", ("Ctrl+Shift+Z", "Ctrl+Y"), "arrow-u-up-right"),
    "farther": Entry("Zoom out", "More of the picture in sight.", ("-",), "magnifying-glass-minus"),
    "closer": Entry("Zoom in", "A smaller part of the picture, larger.", ("+", "="), "magnifying-glass-plus"),
    "fit": Entry("All in sight", "The whole picture and the whole frame in sight.", ("0",), "arrows-out"),
    "true": Entry("Single pixels", "A pixel of the screen for each of the picture.", ("1",), "number-square-one"),
}
PAINTED = "What is tinted is made anew; the rest stays as it is."
DRAWN = "What is hatched is drawn; the picture itself stays as it is."
BOTH = "What is tinted is made anew, what is hatched is drawn; the rest stays as it is."
ALL = "Nothing is painted: all of the frame is made anew, as much as “Change” says."
MISSED = "Nothing is tinted within the frame; paint there, or move the frame."
SIZE = QSize(1560, 980)


class PictureDialog(QDialog):
    """`kept` carries the mask, None where nothing is painted, and the frame, () where it is the usual one."""

    kept = Signal(object, object)

    def __init__(self, picture: QImage, mask: QImage | None, frame: Frame, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        size = picture.width(), picture.height()
        self.painting = Painting(picture, mask, full(frame, size))
        self.canvas = Canvas(self.painting)
        self.controls = Controls(self.canvas)
        self._actions = self._make_actions()
        self._state, self._scale = QLabel(wordWrap=True), QLabel()
        self._cancel, self._keep = QPushButton("Cancel"), QPushButton("Done")
        self.setWindowTitle("Edit picture")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dress()
        self._lay_out()
        self._connect()
        self._refresh()
        self.canvas.setFocus()

    def keep(self) -> None:
        """Use it as it is now."""
        self.kept.emit(self.painting.mask if self.painting.masked() else None, self._frame())
        self.accept()

    def reject(self) -> None:
        """Not without asking where something would be lost."""
        if not self.painting.can_undo():
            super().reject()
            return
        box = QMessageBox(
            QMessageBox.Icon.NoIcon, "Edit picture", "Keep what you have done to the picture?", parent=self
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keep = box.addButton("Keep", QMessageBox.ButtonRole.AcceptRole)
        forget = box.addButton("Forget it", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Go on", QMessageBox.ButtonRole.RejectRole)
        keep.clicked.connect(self.keep)
        keep.setEnabled(self._keep.isEnabled())
        forget.clicked.connect(super().reject)
        box.open()

    def _frame(self) -> Frame:
        return told(self.painting.frame, self.painting.size)

    # --- what is seen ---

    def _refresh(self) -> None:
        self._actions["undo"].setEnabled(self.painting.can_undo())
        self._actions["redo"].setEnabled(self.painting.can_redo())
        complaint = amiss(self.painting)
        self._keep.setEnabled(not complaint)
        self._state.setText(complaint or comes_to(self.painting))
        self._state.setProperty("role", "error" if complaint else "muted")
        self._state.style().polish(self._state)

    def _show_scale(self, scale: float) -> None:
        self._scale.setText(f"{100 * scale:.0f} %")

    # --- how it is put together ---

    def _make_actions(self) -> dict[str, QAction]:
        slots = {
            "undo": self.painting.undo,
            "redo": self.painting.redo,
            "farther": lambda: self.canvas.zoom(1 / CLOSER),
            "closer": lambda: self.canvas.zoom(CLOSER),
            "fit": self.canvas.fit,
            "true": lambda: self.canvas.zoom_to(1.0),
        }
        actions = make_actions(self, ENTRIES, slots)
        for action in actions.values():
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        return actions

    def _dress(self) -> None:
        describe(self.canvas, "The picture", "What is painted on it is made anew; the square is what is looked at.")
        self.canvas.setToolTip("")
        describe(self._keep, "Done", "Uses the mask and the frame in the form.")
        describe(self._cancel, "Cancel", "Leaves the mask and the frame as they were.")
        self._keep.setProperty("role", "primary")
        for button in (*self.controls.findChildren(QPushButton), self._keep, self._cancel):
            button.setAutoDefault(False)  # Return belongs to the brush and to the fields
        self._scale.setProperty("role", "muted")
        self._scale.setAccessibleName("Zoom")
        self._scale.setMinimumWidth(self._scale.fontMetrics().horizontalAdvance("3200 %"))
        self._scale.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._state.setAccessibleName("What it comes to")
        parent = self.parentWidget()
        room = parent.window().size() if parent else SIZE
        self.resize(SIZE.boundedTo(QSize(round(0.96 * room.width()), round(0.94 * room.height()))))

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP)
        foot.setSpacing(theme.GAP)
        foot.addWidget(ButtonRow(self._actions, ("undo", "redo")))
        foot.addWidget(self._state, 1)
        foot.addWidget(ButtonRow(self._actions, ("farther",)))
        foot.addWidget(self._scale)
        foot.addWidget(ButtonRow(self._actions, ("closer", "fit", "true")))
        foot.addSpacing(theme.GAP)
        foot.addWidget(self._cancel)
        foot.addWidget(self._keep)
        work = QHBoxLayout()
        work.setSpacing(0)
        work.addWidget(self.controls)
        work.addWidget(self.canvas, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(work, 1)
        line = QFrame()
        line.setProperty("role", "line")
        column.addWidget(line)
        column.addLayout(foot)

    def _connect(self) -> None:
        self.painting.stepped.connect(self._refresh)
        self.painting.framed.connect(self._refresh)
        self.canvas.zoomed.connect(self._show_scale)
        self._keep.clicked.connect(self.keep)
        self._cancel.clicked.connect(self.reject)


def amiss(painting: Painting) -> str:
    """What keeps this from being used, in one sentence; "" where nothing does."""
    frame, size = painting.frame, painting.size
    misplaced = wrong(frame, size)
    if misplaced or beyond(frame, size) or not painting.masked():
        return misplaced
    return "" if painting.masked(square_of(frame).toRect()) else MISSED


def comes_to(painting: Painting) -> str:
    """What will be made anew, in one sentence."""
    drawn = beyond(painting.frame, painting.size)
    if painting.masked():
        return BOTH if drawn else PAINTED
    return DRAWN if drawn else ALL
