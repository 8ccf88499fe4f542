"""Pictures to look at: previews token by token, as an engine would send them, and files of one colour."""

from collections.abc import Collection, Mapping
from pathlib import Path

from PySide6.QtGui import QColor, QImage

from engine.api.messages import PicturePreview, PictureWork, Stepped

RED, GREEN, BLUE = QColor(200, 30, 30), QColor(30, 160, 60), QColor(40, 60, 220)


def preview(
    hidden: Collection[int] = (),
    fixed: Collection[int] = (),
    sure: Mapping[int, int] | None = None,
    side: int = 4,
    pixels: int = 32,
    colour: QColor = RED,
    frame: tuple[int, int, int] = (0, 0, 0),
    whole: tuple[int, int] = (0, 0),
) -> PicturePreview:
    """A picture of one colour; token i has the code 100 + i."""
    count = side * side
    return PicturePreview(
        width=pixels,
        height=pixels,
        pixels=bytes((colour.red(), colour.green(), colour.blue())) * pixels**2,
        grid=(side, side),
        codes=tuple(-1 if at in hidden else 100 + at for at in range(count)),
        confidence=bytes((sure or {}).get(at, 230) for at in range(count)),
        fixed=tuple(at in fixed for at in range(count)),
        frame=frame,
        whole=whole,
    )


def run(steps: int = 4, job: str = "a", colour: QColor = RED) -> list[Stepped]:
    """A run that reveals row by row."""
    return [
        Stepped(
            job=job,
            step=step,
            steps=steps,
            level=1 - step / steps,
            elapsed=0.25 * step,
            preview=preview(range(16 * step // steps, 16), colour=colour),
        )
        for step in range(1, steps + 1)
    ]


def file(path: Path, colour: QColor = GREEN, width: int = 32, height: int = 32) -> str:
    """A PNG of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    path.parent.mkdir(parents=True, exist_ok=True)
    assert image.save(str(path))
    return str(path)


def work(path: Path, colour: QColor = GREEN, width: int = 32, height: int = 32) -> PictureWork:
    """A finished picture whose file is there."""
    codes = tuple(100 + at for at in range(16))
    named = file(path, colour, width, height)
    return PictureWork(path=named, width=width, height=height, codes=codes, grid=(4, 4))
