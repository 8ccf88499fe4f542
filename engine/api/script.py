"""A text that is to be spoken, taken apart: who says what, sentence by sentence, each with its place in the text.

A line that begins with `[Name]` goes over to the voice of that name, for itself and what follows. The engine speaks by
this, and the studio tells by it how many parts there will be.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.api.words import turns

SENTENCE = re.compile(r"(?:[^.!?…।॥。！？\n]|[.](?=\w))+[.!?…।॥。！？]*[\"”’)»]*|[.!?…।॥。！？]+")
CLAUSE = re.compile(r"[^,;:—、，；：]+[,;:—、，；：]*")
WORD = re.compile(r"\S+\s*")
WINDOW = 10.9  # seconds of reference and text that a pocket network was trained to make in one piece
LEAST_ROOM = 1.5  # seconds of text in one piece, however long the reference
SHORTEST = 12  # letters; less is said together with the sentence after it


@dataclass(frozen=True)
class Line:
    """Letters [start, stop) of the text, said by `voice` ("": whoever is asked for)."""

    text: str
    start: int
    voice: str = ""

    @property
    def stop(self) -> int:
        return self.start + len(self.text)


def lines(text: str, fits: Callable[[str], bool]) -> list[Line]:
    """The sentences in their order; one that does not fit is taken apart at commas, or between words."""
    said = (Line(turn.text, turn.first, turn.name) for turn in turns(text))
    return [piece for turn in said for piece in _pieces(turn, fits)]


def _pieces(turn: Line, fits: Callable[[str], bool]) -> Iterator[Line]:
    short: Line | None = None
    for sentence in _cut(turn, SENTENCE):
        whole = (
            sentence
            if short is None
            else Line(turn.text[short.start - turn.start : sentence.stop - turn.start], short.start, turn.voice)
        )
        short = None
        if len(whole.text) < SHORTEST:
            short = whole
        elif fits(whole.text):
            yield whole
        else:
            yield from _smaller(whole, fits, (CLAUSE, WORD))
    if short is not None:
        yield short


def _smaller(line: Line, fits: Callable[[str], bool], ways: tuple[re.Pattern[str], ...]) -> Iterator[Line]:
    """As few parts as fit, cut in the first of these ways; a part that still does not fit, in the next."""
    if fits(line.text) or not ways:
        yield line
        return
    held: Line | None = None
    for part in _cut(line, ways[0]):
        joined = (
            part
            if held is None
            else Line(line.text[held.start - line.start : part.stop - line.start], held.start, line.voice)
        )
        if held is not None and not fits(joined.text):
            yield from _smaller(held, fits, ways[1:])
            joined = part
        held = joined
    if held is not None:
        yield from _smaller(held, fits, ways[1:])


def _cut(line: Line, way: re.Pattern[str]) -> Iterator[Line]:
    """The parts that hold a letter or a digit, without the spaces around them."""
    for found in way.finditer(line.text):
        text = found.group().strip()
        if any(letter.isalnum() for letter in text):
            yield Line(text, line.start + found.start() + found.group().index(text[0]), line.voice)
