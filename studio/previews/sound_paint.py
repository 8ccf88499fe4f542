"""How a sound looks: its times, its spectrogram and waveform, its words and sentences; the playhead and what is chosen.

What stands still is painted once into a picture (`still`); what moves is painted over it (`moving`). Of music there are
bars, chords and sections too (`studio/previews/score_paint.py`).
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPixmap

from studio.icons import icon
from studio.previews import measures, score_paint, spectrogram, waveform
from studio.previews.paint import faded
from studio.previews.sound_places import PAD, Frame, Span, again_of, box_of, text_box

CORNER, BAR = 4.0, 8.0  # of boxes; above and below the bar of a word without letters
APART = 3.0  # pixels between two words that are written
MOST = 0.6  # of the words in sight must have room, that any are written


@dataclass(frozen=True)
class Moving:
    """What changes while the rest stands: seconds of the work, and numbers of words and sentences."""

    position: float | None = None
    chosen: Span | None = None
    word: int | None = None
    hovered_word: int | None = None
    part: int | None = None
    hovered_part: int | None = None
    hovered_chord: int | None = None
    hovered_section: int | None = None


class Pictures:
    """What stands still, painted once: all of it, and the waveform as it is once it was heard."""

    def __init__(self) -> None:
        self._of: Frame | None = None
        self._ground, self._over = QPixmap(), QPixmap()

    def of(self, frame: Frame, size: QSize) -> tuple[QPixmap, QPixmap]:
        """The pictures of this frame in a viewport of this size."""
        if frame != self._of or self._ground.deviceIndependentSize() != size:
            self._of = frame
            self._ground, self._over = (blank(size.width(), size.height(), frame.ratio) for _ in range(2))
            painter = QPainter(self._ground)
            still(painter, frame)
            painter.end()
            painter = QPainter(self._over)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            played(painter, frame, frame.colours.accent)
            painter.end()
        return self._ground, self._over


def blank(width: int, height: int, ratio: float) -> QPixmap:
    """A clear picture of this size."""
    made = QPixmap(round(width * ratio), round(height * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    return made


# --- what stands still ---


def still(painter: QPainter, frame: Frame) -> None:
    """Everything but what moves."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(frame.font)
    lanes, colours = frame.lanes, frame.colours
    _beside(painter, frame)
    painter.setClipRect(QRectF(lanes.picture.left(), 0, lanes.picture.width(), 1e5))
    score_paint.ruler(painter, frame) if frame.scene.score else _ruler(painter, frame)
    spectrogram.draw(painter, frame.scene.passages, colours.spectrum, frame.scale, lanes.picture, frame.ratio)
    _given(painter, frame)
    played(painter, frame, colours.muted)
    score_paint.bar_lines(painter, frame)
    score_paint.chords(painter, frame)
    score_paint.sections(painter, frame)
    _words(painter, frame)
    _parts(painter, frame)


def played(painter: QPainter, frame: Frame, colour: str) -> None:
    """The waveform in one colour."""
    if frame.scene.sound:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        waveform.draw(painter, frame.scene.sound, frame.scene.start, frame.scale, frame.lanes.wave)


def _beside(painter: QPainter, frame: Frame) -> None:
    """The frequencies, left of the picture."""
    room, passages = frame.lanes.picture, frame.scene.passages
    painter.setPen(QColor(frame.colours.muted))
    last = room.bottom() + 20
    for frequency in spectrogram.FREQUENCIES:
        y = spectrogram.height_of(frequency, room, passages[-1].scale if passages else "mel")
        if y is not None and last - y >= 15 and y - room.top() >= 6:
            box = QRectF(0, y - 8, room.left() - 6, 16)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, spectrogram.written(frequency)
            )
            last = y


