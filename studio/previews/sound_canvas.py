"""Where a sound is seen and pointed at: click to go there, drag to choose a span, wheel with Ctrl to come closer.

The picture is painted once for a size, a scale and a theme; while the sound plays only the playhead moves over it. Of
music whole bars are chosen, unless Alt is held.
"""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip

from studio import theme
from studio.previews.lanes import GUTTER, MARGIN, Lane, Scene, lay_out
from studio.previews.measures import Mark, around
from studio.previews.sound_hints import hint, shape, spoken_place
from studio.previews.sound_keys import target
from studio.previews.sound_paint import Moving, Pictures, moving
from studio.previews.sound_places import Frame, Place, Span, place_at
from studio.previews.time_scale import TimeScale

SLACK = 4  # pixels the mouse may move in a click
CLOSER = 1.25  # a notch of the wheel
SHORTEST = 0.02  # seconds that can be chosen
NOWHERE = -1e6  # a pixel so far off that the mouse has been moved
DRAGGED: tuple[Lane, ...] = ("picture", "wave")


class SoundCanvas(QAbstractScrollArea):
    """Seconds are those of the work. Nothing is played here: whoever listens is asked."""

    sought = Signal(float)
    span_chosen = Signal(object)
    """A Span, or None."""
    word_chosen = Signal(int)
    chord_chosen = Signal(int)
    part_chosen = Signal(int)
    redo_requested = Signal(int)
    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scene, self.scale = Scene(), TimeScale()
        self._now = Moving()
        self._pictures = Pictures()
        self._pressed: tuple[Place, float] | None = None  # where, and at which pixel
        self._edges: Span | None = None  # of what is being chosen with the keys: where one began, where one is
        self._font = theme.font("small")
        self.setProperty("role", "surface")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Sound preview")
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)

    # --- what is shown ---

    def show_scene(self, scene: Scene) -> None:
        """Show this; the scale stays where the length does."""
        longer = scene.seconds != self.scene.seconds
        self.scene = scene
        self._set_scale(replace(self.scale, seconds=scene.seconds) if not longer else self._whole())
        self._set(word=scene.word_at(self._now.position or 0.0) if self._now.position else None)

    def show_position(self, seconds: float | None, follow: bool = False) -> None:
        """The playhead; `follow` turns the page where it leaves what is in sight. None hides it."""
        if follow and seconds is not None and self._pressed is None:
            self._set_scale(self.scale.showing(seconds))
        self._set(position=seconds, word=None if seconds is None else self.scene.word_at(seconds))

    def show_chosen(self, span: Span | None, part: int | None = None) -> None:
        """What is chosen, and the sentence that it is."""
        self._set(chosen=span, part=part)

    @property
    def position(self) -> float:
        return self._now.position or 0.0

    @property
    def chosen(self) -> Span | None:
        return self._now.chosen

    @property
    def word(self) -> int | None:
        """The word at the playhead."""
        return self._now.word

    @property
    def part(self) -> int | None:
        """The sentence that is chosen."""
        return self._now.part

    def zoom(self, factor: float | None, about: float | None = None) -> None:
        """Come closer by this factor about the playhead or another second; None shows all."""
        center = self.position if about is None else about
        self._set_scale(self._whole() if factor is None else self.scale.zoomed(factor, center))

    def _frame(self) -> Frame:
        lanes = lay_out(self.scene, self.viewport().width(), self.viewport().height())
        return Frame(self.scene, lanes, self.scale, theme.colours(), self.devicePixelRatioF(), self._font)

    def _whole(self) -> TimeScale:
        width = max(1.0, float(self.viewport().width() - GUTTER - MARGIN))
        return TimeScale(self.scene.seconds, width, GUTTER)

    def _set_scale(self, scale: TimeScale) -> None:
        self.scale = scale
        bar, width = self.horizontalScrollBar(), round(scale.width)
        with QSignalBlocker(bar):
            bar.setRange(0, round(scale.width * (scale.zoom - 1)))
            bar.setPageStep(width)
            bar.setSingleStep(max(1, width // 10))
            bar.setValue(round(scale.first * scale.density))
        self.viewport().update()

    def _scrolled(self, value: int) -> None:
        self.scale = self.scale.scrolled(value / self.scale.density)
        self.viewport().update()

    def _set(self, **changes: object) -> None:
        now = replace(self._now, **changes)  # type: ignore[arg-type]
        if now != self._now:
            self._now = now
            self.viewport().update()

    def foot(self) -> int:
        """How many pixels there are under the spectrogram."""
        return round(self.viewport().height() - self._frame().lanes.picture.bottom())

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = self._frame()
        ground, over = self._pictures.of(frame, self.viewport().size())
        painter = QPainter(self.viewport())
        painter.drawPixmap(0, 0, ground)
        if self._now.position is not None:
            room = QRectF(frame.lanes.wave)
            room.setRight(max(room.left(), frame.scale.x(self._now.position)))
            painter.setClipRect(room)
            painter.drawPixmap(0, 0, over)
            painter.setClipping(False)
        moving(painter, frame, self._now)
        if self.hasFocus():
            painter.setPen(QPen(QColor(frame.colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            room = QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(room, theme.RADIUS, theme.RADIUS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        whole = self._whole()
        self._set_scale(replace(self.scale, width=whole.width, left=whole.left, seconds=whole.seconds))
        self.resized.emit()

    def sizeHint(self) -> QSize:
        return QSize(760, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 150)

    # --- the mouse ---

    def _place(self, point: QPointF) -> Place:
        return place_at(self._frame(), point)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._place(event.position())
        self._pressed = (place, event.position().x())
        if place.lane == "ruler":
            self._seek(place.seconds)
        elif place.lane in DRAGGED and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            begun = self.chosen[0] if self.chosen else self.position
            self._pressed = (replace(place, seconds=begun), NOWHERE)
            self._choose(begun, place.seconds, free=_free(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position())
        if self._pressed is None:
            return self._hover(place)
        begun, x = self._pressed
        if begun.lane == "ruler":
            self._seek(place.seconds)
        elif begun.lane in DRAGGED and abs(event.position().x() - x) > SLACK:
            self._choose(begun.seconds, place.seconds, free=_free(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is None or abs(event.position().x() - pressed[1]) > SLACK:
            return
        place, _ = pressed
        if place.lane in DRAGGED:
            self._seek(place.seconds)
        elif place.word is not None:
            self.word_chosen.emit(place.word)
        elif place.chord is not None:
            self.chord_chosen.emit(place.chord)
        elif place.section is not None:
            self._choose_mark(self.scene.sections[place.section])
        elif place.part is not None:
            self.redo_requested.emit(place.part) if place.again else self.part_chosen.emit(place.part)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A word or a chord as a span."""
        place = self._place(event.position())
        if place.word is not None:
            self.span_chosen.emit(self.scene.spans(self.scene.words)[place.word])
        elif place.chord is not None:
            self._choose_mark(self.scene.chords[place.chord])

    def _seek(self, seconds: float) -> None:
        self._edges = None
        if self.scene.sound:
            self.sought.emit(seconds)

    def _choose(self, one: float, other: float, free: bool = False) -> None:
        if self.scene.sound and abs(one - other) >= SHORTEST:
            score = None if free else self.scene.score
            self.span_chosen.emit(around(score, one, other) if score else (min(one, other), max(one, other)))

    def _choose_mark(self, mark: Mark) -> None:
        if self.scene.sound:
            self.span_chosen.emit((mark.start, mark.stop))

    def _hover(self, place: Place) -> None:
        self._set(**place.hovered)
        self.viewport().setCursor(shape(self.scene, place))

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(CLOSER ** (notches / 120), self.scale.at(event.position().x()))
            event.accept()
        elif self.scale.zoom > 1:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() - round(notches / 120 * bar.singleStep()))
            event.accept()
        else:
            event.ignore()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self._place(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), hint(self.scene, place), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self._set(**Place("", 0.0).hovered)
        return super().viewportEvent(event)

    # --- the keyboard ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        begun = self._edges[1] if shift and self._edges else self.position
        seconds = target(self.scene, self.scale, begun, Qt.Key(event.key()), control)
        if event.key() == Qt.Key.Key_Escape and self.chosen:
            self.span_chosen.emit(None)
        elif seconds is None or not self.scene.sound:
            event.ignore()
        else:
            self._extend(seconds) if shift else self._seek(seconds)
            self._say(seconds)

    def _extend(self, seconds: float) -> None:
        """Choose from where one began to choose, or from the playhead, to here."""
        self._edges = (self._edges[0] if self._edges else self.position, seconds)
        self._choose(*self._edges)

    def _say(self, seconds: float) -> None:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken_place(self.scene, seconds)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def _free(event: QMouseEvent) -> bool:
    """Whether not only whole bars may be chosen."""
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
