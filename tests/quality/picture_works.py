"""Works for the judge of pictures: prompts of real pictures, what a checkpoint draws of them, what it says of pictures.

    QUARTET_JUDGES=FOLDER python -m tests.quality.picture_works --corpus FOLDER

copies what is judged by out of a corpus into FOLDER/pictures (6 MB), itself a corpus that the judge can be given.
A prompt is the caption of a picture in a corpus, English in two cases of three, else Hindi where it has one: of the
part whose names nothing is taught by, and of the judges' part, whose names are taught by other drawings and of which
the judges have seen nine pictures in ten, never one that is asked for.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np
import torch
from PIL import Image

from engine.api.cards import CARD, read_card
from engine.api.errors import Failure
from engine.api.files import write_atomically
from engine.api.messages import Answered, Ask, Cancelled, Event, Failed, Finished
from engine.codecs.pictures import seen, shown
from engine.commands.flags import request_from
from engine.commands.make import Teller, finish, whole_parser
from engine.runtime.jobs import Job
from engine.runtime.start import start
from engine.training.picture_corpus import HELD_OUT, JUDGE, PictureCorpus, pack
from tests.quality import judges
from tests.quality.picture_reader import taught
from tests.quality.picture_sight import Pixels
from tests.quality.speech_works import home_of

if TYPE_CHECKING:
    from engine.runtime.shelf import Shelf

Line = TypeVar("Line")

PARTS = (HELD_OUT, JUDGE)
WORKS, ANSWERS = "works.jsonl", "answers.jsonl"
CASES = 400  # of a part: those that are drawn are the first of them, the captions of all are told apart
OTHERS = 600  # further pictures of the held-out part, which distances are measured from


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for; `index` is that of its true picture in the corpus."""

    number: int
    index: int
    part: str
    language: str
    prompt: str

    @property
    def name(self) -> str:
        return f"{self.part}-{self.number:06}"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """What was drawn for a case: its file in the folder of works, and the seconds that it took."""

    name: str
    file: str
    seconds: float


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of the true picture of a case."""

    name: str
    text: str


def untaught(corpus: PictureCorpus, part: str) -> list[int]:
    """The indices of a part that no judge is trained on."""
    return [index for index in corpus.of(part).tolist() if not taught(corpus.entries[index])]


def cases(corpus: PictureCorpus, part: str) -> list[Case]:
    """The same ones every time."""
    found = []
    for turn, index in enumerate(untaught(corpus, part)[:CASES]):
        entry = corpus.entries[index]
        language = "hindi" if turn % 3 == 2 and entry.said("hindi") else "english"
        prompt = random.Random(f"prompt/{entry.number}").choice(entry.said(language))
        found.append(Case(number=entry.number, index=index, part=part, language=language, prompt=prompt))
    return found


def held_out() -> Path:
    """The folder of the pictures that are judged by."""
    return judges.folder() / "pictures"


def set_up(corpus: PictureCorpus, folder: Path) -> None:
    """Write the cases and the others as a corpus of their own; cases of it are the same."""
    chosen = sorted({*others(corpus), *(case.index for part in PARTS for case in cases(corpus, part))})
    packed = [pack(picture) for picture in corpus.pictures(chosen)]
    starts = [0, *accumulate(len(each) for each in packed)]
    entries = [
        msgspec.structs.replace(corpus.entries[index], first=first, length=len(data))
        for index, first, data in zip(chosen, starts, packed, strict=False)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "pictures.bin", b"".join(packed))
    write_atomically(folder / "pictures.jsonl", b"".join(msgspec.json.encode(each) + b"\n" for each in entries))
    write_atomically(folder / "corpus.json", msgspec.json.encode({"size": corpus.size, "pairs": len(entries)}))


def others(corpus: PictureCorpus) -> list[int]:
    """Held-out pictures of which no case is."""
    return untaught(corpus, HELD_OUT)[CASES:][:OTHERS]


def read_lines(kind: type[Line], path: Path) -> list[Line]:
    if not path.exists():
        return []
    return [msgspec.json.decode(line, type=kind) for line in path.read_bytes().splitlines()]


def add_line(item: msgspec.Struct, path: Path) -> None:
    with path.open("ab", buffering=0) as file:
        file.write(msgspec.json.encode(item) + b"\n")


@contextmanager
def checkpoint_on(path: Path) -> Iterator[tuple[str, "Shelf"]]:
    """The id of a folder's checkpoint, and a shelf that finds it."""
    with home_of(path):
        yield read_card(path / CARD).id, start()


