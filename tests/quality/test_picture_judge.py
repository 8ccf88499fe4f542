"""From what is seen to figures: known answers give known figures, and the whole judge runs on a tiny checkpoint."""

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from engine.api.cards import CARD, CardFile, ModelCard, read_card
from engine.training.card import write_card
from engine.training.picture_captions import Item, Scene
from tests.quality import picture_answers, picture_features, picture_judge, picture_works
from tests.quality.picture_eye import FILE as EYE
from tests.quality.picture_eye import Eye, Seen
from tests.quality.picture_judge import Verdict, compared, figures, followed
from tests.quality.picture_reader import FILE as READER
from tests.quality.picture_reader import UNKNOWN, WORDS, Reader, vocabulary
from tests.quality.picture_told import Asked, told
from tests.quality.test_picture_works import corpus
from tests.tiny_pictures import make

SEEN = Seen(2, "beside", "plain", ("white", "red"), {"left": "red", "right": "blue", "whole": "red"})


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Asked("", (), (), 0, ""), {}),
        (Asked("plain", ("white",), (), 2, ""), {"ground": 1, "count": 1}),
        (Asked("plain", ("red",), (("whole", "blue"),), 1, "top"), {"ground": 0, "one": 0, "place": 0, "color": 0}),
        (Asked("", (), (("left", "red"), ("right", "green")), 0, "left"), {"color": 0.5, "place": 1}),
        (Asked("", (), (), 0, "above"), {"place": 0}),
    ],
)
def test_only_what_a_prompt_says_is_judged(wanted: Asked, expected: dict[str, float]) -> None:
    assert followed(wanted, SEEN) == expected


SCENE = Scene(
    look="flat",
    ground="plain",
    ground_colors=("yellow",),
    items=(Item(name="apple", key="apple", source="", drawing="", color="red", count=3),),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("three red apples on a yellow background", {"says_color": 1, "says_ground": 1, "says_count": 1}),
        ("two blue boats on white", {"says_color": 0, "says_ground": 0, "says_count": 0}),
        ("पीली पृष्ठभूमि पर लाल रंग में तीन सेब", {"says_color": 1, "says_ground": 1, "says_count": 1}),
        ("apples", {"says_count": 0}),
    ],
)
def test_only_what_is_said_of_a_picture_is_judged(text: str, expected: dict[str, float]) -> None:
    assert picture_answers.said(told(text), SCENE) == expected


def verdict(part: str, language: str, **values: float) -> Verdict:
    return Verdict(
        name="a",
        part=part,
        language=language,
        prompt="",
        count=1,
        layout="center",
        ground="plain",
        shades=(),
        colors={},
        figures=values,
    )


def test_parts_and_languages_are_told_apart() -> None:
    found = figures(
        [
            verdict("held_out", "english", color=1, recall=1),
            verdict("held_out", "hindi", color=0.5),
            verdict("judge", "english", color=0),
        ]
    )
    assert found["color"] == 0.75 and found["color_english"] == 1 and found["color_hindi"] == 0.5
    assert (
        found["taught_color"] == found["taught_color_english"] == 0 and found["recall"] == found["recall_english"] == 1
    )


def test_works_stand_beside_real_pictures() -> None:
    found = compared({"works": {"recall": 0.4}, "real": {"recall": 0.8, "shuffled": 0.1}, "recreated": {"psnr": 25.0}})
    assert found["recall"] == {"works": 0.4, "real": 0.8, "of_real": 0.5}
    lines = picture_judge.table(found, {"seconds": 2.5}).splitlines()
    assert lines[0].split() == ["figure", "works", "real", "of", "real", "recreated"]
    assert lines[1].split() == ["recall", "0.4", "0.8", "0.5", "-"] and lines[-1].split()[:2] == ["seconds", "2.5"]


def test_figures_are_noted_in_the_card(tmp_path: Path) -> None:
    (tmp_path / "network.safetensors").write_bytes(b"1")
    common: dict[str, Any] = dict(id="a", title="A", modality="image", architecture="showo", licence="CC0-1.0")
    files = {"network": CardFile(name="network.safetensors")}
    card = ModelCard(**common, network={"told": 1}, parameters=1, files=files, figures={"training": 1})
    write_card(msgspec.structs.replace(card, folder=str(tmp_path)))
    picture_judge.note({"pictures": 12, "color": {"works": 0.7}}, tmp_path)
    expected = {"training": 1, "held_out": {"pictures": 12, "color": {"works": 0.7}}}
    assert read_card(tmp_path / CARD).figures == expected


@pytest.fixture
def untrained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of judges that have learned nothing, with a corpus; its EfficientNet looks at mean colours."""
    home = tmp_path / "judges"
    found = corpus(home / "pictures")
    known = vocabulary(text for entry in found.entries for _, text in entry.captions)
    torch.manual_seed(0)
    save_file(Eye().state_dict(), home / EYE)
    save_file(Reader(len(known) + UNKNOWN + 1).state_dict(), home / READER)
    (home / WORDS).write_text(json.dumps(known))
    monkeypatch.setenv("QUARTET_JUDGES", str(home))
    monkeypatch.setattr(picture_judge, "missing", lambda: "")
    monkeypatch.setattr(picture_works, "CASES", 20)
    monkeypatch.setattr(picture_features, "looked_at", lambda x: x.mean((1, 2)).astype(np.float32))
    return home


def test_the_whole_judge_runs(
    untrained: Path, quartet_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoint, folder = tmp_path / "models" / make(tmp_path), tmp_path / "works"
    flags = ["--works", str(folder), "--checkpoint", str(checkpoint), "--count", "3", "--note", "--", "--steps=1"]
    assert picture_judge.main(flags) == 0
    found = json.loads((folder / "figures.json").read_text())
    assert found["pictures"] == 6 and found["seconds"] > 0
    assert {"works", "real", "recreated"} <= set(found["recall"]) and {"works", "real"} <= set(found["frechet"])
    assert {"taught_recall", "one", "shuffled", "psnr", "psnr_of_mean", "says_recall"} <= set(found)
    assert read_card(checkpoint / CARD).figures["held_out"] == found
    assert len((folder / picture_judge.VERDICTS).read_bytes().splitlines()) == 6
    assert "recall" in capsys.readouterr().out


def test_features_are_kept_of_the_same_pictures_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    def look(pictures: np.ndarray) -> np.ndarray:
        looked.append(len(pictures))
        return np.asarray(pictures.mean((1, 2)))

    monkeypatch.setattr(picture_features, "looked_at", look)
    pictures, path = np.zeros((3, 4, 4, 3), np.uint8), tmp_path / "kept.npz"
    first, again = (picture_judge.known_features(pictures, path) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert picture_judge.known_features(pictures[:2] + np.uint8(1), path).max() == 1 and looked == [3, 2]


def test_what_is_missing_is_told_with_what_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_judge.judges, "missing", lambda: "")
    monkeypatch.setenv("QUARTET_JUDGES", str(tmp_path))
    assert "tests.quality.picture_eye" in picture_judge.missing()
    for name in (EYE, READER):
        (tmp_path / name).write_bytes(b"")
    assert picture_features.PACKAGE in picture_judge.missing()
