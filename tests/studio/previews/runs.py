"""Runs to look at: previews written token by token, as an engine would send them."""

from collections.abc import Collection, Sequence

from engine.api.messages import Stepped, TextPreview

SENTENCE = ("One", " rainy", " evening", ",", " Meera", " found", " a", " violin", ".")


def preview(
    pieces: Sequence[str],
    masked: Collection[int] = (),
    fixed: Collection[int] = (),
    confidence: float | Sequence[float] = 0.9,
) -> TextPreview:
    """A text of these pieces; token i has the id 100 + i."""
    sure = (confidence,) * len(pieces) if isinstance(confidence, float) else tuple(confidence)
    return TextPreview(
        ids=tuple(-1 if i in masked else 100 + i for i in range(len(pieces))),
        pieces=tuple(pieces),
        confidence=sure,
        fixed=tuple(i in fixed for i in range(len(pieces))),
    )


def run(
    steps: int = 4,
    pieces: Sequence[str] = SENTENCE,
    dropped: Collection[int] = (),
    fixed: Collection[int] = (0, 1),
    job: str = "a",
) -> list[Stepped]:
    """A run that reveals from the left; `dropped` steps come without a preview."""
    return [
        Stepped(
            job=job,
            step=step,
            steps=steps,
            level=1 - step / steps,
            elapsed=0.5 + 0.25 * step,
            preview=None if step in dropped else at(step / steps, pieces, fixed),
        )
        for step in range(1, steps + 1)
    ]


def at(share: float, pieces: Sequence[str] = SENTENCE, fixed: Collection[int] = (0, 1)) -> TextPreview:
    """With this share of what is not fixed revealed."""
    free = [i for i in range(len(pieces)) if i not in fixed]
    return preview(pieces, free[round(share * len(free)) :], fixed)
