"""Judges pictures: do they show what the prompt names, in its colours, as many, where, on what ground?

    QUARTET_JUDGES=FOLDER python -m tests.quality.picture_judge --works FOLDER [--checkpoint FOLDER]
        [--corpus FOLDER] [--count 100] [--threads 1] [--note] [-- --steps=12 …]

has a checkpoint draw held-out prompts and say what real pictures show (`tests.quality.picture_works`), prints each
figure beside what the same judges read from the real pictures of the same prompts and from those through the
checkpoint's tokenizer, writes what was seen into WORKS/verdicts.jsonl and, with --note, the figures into the card. Run
again, it draws only what is missing. Without --checkpoint it judges what is in WORKS. The judges are home-made, trained
on drawings that the checkpoint never saw (`picture_reader`, `picture_eye`); but for the distance (`picture_features`).

Shares, 1 is best, unless it says otherwise. Figures are of prompts with names that nothing is taught by; with "taught_"
before them, of names that are taught by other drawings. English and Hindi prompts are told apart too.

- recall: R@10, the prompt is among the ten of a hundred captions that are most like the picture; by chance, 0.1.
- color: of the things whose colour the prompt says, those that have it, where they are to be.
- ground: of the grounds that the prompt says, kind and colours are right.
- count: as many things as the prompt says, two to six. one: a single thing where the prompt has one.
- place: a thing alone stands where the prompt says, or two stand beside or above each other as it says.
- frechet, frechet_64: Fréchet distances to other held-out pictures (`picture_metrics`): 0 is best, what as many real
  pictures have is as good as can be.
- says_color, says_ground, says_count, says_one: of the colours, grounds and numbers that the checkpoint says of real
  pictures, those that are so. says_recall: what it says is among the ten of a hundred captions most like the picture.
- psnr, psnr_of_mean: of the tokenizer, decibels: the mean over pictures, and that of the mean error, which is lower.
- shuffled: R@10 of real pictures with each other's captions.
- seconds: that a picture takes, in the mean.
"""

import argparse
import json
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec
import numpy as np
import torch

from engine.api.cards import CARD, read_card
from engine.training.card import write_card
from engine.training.picture_corpus import HELD_OUT, PictureCorpus
from tests.quality import judges, picture_eye, picture_features, picture_reader
from tests.quality import picture_metrics as metrics
from tests.quality.picture_answers import understood
from tests.quality.picture_eye import Seen
from tests.quality.picture_sight import Pixels
from tests.quality.picture_told import Asked, asked
from tests.quality.picture_works import (
    PARTS,
    WORKS,
    Case,
    Work,
    ask,
    cases,
    draw,
    held_out,
    others,
    read_lines,
    read_pictures,
    recreated,
)

VERDICTS = "verdicts.jsonl"
KEPT = "picture_features.npz"  # of the pictures that distances are measured from
TAUGHT = "taught_"
STAND = {"left": "beside", "above": "above"}  # how two things stand to each other, as the eye names it
ROUND = 4

