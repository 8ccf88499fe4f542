"""A text in the making as units, the user's marks on it, and the draft that both make.

A unit is what can be pointed at: one token, or the few tokens of one letter, which are never parted. Marks are kept by
token position, so they hold at every step of a run. No Qt here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from engine.api.messages import TextPreview

MASK, NEW_LINE = -1, "↵"


class Mark(Enum):
    """What the user did to a token: hide it again, keep it as it is, or let what was kept go."""

    MASKED = "masked"
    LOCKED = "locked"
    FREE = "free"


Marks = Mapping[int, Mark]
Draft = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Unit:
    """Tokens [start, stop) as one. `text` is what they say, or would say by the present guess where they are masked.

    `mine` are the user's: the prompt's and the locked ones. `marked` ones the user has just re-masked or locked.
    `fresh` ones were still masked a step ago.
    """

    start: int
    stop: int
    text: str
    confidence: float
    masked: bool
    mine: bool
    marked: bool
    fresh: bool


def units_of(preview: TextPreview, marks: Marks, before: TextPreview | None = None) -> tuple[Unit, ...]:
    """The units of a preview with the user's marks on it; `before` is the preview of the step before."""
    earlier = before.ids if before is not None and len(before.ids) == len(preview.ids) else preview.ids
    bounds = [i for i, piece in enumerate(preview.pieces) if piece or i == 0] + [len(preview.ids)]
    if not preview.ids:
        return ()
    return tuple(_unit(preview, marks, earlier, start, stop) for start, stop in zip(bounds, bounds[1:], strict=False))


def _unit(preview: TextPreview, marks: Marks, earlier: tuple[int, ...], start: int, stop: int) -> Unit:
    hidden = MASK in preview.ids[start:stop]
    mark = _mark(marks, start, stop)
    masked = hidden or mark is Mark.MASKED
    return Unit(
        start,
        stop,
        preview.pieces[start],
        min(preview.confidence[start:stop]),
        masked,
        not masked and (mark is Mark.LOCKED or mark is None and preview.fixed[start]),
        mark is Mark.MASKED and not hidden or mark is Mark.LOCKED and not masked,
        not masked and earlier[start] == MASK,
    )


def _mark(marks: Marks, start: int, stop: int) -> Mark | None:
    """A letter of which one token is re-masked is re-masked."""
    if not marks:
        return None
    return next((Mark.MASKED for i in range(start, stop) if marks.get(i) is Mark.MASKED), marks.get(start))


def draft_of(preview: TextPreview, marks: Marks) -> Draft:
    """(ids with −1 where masked, positions that must not change)."""
    ids = tuple(MASK if marks.get(i) is Mark.MASKED else token for i, token in enumerate(preview.ids))
    kept = (marks.get(i) is Mark.LOCKED or preview.fixed[i] and i not in marks for i in range(len(ids)))
    return ids, tuple(i for i, keeps in enumerate(kept) if keeps and ids[i] != MASK)


def marked(marks: Marks, units: Iterable[Unit], mark: Mark | None) -> dict[int, Mark]:
    """The marks with these units marked so; None takes their marks away."""
    positions = [i for unit in units for i in range(unit.start, unit.stop)]
    kept = {i: old for i, old in marks.items() if i not in set(positions)}
    return kept if mark is None else kept | dict.fromkeys(positions, mark)


def plain_text(units: Iterable[Unit]) -> str:
    """The text as it can be copied: masked runs become gaps, three underscores for a token and one for each more."""
    text, gap = "", 0
    for unit in units:
        if unit.masked:
            text += " " if not gap and unit.text[:1] == " " else ""
            gap += unit.stop - unit.start
            continue
        text += "_" * (gap + 2) if gap else ""
        text, gap = text + unit.text, 0
    return (text + ("_" * (gap + 2) if gap else "")).strip(" ")


def glyphs(text: str) -> str:
    """A token's text where it has to be seen: without the spaces around it, with a sign for a new line."""
    return text.strip(" ").replace("\r", "").replace("\n", NEW_LINE)


def wording(text: str) -> str:
    """A token's text in words where it is nothing to be seen."""
    shown = text.strip(" ")
    if not shown.strip():
        return ("a blank line" if text.count("\n") > 1 else "a new line") if "\n" in text else "a space"
    return glyphs(shown)


def describe(unit: Unit) -> str:
    """What a unit is, in a few words, for a tooltip and for those who do not see it."""
    if unit.masked and unit.marked:
        return f"re-masked, was: {wording(unit.text)}"
    if unit.masked:
        return f"{unit.confidence:.0%}: {wording(unit.text)}".replace("%:", " %:")
    if unit.mine:
        return f"{wording(unit.text)}: {'locked' if unit.marked else 'from you, or locked'}"
    return f"{wording(unit.text)}: {round(unit.confidence * 100)} % sure"
