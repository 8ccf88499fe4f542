"""What a picture view shows: a step, the work it has become, and the picture that was given; a Scene of them."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage

from engine.api.messages import PicturePreview, PictureWork
from studio.previews.picture_scene import Layer, Scene, image_of, offset, placed, read
from studio.previews.picture_tokens import picture_units, preview_of
from studio.previews.tokens import MASK, Marks


class Shown:
    """Images are read once, and kept while they are shown."""

    def __init__(self) -> None:
        self.source = ""  # the picture that was given
        self._preview: PicturePreview | None = None
        self.work: PictureWork | None = None
        self._guess, self._made, self._given = QImage(), QImage(), QImage()
        self._read, self._begins = "", QPointF()  # which file was given, and where in the whole it lies

    def set_step(self, preview: PicturePreview) -> None:
        """A step."""
        self._preview, self._guess = preview, image_of(preview)

    def set_work(self, work: PictureWork) -> None:
        """What it has become."""
        self.work, self._made = work, read(work.path)

    def set_source(self, path: str, frame: Sequence[int]) -> None:
        """What was given, and the frame of it that is made anew, in its pixels."""
        self.source, self._begins = path, offset(tuple(frame))
        if path and path != self._read:
            self._read, self._given = path, read(path)

    def forget(self) -> None:
        """Nothing is shown. What was given is often given again."""
        self._preview = self.work = None
        self._guess = self._made = QImage()
        self.source = ""

    def tokens(self) -> PicturePreview | None:
        """The tokens that are shown; those of the work alone where none of its steps was kept."""
        return self._preview or (preview_of(self.work) if self.work else None)

    def whole(self) -> bool:
        """Whether nothing is hidden any more."""
        tokens = self.tokens()
        return tokens is not None and MASK not in tokens.codes

    def image(self, done: bool) -> QImage:
        """The work where that is done, else the guess."""
        return self._made if done and not self._made.isNull() else self._guess

    def scene(self, marks: Marks, done: bool) -> Scene:
        """All of it in its places; `done` shows the work itself."""
        tokens = self.tokens()
        if tokens is None:
            return Scene()
        (width, height), frame = placed(tokens)
        if self.work and min(tokens.whole) < 1:  # an older step may be kept with fewer pixels than it had
            width, height = self.work.width, self.work.height
            frame = QRectF(0, 0, width, height)
        layers = [Layer(self._guess, frame)]
        if self.source:
            layers.insert(0, Layer(self._given, QRectF(self._begins, self._given.size().toSizeF())))
        if done and not self._made.isNull():
            width, height = self._made.width(), self._made.height()
            layers = [Layer(self._made, QRectF(0, 0, width, height))]
        units = picture_units(tokens, marks)
        seen = tuple(layer for layer in layers if not layer.image.isNull())
        return Scene(width, height, seen, frame, tokens.grid, units)
