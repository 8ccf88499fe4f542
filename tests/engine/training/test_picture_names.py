"""What drawings are called, and what their colours are called."""

from typing import Any

import numpy as np
import pytest

from engine.training.picture_captions import words
from engine.training.picture_colors import NAMES, TARGETS, from_hsv, hsv, main_color, names, recolored
from engine.training.picture_names import (
    Vocabulary,
    article,
    counted,
    emoji_things,
    head,
    hindi_names,
    hindi_plural,
    is_clean,
    plural,
)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("red apple", "red apples"),
        ("glass of milk", "glasses of milk"),
        ("woman running", "women running"),
        ("woman astronaut", "woman astronauts"),
        ("cherry", "cherries"),
        ("key", "keys"),
        ("paintbrush", "paintbrushes"),
        ("wolf", "wolves"),
        ("clock showing two o’clock", "clocks showing two o’clock"),
        ("fish", "fish"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("red apple", "apple"),
        ("apples", "apple"),
        ("cat face", "cat"),
        ("glass of milk", "glass"),
        ("man running", "running"),
        ("flag of India", "flag of India"),
        ("face", "face"),
        ("leaves", "leaf"),
        ("bus", "bus"),
        ("compass", "compass"),
    ],
)
def test_a_key_is_what_a_name_is_about(name: str, key: str) -> None:
    assert head(name) == key


def test_articles_follow_the_sound() -> None:
    said = [article(name) for name in ("apple", "hourglass", "unicorn", "umbrella", "T-shirt", "SUV", "euro", "X-ray")]
    assert [words.split()[0] for words in said] == ["an", "an", "a", "an", "a", "an", "a", "an"]


def test_what_pours_and_what_comes_in_pairs_is_not_counted() -> None:
    assert [counted(name) for name in ("apple", "glass", "bus", "milk", "glasses", "fork and knife")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
    assert not counted("flag of India", 9)


def test_hindi_plurals_where_the_gender_is_known() -> None:
    known = {"बिल्ली": "बिल्लियाँ", "घोड़ा": "घोड़े", "किताब": "किताबें", "सेब": "सेब", "पीला पत्ता": "पीले पत्ते", "हाथी": "हाथी"}
    assert {one: hindi_plural(one) for one in known} == known


def test_hindi_names_are_in_devanagari_alone() -> None:
    assert hindi_names("कॉफ़ी, भाप वाला गर्म पेय, चाय") == ("कॉफ़ी", "भाप वाला गर्म पेय")
    assert hindi_names("झंडा: भारत") == ("भारत का झंडा",)
    assert hindi_names("আঞ্চলিক সূচক A") == hindi_names("8:00") == hindi_names("") == ()


def test_emoji_become_things_by_the_slug_of_their_name() -> None:
    english: list[dict[str, Any]] = [
        {"hexcode": "1", "label": "flag: Côte d’Ivoire", "group": 9},
        {"hexcode": "2", "label": "eight o’clock", "group": 5},
        {"hexcode": "3", "label": "automobile", "group": 5},
        {"hexcode": "4", "label": "cigarette", "group": 7},
        {"hexcode": "5", "label": "keycap: 1", "group": 8},
        {"hexcode": "6", "label": "regional indicator A"},
    ]
    found = emoji_things(english, [{"hexcode": "2", "label": "8 बजे, घड़ी, आठ"}])
    assert {slug: thing.name for slug, thing in found.items()} == {
        "flag-cote-divoire": "flag of Côte d’Ivoire",
        "flag-of-cote-divoire": "flag of Côte d’Ivoire",
        "eight-oclock": "clock showing eight o’clock",
        "clock-showing-eight-oclock": "clock showing eight o’clock",
        "automobile": "car",
        "car": "car",
    }
    assert found["eight-oclock"].hindi == ("घड़ी",) and "कार" in found["car"].hindi


def test_a_button_is_no_thing_and_a_run_together_name_is_known() -> None:
    known = Vocabulary(
        emoji_things([{"hexcode": "1", "label": "red apple", "group": 4}], []), frozenset({"anchor", "mouse"})
    )
    assert known.named("redapple", emoji_only=True) == known.named("red-apple")
    assert known.named("anchor-left") is known.named("mouse") is known.named("anchor", emoji_only=True) is None


def test_names_that_a_family_does_not_want_are_found() -> None:
    assert not any(map(is_clean, ("water pistol", "Skull with GUN", "breast-feeding", "pile of poo", "love hotel")))
    assert all(map(is_clean, ("red apple", "love letter", "gunpowder tea", "man’s shoe")))


def test_every_colour_of_the_captions_is_called_by_its_name() -> None:
    colors = words()["colors"]
    assert set(colors) == set(NAMES)
    assert [NAMES[names(np.array(color["rgb"], np.uint8))] for color in colors.values()] == list(colors)


def test_hue_saturation_and_value_go_there_and_back() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (500, 3), np.uint8)
    assert np.abs(from_hsv(*hsv(pixels)).astype(int) - pixels).max() <= 1


def test_a_drawing_in_another_hue_is_called_by_it_and_keeps_its_outline() -> None:
    pixels = np.zeros((20, 20, 4), np.uint8)
    pixels[4:16, 4:16] = (210, 40, 40, 255)
    assert main_color(pixels) == "red"
    for color in TARGETS:
        turned = recolored(pixels, color)
        assert turned is not None and main_color(turned) == color
        assert np.array_equal(turned[..., 3], pixels[..., 3])


def test_a_grey_drawing_takes_no_hue() -> None:
    pixels = np.full((8, 8, 4), 255, np.uint8)
    pixels[..., :3] = 128
    assert recolored(pixels, "red") is None
    assert main_color(pixels) == "gray"
