"""The form of a piece as it is edited: sections one after another, each so many bars, and which one is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

LONGEST = 256  # bars of a section
USUAL = {"intro": "verse", "verse": "chorus", "chorus": "verse", "bridge": "chorus", "outro": "outro"}
"""Section → what may follow it."""
USUAL_BARS = {"intro": 2, "verse": 8, "chorus": 8, "bridge": 4, "outro": 2}
Part = tuple[str, int]


@dataclass(frozen=True)
class Form:
    """`chosen` is a section, or the place behind the last."""

    parts: tuple[Part, ...] = ()
    chosen: int = 0

    @property
    def bars(self) -> int:
        return sum(bars for _, bars in self.parts)

    def start(self, index: int) -> int:
        """The bar where it begins."""
        return sum(bars for _, bars in self.parts[:index])

    def at(self, bar: float) -> int | None:
        """The section at this bar."""
        found = (index for index in range(len(self.parts)) if self.start(index) <= bar < self.start(index + 1))
        return next(found, None)


def text_of(form: Form) -> str:
    return " ".join(f"{name}:{bars}" for name, bars in form.parts)


def choosing(form: Form, index: int) -> Form:
    return replace(form, chosen=min(max(0, index), len(form.parts)))


def expected(parts: Sequence[Part]) -> str:
    """What may come next."""
    return USUAL[parts[-1][0]] if parts else "intro"


def added(form: Form, name: str, bars: int | None = None) -> Form:
    """A section after the chosen one, which is then chosen."""
    place = min(form.chosen + 1, len(form.parts))
    part = name, min(bars or USUAL_BARS[name], LONGEST)
    return Form((*form.parts[:place], part, *form.parts[place:]), place)


def named(form: Form, name: str) -> Form:
    """The chosen section called otherwise; behind the last, a new one."""
    if form.chosen >= len(form.parts):
        return added(form, name)
    return _with(form, form.chosen, (name, form.parts[form.chosen][1]))


def lasting(form: Form, index: int, bars: int) -> Form:
    """A section so long; what comes later moves along."""
    return form if index >= len(form.parts) else _with(form, index, (form.parts[index][0], min(max(1, bars), LONGEST)))


def stretched(form: Form, bars: int) -> Form:
    """The chosen section so many bars longer."""
    return form if form.chosen >= len(form.parts) else lasting(form, form.chosen, form.parts[form.chosen][1] + bars)


def swapped(form: Form, way: int) -> Form:
    """The chosen section one place earlier (-1) or later (1)."""
    here, there = form.chosen, form.chosen + way
    if not (here < len(form.parts) and 0 <= there < len(form.parts)):
        return form
    parts = list(form.parts)
    parts[here], parts[there] = parts[there], parts[here]
    return Form(tuple(parts), there)


def removed(form: Form) -> Form:
    """Without the chosen section; the one before it is chosen then."""
    parts = tuple(part for index, part in enumerate(form.parts) if index != form.chosen)
    return Form(parts, min(form.chosen, max(0, len(parts) - 1)))


def doubled(form: Form) -> Form:
    """The chosen section once more."""
    return form if form.chosen >= len(form.parts) else added(form, *form.parts[form.chosen])


def _with(form: Form, index: int, part: Part) -> Form:
    return replace(form, parts=(*form.parts[:index], part, *form.parts[index + 1 :]))
