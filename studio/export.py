"""Works out of the studio, and requests back into it: an exported file carries the recipe that makes it again."""

import re
from dataclasses import dataclass
from pathlib import Path

from engine.api import recipe
from engine.api.errors import Failure
from engine.api.requests import Request
from studio.state.library import Work

NAME_LIMIT = 180  # bytes; file systems take 255, and an ending and a number come on top
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # names that Windows keeps for devices


HEARD = (".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".aif", ".aiff")


@dataclass(frozen=True)
class Format:
    """A kind of file; `depth` says what becomes of the samples of a sound."""

    label: str
    ending: str
    depth: str = ""


FORMATS = {
    "text": {"txt": Format("Text", ".txt"), "md": Format("Markdown", ".md")},
    "sound": {
        "wav-16": Format("WAV, 16 bits", ".wav", "16"),
        "wav-24": Format("WAV, 24 bits", ".wav", "24"),
        "wav-float": Format("WAV, 32-bit floats", ".wav", "float"),
        "flac-16": Format("FLAC, 16 bits", ".flac", "16"),
        "flac-24": Format("FLAC, 24 bits", ".flac", "24"),
    },
}
"""Medium → the formats its works are written in, by the name that the settings have for them."""


def formats(work: Work, preferred: str = "") -> dict[str, Format]:
    """What this work can be written as, the preferred one first."""
    found = FORMATS[work.medium]
    return {preferred: found[preferred]} | found if preferred in found else found


def export_work(work: Work, path: Path, format: str = "", with_recipe: bool = True) -> None:
    """Write a work whole or not at all; the ending of `path` wins over that of the format.

    Raises BadInput for an ending that this medium does not have, Failure where its sound is gone or the disk refuses.
    """
    carried = work.recipe if with_recipe else ""
    if work.medium == "text":
        recipe.write_text(path, work.text, carried)
    elif work.sound is None:
        raise Failure(f"What the library knew of the sound of “{work.title}” was damaged; make it again.")
    else:
        chosen = next(iter(formats(work, format or "wav-24").values()))
        recipe.write_sound(path, work.sound, carried, chosen.depth)


def is_sound(path: Path) -> bool:
    """Whether this may be a recording, by its name."""
    return path.suffix.lower() in HEARD


def read_dropped(path: Path) -> Request:
    """The request that made this file. Raises BadInput with one sentence where it holds none that can be used."""
    return recipe.read_recipe(path).request


def file_name(title: str, ending: str = ".txt") -> str:
    """A file name that every system takes, in the title's own script."""
    name = " ".join(FORBIDDEN.sub(" ", title).split()).encode()[:NAME_LIMIT].decode(errors="ignore").strip(" .…")
    return (f"{name}-" if RESERVED.match(name) else name or "Untitled") + ending


def free_path(folder: Path, name: str) -> Path:
    """`name` in `folder`, numbered where it is taken: "River.txt", "River (2).txt"."""
    path, count = folder / name, 1
    while path.exists():
        count += 1
        path = folder / f"{Path(name).stem} ({count}){Path(name).suffix}"
    return path
