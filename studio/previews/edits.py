"""What the user did to a run's tokens, with undo."""

from collections.abc import Sequence

from studio.previews.tokens import Mark, Marks, Unit, marked


class Edits:
    """Marks on token positions; every change can be undone."""

    def __init__(self) -> None:
        self.marks: Marks = {}
        self._before: list[Marks] = []

    def remask(self, units: Sequence[Unit]) -> bool:
        """Mask these units; where all of them were masked by the user, show them again. False where nothing changes."""
        mine = [unit for unit in units if unit.masked and unit.marked]
        shown = [unit for unit in units if not unit.masked]
        return self._change(shown, Mark.MASKED) if shown else self._change(mine, None)

    def lock(self, units: Sequence[Unit]) -> bool:
        """Lock these units; where all of them are locked already, free them. False where nothing changes."""
        shown = [unit for unit in units if not unit.masked]
        loose = [unit for unit in shown if not unit.mine]
        return self._change(loose, Mark.LOCKED) if loose else self._change(shown, Mark.FREE)

    def undo(self) -> bool:
        """Take back the last change. False where there is none."""
        if not self._before:
            return False
        self.marks = self._before.pop()
        return True

    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._before)

    def clear(self) -> None:
        """Forget everything."""
        self.marks, self._before = {}, []

    def _change(self, units: Sequence[Unit], mark: Mark | None) -> bool:
        if units:
            self._before.append(self.marks)
            self.marks = marked(self.marks, units, mark)
        return bool(units)
