"""The sections of a piece over a ruler of bars: chosen, stretched, moved and added by mouse and by keys."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.api.score import SECTIONS
from studio.editors.beats import BeatScale
from studio.editors.lane_paint import HEIGHT, Block, box_of, paint_blocks, paint_hint, paint_room, paint_ruler
from studio.editors.section_edits import Form, added, choosing, expected, lasting, named, swapped

REACH, START = 5, 4  # pixels from an edge that still mean it; pixels that the mouse goes before it is a drag
EMPTY = "Drag here to draw a section, or add one above"
LETTERS = {name[0]: name for name in SECTIONS}


class SectionRibbon(QWidget):
    """`edited` carries the form that the user has made of it, `chose` one where only the choice is another."""

    edited = Signal(object)
    chose = Signal(object)
    revealed = Signal(float, float)
    names_wanted = Signal(QPoint)
    menu_wanted = Signal(QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._form, self._before, self._scale = Form(), Form(), BeatScale()
        self._held: str = ""  # "edge", "part" or "room"
        self._origin = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def form(self) -> Form:
        return self._form

    def show_form(self, form: Form) -> None:
        self._form = form
        self._describe()
        self.update()

    def show_scale(self, scale: BeatScale, width: float) -> None:
        self._scale = scale
        self.resize(round(width), HEIGHT)
        self.update()

    def bars(self) -> float:
        return self._scale.ruler.bars_of(self._form.bars * self._scale.ruler.bar)

    def sizeHint(self) -> QSize:
        return QSize(self.width(), HEIGHT)

    def box(self) -> QRectF:
        """The chosen section, or the room for the next."""
        first, last = self._beats(self._form.chosen)
        return box_of(self._scale, first, last)

    # --- the mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x, self._before = event.position().x(), self._form
        edge, index, self._origin = self._edge_at(x), self._form.at(self._bar(x)), x
        self._choose(edge if edge is not None else len(self._form.parts) if index is None else index)
        self._before = self._form
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = "edge" if edge is not None else "room" if index is None else "part"

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._held and abs(x - self._origin) >= START:
            self._drag(x)
            self.revealed.emit(x, x)
        over = self._held == "edge" or (not self._held and self._edge_at(x) is not None)
        free = self._form.at(self._bar(x)) is None
        shape = Qt.CursorShape
        self.setCursor(shape.SplitHCursor if over else shape.CrossCursor if free else shape.ArrowCursor)

    def _drag(self, x: float) -> None:
        before, bars = self._before, round(self._bar(x))
        if self._held == "edge":
            self.show_form(lasting(before, before.chosen, bars - before.start(before.chosen)))
        elif self._held == "room":
            self.show_form(added(before, expected(before.parts), max(1, bars - before.bars)))
        else:
            self._carry(self._bar(x))

    def _carry(self, bar: float) -> None:
        """Past the middle of a neighbour it takes that one's place."""
        form = self._form
        for way in (-1, 1):
            other = form.chosen + way
            if 0 <= other < len(form.parts):
                middle = form.start(other) + form.parts[other][1] / 2
                if (bar - middle) * way > 0:
                    return self.show_form(swapped(form, way))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held, self._held = self._held, ""
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.globalPosition().toPoint())
        elif self._form.parts != self._before.parts:
            self.edited.emit(self._form)
            if held == "room":
                self.ask_name()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._held = ""
        self.ask_name()

    def ask_name(self) -> None:
        """Have a menu of names under the chosen section."""
        self.names_wanted.emit(self.mapToGlobal(self.box().bottomLeft().toPoint()))

    # --- the keys ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ways = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -(10**6), Qt.Key.Key_End: 10**6}
        way, plain = ways.get(Qt.Key(event.key())), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if way is not None and plain:
            self._choose(self._form.chosen + way)
        elif event.key() == Qt.Key.Key_Escape and self._held:
            self._held = ""
            self.show_form(self._before)
        elif plain and event.text() in LETTERS:
            self.edited.emit(named(self._form, LETTERS[event.text()]))
        else:
            super().keyPressEvent(event)

    # --- where things are ---

    def _choose(self, index: int) -> None:
        form = choosing(self._form, index)
        if form != self._form:
            self.show_form(form)
            self.chose.emit(form)
        self.revealed.emit(self.box().left(), self.box().right())

    def _bar(self, x: float) -> float:
        return self._scale.beat(x) / self._scale.ruler.bar

    def _beats(self, index: int) -> tuple[float, float]:
        bar, form = self._scale.ruler.bar, self._form
        bars = form.parts[index][1] if index < len(form.parts) else 1
        return form.start(index) * bar, (form.start(index) + bars) * bar

    def _edge_at(self, x: float) -> int | None:
        """The section whose end is at this pixel; a narrow one keeps a middle to take hold of."""
        for index in range(len(self._form.parts)):
            start, end = (self._scale.x(beat) for beat in self._beats(index))
            if abs(end - x) <= min(REACH, (end - start) / 3):
                return index
        return None

    # --- how it looks and what is said of it ---

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)

    def _describe(self) -> None:
        """For those who hear it."""
        form = self._form
        here = "Room for a section"
        if form.chosen < len(form.parts):
            name, bars = form.parts[form.chosen]
            here = f"{name}, {bars} bars from bar {form.start(form.chosen) + 1}"
        self.setAccessibleDescription(f"{here}. {len(form.parts)} sections, {form.bars} bars.")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, room = QPainter(self), QRectF(event.rect())
        paint_ruler(painter, self._scale, room, HEIGHT)
        blocks = [self._block(index) for index in range(len(self._form.parts))]
        paint_blocks(painter, self._scale, blocks, room, self.hasFocus())
        if not blocks:
            paint_hint(painter, QRectF(self.visibleRegion().boundingRect()), EMPTY)
        elif self.hasFocus() and self._form.chosen == len(blocks):
            paint_room(painter, self._scale, *self._beats(self._form.chosen))

    def _block(self, index: int) -> Block:
        name, bars = self._form.parts[index]
        beyond = self._beats(index)[0] >= self._scale.ruler.beats
        note = f"{bars} bar{'s' if bars != 1 else ''}"
        return Block(*self._beats(index), name.capitalize(), note, index == self._form.chosen, beyond)
