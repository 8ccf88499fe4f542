"""What this session's jobs have shown on their way: the steps that came with a preview, and the parts that were ready.

The library keeps the steps of what was finished; these are also those of what was not. A part is a file of its own.
"""

from engine.api.messages import Rendered, Stepped
from engine.api.sounds import discard
from studio.state.timelines import size

ROOM = 256 * 2**20  # bytes of previews, over all jobs


class Makings:
    """By the id of the job."""

    def __init__(self) -> None:
        self._steps: dict[str, list[Stepped]] = {}
        self._sizes: dict[str, int] = {}
        self._parts: dict[str, dict[int, Rendered]] = {}

    def add_step(self, event: Stepped) -> None:
        """Keep a step that can be seen; where there is no room for it, those of the oldest job go."""
        if event.preview is None:
            return
        self._steps.setdefault(event.job, []).append(event)
        self._sizes[event.job] = self._sizes.get(event.job, 0) + size(event)
        while sum(self._sizes.values()) > ROOM and len(self._steps) > 1:
            oldest = next(iter(self._steps))
            del self._steps[oldest], self._sizes[oldest]

    def add_part(self, event: Rendered) -> None:
        """Keep a part; one of the same number is replaced, since a run that was short of memory began anew."""
        parts = self._parts.setdefault(event.job, {})
        if event.part in parts:
            discard(parts[event.part].work)
        parts[event.part] = event

    def steps(self, id: str) -> list[Stepped]:
        """In their order; none where there were none, or where they had to go."""
        return list(self._steps.get(id, ()))

    def latest(self, id: str) -> Stepped | None:
        """The last of the steps."""
        steps = self._steps.get(id)
        return steps[-1] if steps else None

    def parts(self, id: str) -> list[Rendered]:
        """In their order."""
        return [part for _, part in sorted(self._parts.get(id, {}).items())]

    def forget(self, id: str) -> None:
        """Nobody will look at this job again, nor hear its parts."""
        self._steps.pop(id, None)
        self._sizes.pop(id, None)
        for part in self._parts.pop(id, {}).values():
            discard(part.work)

    def clear(self) -> None:
        """Nobody will hear any part again."""
        for id in list(self._parts):
            self.forget(id)
