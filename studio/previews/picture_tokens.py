"""The tokens of a picture as units that can be pointed at, the user's marks on them, and the draft that both make.

A unit is one token here; it stands in a grid of rows and columns, in raster order. No Qt here.
"""

from engine.api.messages import PicturePreview, PictureWork
from studio.previews.tokens import MASK, Draft, Mark, Marks, Unit

Grid = tuple[int, int]
"""Rows and columns."""


def picture_units(preview: PicturePreview, marks: Marks) -> tuple[Unit, ...]:
    """A unit for every token, with the user's marks on it."""
    if not whole(preview):
        return ()
    sure, fixed = preview.confidence, preview.fixed
    return tuple(_unit(at, code, sure[at] / 255, fixed[at], marks.get(at)) for at, code in enumerate(preview.codes))


def _unit(at: int, code: int, sure: float, fixed: bool, mark: Mark | None) -> Unit:
    hidden = code == MASK
    masked = hidden or mark is Mark.MASKED
    mine = not masked and (mark is Mark.LOCKED or mark is None and fixed)
    marked = (mark is Mark.MASKED and not hidden) or (mark is Mark.LOCKED and not masked)
    return Unit(at, at + 1, "", sure, masked, mine, marked, fresh=False)


def whole(preview: PicturePreview) -> bool:
    """Whether it is made of tokens, and all that is told of them is told of each."""
    rows, columns = preview.grid
    count = len(preview.codes)
    return rows * columns == count > 0 and len(preview.confidence) == len(preview.fixed) == count


def picture_draft(preview: PicturePreview, marks: Marks) -> Draft:
    """(codes with −1 where hidden, positions that must not change)."""
    codes = tuple(MASK if marks.get(at) is Mark.MASKED else code for at, code in enumerate(preview.codes))
    kept = (marks.get(at) is Mark.LOCKED or preview.fixed[at] and at not in marks for at in range(len(codes)))
    return codes, tuple(at for at, keeps in enumerate(kept) if keeps and codes[at] != MASK)


def preview_of(work: PictureWork) -> PicturePreview:
    """What is known of the tokens of a finished picture none of whose steps was kept: nothing of how sure they are."""
    count = len(work.codes)
    return PicturePreview(
        width=0,
        height=0,
        pixels=b"",
        grid=work.grid,
        codes=work.codes,
        confidence=b"\xff" * count,
        fixed=(False,) * count,
        frame=work.frame,
        whole=(work.width, work.height),
    )


def tell(unit: Unit, grid: Grid) -> str:
    """What a token is, in a few words, for a tooltip and for those who do not see it."""
    row, column = divmod(unit.start, max(1, grid[1]))
    return f"Row {row + 1}, column {column + 1}: {_state(unit)}"


def _state(unit: Unit) -> str:
    share = f"{round(100 * unit.confidence)} %"
    if unit.masked:
        return "re-masked" if unit.marked else f"hidden, its guess {share} sure"
    if unit.mine:
        return "locked" if unit.marked else "from you, or locked"
    return f"{share} sure"
