"""Works out of the studio, and requests back into it: an exported file carries the recipe that makes it again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter

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
    """A kind of file; `depth` says what becomes of a sound's samples, `quality` (to 100) of a picture's colours."""

    label: str
    ending: str
    depth: str = ""
    quality: int = 0


FORMATS = {
    "text": {"txt": Format("Text", ".txt"), "md": Format("Markdown", ".md")},
    "sound": {
        "wav-16": Format("WAV, 16 bits", ".wav", "16"),
        "wav-24": Format("WAV, 24 bits", ".wav", "24"),
        "wav-float": Format("WAV, 32-bit floats", ".wav", "float"),
        "flac-16": Format("FLAC, 16 bits", ".flac", "16"),
        "flac-24": Format("FLAC, 24 bits", ".flac", "24"),
    },
    "picture": {
        "png": Format("PNG", ".png"),
        "webp-lossless": Format("WebP, lossless", ".webp", quality=100),
        "webp-90": Format("WebP, fine", ".webp", quality=90),
        "webp-75": Format("WebP, small", ".webp", quality=75),
        "jpeg-95": Format("JPEG, fine", ".jpg", quality=95),
        "jpeg-80": Format("JPEG, small", ".jpg", quality=80),
    },
}
"""Medium → the formats its works are written in, by the name that the settings have for them."""

PLAIN = {"sound": "wav-24"}
"""Medium → the format that is written unless another is asked for; else it is the first."""


def formats(work: Work, preferred: str = "") -> dict[str, Format]:
    """What this work can be written as, the preferred one first."""
    found = FORMATS[work.medium]
    return {preferred: found[preferred]} | found if preferred in found else found


def export_work(work: Work, path: Path, format: str = "", with_recipe: bool = True) -> None:
    """Write a work whole or not at all; the ending of `path` wins over that of the format.

    Raises BadInput for an ending that this medium does not have, Failure where its file is gone or the disk refuses.
    """
    carried = work.recipe if with_recipe else ""
    chosen = next(iter(formats(work, format or PLAIN.get(work.medium, "")).values()))
    if work.medium == "text":
        recipe.write_text(path, work.text, carried)
    elif work.sound:
        recipe.write_sound(path, work.sound, carried, chosen.depth)
    elif work.picture:
        ending = path.suffix.lower().replace(".jpeg", ".jpg")
        quality = chosen.quality if ending == chosen.ending else 0
        recipe.write_picture(path, work.picture, carried, encode, quality)
    else:
        raise Failure(f"What the library knew of the {work.medium} of “{work.title}” was damaged; make it again.")


def encode(png: bytes, ending: str, quality: int) -> bytes:
    """A PNG as a WebP or JPEG file of this quality; 100 is without loss in WebP. Raises Failure where Qt cannot."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(ending[1:].encode()))
    writer.setQuality(quality)
    if not writer.write(QImage.fromData(png).convertToFormat(QImage.Format.Format_RGB888)):
        raise Failure(f"This picture cannot be written as {ending} ({writer.errorString()}); write it as .png.")
    return bytes(buffer.data().data())


def copy(works: Sequence[Work]) -> None:
    """To the clipboard: the pictures' first one, or the texts of all. Raises Failure where its file is gone."""
    picture = next((work.picture for work in works if work.picture), None)
    if picture is None:
        return QGuiApplication.clipboard().setText("\n\n".join(work.text for work in works))
    image = QImage(picture.path)
    if image.isNull():
        raise Failure(f"The picture {picture.path} is no longer there; make it again.")
    QGuiApplication.clipboard().setImage(image)


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
