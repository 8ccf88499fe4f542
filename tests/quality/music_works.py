"""Works for the judge of music: held-out requests, their true renders, and what a checkpoint makes of them.

    QUARTET_JUDGES=FOLDER python -m tests.quality.music_works --soundfont FILE [--count 60]

writes requests and renders into FOLDER/music: `true/` is what was asked for, played by the soundfont; `others/` as many
further pieces, which distances are measured from. A request is written by the corpus's own generator, from a seed that
no corpus begins with. Its caption is English in two cases of three, else Hindi, and always names what leads.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import soundfile

from engine.api import paths
from engine.api.cards import CARD, read_card
from engine.api.errors import Failure
from engine.api.messages import Finished
from engine.api.requests import MusicRequest
from engine.commands.flags import request_from
from engine.commands.make import Teller, finish, whole_parser
from engine.runtime.jobs import Job
from engine.runtime.start import start
from engine.training.music_captions import caption
from engine.training.music_corpus import entry
from engine.training.music_render import RATE, Player
from engine.training.music_writer import Piece, written
from tests.quality import instruments, judges
from tests.quality.speech_works import home_of

if TYPE_CHECKING:
    from engine.runtime.shelf import Shelf

CASES, WORKS = "cases.jsonl", "works.jsonl"
SEED, OTHERS_SEED = 770_003, 770_004  # corpora begin with small ones
SECONDS = (8.0, 16.0)  # about as long as a piece
COUNT = 60
TIMED = 10.0  # seconds of music whose making is timed
TOLD = ("prompt", "key", "tempo", "metre", "chords", "sections", "seconds")
"""The fields of a request that a case sets."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for, the instrument that leads, and the file of the true render within the folder of cases."""

    number: int
    request: MusicRequest
    lead: str
    true: str


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What was made of a case: the file within the folder of works and the seconds that it took, if they are known."""

    number: int
    file: str
    seconds: float | None = None


def held_out() -> Path:
    """The folder of the cases."""
    return judges.folder() / "music"


def lacking() -> str:
    """What of our own is not there yet; empty where all is."""
    if not (held_out() / CASES).exists():
        return f"{held_out()} holds no cases (python -m tests.quality.music_works --soundfont FILE writes them)"
    if not (judges.folder() / instruments.FILE).exists():
        return f"{judges.folder()} holds no {instruments.FILE} (python -m tests.quality.instruments --corpus FOLDER)"
    return ""


def read_cases(folder: Path) -> list[Case]:
    return [msgspec.json.decode(line, type=Case) for line in (folder / CASES).read_bytes().splitlines()]


def read_works(folder: Path) -> list[Work]:
    return [msgspec.json.decode(line, type=Work) for line in (folder / WORKS).read_bytes().splitlines()]


def write_lines(items: Iterable[msgspec.Struct], path: Path) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(item) + b"\n" for item in items))


def drawn(number: int, seed: int = SEED) -> tuple[Case, Piece]:
    """A case and the piece that it asks for. A piece with chords of no key is asked for in any."""
    rng = np.random.default_rng([seed, number])
    piece = written(rng, SECONDS)
    found = entry(number, False, piece, rng)
    prompt = caption(piece, "hindi" if number % 3 == 2 else "english", rng)
    request = found.request(prompt, key=piece.key if piece.in_key else "any")
    return Case(number=number, request=request, lead=piece.lead, true=f"true/{number:03}.flac"), piece


def set_up(folder: Path, soundfont: Path, count: int) -> None:
    """Write and render cases. Raises BadInput where the soundfont cannot be read."""
    player, cases = Player(soundfont), []
    for part in ("true", "others"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        case, piece = drawn(number)
        soundfile.write(folder / case.true, player.play(piece), RATE)
        soundfile.write(folder / f"others/{number:03}.flac", player.play(drawn(number, OTHERS_SEED)[1]), RATE)
        cases.append(case)
    write_lines(cases, folder / CASES)


def play(
    checkpoint: Path, cases: Sequence[Case], folder: Path, flags: Sequence[str] = (), beside: Sequence[Path] = ()
) -> float:
    """Have the checkpoint of a folder play the cases into `folder`; the seconds that ten seconds of music take.

    `beside` are folders of checkpoints that it needs and that are not installed. Raises BadInput or Failure with the
    engine's own sentence.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with home_of(checkpoint):
        for number, companion in enumerate(beside):
            (paths.data() / "models" / f"~beside{number}").symlink_to(companion.resolve())
        name, shelf = read_card(checkpoint / CARD).id, start()
        timed = msgspec.structs.replace(cases[0].request, seconds=TIMED)
        for _ in range(2):  # the first loads the weights
            begun = time.perf_counter()
            made(timed, name, folder / "timed.wav", 0, flags, shelf)
            taken = time.perf_counter() - begun
        works = [work(case, name, folder, flags, shelf) for case in cases]
    write_lines(works, folder / WORKS)
    return taken


def work(case: Case, checkpoint: str, folder: Path, flags: Sequence[str], shelf: "Shelf") -> Work:
    file = f"{case.number:03}.wav"
    return Work(
        number=case.number, file=file, seconds=made(case.request, checkpoint, folder / file, case.number, flags, shelf)
    )


def made(request: MusicRequest, checkpoint: str, out: Path, seed: int, flags: Sequence[str], shelf: "Shelf") -> float:
    """One work, made by the engine's own command in this process; the seconds that it took."""
    from engine.runtime.worker import run

    said = {name: getattr(request, name) for name in TOLD} | {"checkpoint": checkpoint, "seed": seed, "out": out}
    options = whole_parser("music").parse_args([*(f"--{name}={value}" for name, value in said.items()), *flags])
    teller = Teller(as_json=False)
    run(Job(out.stem, request_from("music", options)[0], previews=False), shelf, teller)
    assert teller.end is not None
    finish(teller.end, options)
    if not isinstance(teller.end, Finished):
        raise Failure(f"{out.name} was not made.")
    return teller.end.elapsed


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write held-out requests for music, with their true renders.")
    parser.add_argument("--soundfont", type=Path, required=True, help="the one that the corpus was rendered with")
    parser.add_argument("--count", type=int, default=COUNT)
    options = parser.parse_args(args)
    if not os.environ.get("QUARTET_JUDGES"):
        parser.error("QUARTET_JUDGES names no folder of judges")
    set_up(held_out(), options.soundfont, options.count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
