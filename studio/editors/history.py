"""Steps of work on a lane, to be taken back and done again."""

from typing import Generic, TypeVar

S = TypeVar("S")
MOST = 500


class History(Generic[S]):
    """States from the oldest to the present one, and behind it those that were taken back."""

    def __init__(self, state: S) -> None:
        self._states, self._now = [state], 0
        self._open = False  # whether what comes next belongs to the present step

    def present(self) -> S:
        return self._states[self._now]

    def put(self, state: S, joined: bool = False) -> None:
        """The next state; `joined` ones one after another are a single step."""
        keep = self._now if joined and self._open else self._now + 1
        self._states = [*self._states[:keep], state][-MOST:]
        self._now, self._open = len(self._states) - 1, joined

    def amend(self, state: S) -> None:
        """The present state, only looked at otherwise: another choice among the same chords."""
        self._states[self._now] = state

    def close(self) -> None:
        """What comes next is a step of its own."""
        self._open = False

    def can_undo(self) -> bool:
        return self._now > 0

    def can_redo(self) -> bool:
        return self._now + 1 < len(self._states)

    def undo(self) -> S:
        self._now, self._open = max(0, self._now - 1), False
        return self.present()

    def redo(self) -> S:
        self._now, self._open = min(len(self._states) - 1, self._now + 1), False
        return self.present()
