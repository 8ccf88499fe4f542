"""The hand over a picture: the tool it holds, the brush, whether it erases, and the gesture that is under way."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from studio.editors.mask_brush import Brush
from studio.editors.mask_canvas_paint import HANDLE, square_of
from studio.editors.mask_gestures import Box, Dabs, DrawCorner, Gesture, Lasso, MoveFrame
from studio.editors.mask_painting import Painting
from studio.editors.picture_frame import Corner

REACH = 1.5  # handles within which a corner is meant


class Hand:
    """`tool` is "brush", "rectangle", "lasso", "frame" or "hand", which only moves the picture about."""

    def __init__(self, painting: Painting) -> None:
        self._painting = painting
        self.tool, self.erase, self.brush = "brush", False, Brush()
        self._gesture: Gesture | None = None
        self._last: QPointF | None = None  # where the last stroke ended
        self._handle = 0.0  # how large the handle of a corner is, in pixels of the picture

    def busy(self) -> bool:
        """Whether a gesture is under way."""
        return self._gesture is not None

    def begin(self, at: QPointF, other: bool, near: float, shift: bool = False, pressure: float = 1.0) -> None:
        """At this pixel of the picture; `other` erases where the hand would paint, `near` is what the frame snaps to.

        With `shift` the brush goes straight from where it was.
        """
        erase, painting = other != self.erase, self._painting
        if self.tool == "brush":
            self._gesture = Dabs(painting, self.brush, erase, at, pressure, self._last if shift else None)
        elif self.tool == "rectangle":
            self._gesture = Box(painting, erase, at)
        elif self.tool == "lasso":
            self._gesture = Lasso(painting, erase, at)
        elif self.tool == "frame" and (corner := self.corner(at)) is not None:
            self._gesture = DrawCorner(painting, corner, near)
        elif self.in_frame(at):
            self._gesture = MoveFrame(painting, at, near)

    def to(self, at: QPointF, pressure: float = 1.0, free: bool = False) -> None:
        if self._gesture:
            self._gesture.to(at, pressure, free)

    def end(self, at: QPointF) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture:
            gesture.end()
            self._last = at

    def drop(self) -> None:
        """Leave off a gesture, if there is one."""
        if self._gesture:
            self._gesture = None
            self._painting.drop()

    def outline(self) -> QPainterPath:
        """What is being drawn and not filled yet."""
        return self._gesture.outline() if self._gesture else QPainterPath()

    def show_scale(self, scale: float) -> None:
        """How many pixels of the screen one of the picture has."""
        self._handle = HANDLE / scale

    def corner(self, at: QPointF) -> Corner | None:
        """The corner of the frame that is taken hold of here."""
        left, top, side = self._painting.frame
        for across in (0, 1):
            for down in (0, 1):
                away = at - QPointF(left + across * side, top + down * side)
                if max(abs(away.x()), abs(away.y())) <= REACH * self._handle:
                    return across, down
        return None

    def in_frame(self, at: QPointF) -> bool:
        """Whether the frame can be moved from here."""
        return self.tool == "frame" and square_of(self._painting.frame).contains(at)
