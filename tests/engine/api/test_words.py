"""Words, differences and speakers of texts in every script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import BadInput
from engine.api.words import changed, check_speakers, turns, written


def words(text: str) -> list[str]:
    return [word.text for word in written(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't be late, please!", ["Don't", "be", "late,", "please!"]),
        ("wait — what …", ["wait", "what"]),
        ("आज सुबह बारिश हुई।", ["आज", "सुबह", "बारिश", "हुई।"]),
        ("今天 good天", ["今", "天", "good", "天"]),
        ("  \n ", []),
    ],
)
def test_words_are_what_stands_between_spaces_and_each_chinese_character(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text())
def test_every_word_stands_where_it_says(text: str) -> None:
    assert all(text[word.first : word.last] == word.text for word in written(text))


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("the cat sat", "the dog sat", (1,), (1,)),
        ("the cat sat", "the cat sat down", (), (3,)),
        ("the old cat sat", "the cat sat", (1,), ()),
        ("The cat, sat.", "the cat sat", (), ()),
        ("वह “आज” आया।", "वह आज आया", (), ()),
        ("वह आज आया", "वह कल आया", (1,), (1,)),
        ("", "all new", (), (0, 1)),
    ],
)
def test_only_words_that_sound_different_are_changed(
    before: str, after: str, gone: tuple[int, ...], come: tuple[int, ...]
) -> None:
    assert changed(before, after) == (gone, come)


@given(st.text(), st.text())
def test_what_is_not_changed_is_the_same_in_both(before: str, after: str) -> None:
    gone, come = changed(before, after)
    stay = [word.core for i, word in enumerate(written(before)) if i not in gone]
    assert stay == [word.core for i, word in enumerate(written(after)) if i not in come]


def test_a_script_falls_apart_into_turns() -> None:
    text = "Once upon a time.\n[Asha] Who is there?\nHello?\n  [ Ravi ]  It is me [again].\n[Asha]\n"
    found = turns(text)
    assert [(turn.name, turn.text) for turn in found] == [
        ("", "Once upon a time."),
        ("Asha", "Who is there?\nHello?"),
        ("Ravi", "It is me [again]."),
    ]
    assert [text[turn.first : turn.last] for turn in found] == [turn.text for turn in found]


def test_a_text_without_names_is_one_turn() -> None:
    assert [turn.name for turn in turns("Hello there.")] == [""] and turns(" \n") == ()


def test_the_first_unknown_name_is_complained_of() -> None:
    def pick(name: str) -> None:
        if name != "Asha":
            raise BadInput(f"no {name}")

    check_speakers("[Asha] Hello.", pick)
    with pytest.raises(BadInput, match="no Ravi"):
        check_speakers("[Asha] Hello.\n[Ravi] Hi.\n[Meera] Ho.", pick)
    with pytest.raises(BadInput, match="names no voice"):
        check_speakers("[ ] Hello.", pick)
