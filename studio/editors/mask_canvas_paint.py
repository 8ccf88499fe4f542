"""How a picture looks while it is painted on: the coat of the mask, the frame, and what is drawn beyond the picture."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from studio import theme
from studio.editors.mask_painting import Painting
from studio.editors.picture_frame import Frame, Size
from studio.editors.picture_sight import Sight

COAT, SHADE = 0.62, 0.5  # how opaque the mask is where it is white; what the network does not see
HANDLE = 10  # screen pixels of a corner to take hold of
SPARE = 4  # pixels around what is drawn, so that no seam is seen beside it
DRAWN = "will be drawn"


@dataclass(frozen=True)
class Pointer:
    """What goes with the pointer: a brush of this size in pixels of the picture (0 for none), or a cross."""

    at: QPointF
    size: float = 0.0
    cross: bool = False


def coat() -> list[int]:
    """The colours of a mask, from nothing to the whole coat, in the theme's accent."""
    accent = QColor(theme.colours().accent).rgb() & 0xFFFFFF
    return [(round(COAT * shade) << 24) | accent for shade in range(256)]


def paint_picture(painter: QPainter, painting: Painting, sight: Sight, room: QRectF) -> None:
    """The picture and its mask, as far as they are in this part of the screen."""
    whole = QRectF(0, 0, *painting.size)
    scale = sight.scale * painter.device().devicePixelRatio()
    spare = SPARE * 2 ** painting.picture.level(scale)
    seen = sight.part(room).adjusted(-spare, -spare, spare, spare) & whole
    seen = QRectF(seen.toAlignedRect()) & whole
    if not seen.isEmpty():
        painting.picture.draw(painter, sight.box(seen), seen, scale)
        painting.tint.draw(painter, sight.box(seen), seen, scale)


def paint_beyond(painter: QPainter, frame: Frame, size: Size, sight: Sight) -> None:
    """Hatched, what of the frame lies beside the picture."""
    square = sight.box(square_of(frame))
    path = QPainterPath()
    path.addRect(square)
    inner = QPainterPath()
    inner.addRect(sight.box(QRectF(0, 0, *size)))
    rest = path - inner
    if rest.isEmpty():
        return
    colours = theme.colours()
    painter.fillPath(rest, QColor(colours.surface))
    painter.fillPath(rest, QBrush(QColor(colours.masked), Qt.BrushStyle.BDiagPattern))
    for part in beside(square, sight.box(QRectF(0, 0, *size))):
        _label(painter, part)


def paint_shade(painter: QPainter, frame: Frame, sight: Sight, room: QRectF) -> None:
    """What the network does not see stands back."""
    path = QPainterPath()
    path.addRect(room)
    inner = QPainterPath()
    inner.addRect(sight.box(square_of(frame)))
    shade = QColor(theme.colours().background)
    shade.setAlphaF(SHADE)
    painter.fillPath(path - inner, shade)


def paint_frame(painter: QPainter, frame: Frame, sight: Sight, active: bool) -> None:
    """Its sides, seen on light and dark; corners to take hold of where they can be."""
    square, colours = sight.box(square_of(frame)), theme.colours()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, colour in ((3, colours.surface), (1, colours.accent)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRect(square)
    for corner in (square.topLeft(), square.topRight(), square.bottomLeft(), square.bottomRight()) if active else ():
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.setBrush(QColor(colours.surface))
        painter.drawRect(QRectF(corner.x() - HANDLE / 2, corner.y() - HANDLE / 2, HANDLE, HANDLE))


def paint_outline(painter: QPainter, outline: QPainterPath, sight: Sight) -> None:
    """A shape that is being drawn."""
    painter.save()
    painter.translate(sight.left, sight.top)
    painter.scale(sight.scale, sight.scale)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, style in (("white", Qt.PenStyle.SolidLine), ("black", Qt.PenStyle.DashLine)):
        pen = QPen(QColor(colour), 1, style)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPath(outline)
    painter.restore()


def paint_pointer(painter: QPainter, pointer: Pointer, sight: Sight) -> None:
    """The size of the brush where it would paint; a cross where the keys are."""
    at, radius = sight.screen(pointer.at), pointer.size * sight.scale / 2
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 150), 3.0), (QColor("white"), 1.2)):
        painter.setPen(QPen(colour, width))
        if radius > 0:
            painter.drawEllipse(at, radius, radius)
        if pointer.cross or 0 < radius < 3:
            painter.drawLine(at - QPointF(9, 0), at + QPointF(9, 0))
            painter.drawLine(at - QPointF(0, 9), at + QPointF(0, 9))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def pointer_box(pointer: Pointer, sight: Sight) -> QRectF:
    """The pixels of the screen that a pointer takes."""
    at, radius = sight.screen(pointer.at), max(10.0, pointer.size * sight.scale / 2) + 4
    return QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)


def square_of(frame: Frame) -> QRectF:
    left, top, side = frame
    return QRectF(left, top, side, side)


def beside(square: QRectF, picture: QRectF) -> list[QRectF]:
    """The parts of the frame to the left, right, above and below of the picture."""
    left = QRectF(square.topLeft(), QPointF(min(picture.left(), square.right()), square.bottom()))
    right = QRectF(QPointF(max(picture.right(), square.left()), square.top()), square.bottomRight())
    middle = (max(left.right(), square.left()), min(right.left(), square.right()))
    above = QRectF(QPointF(middle[0], square.top()), QPointF(middle[1], min(picture.top(), square.bottom())))
    below = QRectF(QPointF(middle[0], max(picture.bottom(), square.top())), QPointF(middle[1], square.bottom()))
    return [part for part in (left, right, above, below) if part.width() > 0 and part.height() > 0]


def _label(painter: QPainter, part: QRectF) -> None:
    """Says what the hatching means, upright or along the side, where there is room."""
    painter.setFont(theme.font("small", bold=True))
    wide, high = painter.fontMetrics().horizontalAdvance(DRAWN) + 16, painter.fontMetrics().height() + 6
    turned = part.width() < wide
    long, across = (part.height(), part.width()) if turned else (part.width(), part.height())
    if long < wide or across < high:
        return
    painter.save()
    painter.translate(part.center())
    if turned:
        painter.rotate(-90)
    box = QRectF(-wide / 2, -high / 2, wide, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.colours().surface))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
    painter.setPen(QColor(theme.colours().text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, DRAWN)
    painter.restore()
