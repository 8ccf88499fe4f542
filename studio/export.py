"""Works out of the studio, and requests back into it: an exported file carries the recipe that makes it again."""

import re
from pathlib import Path

from engine.api import recipe
from engine.api.requests import Request
from studio.state.library import Work

NAME_LIMIT = 180  # bytes; file systems take 255, and an ending and a number come on top
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)  # names that Windows keeps for devices


def export_text(work: Work, path: Path) -> None:
    """Write a text with its recipe, whole or not at all. Raises BadInput for an ending that is no text's, Failure where
    the disk refuses.
    """
    recipe.write_text(path, work.text, work.recipe)


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
