"""What the arrow keys come to on a picture: a nudge of the cross or of the frame, and the frame larger or smaller.

A press moves eight pixels of the screen, with Shift eight times that, with Ctrl one pixel of the picture.
"""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from studio.editors.mask_painting import Painting
from studio.editors.picture_frame import Frame, grown, moved

WAYS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
SIZES = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}
STEP, FAR = 8, 8


def nudge(event: QKeyEvent, scale: float) -> QPointF | None:
    """How far in pixels of the picture, of which one is `scale` on the screen; None for other keys."""
    way = WAYS.get(Qt.Key(event.key()))
    return None if way is None else way * _far(event, scale)


def nudged(painting: Painting, event: QKeyEvent, scale: float) -> Frame | None:
    """The frame after this key; None where it means nothing to the frame."""
    way = nudge(event, scale)
    if way is not None:
        return moved(painting.frame, way.x(), way.y())
    if resizing(event):
        return grown(painting.frame, SIZES[Qt.Key(event.key())] * _far(event, scale), painting.size)
    return None


def resizing(event: QKeyEvent) -> bool:
    return Qt.Key(event.key()) in SIZES


def _far(event: QKeyEvent, scale: float) -> int:
    if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
        return 1
    far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
    return max(1, round(STEP * far / scale))
