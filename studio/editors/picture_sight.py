"""Which part of a picture is in sight, and how large: pixels of the picture to pixels of the screen and back."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

MARGIN = 24  # pixels of the screen that are left free around what is fitted
CLOSEST, FARTHEST = 32.0, 0.01  # screen pixels for one of the picture's


@dataclass(frozen=True)
class Sight:
    """`left` and `top` are where on the screen the picture begins."""

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def screen(self, point: QPointF) -> QPointF:
        return QPointF(point.x() * self.scale + self.left, point.y() * self.scale + self.top)

    def picture(self, point: QPointF) -> QPointF:
        return QPointF((point.x() - self.left) / self.scale, (point.y() - self.top) / self.scale)

    def box(self, box: QRectF) -> QRectF:
        """A part of the picture as it lies on the screen."""
        return QRectF(self.screen(box.topLeft()), box.size() * self.scale)

    def part(self, box: QRectF) -> QRectF:
        """What of the picture is seen in a part of the screen."""
        return QRectF(self.picture(box.topLeft()), box.size() / self.scale)

    def moved(self, by: QPointF) -> "Sight":
        return replace(self, left=self.left + by.x(), top=self.top + by.y())

    def zoomed(self, factor: float, about: QPointF) -> "Sight":
        """So many times closer; what is at this pixel of the screen stays there."""
        scale = min(max(FARTHEST, self.scale * factor), CLOSEST)
        still = self.picture(about)
        return Sight(scale, about.x() - still.x() * scale, about.y() - still.y() * scale)


def fitted(content: QRectF, room: QSizeF, margin: float = MARGIN) -> Sight:
    """All of `content` in the middle of the room."""
    wide, high = max(1.0, room.width() - 2 * margin), max(1.0, room.height() - 2 * margin)
    scale = min(wide / content.width(), high / content.height(), CLOSEST)
    middle = content.center() * scale
    return Sight(scale, room.width() / 2 - middle.x(), room.height() / 2 - middle.y())
