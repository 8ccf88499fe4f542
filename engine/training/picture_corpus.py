"""The corpus of pocket-pictures: drawings composed into pictures whose captions are exact.

    python -m engine.training.picture_corpus FOLDER [--pairs 100000] [--size 128]

Each picture is numbered; number and seed decide all of it. Three parts share neither a name nor a drawing where it
matters: `held_out` has the names that nothing is taught by, in any set of drawings; `judge` has names that are taught,
in drawings that are not: what judges is trained on it; `train` has the rest. The folder holds pictures.bin (one after
another, each the differences of every row to the one above it, deflated), pictures.jsonl (a line each, with its facts
and captions) and sources.json.
"""

import argparse
import contextlib
import hashlib
import logging
import random
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.api import paths
from engine.api.errors import BadInput, Failure
from engine.api.files import write_atomically, writing
from engine.training.picture_captions import Item, Scene, captions
from engine.training.picture_drawings import Drawing, drawings
from engine.training.picture_scenes import Stock, composed

log = logging.getLogger(__name__)

TRAIN, JUDGE, HELD_OUT = "train", "judge", "held_out"
SHARES = {TRAIN: 0.86, JUDGE: 0.09, HELD_OUT: 0.05}  # of the pictures
HELD_OUT_PER_MILLE = 60  # of the names
ENOUGH = 3  # drawings of a name, of which one is the judge's
CAPTIONS = {"english": 4, "hindi": 2}
TRIES = 5
LEVEL = 6  # of zlib: half a millisecond a picture

Pixels = NDArray[np.uint8]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A picture in the corpus; its bytes are [first, first + length) of pictures.bin."""

    number: int
    split: str
    scene: Scene
    captions: tuple[tuple[str, str], ...]  # (language, text)
    first: int = 0
    length: int = 0

    @property
    def items(self) -> tuple[Item, ...]:
        return self.scene.items

    def said(self, language: str) -> list[str]:
        return [text for name, text in self.captions if name == language]


def is_held_out(key: str) -> bool:
    return _hash(f"held out/{key}") % 1000 < HELD_OUT_PER_MILLE


def split(found: Iterable[Drawing]) -> dict[str, list[Drawing]]:
    """Which drawings each part is made of. A name with enough drawings lends one, always the same, to the judge."""
    parts: dict[str, list[Drawing]] = {name: [] for name in SHARES}
    named = defaultdict(list)
    for each in found:
        named[each.thing.key].append(each)
    for key, known in named.items():
        if is_held_out(key):
            parts[HELD_OUT] += known
            continue
        lent = [each for each in _by_name(known) if each is not None]
        parts[JUDGE] += lent
        parts[TRAIN] += [each for each in known if each not in lent]
    return parts


def _by_name(known: Sequence[Drawing]) -> Iterator[Drawing]:
    """One drawing of each name that has enough of them."""
    names = defaultdict(list)
    for each in known:
        names[each.thing.name].append(each)
    for alike in names.values():
        if len(alike) >= ENOUGH:
            yield min(alike, key=lambda each: _hash(each.mark))


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def made(parts: dict[str, Stock], number: int, size: int, seed: int) -> tuple[Entry, Pixels]:
    """The picture of that number."""
    rng = random.Random(f"{seed}/{number}")
    part = rng.choices([*parts], [SHARES[name] for name in parts])[0]
    scene, picture = drawn(parts[part], size, rng)
    told = tuple((name, text) for name, count in CAPTIONS.items() for text in captions(scene, name, count, rng))
    return Entry(number=number, split=part, scene=scene, captions=told), picture


def drawn(stock: Stock, size: int, rng: random.Random) -> tuple[Scene, Pixels]:
    """A scene, another one where a drawing cannot be drawn at the size that it was to have."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(ValueError):
            return composed(stock, size, rng)
    return composed(stock, size, rng)


