"""Which units are selected: from an anchor to a cursor, as in text, with single ones added or left out.

Kept by token position, so a selection holds while the text changes around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.previews.tokens import Unit


@dataclass(frozen=True)
class Selection:
    """`anchor` and `cursor` are token positions; `others` were selected before, one by one."""

    anchor: int | None = None
    cursor: int | None = None
    others: frozenset[int] = frozenset()
    empty: bool = True
    """The cursor stands somewhere, but nothing is selected."""

    def at(self, position: int) -> "Selection":
        """This unit alone."""
        return Selection(position, position, empty=False)

    def to(self, position: int) -> "Selection":
        """From the anchor to here."""
        anchor = position if self.anchor is None else self.anchor
        return replace(self, anchor=anchor, cursor=position, empty=False)

    def toggled(self, position: int, units: Sequence[Unit]) -> "Selection":
        """With this unit added, or left out where it was in."""
        return Selection(position, position, frozenset(unit.start for unit in self.of(units)) ^ {position})

    def cleared(self) -> "Selection":
        """Nothing selected; the cursor stays."""
        return Selection(self.cursor, self.cursor)

    def of(self, units: Sequence[Unit]) -> list[Unit]:
        """The units that are selected."""
        return [units[i] for i in self.indices(units)]

    def indices(self, units: Sequence[Unit]) -> list[int]:
        """Which units are selected."""
        if self.empty and not self.others:
            return []
        return [i for i, unit in enumerate(units) if self.covers(unit)]

    def covers(self, unit: Unit) -> bool:
        """Whether this unit is selected."""
        if any(unit.start <= other < unit.stop for other in self.others):
            return True
        if self.empty or self.anchor is None or self.cursor is None:
            return False
        first, last = sorted((self.anchor, self.cursor))
        return unit.stop > first and unit.start <= last
