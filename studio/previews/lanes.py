"""Where on a sound's canvas everything stands: ruler, sections, spectrogram, waveform, chords, words, sentences.

From top to bottom, in pixels of the viewport. What is not there has no height.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from engine.api.messages import SoundPart, SoundWork, SpectrogramPreview, SpokenWord
from engine.api.score import Score
from studio.previews import measures
from studio.previews.measures import Mark
from studio.previews.spectrogram import ends

GUTTER, MARGIN, GAP = 34, 10, 6  # left of everything, right and below, between two lanes
RULER, WORDS, PARTS, CHORDS, SECTIONS = 24, 24, 26, 26, 20
WAVE, LOWEST_WAVE = 0.28, 36  # the waveform's share of what is left, and its least height

Lane = Literal["ruler", "sections", "picture", "wave", "chords", "words", "parts", ""]
LANES: tuple[Lane, ...] = ("ruler", "sections", "picture", "wave", "chords", "words", "parts")


@dataclass(frozen=True)
class Scene:
    """What is shown: the passages of a step, and the sound, which begins at second `start` of the work.

    `score` is what music was asked to be.
    """

    passages: tuple[SpectrogramPreview, ...] = ()
    sound: SoundWork | None = None
    start: float = 0.0
    score: Score | None = None

    @property
    def seconds(self) -> float:
        """How long the work is, as far as it is known."""
        sound = self.start + self.sound.seconds if self.sound else 0.0
        laid_out = self.score.seconds if self.score else 0.0
        return max(sound, ends(self.passages[-1]) if self.passages else 0.0, laid_out, 0.1)

    @property
    def words(self) -> tuple[SpokenWord, ...]:
        return self.sound.words if self.sound else ()

    @property
    def parts(self) -> tuple[SoundPart, ...]:
        """The sentences, where there is more than one; the parts of music are its sections."""
        parts = self.sound.parts if self.sound and not self.score else ()
        return parts if len(parts) > 1 else ()

    @cached_property
    def bars(self) -> tuple[float, ...]:
        """When each bar of music begins."""
        return measures.bars_of(self.score) if self.score else ()

    @cached_property
    def chords(self) -> tuple[Mark, ...]:
        """Those of music, with what is heard of them in the finished work."""
        return measures.chords_of(self.score, self.sound.conformity if self.sound else None) if self.score else ()

    @cached_property
    def sections(self) -> tuple[Mark, ...]:
        return measures.sections_of(self.score) if self.score else ()

    def spans(self, timed: Sequence[SpokenWord] | Sequence[SoundPart]) -> list[tuple[float, float]]:
        """When words or sentences are heard, in seconds of the work."""
        return [(self.start + each.start, self.start + each.stop) for each in timed]

    def word_at(self, seconds: float) -> int | None:
        """The word that is heard then."""
        return _at(self.words, seconds - self.start)

    def part_at(self, seconds: float) -> int | None:
        """The sentence that is heard then."""
        return _at(self.parts, seconds - self.start)


def _at(timed: Sequence[SpokenWord] | Sequence[SoundPart], seconds: float) -> int | None:
    index = bisect_right([each.start for each in timed], seconds) - 1
    return index if index >= 0 and seconds < timed[index].stop else None


@dataclass(frozen=True)
class Lanes:
    """A room for each."""

    ruler: QRectF
    sections: QRectF
    picture: QRectF
    wave: QRectF
    chords: QRectF
    words: QRectF
    parts: QRectF

    def at(self, point: QPointF) -> Lane:
        """The lane at this point; what is beside it belongs to it."""
        for lane in LANES:
            room = getattr(self, lane)
            if room.height() and room.top() - GAP / 2 <= point.y() <= room.bottom() + GAP / 2:
                return lane
        return ""


def lay_out(scene: Scene, width: float, height: float) -> Lanes:
    """The lanes of a scene in a viewport of this size."""
    left, room = float(GUTTER), max(1.0, width - GUTTER - MARGIN)
    heights: dict[Lane, float] = {
        "sections": SECTIONS if scene.sections else 0,
        "chords": CHORDS if scene.chords else 0,
        "words": WORDS if scene.words else 0,
        "parts": PARTS if scene.parts else 0,
    }
    fixed = RULER + MARGIN + sum(each + GAP for each in heights.values() if each)
    heights["wave"] = max(LOWEST_WAVE, WAVE * (height - fixed)) if scene.sound else 0
    heights["picture"] = max(1.0, height - fixed - (heights["wave"] + GAP if scene.sound else 0.0))
    heights["ruler"] = RULER
    top, made = 0.0, {}
    for lane in LANES:
        tall = heights[lane]
        made[lane] = QRectF(left, top, room, tall)
        top += tall + (GAP if tall and lane != "ruler" else 0)
    return Lanes(**made)
