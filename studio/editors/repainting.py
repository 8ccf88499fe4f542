"""A picture that is changed: what of it is made anew, the frame, how much changes, what other picture it goes towards.

What means nothing yet is not shown: all of it without a picture, `between` without a second one.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QSlider, QWidget

from engine.api.errors import BadInput, Failure
from studio.editors.caption import describe
from studio.editors.fold import Fold
from studio.editors.number import NumberEditor
from studio.editors.picture_dialog import PictureDialog
from studio.editors.picture_file import PictureFileEditor
from studio.editors.picture_files import keep, read, size_of
from studio.editors.picture_frame import Frame, Size
from studio.editors.picture_frame_editor import FrameEditor
from studio.editors.row import Row
from studio.editors.surroundings import Surroundings
from studio.icons import icon

TITLE = "From a picture"
HELP = "Shows or hides the picture that is changed, made larger, or turned into another one."
EDIT_HELP = "Paint where it is made anew, and lay the frame, also beyond the picture."
OTHER_SIZE = "The mask has {} × {} pixels, but the picture {} × {}; choose one of the same size, or paint it."


class Repainting(Fold):
    """Holds the six rows; each editor's value stays its own. `submitted`: what was asked for can be made at once."""

    submitted = Signal()

    def __init__(self, picture: Row, mask: Row, frame: Row, change: Row, towards: Row, between: Row) -> None:
        super().__init__(TITLE, help=HELP)
        self._rows = picture, mask, frame, change, towards, between
        self._unused: Sequence[bool] = [False] * len(self._rows)
        self._picture: PictureFileEditor = picture.editor
        self._mask: PictureFileEditor = mask.editor
        self._frame: FrameEditor = frame.editor
        self._change: NumberEditor = change.editor
        self._towards: PictureFileEditor = towards.editor
        self._between: NumberEditor = between.editor
        self._size: Size = (0, 0)
        self._edit = QPushButton("Edit picture…")
        self._edit.setIcon(icon("paint-brush"))
        self._edit.setIconSize(QSize(18, 18))
        describe(self._edit, "Edit picture…", EDIT_HELP)
        self._mask.thumb.setMaximumHeight(0)  # it is seen on the picture
        self._mask.set_check(self._check_mask)
        self._lay_out()
        self._connect()
        self.refresh()

    def use(self, around: Surroundings, language: Callable[[], str]) -> None:
        """It needs nothing around it."""

    def refresh(self) -> None:
        """The values may be others, set from outside."""
        self._size = self._picture.size_in_pixels
        if self._picture.value() or self._towards.value():
            self.set_open(True)
        self._show()

    def leave_out(self, unused: Sequence[bool]) -> None:
        """Rows that the checkpoint makes no use of; without the picture there are none."""
        self._unused = unused
        self.setVisible(not unused[0])
        self._show()

    def offer(self, path: str) -> None:
        """The picture that is shown can be gone on from, or gone towards."""
        for editor in (self._picture, self._towards):
            editor.offer(path)

    def watch(self, text: QWidget) -> None:
        """A picture pasted there, where it can only be written, comes here."""
        text.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pastes = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Paste)
        if event.type() == QEvent.Type.KeyPress and pastes:
            data = QGuiApplication.clipboard().mimeData()
            if data.hasImage() and not data.hasText() and self.isVisible():
                self.set_open(True)
                return self._picture.take_data(data)
        return super().eventFilter(watched, event)

    # --- what the user does ---

    def edit(self) -> PictureDialog | None:
        """Open the picture to be painted on; None where it cannot be read any more."""
        try:
            picture, mask = read(self._picture.value()), self._painted()
        except BadInput as error:
            self._rows[0].complain(str(error))
            return None
        dialog = PictureDialog(picture, mask, self._frame.value(), self)
        dialog.kept.connect(self._keep)
        dialog.open()
        return dialog

    def _painted(self) -> QImage | None:
        """The mask that there is, if it still fits."""
        path = self._mask.value()
        return read(path, ground="black") if path and self._mask.size_in_pixels == self._size else None

    def _keep(self, mask: QImage | None, frame: Frame) -> None:
        try:
            self._mask.take(str(keep(mask, "mask")) if mask else "")
        except Failure as error:
            self._rows[1].complain(str(error))
        self._frame.take(frame)

    def _chosen(self) -> None:
        """Another picture: what was painted on the one before stays only where it can mean the same."""
        if self._picture.size_in_pixels != self._size:
            self._mask.set_value("")
            self._frame.set_value(())
        if not self._picture.value():
            self._towards.set_value("")
        self._size = self._picture.size_in_pixels
        self._show()

    def _check_mask(self, path: str) -> None:
        size = size_of(path) if path else None
        if size and (size.width(), size.height()) != self._size:
            raise BadInput(OTHER_SIZE.format(size.width(), size.height(), *self._size))

    def _let_go(self) -> None:
        """A mix of two pictures alone is there in no time."""
        if self._change.value() == 0:
            self.submitted.emit()

    # --- what is seen ---

    def _show(self) -> None:
        there = bool(self._picture.value())
        known = there and self._size > (0, 0)
        mask, towards = bool(self._mask.value()), bool(self._towards.value())
        wanted = True, there or mask, known, there, there or towards, towards
        for row, shown, unused in zip(self._rows, wanted, self._unused, strict=True):
            row.show(shown and not unused)
        self._edit.setVisible(known and not self._unused[1])
        self._frame.show_size(self._size)
        self._picture.thumb.show_over(self._mask.value(), self._frame.value())
        self.set_note(Path(self._picture.value()).name if there and not self.is_open() else "")

    def _connect(self) -> None:
        self._picture.changed.connect(self._chosen)
        for editor in (self._mask, self._frame, self._towards):
            editor.changed.connect(self._show)
        self.toggled.connect(self._show)
        self._edit.clicked.connect(self.edit)
        self._picture.thumb.pressed.connect(self._edit.click)
        self._towards.thumb.pressed.connect(self._towards.ask)
        for slider in self._between.findChildren(QSlider):
            slider.sliderReleased.connect(self._let_go)

    def _lay_out(self) -> None:
        picture, *others = self._rows
        self.rows.addLayout(picture)
        self.rows.addWidget(self._edit)
        for row in others:
            self.rows.addLayout(row)
