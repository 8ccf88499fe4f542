"""The corpus of pocket-music: pieces written by rules, rendered, captioned, kept as bands of a spectrogram.

    python -m engine.training.music_corpus FOLDER --soundfont FILE [--hours 6]

Each piece is numbered; number and seed decide all of it, so a piece can be made again anywhere. One in fifty is held
out, with its variations. A piece stands in the corpus with one variation (see `music_writer.varied`). The folder holds
bands.bin (frames of all pieces after each other, float16), pieces.jsonl (a line each, with its labels and captions)
and, of the first pieces and all held-out ones, the sound itself as sounds/NUMBER.flac.
"""

import argparse
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import soundfile
import torch
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.api.files import write_atomically
from engine.api.requests import MusicRequest
from engine.api.score import Score, score_of
from engine.codecs.music_bands import CHANNELS, encoded
from engine.training.music_captions import LANGUAGES, caption
from engine.training.music_render import RATE, Player
from engine.training.music_writer import Piece, varied, written

log = logging.getLogger(__name__)

SOURCE = {"name": "fluid-soundfont-gm 3.1", "licence": "MIT"}
HELD_OUT = 50  # one piece in so many
SOUNDS = 240  # pieces whose sound is kept, for vocoders and other networks
CAPTIONS = {"english": 5, "hindi": 3}
BYTES = 2 * CHANNELS  # a frame


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A piece in the corpus; its frames are [first, first + frames) of bands.npy."""

    number: int
    variation: bool
    held_out: bool
    seconds: float
    style: str
    lead: str
    backing: str
    drums: bool
    key: str
    tempo: float
    metre: str
    chords: str
    sections: str
    captions: tuple[tuple[str, str], ...]  # (language, text)
    first: int = 0
    frames: int = 0
    sound: str = ""  # its file within the folder

    def request(self, prompt: str = "", **more: Any) -> MusicRequest:
        """What asks for this piece."""
        fields: dict[str, Any] = dict(key=self.key, tempo=self.tempo, metre=self.metre, chords=self.chords)
        fields |= dict(sections=self.sections, seconds=self.seconds, prompt=prompt or self.captions[0][1])
        return MusicRequest(**(fields | more))

    def score(self) -> Score:
        return score_of(self.request())


def entry(number: int, variation: bool, piece: Piece, rng: np.random.Generator) -> Entry:
    return Entry(
        number=number,
        variation=variation,
        held_out=is_held_out(number),
        seconds=piece.seconds,
        style=piece.style,
        lead=piece.lead,
        backing=piece.backing,
        drums=piece.drums,
        key=piece.key,
        tempo=piece.tempo,
        metre=piece.metre,
        chords=piece.lane,
        sections=" ".join(f"{name}:{bars}" for name, bars in piece.sections),
        captions=tuple((name, caption(piece, name, rng)) for name in LANGUAGES for _ in range(CAPTIONS[name])),
    )


def is_held_out(number: int) -> bool:
    return number % HELD_OUT == HELD_OUT - 1


def pieces(seed: int) -> Iterator[tuple[Entry, Piece]]:
    """Without end: a piece and a variation of it, again and again."""
    number = 0
    while True:
        rng = np.random.default_rng([seed, number])
        piece = written(rng)
        for variation, each in enumerate((piece, varied(piece, rng))):
            yield entry(number, bool(variation), each, rng), each
        number += 1


def build(folder: Path, soundfont: Path, hours: float, seed: int = 0) -> None:
    """Write the corpus. Raises BadInput where the soundfont cannot be read."""
    player = Player(soundfont)
    (folder / "sounds").mkdir(parents=True, exist_ok=True)
    entries: list[Entry] = []
    total = 0
    with (folder / "bands.bin").open("wb") as file:
        for found, piece in pieces(seed):
            sound = player.play(piece)
            bands = encoded(torch.from_numpy(sound.T)).numpy().astype(np.float16)
            file.write(bands.tobytes())
            kept = kept_sound(folder, found, sound)
            entries.append(msgspec.structs.replace(found, first=total, frames=len(bands), sound=kept))
            total += len(bands)
            if sum(each.seconds for each in entries) > 3600 * hours:
                break
            if len(entries) % 200 == 0:
                log.info("%d pieces, %.1f hours", len(entries), sum(each.seconds for each in entries) / 3600)
    write_atomically(folder / "pieces.jsonl", b"".join(msgspec.json.encode(each) + b"\n" for each in entries))
    write_atomically(folder / "sources.json", msgspec.json.encode([SOURCE]))


def kept_sound(folder: Path, found: Entry, sound: NDArray[np.float32]) -> str:
    if not found.held_out and found.number >= SOUNDS:
        return ""
    name = f"sounds/{found.number:05}{'b' if found.variation else 'a'}.flac"
    soundfile.write(folder / name, np.clip(sound, -1, 1), RATE)
    return name


@dataclass(frozen=True)
class MusicCorpus:
    """A corpus on disk: its entries, and their frames read when they are wanted."""

    folder: Path
    entries: list[Entry]
    bands: NDArray[np.float16]  # (frames of all, CHANNELS)

    @classmethod
    def load(cls, folder: Path) -> "MusicCorpus":
        try:
            lines = (folder / "pieces.jsonl").read_bytes().splitlines()
            bands = np.memmap(folder / "bands.bin", np.float16, "r").reshape(-1, CHANNELS)
        except (OSError, ValueError) as error:
            raise BadInput(
                f"There is no music corpus in {folder}; make one: python -m engine.training.music_corpus {folder}"
            ) from error
        return cls(folder, [msgspec.json.decode(line, type=Entry) for line in lines], bands)

    def of(self, held_out: bool) -> list[Entry]:
        return [each for each in self.entries if each.held_out == held_out]

    def frames(self, found: Entry) -> NDArray[np.float16]:
        return self.bands[found.first : found.first + found.frames]


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write and render the corpus of pocket-music.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--soundfont", type=Path, required=True, help="an SF2 file of General MIDI")
    parser.add_argument("--hours", type=float, default=6.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(args)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    try:
        build(options.folder, options.soundfont, options.hours, options.seed)
    except BadInput as error:
        log.error("%s", error)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
