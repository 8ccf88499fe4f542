"""Another picture beside the one that is shown: a divider between the two that is dragged, or both in turns.

Left of the divider is the present one, right of it the other.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from studio.previews.picture_paint import on_screen
from studio.previews.picture_scale import PictureScale
from studio.previews.picture_scene import Layer, Scene
from studio.theme import Colours

GRIP = 9  # pixels beside the divider where it can be taken
KNOB = 13  # the radius of what it is taken by
STEP, STRIDE = 0.02, 0.1  # of the width, by a press of an arrow key, and with Shift
PRESENT = "This picture"
CORNER = 10  # pixels from the corner to a name


@dataclass(frozen=True)
class Other:
    """What can be compared with: what it is called, and its file. `at` is where it begins, if that is known."""

    label: str
    path: str
    at: tuple[float, float] | None = None


@dataclass(frozen=True)
class Comparison:
    """`divider` is from 0 (only the other is seen) to 1 (only the present one)."""

    label: str
    image: QImage
    at: tuple[float, float] | None = None
    divider: float = 0.5

    def layer(self, scene: Scene) -> Layer:
        """Where it belongs, if that is known; else as large as there is room for in the middle."""
        width, height = self.image.width(), self.image.height()
        if self.at is not None:
            return Layer(self.image, QRectF(*self.at, width, height))
        share = min(scene.width / max(1, width), scene.height / max(1, height))
        box = QRectF(0, 0, width * share, height * share)
        box.moveCenter(scene.whole.center())
        return Layer(self.image, box)


def line(comparison: Comparison, scene: Scene, scale: PictureScale) -> float:
    """The place of the divider on the screen."""
    box = on_screen(scene.whole, scale)
    return box.left() + box.width() * comparison.divider


def share(x: float, scene: Scene, scale: PictureScale) -> float:
    """The divider that has this place on the screen."""
    box = on_screen(scene.whole, scale)
    return min(max(0.0, (x - box.left()) / max(1.0, box.width())), 1.0)


def paint_other(painter: QPainter, other: Comparison, x: float, room: QRectF, colours: Colours, font: QFont) -> None:
    """What stands on two pictures: the line between them, and the name of the present one. The other's is a button."""
    paint_divider(painter, x, room, colours)
    if other.divider > 0:
        paint_name(painter, PRESENT, room.topLeft() + QPointF(CORNER, CORNER), font)


def paint_divider(painter: QPainter, x: float, room: QRectF, colours: Colours) -> None:
    """A line from top to bottom, and what it is taken by."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((QColor(0, 0, 0, 110), 4.0), (QColor(255, 255, 255), 2.0)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
    painter.setPen(QPen(QColor(0, 0, 0, 110), 1))
    painter.setBrush(QColor(colours.accent))
    knob = QPointF(x, room.center().y())
    painter.drawEllipse(knob, KNOB, KNOB)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent_text))
    for way in (-1, 1):
        tip, back = knob + QPointF(way * 8, 0), knob + QPointF(way * 3, 0)
        painter.drawPolygon(QPolygonF([tip, back + QPointF(0, -4), back + QPointF(0, 4)]))


def paint_name(painter: QPainter, text: str, corner: QPointF, font: QFont) -> None:
    """A name that can be read on any picture; it begins in this corner."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    box = QRectF(painter.fontMetrics().boundingRect(text)).adjusted(-8, -4, 8, 4)
    box.moveTopLeft(corner)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 165))
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(QColor(255, 255, 255))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
