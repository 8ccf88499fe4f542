"""A recording as a ribbon: its waveform, its words above it, the edges of the words to take hold of.

As wide as the recording is long; whoever shows it scrolls. Times in ms.
"""

from array import array
from collections.abc import Collection, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.api.messages import SoundWork
from studio import theme
from studio.editors.edges import Edge, Span, edges, moved, place

DENSITY, CLOSEST, FARTHEST = 110.0, 8.0, 0.25  # pixels a second; times that, at most and at least
LANE, HEIGHT = 22, 104  # pixels of the words, of all
REACH = 5  # pixels from an edge that still mean it
NUDGE, PUSH = 10, 50  # ms that a key moves an edge
FAINTEST = 16  # of 127: a quieter recording is not drawn higher


class Ribbon(QWidget):
    """`dragged` carries all spans as they are now; `word_pressed` the word that was clicked."""

    dragged = Signal(object)
    word_pressed = Signal(int)
    edge_chosen = Signal(float)
    """Where the edge is that the keys act on, in pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._peaks, self._loudest = array("b"), FAINTEST
        self._lasts, self._zoom = 0.0, 1.0
        self._words: Sequence[str] = ()
        self._spans: list[Span] = []
        self._new: Collection[int] = ()
        self._edge, self._held, self._position = 0, False, -1.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    # --- what it shows ---

    def show_sound(self, sound: SoundWork | None) -> None:
        self._peaks = array("b", sound.peaks if sound else b"")
        self._loudest = max(FAINTEST, *map(abs, self._peaks)) if self._peaks else FAINTEST
        self._lasts = 1000 * sound.seconds if sound else 0.0
        self._resize()

    def show_words(self, words: Sequence[str], spans: Sequence[Span]) -> None:
        self._words, self._spans = words, list(spans)
        self._edge = min(self._edge, max(0, len(edges(self._spans)) - 1))
        self._describe()
        self.update()

    def show_new(self, words: Collection[int]) -> None:
        """These are made anew."""
        self._new = words
        self.update()

    def show_position(self, ms: float) -> None:
        """How far it is played; nowhere below 0."""
        self._position = ms
        self.update()

    def zoom(self, factor: float) -> None:
        self._zoom = min(max(FARTHEST, self._zoom * factor), CLOSEST)
        self._resize()

    def sizeHint(self) -> QSize:
        return QSize(round(self._x(self._lasts)), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _resize(self) -> None:
        self.updateGeometry()
        self.resize(self.sizeHint().expandedTo(QSize(self.width(), HEIGHT)))
        self.update()

    # --- pixels and ms ---

    def _x(self, ms: float) -> float:
        return ms / 1000 * DENSITY * self._zoom

    def _ms(self, x: float) -> float:
        return 1000 * x / (DENSITY * self._zoom)

    def _near(self, x: float) -> int | None:
        """The edge at this pixel."""
        there = [abs(self._x(place(self._spans, edge)) - x) for edge in edges(self._spans)]
        nearest = min(range(len(there)), key=there.__getitem__, default=None)
        return nearest if nearest is not None and there[nearest] <= REACH else None

    # --- what the user does ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        near = self._near(event.position().x())
        if near is not None:
            self._held = True
            self._choose(near)
        else:
            at = self._ms(event.position().x())
            for index, (start, stop) in enumerate(self._spans):
                if start <= at < stop:
                    self.word_pressed.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._held:
            self._move(self._ms(x))
        over = self._held or self._near(x) is not None
        self.setCursor(Qt.CursorShape.SplitHCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        way = ways.get(Qt.Key(event.key()))
        there = edges(self._spans)
        if way is None or not there:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            far = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self._move(place(self._spans, there[self._edge]) + way * (PUSH if far else NUDGE))
        else:
            self._choose(min(max(0, self._edge + way), len(there) - 1))

    def word(self) -> int | None:
        """The word at the chosen edge."""
        there = edges(self._spans)
        if not there:
            return None
        edge = there[self._edge]
        return edge.after if edge.after is not None else edge.before

    def _choose(self, index: int) -> None:
        self._edge = index
        self._describe()
        self.edge_chosen.emit(self._x(place(self._spans, edges(self._spans)[index])))
        self.update()

    def _move(self, to: float) -> None:
        self._spans = moved(self._spans, edges(self._spans)[self._edge], to, round(self._lasts))
        self._choose(self._edge)
        self.dragged.emit(list(self._spans))

    def _describe(self) -> None:
        """For those who hear it."""
        there = edges(self._spans)
        if there:
            self.setAccessibleDescription(f"{self._told(there[self._edge])}, {len(there)} edges.")

    def _told(self, edge: Edge) -> str:
        before, after = (f"“{self._words[each]}”" if each is not None else "" for each in (edge.before, edge.after))
        where = f"between {before} and {after}" if before and after else f"end of {before}" if before else f"{after}"
        return f"{where} at {place(self._spans, edge) / 1000:.2f} s"

    # --- how it looks ---

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = QPainter(self), QRectF(event.rect())
        painter.fillRect(room, QColor(theme.colours().surface))
        for index in range(len(self._spans)):
            self._paint_word(painter, index, room)
        self._paint_wave(painter, room)
        self._paint_edges(painter)
        if self._position >= 0:
            painter.fillRect(QRectF(self._x(self._position), LANE, 1.5, HEIGHT - LANE), QColor(theme.colours().text))

    def _paint_word(self, painter: QPainter, index: int, room: QRectF) -> None:
        start, stop = self._spans[index]
        box = QRectF(self._x(start), 0, self._x(stop) - self._x(start), HEIGHT)
        if not box.intersects(room):
            return
        colours, new = theme.colours(), index in self._new
        painter.fillRect(box, QColor(colours.accent_soft if new else colours.fixed))
        painter.setFont(theme.font("small", bold=new))
        painter.setPen(QColor(colours.text))
        lane = QRectF(box.left() + 2, 0, box.width() - 3, LANE)
        shown = painter.fontMetrics().elidedText(self._words[index], Qt.TextElideMode.ElideRight, int(lane.width()))
        painter.drawText(lane, Qt.AlignmentFlag.AlignCenter, shown)

    def _paint_wave(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.colours().muted))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPolygon(self._outline(room.left(), room.right()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _outline(self, left: float, right: float) -> QPolygonF:
        """Around the waveform between two pixels: above to the right, below back."""
        count = len(self._peaks) // 2
        if not count:
            return QPolygonF()
        wide = self._x(self._lasts) / count  # pixels of a stretch
        first, last = max(0, int(left / wide) - 1), min(count, int(right / wide) + 2)
        middle, half = (LANE + HEIGHT) / 2, (HEIGHT - LANE) / 2 - 4
        tops = [(i, middle - half * self._peaks[2 * i + 1] / self._loudest - 0.5) for i in range(first, last)]
        bottoms = [(i, middle - half * self._peaks[2 * i] / self._loudest + 0.5) for i in range(first, last)]
        return QPolygonF([QPointF((i + 0.5) * wide, y) for i, y in [*tops, *reversed(bottoms)]])

    def _paint_edges(self, painter: QPainter) -> None:
        colours = theme.colours()
        for index, edge in enumerate(edges(self._spans)):
            chosen = index == self._edge and self.hasFocus()
            painter.setPen(QPen(QColor(colours.accent if chosen else colours.muted), 3 if chosen else 1))
            x = self._x(place(self._spans, edge))
            painter.drawLine(QPointF(x, 0 if chosen else LANE), QPointF(x, HEIGHT))
