"""Drawings for pocket-pictures: vector icons, emoji and clip art under permissive licences, out of packages.

Packages come by the clients of their own registries (`npm pack`, `apt-get download`) into a cache folder and are only
read there. Each drawing is trimmed to what it shows; blank ones and those with letters or photographs in them are left
out. Needs the extra `train` (resvg_py and Pillow), npm and, for the clip art, apt-get.
"""

import hashlib
import io
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.api.errors import Failure
from engine.training import sources
from engine.training.picture_colors import main_color
from engine.training.picture_names import Thing, Vocabulary, emoji_things, is_clean, tables

FREE = {"MIT", "Apache-2.0", "CC0-1.0", "ISC"}
CONCRETE = {
    "05",
    "06",
    "08",
    "13",
    "17",
    "18",
    "19",
    "20",
    "25",
}  # files of WordNet: animals, artefacts, bodies, food ...
SEEN_AT = 96  # pixels, to see what a drawing looks like
LARGEST = 60_000  # letters of SVG
SPARSEST = 0.03  # of its square must be drawn on
SKIN_TONES = re.compile(r"-(?:light|medium-light|medium|medium-dark|dark)(?:-skin-tone)?(?:-|$)|skin-tone")
UNFIT = re.compile(
    r"<(?:svg:|(?:text|image|flowRoot|foreignObject|script|animate|set)\b)|@import|inkscape:dataloss", re.IGNORECASE
)
BY_LINE = re.compile(
    r"^clip ?art by [\w .]+? - |[_ ]?(?:remix|bw|b w|simple|stylized|cartoon|clipart|icon)\b|\d+", re.IGNORECASE
)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Drawing:
    source: str  # its package
    look: str  # of picture_words.toml
    thing: Thing
    svg: str
    plain: bool = False  # a silhouette that takes any colour
    color: str = ""  # the colour that most of it has, "" where there is none

    @property
    def mark(self) -> str:
        """Tells drawings apart, the same ones in whatever order they come."""
        return hashlib.sha256(f"{self.source}/{self.thing.name}/{self.svg}".encode()).hexdigest()[:16]


def drawings(cache: Path) -> tuple[list[Drawing], list[dict[str, Any]]]:
    """All that can be used, and an account of where they come from. Raises Failure when a package cannot be had."""
    known, found, account = vocabulary(cache), [], []
    for package, how in tables()["sets"].items():
        with tarfile.open(npm(package, cache)) as archive:
            licence = _json(archive, "info.json")["license"]["spdx"]
            if licence not in FREE:
                raise Failure(f"The drawings of {package} are under {licence}: take its line out of picture_sets.toml.")
            usable = [*fit(icons(package, how, _json(archive, "icons.json"), known))]
        found += usable
        account.append({"name": package, "licence": licence, "drawings": len(usable)})
    usable = [*fit(clip_art(sources.unpack(tables()["clip_art"], cache), known))]
    found += usable
    account.append({"name": tables()["clip_art"], "licence": "public domain", "drawings": len(usable)})
    account.append({"name": tables()["names"], "licence": "MIT", "drawings": 0})
    account.append({"name": tables()["dictionary"], "licence": sources.LICENCES["wordnet-base"], "drawings": 0})
    return found, account


def npm(package: str, cache: Path) -> Path:
    """The archive of a package as name@version, downloaded into `cache` unless it is there."""
    name, _, version = package.rpartition("@")
    archive = cache / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
    if not archive.is_file():
        if shutil.which("npm") is None:
            raise Failure("The drawings come as npm packages: run this where npm is installed.")
        cache.mkdir(parents=True, exist_ok=True)
        if subprocess.run(["npm", "pack", package], cwd=cache, capture_output=True).returncode or not archive.is_file():
            raise Failure(f"The package {package} could not be downloaded: check the network, try again.")
    return archive


def vocabulary(cache: Path) -> Vocabulary:
    with tarfile.open(npm(tables()["names"], cache)) as archive:
        emoji = emoji_things(_json(archive, "en/data.json"), _json(archive, "hi/data.json"))
    folder = sources.unpack(tables()["dictionary"], cache) / "usr/share/wordnet"
    return Vocabulary(emoji, frozenset(concrete(folder)))


def concrete(folder: Path) -> Iterator[str]:
    """The nouns of WordNet whose usual sense, the first one listed, is something to be seen."""
    said = {}
    for line in (folder / "data.noun").read_text(encoding="utf-8").splitlines():
        fields = line.partition(" | ")[0].split()
        if line[:1] != " " and fields[1] in CONCRETE:
            said[fields[0]] = fields[4 : 4 + 2 * int(fields[3], 16) : 2]
    for line in (folder / "index.noun").read_text(encoding="utf-8").splitlines():
        if line[:1] != " ":
            fields = line.split()
            first = fields[6 + int(fields[3])]  # after the pointer symbols and the counts of senses
            if fields[0] in said.get(first, ()):  # not where a proper name stands there, with its capital
                yield fields[0].replace("_", " ")


