"""What a checkpoint says of real pictures, beside what they show.

Only what is said is judged: a colour, a ground or a number that it does not name is no mistake.
"""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import msgspec

from engine.training.picture_captions import Scene
from engine.training.picture_corpus import HELD_OUT, PictureCorpus
from engine.training.picture_names import Thing
from tests.quality import picture_metrics as metrics
from tests.quality import picture_reader
from tests.quality.picture_told import Told, told
from tests.quality.picture_works import ANSWERS, Answer, Case, cases, read_lines


def said(told: Told, scene: Scene) -> dict[str, float]:
    """What is said of a real picture, and whether it is so."""
    figures: dict[str, float] = {}
    colors = [item.color for item in scene.items if item.color]
    if told.colors and not any(Thing(item.name, item.key).has_color() for item in scene.items):
        figures["says_color"] = fmean(color in colors for color in told.colors)
    if told.kind:
        figures["says_ground"] = told.kind == scene.ground and set(told.shades) <= set(scene.ground_colors)
    if len(scene.items) == 1:
        figures["says_count" if scene.items[0].count > 1 else "says_one"] = told.count == scene.items[0].count
    return {name: float(value) for name, value in figures.items()}


def understood(wanted: Sequence[Case], corpus: PictureCorpus, folder: Path) -> dict[str, float]:
    """Of what is kept in a folder of works as said of the true pictures of these cases; nothing where nothing is."""
    answers = {answer.name: answer.text for answer in read_lines(Answer, folder / ANSWERS)}
    chosen = [case for case in wanted if case.name in answers]
    if not chosen:
        return {}
    found: dict[str, list[float]] = {}
    for case in chosen:
        for name, value in said(told(answers[case.name]), corpus.entries[case.index].scene).items():
            found.setdefault(name, []).append(value)
    spoken = [msgspec.structs.replace(case, prompt=answers[case.name]) for case in chosen]
    found["says_recall"] = spoken_recalls(spoken, corpus)
    return {name: round(fmean(values), 4) for name, values in sorted(found.items())}


def spoken_recalls(spoken: Sequence[Case], corpus: PictureCorpus) -> list[float]:
    """Whether what is said of each picture is more like it than all but nine of 99 English captions of others."""
    pool = [case.prompt for case in cases(corpus, HELD_OUT) if case.language == "english"]
    captions, own = picture_reader.read(pool), picture_reader.read([case.prompt for case in spoken])
    looked = picture_reader.looked_at(corpus.pictures([case.index for case in spoken]))
    true = {case.name: place for place, case in enumerate(cases(corpus, HELD_OUT))}
    found = []
    for picture, mine, case in zip(looked, own, spoken, strict=True):
        away = [number % len(pool) for number in range(true[case.name] + 1, true[case.name] + metrics.POOL)]
        found.append(float((captions[away] @ picture > mine @ picture).sum() < metrics.BEST))
    return found
