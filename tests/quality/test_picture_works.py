"""Cases are the same every time, no judge was trained on them, and the engine draws and describes them once."""

import random
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.api.recipe import read_recipe
from engine.training.picture_captions import Item, Scene, captions
from engine.training.picture_corpus import HELD_OUT, JUDGE, TRAIN, Entry, PictureCorpus, pack
from tests.quality import picture_works as works
from tests.quality.picture_reader import taught
from tests.tiny_pictures import SIDE, make

SHAPE = Item(name="square", key="square", hindi=("वर्ग",), source="", drawing="", painted=True, boxes=((8, 8, 16, 16),))
RGB = {"red": (220, 38, 38), "green": (34, 160, 70), "blue": (37, 99, 225)}


def corpus(folder: Path, count: int = 90) -> PictureCorpus:
    """Squares in three colours, a third of the pictures in each part."""
    lines, packed, first = [], [], 0
    for number in range(count):
        color = [*RGB][number // 3 % 3]
        picture = np.full((SIDE, SIDE, 3), 255, np.uint8)
        picture[8:24, 8:24] = RGB[color]
        scene = Scene(
            look="flat", ground="plain", ground_colors=("white",), items=(msgspec.structs.replace(SHAPE, color=color),)
        )
        rng = random.Random(number)
        texts = [(name, text) for name in ("english", "hindi") for text in captions(scene, name, 2, rng)]
        packed.append(pack(picture))
        lines.append(
            Entry(
                number=number,
                split=(TRAIN, JUDGE, HELD_OUT)[number % 3],
                scene=scene,
                captions=tuple(texts),
                first=first,
                length=len(packed[-1]),
            )
        )
        first += len(packed[-1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pictures.bin").write_bytes(b"".join(packed))
    (folder / "pictures.jsonl").write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    (folder / "corpus.json").write_bytes(msgspec.json.encode({"size": SIDE}))
    return PictureCorpus.load(folder)


def test_cases_are_the_same_every_time_and_new_to_the_judges(tmp_path: Path) -> None:
    found = corpus(tmp_path)
    for part in works.PARTS:
        cases = works.cases(found, part)
        assert cases == works.cases(found, part) and cases
        entries = [found.entries[case.index] for case in cases]
        assert all(entry.split == part and not taught(entry) for entry in entries)
        assert all((case.language, case.prompt) in entry.captions for case, entry in zip(cases, entries, strict=True))
    languages = Counter(case.language for case in works.cases(found, HELD_OUT))
    assert languages == {"english": 20, "hindi": 10}


def test_what_is_judged_by_is_a_corpus_with_the_same_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(works, "CASES", 12)
    monkeypatch.setattr(works, "OTHERS", 5)
    whole = corpus(tmp_path / "whole")
    works.set_up(whole, tmp_path / "part")
    part = PictureCorpus.load(tmp_path / "part")
    assert len(part.entries) == 12 + 5 + len(works.cases(whole, JUDGE)) and len(works.others(part)) == 5
    for name in works.PARTS:
        pairs = list(zip(works.cases(whole, name), works.cases(part, name), strict=True))
        assert pairs and all(msgspec.structs.replace(theirs, index=ours.index) == ours for ours, theirs in pairs)
        for ours, theirs in pairs:
            np.testing.assert_array_equal(whole.pictures([ours.index]), part.pictures([theirs.index]))


def test_the_engine_draws_what_is_missing_and_says_what_it_sees(quartet_home: Path, tmp_path: Path) -> None:
    checkpoint = tmp_path / "models" / make(tmp_path)
    found, folder = corpus(tmp_path / "corpus"), tmp_path / "works"
    cases = works.cases(found, HELD_OUT)
    works.draw(checkpoint, cases[:2], folder, ["--steps=2"])
    before = (folder / f"{cases[0].name}.png").stat().st_mtime_ns
    works.draw(checkpoint, cases[:3], folder, ["--steps=2"])
    made = works.read_lines(works.Work, folder / works.WORKS)
    assert [work.name for work in made] == [case.name for case in cases[:3]]
    assert (folder / made[0].file).stat().st_mtime_ns == before and all(work.seconds > 0 for work in made)
    assert works.read_pictures([folder / work.file for work in made]).shape[0] == 3
    recipe = read_recipe(folder / made[1].file)
    assert cases[1].prompt in str(recipe) and str(cases[1].number) in str(recipe)
    works.ask(checkpoint, cases[:2], found, folder)
    works.ask(checkpoint, cases[:2], found, folder)
    assert [answer.name for answer in works.read_lines(works.Answer, folder / works.ANSWERS)] == [
        case.name for case in cases[:2]
    ]


def test_pictures_go_through_the_tokenizer(quartet_home: Path, tmp_path: Path) -> None:
    checkpoint = tmp_path / "models" / make(tmp_path)
    pictures = np.random.default_rng(0).integers(0, 256, (2, SIDE, SIDE, 3), np.uint8)
    found = works.recreated(checkpoint, pictures)
    assert found.shape == pictures.shape and found.dtype == np.uint8 and (found[0] != found[1]).any()