def build(
    folder: Path, found: Sequence[Drawing], account: list[dict[str, Any]], pairs: int, size: int, seed: int = 0
) -> None:
    """Write the corpus. The same drawings and seed give the same bytes."""
    parts = {name: Stock.of(each) for name, each in split(found).items() if each}
    if TRAIN not in parts:
        raise BadInput("There are no drawings to compose pictures of.")
    used: Counter[str] = Counter()
    with writing(folder / "pictures.bin") as pictures, writing(folder / "pictures.jsonl") as lines:
        first = 0
        for number in range(pairs):
            entry, picture = made(parts, number, size, seed)
            packed = pack(picture)
            pictures.write(packed)
            lines.write(msgspec.json.encode(msgspec.structs.replace(entry, first=first, length=len(packed))) + b"\n")
            first += len(packed)
            used.update({item.source for item in entry.items})
            if (number + 1) % 1000 == 0:
                log.info("%d pictures of %d, %.0f MB", number + 1, pairs, first / 1e6)
    credits = [each | {"pictures": used[each["name"]]} for each in account]
    write_atomically(folder / "sources.json", msgspec.json.format(msgspec.json.encode(credits)))
    about = {"size": size, "seed": seed, "pairs": pairs}
    write_atomically(folder / "corpus.json", msgspec.json.encode(about))


def pack(picture: Pixels) -> bytes:
    """(size, size, 3) → bytes, without loss."""
    return zlib.compress(np.diff(picture, axis=0, prepend=np.uint8(0)).tobytes(), LEVEL)


def unpack(data: bytes, size: int) -> Pixels:
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(size, size, 3)
    return np.add.accumulate(rows, axis=0, dtype=np.uint8)


@dataclass(frozen=True)
class PictureCorpus:
    """A corpus on disk: its entries, and their pictures read when they are wanted (about 0.3 ms each)."""

    entries: list[Entry]
    size: int
    data: NDArray[np.uint8]  # pictures.bin

    @classmethod
    def load(cls, folder: Path) -> "PictureCorpus":
        """Raises BadInput where there is no corpus."""
        try:
            lines = (folder / "pictures.jsonl").read_bytes().splitlines()
            size = msgspec.json.decode((folder / "corpus.json").read_bytes())["size"]
            data = np.memmap(folder / "pictures.bin", np.uint8, "r")
        except (OSError, ValueError) as error:
            raise BadInput(
                f"There is no picture corpus in {folder}; make one: python -m engine.training.picture_corpus {folder}"
            ) from error
        decoder = msgspec.json.Decoder(Entry)
        return cls([decoder.decode(line) for line in lines], size, data)

    def of(self, part: str) -> NDArray[np.int64]:
        """The indices of a part: train, judge or held_out."""
        return np.array([index for index, each in enumerate(self.entries) if each.split == part], np.int64)

    def pictures(self, indices: Iterable[int]) -> Pixels:
        """(B, size, size, 3) uint8, sRGB."""
        chosen = [self.entries[index] for index in indices]
        packed = (self.data[each.first : each.first + each.length].tobytes() for each in chosen)
        return np.stack([unpack(data, self.size) for data in packed])

    def captions(self, indices: Iterable[int], rng: random.Random) -> list[str]:
        """One caption of each, whichever language it falls on."""
        return [rng.choice(self.entries[index].captions)[1] for index in indices]


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compose the corpus of pocket-pictures.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=100_000, help="how many pictures")
    parser.add_argument("--size", type=int, default=128, help="pixels a side")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--cache", type=Path, default=paths.data() / "corpora", help="where downloaded packages are kept"
    )
    options = parser.parse_args(args)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    try:
        found, account = drawings(options.cache)
        log.info("%d drawings of %d names", len(found), len({each.thing.name for each in found}))
        build(options.folder, found, account, options.pairs, options.size, options.seed)
    except (BadInput, Failure) as error:
        log.error("%s", error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
