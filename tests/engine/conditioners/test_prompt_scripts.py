"""Prompts in scripts that a checkpoint knows, and in others: one sentence that names them."""

import pytest

from engine.conditioners.prompt_scripts import unreadable

BOTH = ("english", "hindi")


@pytest.mark.parametrize(
    "text",
    ["", "calm piano 🎹", "शांत piano", "Café, naïve", "CΔ7 at 90 µ", "ｆｕｌｌ ｗｉｄｔｈ", "१२० bpm ♩", "123 — !"],
)
def test_what_is_written_in_known_scripts_can_be_read(text: str) -> None:
    assert unreadable(text, BOTH) is None


@pytest.mark.parametrize(
    ("text", "languages", "said"),
    [
        ("அமைதியான பியானோ", BOTH, "Tamil letters, which this checkpoint does not know; write it in English or Hindi."),
        ("calm பியானோ", BOTH, "Tamil letters"),
        ("शांत", ("english",), "Devanagari letters, which this checkpoint does not know; write it in English."),
        ("спокойно", ("english",), "Cyrillic letters"),
        ("静かなピアノ", ("english",), "Japanese letters"),
        ("安静", ("english",), "Chinese characters"),
        ("조용한", ("English",), "Korean letters"),
        ("ήσυχο", BOTH, "Greek letters"),
        ("پیانو", ("english", "hindi", "hinglish"), "write it in English, Hindi or Hinglish."),
    ],
)
def test_what_is_not_is_said_in_one_sentence(text: str, languages: tuple[str, ...], said: str) -> None:
    sentence = unreadable(text, languages)
    assert sentence is not None and said in sentence and sentence.startswith("The prompt is written in ")
    assert sentence.endswith(".") and "\n" not in sentence


@pytest.mark.parametrize("languages", [(), ("klingon",)])
def test_a_checkpoint_that_names_no_language_that_is_known_here_is_asked_all(languages: tuple[str, ...]) -> None:
    assert unreadable("பியானோ", languages) is None


def test_chinese_is_read_by_those_who_know_it() -> None:
    assert unreadable("安静的 piano", ("chinese", "english")) is None
