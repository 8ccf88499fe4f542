"""The circle of fifths: major chords around it, their relative minors within; those of the key on a ground of theirs.

Clockwise from the top each is a fifth higher. Keys: left and right go round, up and down change the ring.
"""

from math import atan2, cos, degrees, hypot, radians, sin

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.api.chords import QUALITIES, Chord, Key, spelled
from studio import theme
from studio.editors.caption import describe
from studio.editors.harmony import in_key, numeral

SIZE = 268  # pixels across
RINGS = ((1.0, 0.66), (0.66, 0.36))  # outer and inner radius of the majors, of the minors, of all
Place = tuple[int, int]
"""Ring (0 major, 1 minor) and fifths clockwise from the top."""
HELP = "Click a chord; left and right go round by fifths, up and down between major and minor."


def place_of(chord: Chord) -> Place | None:
    """Where a chord belongs by its root and its third; a minor stands with its relative major."""
    if chord.root is None:
        return None
    ring = 1 if 3 in QUALITIES[chord.quality] else 0
    return ring, ((chord.root + 3 * ring) * 7) % 12


def chord_there(place: Place) -> Chord:
    ring, fifths = place
    return Chord((fifths * 7 - 3 * ring) % 12, "m" if ring else "")


class CircleOfFifths(QWidget):
    """`picked` carries a triad."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._chord, self._key = Chord(None), Key(0, "major")
        self._over: Place | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        describe(self, "Circle of fifths", HELP)

    def show_chord(self, chord: Chord, key: Key) -> None:
        self._chord, self._key = chord, key
        degree = f", {numeral(chord, key)}" if chord.root is not None else ""
        self.setAccessibleDescription(f"{spelled(chord, key)}{degree}. {HELP}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIZE, SIZE)

    def at(self, point: QPointF) -> Place | None:
        """The place under a point."""
        offset = point - QPointF(self.width() / 2, self.height() / 2)
        far = hypot(offset.x(), offset.y()) / (self._radius() or 1)
        fifths = round(degrees(atan2(offset.x(), -offset.y())) / 30) % 12
        return next(((ring, fifths) for ring, (outer, inner) in enumerate(RINGS) if inner <= far < outer), None)

    def middle(self, place: Place) -> QPointF:
        """The middle of a place."""
        ring, fifths = place
        far = sum(RINGS[ring]) / 2 * self._radius()
        angle = radians(30 * fifths)
        return QPointF(self.width() / 2 + far * sin(angle), self.height() / 2 - far * cos(angle))

    def _radius(self) -> float:
        return min(self.width(), self.height()) / 2 - 2

    # --- what the user does ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.at(event.position())
        if place is not None:
            self.picked.emit(chord_there(place))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ring, fifths = place_of(self._chord) or (0, 0)
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.picked.emit(chord_there((ring, (fifths + (1 if key == Qt.Key.Key_Right else -1)) % 12)))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.picked.emit(chord_there((0 if key == Qt.Key.Key_Up else 1, fifths)))
        else:
            super().keyPressEvent(event)

    def _hover(self, place: Place | None) -> None:
        if place != self._over:
            self._over = place
            self.setCursor(Qt.CursorShape.PointingHandCursor if place else Qt.CursorShape.ArrowCursor)
            self.update()

    # --- how it looks ---

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = place_of(self._chord)
        places = [(ring, fifths) for ring in (0, 1) for fifths in range(12)]
        for place in sorted(places, key=lambda each: each == here):  # its frame over those of its neighbours
            self._paint_place(painter, place, place == here)
        self._paint_middle(painter)

    def _paint_place(self, painter: QPainter, place: Place, here: bool) -> None:
        colours, chord = theme.colours(), chord_there(place)
        own = in_key(chord, self._key)
        ground = colours.accent_soft if here else colours.border if place == self._over else None
        painter.setBrush(QColor(ground or (colours.raised if own else colours.surface)))
        painter.setPen(
            QPen(QColor(colours.accent if here else colours.border), 2.5 if here and self.hasFocus() else 1.2)
        )
        painter.drawPath(self._sector(place))
        middle = self.middle(place)
        name = spelled(chord, self._key if own else None)
        self._paint_words(painter, name, middle, theme.font("body", bold=own), colours.text, -6 if own else 0)
        if own:
            self._paint_words(painter, numeral(chord, self._key), middle, theme.font("small"), colours.muted, 9)

    def _paint_words(
        self, painter: QPainter, words: str, middle: QPointF, font: QFont, colour: str, lower: float
    ) -> None:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        box = QRectF(middle.x() - 30, middle.y() - 12 + lower, 60, 24)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_middle(self, painter: QPainter) -> None:
        middle, colours = QPointF(self.width() / 2, self.height() / 2), theme.colours()
        bare = self._chord.root is None
        name = "–" if bare else spelled(self._chord, self._key)
        size = theme.font("title" if len(name) < 8 else "body", bold=True)
        self._paint_words(painter, name, middle, size, colours.text, 0 if bare else -7)
        if not bare:
            self._paint_words(painter, numeral(self._chord, self._key), middle, theme.font("small"), colours.muted, 13)

    def _sector(self, place: Place) -> QPainterPath:
        ring, fifths = place
        outer, inner = (share * self._radius() for share in RINGS[ring])
        middle, start = QPointF(self.width() / 2, self.height() / 2), 90 - 30 * fifths + 15
        path = QPainterPath()
        boxes = [QRectF(middle.x() - far, middle.y() - far, 2 * far, 2 * far) for far in (outer, inner)]
        path.arcMoveTo(boxes[0], start)
        path.arcTo(boxes[0], start, -30)
        path.arcTo(boxes[1], start - 30, 30)
        path.closeSubpath()
        return path
