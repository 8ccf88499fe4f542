"""Which sound belongs to what is shown: the work, a part of it that is there already, or that of a step. No Qt."""

from dataclasses import dataclass

from engine.api.messages import SoundWork, SpectrogramPreview
from studio.previews.phase import Phase


@dataclass(frozen=True)
class Audible:
    """A sound, and the second of the work at which it begins. `part` counts from 1; 0 is no part."""

    sound: SoundWork
    start: float = 0.0
    part: int = 0


class Sounds:
    """All that can be heard of a run."""

    def __init__(self) -> None:
        self.work: SoundWork | None = None
        self.wanted: SpectrogramPreview | None = None
        """The step whose sound was asked for and has not come."""
        self._parts: dict[int, Audible] = {}
        self._at = 0  # the part that is listened to
        self._of_steps: list[tuple[SpectrogramPreview, Audible]] = []

    def add_part(self, part: int, sound: SoundWork) -> None:
        """A part of the work, counted from 1, is there."""
        start = sum(each.sound.seconds for number, each in self._parts.items() if number < part)
        self._parts[part] = Audible(sound, start, part)

    def ready(self) -> int:
        """How many parts are there that were not listened to, before the work itself is there."""
        return 0 if self.work else len(self._parts) - self._at

    def next_part(self) -> bool:
        """Listen to the next part; False where it is not there yet."""
        if self._at + 1 not in self._parts:
            return False
        self._at += 1
        return True

    def answer(self, sound: SoundWork) -> SpectrogramPreview | None:
        """What was asked for; the step it belongs to."""
        step, self.wanted = self.wanted, None
        if step is not None:
            self._of_steps.append((step, Audible(sound, step.start)))
        return step

    def heard(self, phase: Phase, step: SpectrogramPreview | None) -> Audible | None:
        """The work at the end of the run, the step's own sound where it is held, else the part that is listened to."""
        if phase == "done" and self.work:
            return Audible(self.work)
        known = (audible for each, audible in self._of_steps if each is step and phase != "moving")
        return next(known, self._parts.get(self._at))