def draw(checkpoint: Path, wanted: Sequence[Case], folder: Path, flags: Sequence[str] = ()) -> None:
    """Have the checkpoint of a folder draw what is not drawn yet. Raises BadInput or Failure."""
    folder.mkdir(parents=True, exist_ok=True)
    done = {work.name for work in read_lines(Work, folder / WORKS)}
    left = [case for case in wanted if case.name not in done]
    if not left:
        return
    with checkpoint_on(checkpoint) as (name, shelf):
        drawn(left[0], name, folder / "first.png", flags, shelf)  # loads the weights
        for case in left:
            file = f"{case.name}.png"
            seconds = drawn(case, name, folder / file, flags, shelf)
            add_line(Work(name=case.name, file=file, seconds=round(seconds, 3)), folder / WORKS)


def drawn(case: Case, checkpoint: str, out: Path, flags: Sequence[str], shelf: "Shelf") -> float:
    """One work, made by the engine's own command in this process; the seconds that it took."""
    from engine.runtime.worker import run

    said = {"prompt": case.prompt, "checkpoint": checkpoint, "seed": case.number, "out": out}
    options = whole_parser("image").parse_args([*(f"--{name}={value}" for name, value in said.items()), *flags])
    teller = Teller(as_json=False)
    run(Job(case.name, request_from("image", options)[0], previews=False), shelf, teller)
    assert teller.end is not None
    finish(teller.end, options)
    if not isinstance(teller.end, Finished):
        raise Failure(f"{out.name} was not made.")
    return teller.end.elapsed


def ask(checkpoint: Path, wanted: Sequence[Case], corpus: PictureCorpus, folder: Path) -> None:
    """Have the checkpoint say what the true pictures of these cases show, where it has not said it yet and can."""
    folder.mkdir(parents=True, exist_ok=True)
    done = {answer.name for answer in read_lines(Answer, folder / ANSWERS)}
    left = [case for case in wanted if case.name not in done]
    if not left or read_card(checkpoint / CARD).architecture != "showo":
        return
    with checkpoint_on(checkpoint) as (name, shelf):
        for case in left:
            text = answered(corpus.pictures([case.index])[0], name, folder / "asked.png", shelf)
            add_line(Answer(name=case.name, text=text), folder / ANSWERS)


def answered(picture: Pixels, checkpoint: str, path: Path, shelf: "Shelf") -> str:  # (S, S, 3)
    from engine.runtime.worker import run

    Image.fromarray(picture).save(path)
    ends: list[Event] = []
    run(Job("asked", Ask(job="asked", checkpoint=checkpoint, picture=str(path))), shelf, ends.append)
    end = next(each for each in ends if isinstance(each, Answered | Cancelled | Failed))
    if not isinstance(end, Answered):
        raise Failure(end.sentence if isinstance(end, Failed) else "The question was taken back.")
    return end.text


def recreated(checkpoint: Path, pictures: Pixels) -> Pixels:  # (N, S, S, 3)
    """Pictures through the checkpoint's tokenizer and back."""
    with checkpoint_on(checkpoint) as (name, shelf), torch.inference_mode():
        tokenizer: Any = shelf.network(shelf.card(name), role="tokenizer")
        return np.stack([shown(tokenizer.decode(tokenizer.encode(seen(picture)))) for picture in pictures])


def read_pictures(paths: Sequence[Path]) -> Pixels:
    return np.stack([np.asarray(Image.open(path).convert("RGB")) for path in paths])


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Copy what pictures are judged by out of a corpus.")
    parser.add_argument("--corpus", type=Path, required=True)
    set_up(PictureCorpus.load(parser.parse_args(args).corpus), held_out())
    return 0


if __name__ == "__main__":
    sys.exit(main())
