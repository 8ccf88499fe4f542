"""How long something takes, in words."""


def duration(seconds: float) -> str:
    """A time for people: "under a second", "12 s", "3 min"."""
    if seconds < 1:
        return "under a second"
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