def _json(archive: tarfile.TarFile, name: str) -> Any:
    try:
        file = archive.extractfile(f"package/{name}")
        assert file is not None
        return json.load(file)
    except (KeyError, ValueError) as error:
        raise Failure(f"The package {archive.name!s} is damaged: delete it and try again.") from error


def icons(package: str, how: dict[str, Any], table: dict[str, Any], known: Vocabulary) -> Iterator[Drawing]:
    """The icons of a set in Iconify's format that have a known name, in every look that is asked for."""
    endings = sorted(filter(None, how["looks"]), key=len, reverse=True)
    for name, icon in table["icons"].items():
        ending = next((each for each in endings if name.endswith(f"-{each}")), "")
        bare = name.removesuffix(f"-{ending}") if ending else name
        thing = None if SKIN_TONES.search(name) or icon.get("hidden") else known.named(bare, how.get("emoji", False))
        if thing and ending in how["looks"] and is_clean(thing.name):
            width, height = (icon.get(side) or table.get(side) or 16 for side in ("width", "height"))
            svg = framed(icon["body"], (icon.get("left", 0), icon.get("top", 0), width, height))
            yield Drawing(package, how["looks"][ending], thing, svg, how.get("plain", False))


def clip_art(root: Path, known: Vocabulary) -> Iterator[Drawing]:
    """The clip art whose title is the name of a thing."""
    for path in sorted((root / "usr/share/openclipart/svg").rglob("*.svg")):
        text = path.read_text(encoding="utf-8", errors="replace")
        title = re.search(r"<dc:title>([^<]{2,60})</dc:title>", text)
        words = re.findall(r"<rdf:li>([^<]*)</rdf:li>", text)
        if not title or len(text) > LARGEST or not is_clean(" ".join([title[1], *words])) or "/unsorted/" in str(path):
            continue
        if thing := known.named(" ".join(re.sub(r"[\W_]+", " ", BY_LINE.sub("", title[1])).lower().split())):
            yield Drawing(tables()["clip_art"], "clip_art", thing, text)


def framed(body: str, box: tuple[float, float, float, float]) -> str:
    """An SVG of its own around what an icon is made of; `box` is left, top, width, height."""
    left, top, width, height = box
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="{left:g} {top:g} {width:g} {height:g}" width="{width:g}" height="{height:g}">{body}</svg>'
    )


def fit(found: Iterable[Drawing]) -> Iterator[Drawing]:
    """Those that show something, trimmed, with their colour, each one once."""
    seen = set()
    for drawing in found:
        shown = None if UNFIT.search(drawing.svg) else trimmed(drawing)
        if shown and shown.mark not in seen:
            seen.add(shown.mark)
            yield shown


def trimmed(drawing: Drawing) -> Drawing | None:
    """Around what it shows, in a square with a margin of 3 %; None where that is next to nothing."""
    try:
        pixels = raster(drawing.svg, SEEN_AT)
    except ValueError:  # what resvg raises of an SVG that it cannot read
        return None
    drawn = pixels[..., 3] > 24
    if drawn.mean() < SPARSEST:
        return None
    rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    side = 1.06 * max(bottom - top, right - left)
    corner = ((left + right - side) / 2, (top + bottom - side) / 2)
    inner = re.sub(r"^.*?(?=<svg\b)", "", drawing.svg, count=1, flags=re.DOTALL)
    svg = cropped(inner, corner, float(side), pixels.shape[1], pixels.shape[0])
    try:
        seen = raster(svg, SEEN_AT)
    except ValueError:  # a tag that was written in a way of its own
        return None
    return replace(drawing, svg=svg, color="" if drawing.plain else main_color(seen))


def cropped(svg: str, corner: tuple[float, float], side: float, width: int, height: int) -> str:
    """A square window on an SVG that fills `width` and `height`, all in pixels of that size."""
    opening = re.match(r"<svg\b[^>]*>", svg)
    assert opening is not None
    tag = opening[0]
    if "viewBox" not in tag:
        sizes = [re.search(rf'\b{name}="\s*([\d.]+)', tag) for name in ("width", "height")]
        box = " ".join(found[1] if found else "100" for found in sizes)
        tag = tag.replace("<svg", f'<svg viewBox="0 0 {box}"', 1)
    tag = re.sub(r'\s(?:width|height|x|y|preserveAspectRatio)="[^"]*"', "", tag)
    tag = tag.replace("<svg", f'<svg x="0" y="0" width="{width}" height="{height}"', 1)
    left, top = corner
    return framed(tag + svg[opening.end() :], (left, top, side, side))


def raster(svg: str, size: int) -> Pixels:
    """The drawing as (rows, columns, 4) of straight RGBA, its longer side `size` pixels. Raises ValueError."""
    import resvg_py

    try:
        data = resvg_py.svg_to_bytes(svg_string=svg, width=size, skip_system_fonts=True)
    except BaseException as error:  # it panics over some blurs at some sizes, which is no Exception
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ValueError("The drawing cannot be drawn at this size.") from error
        raise
    return np.asarray(Image.open(io.BytesIO(bytes(data))).convert("RGBA"))
