"""Words as both sides count them: where each stands in a text, which differ between two texts, and who says which.

Engine and studio have to agree on what a word is, since boundaries in a recording are counted by words.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.api.errors import BadInput

CHINESE = "\u3400-\u9fff"
WORD = re.compile(f"[{CHINESE}]|[^\\s{CHINESE}]+")
SPEAKER = re.compile(r"^[ \t]*\[([^\[\]\n]*)\][ \t]*", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """A word with the marks that stick to it; [first, last) is where it stands in the text."""

    text: str
    first: int
    last: int

    @property
    def core(self) -> str:
        """What is compared: letters, their marks and digits, whatever the case."""
        return "".join(letter for letter in self.text.casefold() if unicodedata.category(letter)[0] in "LMN")


@dataclass(frozen=True)
class Turn:
    """What one speaker says in one go; `name` is "" before the first [Name]. [first, last) is `text`'s place."""

    name: str
    text: str
    first: int
    last: int


def written(text: str) -> tuple[Written, ...]:
    """The words of a text; Chinese characters are one each. What has no letter and no digit is no word."""
    found = (Written(match[0], match.start(), match.end()) for match in WORD.finditer(text))
    return tuple(word for word in found if any(letter.isalnum() for letter in word.text))


def changes(before: str, after: str) -> tuple[tuple[int, int, int, int], ...]:
    """(a, b, c, d) for each change: words [a, b) of `before` have become words [c, d) of `after`."""
    old, new = written(before), written(after)
    matcher = SequenceMatcher(None, [word.core for word in old], [word.core for word in new], autojunk=False)
    return tuple(places for kind, *places in matcher.get_opcodes() if kind != "equal")  # type: ignore[misc]


def changed(before: str, after: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which words of `before` are not in `after` as they stood, and which of `after` are new, by their index."""
    found = changes(before, after)
    gone = tuple(index for a, b, _, _ in found for index in range(a, b))
    come = tuple(index for _, _, c, d in found for index in range(c, d))
    return gone, come


def turns(text: str) -> tuple[Turn, ...]:
    """A script by its speakers: [Name] at the start of a line changes to that voice. Empty turns are left out."""
    marks = list(SPEAKER.finditer(text))
    names = ["", *(mark[1].strip() for mark in marks)]
    starts, stops = [0, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), len(text)]
    found = (_turn(name, text, *span) for name, *span in zip(names, starts, stops, strict=True))
    return tuple(turn for turn in found if turn.text)


def check_speakers(text: str, pick: Callable[[str], object]) -> None:
    """Raises what `pick` raises for the first name that it does not know, or BadInput where brackets are empty."""
    for mark in SPEAKER.finditer(text):
        if not mark[1].strip():
            raise BadInput("[ ] at the start of a line names no voice; write its name between the brackets.")
        pick(mark[1].strip())


def _turn(name: str, text: str, first: int, last: int) -> Turn:
    said = text[first:last]
    first += len(said) - len(said.lstrip())
    return Turn(name, said.strip(), first, first + len(said.strip()))
