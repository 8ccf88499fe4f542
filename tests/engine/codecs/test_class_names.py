"""Classes by their names, and what is said where there is none of that name."""

import json
from pathlib import Path

import pytest

from engine.api.errors import BadInput, Failure
from engine.codecs.class_names import ClassNames

NAMES = ClassNames({0: "tench, Tinca tinca", 1: "goldfish", 2: "tabby, tabby cat", 3: "crane", 4: "crane"})


@pytest.mark.parametrize(
    ("name", "number"),
    [("tench", 0), (" Tinca  Tinca ", 0), ("GOLDFISH", 1), ("tabby, tabby cat", 2), ("tabby cat", 2)],
)
def test_any_of_its_names_is_a_class(name: str, number: int) -> None:
    assert NAMES.number(name) == number and NAMES.count == 5


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a red cat", "“a red cat” is the name of no class; near it are: tabby cat, "),
        ("goldfisch", "near it are: goldfish, "),
        ("crane", "“crane” is the name of the classes 3 and 4; write the number of one of them."),
        ("", "is the name of no class; near it are: "),
    ],
)
def test_no_name_of_a_class_is_answered_with_those_near_it(name: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        NAMES.number(name)
    assert said in str(error.value)


def test_they_are_read_from_the_published_file(tmp_path: Path) -> None:
    path = tmp_path / "model_index.json"
    path.write_text(json.dumps({"_class_name": "DiTPipeline", "id2label": {"0": "tench", "1": "goldfish"}}))
    assert ClassNames.load(path).number("goldfish") == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id2label": ["tench"]}', '{"id2label": {"one": "tench"}}'])
def test_another_file_is_said_to_be_one(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model_index.json"
    path.write_text(text)
    with pytest.raises(Failure, match="holds no names of classes"):
        ClassNames.load(path)
