"""A lane of chords over a ruler of bars and beats: drawn, chosen, moved and stretched by mouse and by keys.

The lane starts over until the music ends; what is heard again is shown faintly. As wide as all of it; whoever shows it
scrolls.
"""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from engine.api.chords import Key, Span, spelled
from studio.editors.beats import BeatScale
from studio.editors.caption import tip
from studio.editors.harmony import expected, in_key, key_of, notes, numeral
from studio.editors.lane import Lane, at, edges, extended, gap_at, index_at, place, stepped, stretched
from studio.editors.lane_edits import repeats, written_out
from studio.editors.lane_gestures import Drag, Draw, Gesture, Move
from studio.editors.lane_paint import HEIGHT, Block, box_of, paint_blocks, paint_hint, paint_room, paint_ruler
from studio.editors.name_field import NameField

REACH = 5  # pixels from an edge that still mean it
START = 4  # pixels that the mouse goes before it is a drag
LETTERS = "ABCDEFGN"
EMPTY = "Drag here to draw a chord, or type one: Am7"
KEYS = Qt.KeyboardModifier
CTRL, SHIFT, ALT = KEYS.ControlModifier, KEYS.ShiftModifier, KEYS.AltModifier


class ChordRibbon(QWidget):
    """`edited` carries the lane that the user has made of it, `chose` one where only the choice is another."""

    edited = Signal(object)
    chose = Signal(object)
    revealed = Signal(float, float)
    """What has to be in sight, in pixels."""
    menu_wanted = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._lane, self._scale, self._key = Lane(), BeatScale(), Key(0, "major")
        self._gesture: Gesture | None = None
        self._pressed = QPoint()
        self._dragging = False
        self.name = NameField(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    # --- what it shows ---

    def lane(self) -> Lane:
        return self._lane

    def show_lane(self, lane: Lane) -> None:
        self._lane = lane
        self._look()

    def show_scale(self, scale: BeatScale, width: float) -> None:
        self._scale = scale
        self.resize(round(width), HEIGHT)
        self._look()

    def _look(self) -> None:
        self._key = key_of(self._lane.spans, self._scale.ruler.key)
        self._describe()
        self.update()

    def bars(self) -> float:
        return self._scale.ruler.bars_of(self._lane.stop)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), HEIGHT)

    def box(self) -> QRectF:
        """Where the keys act: the first chosen chord, or the room for a new one."""
        first = self._lane.first
        if first is not None:
            return box_of(self._scale, self._lane.spans[first].start, self._lane.spans[first].stop)
        return box_of(self._scale, *gap_at(self._lane, self._lane.at, self._scale.ruler.bar))

    def rename(self, typed: str = "", offered: str = "") -> None:
        """Have the name typed in its place."""
        first, box = self._lane.first, self.box()
        now = spelled(self._lane.spans[first].chord, self._key) if first is not None else offered
        self.revealed.emit(box.left(), box.right())
        self.name.open(box, now, typed)

    # --- the mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._dragging = event.position().toPoint(), False
        beat, keys = self._scale.beat(event.position().x()), event.modifiers()
        edge, index = self._edge_at(event.position().x()), index_at(self._lane.spans, beat)
        if event.button() == Qt.MouseButton.RightButton:
            if index is None or index not in self._lane.chosen:
                self._choose(self._there(beat))
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if edge is not None and not keys & CTRL:
            self._gesture = Drag(self._lane, edges(self._lane.spans)[edge])
        elif index is None:
            self._choose(self._there(beat))
            usual = expected(self._lane.spans, beat, self._scale.ruler.key)
            self._gesture = Draw(self._lane, beat, usual[0])
        else:
            self._press(index, beat, keys)

    def _press(self, index: int, beat: float, keys: Qt.KeyboardModifier) -> None:
        """On a chord."""
        if keys & SHIFT:
            self._choose(extended(self._lane, index))
        elif keys & CTRL:
            chosen = self._lane.chosen ^ {index}
            self._choose(Lane(self._lane.spans, chosen, self._lane.spans[index].start))
        else:
            if index not in self._lane.chosen:
                self._choose(at(self._lane, beat))
            self._gesture = Move(self._lane, beat)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._gesture and not self._dragging:
            self._dragging = abs(x - self._pressed.x()) >= START
        if self._gesture and self._dragging:
            fine, pushing = bool(event.modifiers() & ALT), bool(event.modifiers() & SHIFT)
            self.show_lane(self._gesture.at(self._scale.beat(x), self._scale.ruler, fine, pushing))
            self.revealed.emit(x, x)
        over = isinstance(self._gesture, Drag) or (not self._gesture and self._edge_at(x) is not None)
        free = index_at(self._lane.spans, self._scale.beat(x)) is None
        shape = Qt.CursorShape
        self.setCursor(shape.SplitHCursor if over else shape.CrossCursor if free else shape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, None
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.globalPosition().toPoint())
        elif gesture and self._dragging and self._lane != gesture.before:
            self.edited.emit(self._lane)
            if isinstance(gesture, Draw):
                self.rename()
        elif isinstance(gesture, Move):
            self._choose(at(self._lane, self._scale.beat(event.position().x())))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Type the name; of what is heard again, once it is written out."""
        self._gesture, beat = None, self._scale.beat(event.position().x())
        heard = next((span for span in self._again() if span.start <= beat < span.stop), None)
        if index_at(self._lane.spans, beat) is None and heard:
            self.show_lane(at(written_out(self._lane, self._scale.ruler.bar, heard.stop), beat))
            self.edited.emit(self._lane)
        self._choose(self._there(beat))
        self.rename()

    def cancel(self) -> bool:
        """Leave the drag that is under way; whether there was one."""
        gesture, self._gesture = self._gesture, None
        if gesture is None or not self._dragging:
            return False
        self.show_lane(gesture.before)
        return True

    # --- the keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6), Qt.Key.Key_End: 10**6}
        way, keys = ways.get(Qt.Key(event.key())), event.modifiers()
        if way is not None and not keys & (CTRL | ALT):
            shifted = bool(keys & SHIFT)
            self._choose(stretched(self._lane, way) if shifted else stepped(self._lane, way, self._scale.ruler.bar))
        elif event.key() == Qt.Key.Key_Escape and self.cancel():
            pass
        elif event.text().upper() in LETTERS and event.text() and not keys & (CTRL | ALT):
            self.rename(event.text().upper())
        else:
            super().keyPressEvent(event)

    # --- where things are ---

    def _choose(self, lane: Lane) -> None:
        if lane != self._lane:
            self.show_lane(lane)
            self.chose.emit(lane)
        self.revealed.emit(self.box().left(), self.box().right())

    def _there(self, beat: float) -> Lane:
        """With the keys at this beat; between chords, where the room begins."""
        if index_at(self._lane.spans, beat) is None:
            beat = gap_at(self._lane, beat, self._scale.ruler.bar)[0]
        return at(self._lane, beat)

    def _edge_at(self, x: float) -> int | None:
        """The edge at this pixel; a narrow chord keeps a middle to take hold of."""
        spans, beat = self._lane.spans, self._scale.beat(x)
        index = index_at(spans, beat)
        wide = self._scale.x(spans[index].stop - spans[index].start) if index is not None else 99.0
        there = [abs(self._scale.x(place(spans, edge)) - x) for edge in edges(spans)]
        nearest = min(range(len(there)), key=there.__getitem__, default=None)
        return nearest if nearest is not None and there[nearest] <= min(REACH, wide / 3) else None

    def _again(self) -> list[Span]:
        return repeats(self._lane.spans, self._scale.ruler.bar, self._scale.ruler.beats)

    # --- how it looks and what is said of it ---

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = index_at(self._lane.spans, self._scale.beat(event.pos().x()))
            words = self.toolTip() if index is None else tip(self._told(index))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def _told(self, index: int) -> str:
        span, key = self._lane.spans[index], self._key
        degree = f", {numeral(span.chord, key)}" if span.chord.root is not None else ""
        lasts = f"{span.stop - span.start:.4g} beats from {self._scale.ruler.told(span.start)}"
        return f"{spelled(span.chord, key)}{degree}: {lasts}. {' '.join(notes(span.chord, key))}".strip()

    def _describe(self) -> None:
        """For those who hear it."""
        first, count = self._lane.first, len(self._lane.spans)
        here = (
            self._told(first) if first is not None else f"Room for a chord at {self._scale.ruler.told(self._lane.at)}"
        )
        more = f" {len(self._lane.chosen)} chosen." if len(self._lane.chosen) > 1 else ""
        self.setAccessibleDescription(f"{here.rstrip('.')}. {count} chord{'s' if count != 1 else ''}.{more}")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = QPainter(self), QRectF(event.rect())
        paint_ruler(painter, self._scale, room, HEIGHT)
        first, last = self._scale.beat(room.left()), self._scale.beat(room.right())
        again = [self._block(span, faint=True) for span in self._again() if span.start < last and span.stop > first]
        paint_blocks(painter, self._scale, again, room, False)
        seen = [(index, span) for index, span in enumerate(self._lane.spans) if span.start < last and span.stop > first]
        own = [self._block(span, index in self._lane.chosen) for index, span in seen]
        paint_blocks(painter, self._scale, own, room, self.hasFocus() or self.name.isVisible())
        if not self._lane.spans:
            paint_hint(painter, QRectF(self.visibleRegion().boundingRect()), EMPTY)
        elif self.hasFocus() and not self._lane.chosen:
            paint_room(painter, self._scale, *gap_at(self._lane, self._lane.at, self._scale.ruler.bar))

    def _block(self, span: Span, chosen: bool = False, faint: bool = False) -> Block:
        key = self._key
        plain = span.chord.root is None or not in_key(span.chord, key)
        degree = "" if span.chord.root is None else numeral(span.chord, key)
        return Block(span.start, span.stop, spelled(span.chord, key), degree, chosen, faint, plain)