def _ruler(painter: QPainter, frame: Frame) -> None:
    room, metrics = frame.lanes.ruler, QFontMetricsF(frame.font)
    for seconds, text in frame.scale.ticks():
        x = frame.scale.x(seconds)
        painter.setPen(QPen(QColor(frame.colours.border), 1))
        painter.drawLine(QPointF(x, room.bottom() - 5), QPointF(x, room.bottom()))
        if x + 7 + metrics.horizontalAdvance(text) <= room.right():
            painter.setPen(QColor(frame.colours.muted))
            painter.drawText(QPointF(x + 7, room.bottom() - 7), text)


def _given(painter: QPainter, frame: Frame) -> None:
    """A veil over what came with the request, and a rule under it."""
    room = frame.lanes.picture
    for preview in frame.scene.passages:
        for first, last in preview.given:
            left, right = (frame.scale.x(preview.start + each * preview.hop) for each in (first, last))
            painter.fillRect(QRectF(left, room.top(), right - left, room.height()), faded(frame.colours.surface, 0.45))
            painter.fillRect(QRectF(left, room.bottom() - 3, right - left, 3), QColor(frame.colours.muted))


def _words(painter: QPainter, frame: Frame) -> None:
    """Every word in its time; only bars where too few have room for their letters."""
    boxes, metrics = in_sight(frame), QFontMetricsF(frame.font)
    widths = {word: metrics.horizontalAdvance(frame.scene.words[word].text) for word in boxes}
    ends = {word: boxes[word + 1].left() if word + 1 in boxes else frame.lanes.words.right() + 20 for word in boxes}
    fitting = {word for word, box in boxes.items() if max(widths[word], box.width()) + box.left() <= ends[word] - APART}
    written = len(fitting) >= MOST * len(boxes)
    for word, box in boxes.items():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(frame.colours.raised if written else frame.colours.border))
        painter.drawRoundedRect(box if written else box.adjusted(0, BAR, 0, -BAR), min(CORNER, box.width() / 2), CORNER)
        if written and word in fitting:
            painter.setPen(QColor(frame.colours.text))
            place = text_box(box, widths[word])
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, frame.scene.words[word].text)


def in_sight(frame: Frame) -> dict[int, QRectF]:
    """The boxes of the words that are to be seen, by their numbers."""
    room, spans = frame.lanes.words, enumerate(frame.scene.spans(frame.scene.words))
    boxes = {word: box_of(frame, span, room) for word, span in spans}
    return {word: box for word, box in boxes.items() if box.right() >= room.left() and box.left() <= room.right()}


def _parts(painter: QPainter, frame: Frame) -> None:
    """Every sentence in its time."""
    for index, span in enumerate(frame.scene.spans(frame.scene.parts)):
        box = box_of(frame, span, frame.lanes.parts)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(frame.colours.raised))
        painter.drawRoundedRect(box, CORNER, CORNER)
        _sentence(painter, frame, index, box, frame.colours.muted)


def _sentence(painter: QPainter, frame: Frame, index: int, box: QRectF, colour: str) -> None:
    """The words of a sentence in its box, as many as fit, beside the icon that makes it anew."""
    seen = box.intersected(frame.lanes.parts)
    again = again_of(seen)
    if not again.isEmpty():
        icon("arrow-clockwise", "text" if colour == frame.colours.text else "muted").paint(painter, again.toRect())
    room = seen.adjusted(PAD, 0, -PAD - (again.width() + PAD if not again.isEmpty() else 0), 0)
    text = QFontMetricsF(frame.font).elidedText(
        frame.scene.parts[index].text, Qt.TextElideMode.ElideRight, room.width()
    )
    if room.width() > 3 * PAD:
        painter.setPen(QColor(colour))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


# --- what moves ---


