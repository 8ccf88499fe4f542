import random
import re

import pytest

from engine.training import grammar

RULES = grammar.load()
STORIES = [grammar.story(RULES, random.Random(seed)) for seed in range(1500)]


def test_every_slot_of_every_sentence_is_in_the_lexicon() -> None:
    for name, pool in RULES.beats.items():
        for sentence in (text for pair in pool for text in pair):
            for match in grammar._SLOT.finditer(sentence):
                assert all(slot in RULES.slots for slot in match.group(1, 2, 3) if slot), (name, sentence)
            assert not re.search(r"[{}]", grammar._SLOT.sub("", sentence)), (name, sentence)


def test_every_beat_is_told_by_a_plan() -> None:
    told = {step.rstrip("?").partition("*")[0] for plan in RULES.plans.values() for step in plan}
    assert told == set(RULES.beats)


def test_the_same_seed_tells_the_same_story() -> None:
    assert grammar.story(RULES, random.Random(7)) == grammar.story(RULES, random.Random(7))


def test_stories_hardly_repeat() -> None:
    assert len({story.english for story in STORIES}) > 0.97 * len(STORIES)


def test_each_language_keeps_to_its_script() -> None:
    for story in STORIES:
        assert story.english.isascii(), story.english
        assert story.hinglish.isascii(), story.hinglish
        assert not re.search("[A-Za-z]", story.hindi), story.hindi


def test_names_are_the_same_in_all_three_tellings() -> None:
    people = {entry.english: entry.hindi for entry in RULES.lexicon["person"]}
    for story in STORIES:
        told = {name for name in people if re.search(rf"\b{name}\b", story.english)}
        for name in told:
            assert people[name] in story.hindi, story
            assert re.search(rf"\b{name}\b", story.hinglish), story


def test_a_woman_is_never_he_and_a_man_never_she() -> None:
    gender = {entry.english: entry.gender for entry in RULES.lexicon["person"]}
    for story in STORIES:
        sexes = {sex for name, sex in gender.items() if re.search(rf"\b{name}\b", story.english)}
        if sexes == {"f"}:
            assert not re.search(r"\b(?:he|him)\b", story.english.replace("that he gave", "")), story.english
        if sexes == {"m"}:
            assert not re.search(r"\bs?her?\b", re.sub(r"\bhe\b", "", story.english)), story.english


def test_hindi_women_take_feminine_verbs() -> None:
    women = "|".join(entry.hindi for entry in RULES.lexicon["person"] if entry.gender == "f")
    wrong = re.compile(
        rf"(?:{women}) (?:(?!ने|को|में|और)[\u0900-\u097f]+ ){{0,3}}(?:गया|आया|रहा था|जाता था|करता था|उठा|लगा)।"
    )
    for story in STORIES:
        assert not wrong.search(story.hindi), wrong.search(story.hindi)


@pytest.mark.parametrize(
    ("noun", "gender", "forms"),
    [
        ("कुत्ता", "m", "कुत्ते कुत्ते कुत्तों"),
        ("कुआँ", "m", "कुएँ कुएँ कुओं"),
        ("कौआ", "m", "कौए कौए कौओं"),
        ("घर", "m", "घर घर घरों"),
        ("हाथी", "m", "हाथी हाथी हाथियों"),
        ("उल्लू", "m", "उल्लू उल्लू उल्लुओं"),
        ("किताब", "f", "किताब किताबें किताबों"),
        ("लड़की", "f", "लड़की लड़कियाँ लड़कियों"),
        ("चिड़िया", "f", "चिड़िया चिड़ियाँ चिड़ियों"),
        ("मैना", "f", "मैना मैनाएँ मैनाओं"),
        ("गाय", "f", "गाय गायें गायों"),
    ],
)
def test_nouns_decline(noun: str, gender: str, forms: str) -> None:
    assert [grammar.decline(noun, gender, form) for form in ("o", "s", "so")] == forms.split()


def test_a_noun_of_several_words_declines_throughout() -> None:
    assert grammar.decline("नीम का पेड़", "m", "o") == "नीम के पेड़"
    assert grammar.decline("पुराना क़िला", "m", "o") == "पुराने क़िले"


def test_adjectives_agree() -> None:
    assert grammar.agree("नीला", "f", "") == "नीली"
    assert grammar.agree("नीला", "m", "o") == "नीले"
    assert grammar.agree("लाल", "f", "s") == "लाल"


def test_articles_suit_the_next_sound() -> None:
    for story in STORIES:
        assert not re.search(r"\ba [aeiou]|\ban (?!hour)[^aeiou]", story.english), story.english
