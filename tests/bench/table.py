"""What was measured, as rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

HEADINGS = "", "measured", "at most", "", "beside it, in the same run"


@dataclass(frozen=True)
class Row:
    """A figure, what it may be at most (None: no bound was set), and what to read it against."""

    what: str
    figure: float
    unit: str
    bound: float | None = None
    beside: str = ""

    @property
    def over(self) -> bool:
        return not isfinite(self.figure) or (self.bound is not None and self.figure > self.bound)

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = "" if self.bound is None else "OVER" if self.over else "within"
        bound = "" if self.bound is None else f"{self.bound:g} {self.unit}"
        return self.what, f"{self.figure:.{places(self.figure)}f} {self.unit}", bound, verdict, self.beside


def places(figure: float) -> int:
    """Decimals for about three digits."""
    return 0 if abs(figure) >= 100 else 1 if abs(figure) >= 10 else 2


def rendered(rows: Sequence[Row]) -> str:
    """The rows in columns."""
    table = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(cells[column]) for cells in table) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(map(str.ljust, cells, widths)).rstrip() for cells in table)