Figures = dict[str, dict[str, float]]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is seen in one picture, and how near that comes to its prompt: figure → value."""

    name: str
    part: str
    language: str
    prompt: str
    count: int
    layout: str
    ground: str
    shades: tuple[str, ...]
    colors: dict[str, str]
    figures: dict[str, float]


def missing() -> str:
    """What of the judges is not there yet; empty where all is."""
    if reason := judges.missing():
        return reason
    files = {picture_eye.FILE: "picture_eye", picture_reader.FILE: "picture_reader"}
    lacking = [(file, name) for file, name in files.items() if not (judges.folder() / file).exists()]
    if lacking:
        return f"{judges.folder()} holds no {lacking[0][0]} (python -m tests.quality.{lacking[0][1]} --corpus FOLDER)"
    if not (judges.folder() / "packages" / picture_features.PACKAGE).exists():
        return f"{judges.folder()} holds no {picture_features.PACKAGE} (python -m tests.quality.judges sets it up)"
    return ""


def followed(wanted: Asked, found: Seen) -> dict[str, float]:
    """What the prompt says, and whether it is so."""
    figures: dict[str, float] = {}
    if wanted.colors:
        figures["color"] = fmean(found.colors[region] == color for region, color in wanted.colors)
    if wanted.kind:
        figures["ground"] = found.has_ground(wanted.kind, wanted.shades)
    if wanted.count:
        figures["count" if wanted.count > 1 else "one"] = found.count == wanted.count
    if wanted.place:
        figures["place"] = found.layout == STAND.get(wanted.place, wanted.place)
    return {name: float(value) for name, value in figures.items()}


def judged(wanted: Sequence[Case], pictures: Pixels, corpus: PictureCorpus) -> list[Verdict]:
    """(N, S, S, 3), one for each case, before the judges."""
    found, recalled = picture_eye.look(pictures), recalls(wanted, pictures, corpus)
    verdicts = []
    for case, each, known in zip(wanted, found, recalled, strict=True):
        figures = followed(asked(corpus.entries[case.index].scene, case.prompt), each)
        verdicts.append(
            Verdict(
                name=case.name,
                part=case.part,
                language=case.language,
                prompt=case.prompt,
                count=each.count,
                layout=each.layout,
                ground=each.kind,
                shades=each.shades[: picture_eye.how_many(each.kind)],
                colors=each.colors,
                figures={"recall": float(known)} | figures,
            )
        )
    return verdicts


def recalls(wanted: Sequence[Case], pictures: Pixels, corpus: PictureCorpus, shift: int = 0) -> list[bool]:
    """Whether the prompt is among the ten best of a hundred of its language and part; or the one `shift` after it."""
    found: dict[str, bool] = {}
    looked = picture_reader.looked_at(pictures)
    for part, language in dict.fromkeys((case.part, case.language) for case in wanted):
        pool = [case for case in cases(corpus, part) if case.language == language]
        captions, place = picture_reader.read([case.prompt for case in pool]), {c.name: i for i, c in enumerate(pool)}
        rows = [row for row, case in enumerate(wanted) if case.name in place]
        own = [(place[wanted[row].name] + shift) % len(pool) for row in rows]
        ranks = metrics.ranks(looked[rows], captions, own)
        found |= {wanted[row].name: rank < metrics.BEST for row, rank in zip(rows, ranks, strict=True)}
    return [found[case.name] for case in wanted]


def figures(verdicts: Sequence[Verdict]) -> dict[str, float]:
    """Means, of each part, whole and by language."""
    found: dict[str, list[float]] = {}
    for each in verdicts:
        before = "" if each.part == HELD_OUT else TAUGHT
        for name, value in each.figures.items():
            for ending in ("", f"_{each.language}"):
                found.setdefault(before + name + ending, []).append(value)
    return {name: round(fmean(values), ROUND) for name, values in sorted(found.items())}


def distances(sets: dict[str, Pixels], theirs: Pixels) -> dict[str, dict[str, float]]:
    """By set of pictures, how far it is from other real ones."""
    features = known_features(theirs, judges.folder() / KEPT)
    return {
        name: {each: round(value, ROUND) for each, value in metrics.distances(found, features).items()}
        for name, found in ((name, picture_features.looked_at(pictures)) for name, pictures in sets.items())
    }


def known_features(pictures: Pixels, path: Path) -> metrics.Features:
    """What EfficientNet sees in pictures, kept in a file from one time to the next: it takes half a minute."""
    sum_of = zlib.crc32(pictures.tobytes())
    if path.exists():
        with np.load(path) as kept:
            if kept["sum"] == sum_of:
                return np.asarray(kept["features"])
    found = picture_features.looked_at(pictures)
    np.savez(path, features=found, sum=sum_of)
    return found


def compared(columns: dict[str, dict[str, float]]) -> Figures:
    """By figure: of works, of real pictures, of those through the tokenizer; what part the first is of the second."""
    names = dict.fromkeys(name for column in columns.values() for name in column)
    found: Figures = {name: {of: column[name] for of, column in columns.items() if name in column} for name in names}
    for each in found.values():
        if each.get("real") and "works" in each:
            each["of_real"] = round(each["works"] / each["real"], ROUND)
    return found


def beside_real(corpus: PictureCorpus, folder: Path, checkpoint: Path | None, count: int) -> Figures:
    """All figures of the works in a folder, and the baselines."""
    files = {work.name: folder / work.file for work in read_lines(Work, folder / WORKS)}
    made = [case for part in PARTS for case in cases(corpus, part)[:count] if case.name in files]
    sets = {"works": read_pictures([files[case.name] for case in made])}
    sets["real"] = corpus.pictures([case.index for case in made])
    if checkpoint:
        sets["recreated"] = recreated(checkpoint, sets["real"])
    verdicts = {name: judged(made, pictures, corpus) for name, pictures in sets.items()}
    (folder / VERDICTS).write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in verdicts["works"]))
    columns = {name: figures(each) for name, each in verdicts.items()}
    held_out = [row for row, case in enumerate(made) if case.part == HELD_OUT]
    if len(held_out) > 1:
        far = distances({name: pictures[held_out] for name, pictures in sets.items()}, corpus.pictures(others(corpus)))
        columns = {name: column | far[name] for name, column in columns.items()}
    columns["works"] |= understood(cases(corpus, HELD_OUT)[:count], corpus, folder)
    columns["real"]["shuffled"] = round(fmean(recalls(made, sets["real"], corpus, shift=1)), ROUND)
    if checkpoint:
        columns["recreated"] |= exactness(sets["recreated"][held_out], sets["real"][held_out])
    return compared(columns)


def exactness(ours: Pixels, theirs: Pixels) -> dict[str, float]:
    each = [metrics.psnr(mine, other) for mine, other in zip(ours, theirs, strict=True)]
    return {"psnr": round(fmean(each), 2), "psnr_of_mean": round(metrics.psnr(ours, theirs), 2)} if each else {}


def table(found: Figures, told: dict[str, Any]) -> str:
    columns = ("works", "real", "of_real", "recreated")
    rows: list[tuple[str, ...]] = [("figure", *(name.replace("_", " ") for name in columns))]
    rows += [(name, *(f"{each[part]:g}" if part in each else "-" for part in columns)) for name, each in found.items()]
    rows += [(name, f"{value:g}", "-", "-", "-") for name, value in told.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def note(found: dict[str, Any], folder: Path) -> None:
    """Put the figures into the card in `folder`, in place of those before; others stay."""
    card = read_card(folder / CARD)
    write_card(msgspec.structs.replace(card, figures={**card.figures, "held_out": found}))


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge pictures.")
    parser.add_argument(
        "--corpus", type=Path, help="the corpus whose captions are drawn; else what the judges keep of one"
    )
    parser.add_argument("--works", type=Path, required=True, help="the folder of the pictures")
    parser.add_argument("--checkpoint", type=Path, help="have the checkpoint of this folder draw first")
    parser.add_argument("--count", type=int, default=100, help="prompts of each part, at most 400")
    parser.add_argument("--threads", type=int, default=1, help="for drawing and judging")
    parser.add_argument("--note", action="store_true", help="write the figures into the checkpoint's card")
    parser.add_argument("flags", nargs="*", help="after --, flags of python -m engine image")
    options = parser.parse_args(args)
    if reason := missing():
        parser.error(reason)
    if not options.corpus and not held_out().exists():
        parser.error(f"{held_out()} is not there (python -m tests.quality.picture_works --corpus FOLDER makes it)")
    if options.note and not options.checkpoint:
        parser.error("--note needs --checkpoint, whose card is to be written")
    torch.set_num_threads(options.threads)
    corpus = PictureCorpus.load(options.corpus or held_out())
    wanted = {part: cases(corpus, part)[: options.count] for part in PARTS}
    if options.checkpoint:
        draw(options.checkpoint, [case for part in PARTS for case in wanted[part]], options.works, options.flags)
        ask(options.checkpoint, wanted[HELD_OUT], corpus, options.works)
    found, works = (
        beside_real(corpus, options.works, options.checkpoint, options.count),
        read_lines(Work, options.works / WORKS),
    )
    told = {"pictures": len(works), "seconds": round(float(np.mean([work.seconds for work in works])), 2)}
    if options.note:
        note({**told, **found}, options.checkpoint)
    print(table(found, told))
    (options.works / "figures.json").write_text(json.dumps({**told, **found}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
