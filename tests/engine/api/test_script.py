"""A script is taken apart where people would take a breath, and every part knows its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.script import lines

TALK = """[Anna] Hello there, my friend. How are you?
[Raj] नमस्ते, मैं ठीक हूँ! Version 3.14 is out today.
No. No. Then we left."""


def test_sentences_keep_their_speaker_and_their_place() -> None:
    said = lines(TALK, lambda text: True)
    assert [(line.voice, line.text) for line in said] == [
        ("Anna", "Hello there, my friend."),
        ("Anna", "How are you?"),
        ("Raj", "नमस्ते, मैं ठीक हूँ!"),
        ("Raj", "Version 3.14 is out today."),
        ("Raj", "No. No. Then we left."),
    ]
    assert all(TALK[line.start : line.stop] == line.text for line in said)


def test_a_long_sentence_is_cut_at_commas_and_then_between_words() -> None:
    text = "We went to the park, where the sun shone on all of us without any mercy at all until the evening came."
    parts = [line.text for line in lines(text, lambda part: len(part) <= 40)]
    assert parts[0] == "We went to the park,"
    assert all(len(part) <= 40 for part in parts)
    assert " ".join(parts) == text


def test_a_word_that_does_not_fit_is_left_whole() -> None:
    assert [line.text for line in lines("Rindfleischetikettierung", lambda part: len(part) < 5)] == [
        "Rindfleischetikettierung"
    ]


@pytest.mark.parametrize("text", ["", " \n ", "... — !!", "[Anna]", "🙂🙂"])
def test_where_no_word_is_there_is_no_line(text: str) -> None:
    assert lines(text, lambda part: True) == []


@given(st.text(alphabet="aB1 .,!?[]\n—।न", max_size=80))
def test_whatever_is_written_every_letter_is_said_once(text: str) -> None:
    said = lines(text, lambda part: len(part) < 20)
    assert all(text[line.start : line.stop] == line.text for line in said)
    assert all(before.stop <= after.start for before, after in zip(said, said[1:], strict=False))
