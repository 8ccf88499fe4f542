"""Where on a sound's canvas a word, a sentence or a chord stands, and what stands at a point."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont

from studio.previews import measures
from studio.previews.lanes import Lane, Lanes, Scene
from studio.previews.time_scale import TimeScale
from studio.theme import Colours

PAD, AGAIN = 6.0, 14  # around text in a box; the icon of a sentence, in pixels
Span = tuple[float, float]
"""From, to: seconds."""


@dataclass(frozen=True)
class Frame:
    """All that a picture is made of: what, where, at which scale, in which colours, on how fine a screen."""

    scene: Scene
    lanes: Lanes
    scale: TimeScale
    colours: Colours
    ratio: float
    font: QFont


@dataclass(frozen=True)
class Place:
    """What is at a point: the word or the sentence there, and whether it is the icon that makes it anew.

    Of music the chord or the section.
    """

    lane: Lane
    seconds: float
    word: int | None = None
    part: int | None = None
    again: bool = False
    chord: int | None = None
    section: int | None = None

    @property
    def hovered(self) -> dict[str, int | None]:
        """What is pointed at, as whoever paints knows it."""
        return {f"hovered_{kind}": getattr(self, kind) for kind in ("word", "part", "chord", "section")}


def place_at(frame: Frame, point: QPointF) -> Place:
    """What is there."""
    lane, seconds, scene = frame.lanes.at(point), frame.scale.at(point.x()), frame.scene
    if lane == "words":
        return Place(lane, seconds, word=scene.word_at(seconds))
    if lane in ("chords", "sections"):
        return Place(lane, seconds, **{lane[:-1]: measures.at(getattr(scene, lane), seconds)})  # type: ignore[arg-type]
    part = scene.part_at(seconds) if lane == "parts" else None
    if part is None:
        return Place(lane, seconds)
    box = box_of(frame, scene.spans(scene.parts)[part], frame.lanes.parts).intersected(frame.lanes.parts)
    return Place(lane, seconds, part=part, again=again_of(box).adjusted(-4, -6, 4, 6).contains(point))


def box_of(frame: Frame, span: Span, room: QRectF) -> QRectF:
    """A span of time in a lane."""
    left, right = frame.scale.x(span[0]), frame.scale.x(span[1])
    return QRectF(left + 0.5, room.top(), max(1.5, right - left - 1), room.height())


def text_box(box: QRectF, width: float) -> QRectF:
    """Room for a text of this width about the middle of a box."""
    return box if width <= box.width() else box.adjusted((box.width() - width) / 2, 0, (width - box.width()) / 2, 0)


def again_of(box: QRectF) -> QRectF:
    """Where in a sentence's box the icon stands that makes it anew; nowhere in a narrow one."""
    if box.width() < 3 * AGAIN:
        return QRectF()
    return QRectF(box.right() - PAD - AGAIN, box.center().y() - AGAIN / 2, AGAIN, AGAIN)
