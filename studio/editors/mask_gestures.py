"""What a pointer does on a picture while its button is down: paint, draw a shape to be filled, move the frame.

A gesture is told where the pointer is, in pixels of the picture, and how hard a pen is pressed. `free` is whether the
user holds Ctrl, which sets aside what the frame snaps to.
"""

from typing import Protocol

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPolygonF

from studio.editors.mask_brush import Brush, Stroke, box, fill
from studio.editors.mask_painting import Painting
from studio.editors.picture_frame import Corner, moved, resized, snapped, snapped_point


class Gesture(Protocol):
    def to(self, point: QPointF, pressure: float = 1.0, free: bool = False) -> None: ...
    def end(self) -> None: ...
    def outline(self) -> QPainterPath: ...


class Dabs:
    """A stroke of the brush; `since` draws a straight line from there first."""

    def __init__(
        self, painting: Painting, brush: Brush, erase: bool, point: QPointF, pressure: float, since: QPointF | None
    ) -> None:
        self._painting = painting
        self._stroke = Stroke(painting, brush, erase, point if since is None else since, pressure)
        self._stroke.to(point, pressure)

    def to(self, point: QPointF, pressure: float = 1.0, free: bool = False) -> None:
        self._stroke.to(point, pressure)

    def end(self) -> None:
        self._painting.close()

    def outline(self) -> QPainterPath:
        return QPainterPath()


class Box:
    """A rectangle, filled at the end."""

    def __init__(self, painting: Painting, erase: bool, point: QPointF) -> None:
        self._painting, self._erase, self._from, self._to = painting, erase, point, point

    def to(self, point: QPointF, pressure: float = 1.0, free: bool = False) -> None:
        self._to = point

    def end(self) -> None:
        if self._from != self._to:
            fill(self._painting, self.outline(), self._erase)

    def outline(self) -> QPainterPath:
        return box(self._from, self._to)


class Lasso:
    """A shape drawn by hand, closed and filled at the end."""

    def __init__(self, painting: Painting, erase: bool, point: QPointF) -> None:
        self._painting, self._erase, self._points = painting, erase, [point]

    def to(self, point: QPointF, pressure: float = 1.0, free: bool = False) -> None:
        if (point - self._points[-1]).manhattanLength() >= 1:
            self._points.append(point)

    def end(self) -> None:
        if len(self._points) > 2:
            fill(self._painting, self.outline(), self._erase)

    def outline(self) -> QPainterPath:
        path = QPainterPath()
        path.addPolygon(QPolygonF(self._points))
        path.closeSubpath()
        return path


class MoveFrame:
    """The whole frame, by as much as the pointer went; it snaps to the picture within `near` pixels."""

    def __init__(self, painting: Painting, point: QPointF, near: float) -> None:
        self._painting, self._from, self._near, self._before = painting, point, near, painting.frame

    def to(self, point: QPointF, pressure: float = 1.0, free: bool = False) -> None:
        way = point - self._from
        there = moved(self._before, way.x(), way.y())
        self._painting.set_frame(there if free else snapped(there, self._painting.size, self._near))

    def end(self) -> None:
        self._painting.close()

    def outline(self) -> QPainterPath:
        return QPainterPath()


class DrawCorner:
    """One corner of the frame."""

    def __init__(self, painting: Painting, corner: Corner, near: float) -> None:
        self._painting, self._corner, self._near, self._before = painting, corner, near, painting.frame

    def to(self, point: QPointF, pressure: float = 1.0, free: bool = False) -> None:
        size = self._painting.size
        x, y = snapped_point(point.x(), point.y(), size, 0 if free else self._near)
        self._painting.set_frame(resized(self._before, self._corner, x, y, size))

    def end(self) -> None:
        self._painting.close()

    def outline(self) -> QPainterPath:
        return QPainterPath()
