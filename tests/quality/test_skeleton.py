"""Skeletons of Hindi: the same in every script, unlike for unlike words."""

import pytest

from tests.quality.skeleton import skeleton


@pytest.mark.parametrize(
    ("devanagari", "urdu", "latin", "bones"),
    [
        ("नमस्ते दोस्तों", "نمستے دوستو", "Namaste dosto!", "mstdst"),
        ("यह ट्रेन से पहला सफ़र था।", "یہ ٹرین سے پہلا سفر تھا", "Yeh train se pehla safar tha.", "trsplsprt"),
        ("लड़की बड़ी ख़ुश हुई", "لڑکی بڑی خوش ہوئی", "ladki badi khush hui", "ldkbdks"),
        ("मुंबई का ज्ञान", "ممبئی کا گیان", "Mumbai ka gyaan", "mbkg"),
        ("बच्चों ने पाँच पत्थर चुने", "بچوں نے پانچ پتھر چنے", "bachchon ne paanch patthar chune", "bcpcptrc"),
        ("कृपा और रक्षा", "کرپا اور رکشا", "kripa aur raksha", "krprks"),
        ("१ ताला १० दिन", "۱ تالا ۱۰ دن", "ek taala das din", "ktldsd"),
    ],
)  # fmt: skip
def test_a_skeleton_is_the_same_in_three_scripts(devanagari: str, urdu: str, latin: str, bones: str) -> None:
    assert {skeleton(devanagari), skeleton(urdu), skeleton(latin)} == {bones}


def test_a_skeleton_tells_words_apart_and_holds_nothing_but_consonants() -> None:
    words = "किताब कमल घोड़ा मछली सड़क बारिश दरवाज़ा फूल".split()
    assert len({skeleton(word) for word in words}) == len(words)
    assert skeleton("अहा, आओ! हाँ… 「」 😀 ‍") == ""