def moving(painter: QPainter, frame: Frame, now: Moving) -> None:
    """The playhead, what is chosen, the word and the sentence that are heard or pointed at."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(frame.font)
    painter.save()
    painter.setClipRect(QRectF(frame.lanes.picture.left() - 7, 0, frame.lanes.picture.width() + 14, 1e5))
    _chosen(painter, frame, now.chosen)
    for part, ground in ((now.hovered_part, frame.colours.border), (now.part, frame.colours.accent_soft)):
        _lit_part(painter, frame, part, ground)
    for word, ground in ((now.hovered_word, frame.colours.border), (now.word, frame.colours.accent)):
        _lit_word(painter, frame, word, ground)
    _lit_music(painter, frame, now)
    if now.position is not None:
        _playhead(painter, frame, now.position)
    painter.restore()


def _chosen(painter: QPainter, frame: Frame, chosen: Span | None) -> None:
    if chosen is None:
        return
    left, right = frame.scale.x(chosen[0]), frame.scale.x(chosen[1])
    lanes = frame.lanes
    bottom = lanes.wave.bottom() if lanes.wave.height() else lanes.picture.bottom()
    box = QRectF(left, lanes.picture.top(), right - left, bottom - lanes.picture.top())
    painter.fillRect(box, faded(frame.colours.accent, 0.18))
    painter.fillRect(QRectF(left, lanes.ruler.bottom() - 4, right - left, 4), QColor(frame.colours.accent))
    painter.setPen(QPen(QColor(frame.colours.accent), 1.5))
    for x in (left, right):
        painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))


def _lit_part(painter: QPainter, frame: Frame, part: int | None, ground: str) -> None:
    if part is None or part >= len(frame.scene.parts):
        return
    box = box_of(frame, frame.scene.spans(frame.scene.parts)[part], frame.lanes.parts)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, CORNER, CORNER)
    _sentence(painter, frame, part, box, frame.colours.text)


def _lit_word(painter: QPainter, frame: Frame, word: int | None, ground: str) -> None:
    """A word in full, over its neighbours if it must."""
    if word is None or word >= len(frame.scene.words):
        return
    text, strong = frame.scene.words[word].text, ground == frame.colours.accent
    room, width = frame.lanes.words, QFontMetricsF(frame.font).horizontalAdvance(text)
    box = box_of(frame, frame.scene.spans(frame.scene.words)[word], room)
    box = text_box(box, width).adjusted(-4, 0, 4, 0).united(box)
    box.moveLeft(min(max(box.left(), room.left()), room.right() - box.width()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(box, CORNER, CORNER)
    painter.setPen(QColor(frame.colours.accent_text if strong else frame.colours.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _lit_music(painter: QPainter, frame: Frame, now: Moving) -> None:
    """The chord that is heard, and the chord or the section that is pointed at."""
    chords, sections, colours = frame.scene.chords, frame.scene.sections, frame.colours
    heard = measures.at(chords, now.position) if now.position is not None and frame.scene.sound else None
    for chord, ground, ink in (
        (now.hovered_chord, colours.border, colours.text),
        (heard, colours.accent, colours.accent_text),
    ):
        if chord is not None and chord < len(chords):
            score_paint.chord(painter, frame, chords[chord], QColor(ground), ink)
    if now.hovered_section is not None and now.hovered_section < len(sections):
        score_paint.section(painter, frame, sections[now.hovered_section], colours.border, colours.text)


def _playhead(painter: QPainter, frame: Frame, position: float) -> None:
    """A line through all lanes, with a handle in the ruler."""
    lanes, x = frame.lanes, frame.scale.x(position)
    if not lanes.picture.left() - 1 <= x <= lanes.picture.right() + 1:
        return
    bottom = max(room.bottom() for room in (lanes.picture, lanes.wave))
    painter.setPen(QPen(faded(frame.colours.surface, 0.8), 3.5))
    painter.drawLine(QPointF(x, lanes.picture.top()), QPointF(x, bottom))
    painter.setPen(QPen(QColor(frame.colours.text), 1.5))
    painter.drawLine(QPointF(x, lanes.ruler.bottom() - 3), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(frame.colours.text))
    painter.drawPolygon(
        [QPointF(x - 5, 11), QPointF(x + 5, 11), QPointF(x + 5, 16), QPointF(x, 22), QPointF(x - 5, 16)]
    )
