"""Which tokens of a picture are selected: a rectangle from an anchor to a cursor, and others added to it.

Kept by token position, so a selection holds while steps pass by. No Qt here.
"""

from dataclasses import dataclass, replace

from studio.previews.picture_tokens import Grid


@dataclass(frozen=True)
class Rectangle:
    """`anchor` and `cursor` are corners; `others` were selected before. Where it is `empty` the cursor only stands."""

    anchor: int | None = None
    cursor: int | None = None
    others: frozenset[int] = frozenset()
    empty: bool = True

    def at(self, position: int) -> "Rectangle":
        """This token alone."""
        return Rectangle(position, position, empty=False)

    def to(self, position: int) -> "Rectangle":
        """From the anchor to here."""
        anchor = position if self.anchor is None else self.anchor
        return replace(self, anchor=anchor, cursor=position, empty=False)

    def added(self, position: int, grid: Grid) -> "Rectangle":
        """Another rectangle that begins here, beside what is selected."""
        return Rectangle(position, position, self.covered(grid), empty=False)

    def toggled(self, position: int, grid: Grid) -> "Rectangle":
        """With this token added, or left out where it was in."""
        return Rectangle(position, position, self.covered(grid) ^ {position})

    def cleared(self) -> "Rectangle":
        """Nothing selected; the cursor stays."""
        return Rectangle(self.cursor, self.cursor)

    def all(self, grid: Grid) -> "Rectangle":
        """Every token."""
        return Rectangle(0, grid[0] * grid[1] - 1, empty=False) if grid[0] * grid[1] else self

    def covered(self, grid: Grid) -> frozenset[int]:
        """The positions that are selected, of those that there are."""
        rows, columns = grid
        return frozenset(each for each in self.others | self._inside(columns) if each < rows * columns)

    def _inside(self, columns: int) -> frozenset[int]:
        if self.empty or self.anchor is None or self.cursor is None or not columns:
            return frozenset()
        (top, left), (bottom, right) = divmod(self.anchor, columns), divmod(self.cursor, columns)
        high, low = sorted((top, bottom))
        first, last = sorted((left, right))
        rows, across = range(high, low + 1), range(first, last + 1)
        return frozenset(row * columns + column for row in rows for column in across)


def stepped(position: int | None, grid: Grid, down: int, right: int) -> int | None:
    """The token so many rows and columns on, at most at the edge; the first where the cursor is nowhere yet."""
    rows, columns = grid
    if not rows * columns:
        return None
    if position is None or position >= rows * columns:
        return 0
    row, column = divmod(position, columns)
    return min(max(0, row + down), rows - 1) * columns + min(max(0, column + right), columns - 1)
