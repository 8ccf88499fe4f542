"""What the teachers read: sentences of a built text corpus, and short, asking and counting ones from patterns.

One sentence is 15 to 160 letters, the patterns' from two. Styles are dealt in a fixed proportion and a fixed order.
"""

import hashlib
import json
import random
import re
import tomllib
from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from pathlib import Path

from engine.api.errors import BadInput

SHORTEST, LONGEST = 15, 160
# How many of each style are dealt in a round.
ROUNDS = {
    "english": {"definition": 8, "story": 5, "saying": 4, "guide": 2, "verse": 1, "pattern": 3, "word": 1},
    "hindi": {"story": 6, "guide": 2, "pattern": 2},
    "hinglish": {"story": 6, "guide": 1, "pattern": 2},
}
PATTERNED = 3000  # draws from the patterns of a language; repeats are dropped
HELD_OUT_PER_MILLE = 20
ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|esp|usu|cf|vs|ca|c|Mr|Mrs|Dr|St|[A-Z])\.")


def sentences(texts: Path) -> dict[str, list[str]]:
    """The sentences of each language in the order in which they are read. `texts` is a folder of the text corpus."""
    found: dict[tuple[str, str], list[str]] = {}
    for language, style, sentence in chain(_from_corpus(texts), _from_patterns()):
        found.setdefault((language, style), []).append(sentence)
    return {language: deal(found, language, weights) for language, weights in ROUNDS.items()}


def deal(found: dict[tuple[str, str], list[str]], language: str, weights: dict[str, int]) -> list[str]:
    """Rounds of so many sentences of each style, mixed, until all styles are used up. Nothing comes twice."""
    stacks = {style: iter(sorted(set(found.get((language, style), [])), key=digest)) for style in weights}
    dealt: list[str] = []
    while hands := [hand for style, count in weights.items() if (hand := list(islice(stacks[style], count)))]:
        dealt += [sentence for row in zip_longest(*hands) for sentence in row if sentence]
    return list(dict.fromkeys(dealt))


def is_held_out(sentence: str) -> bool:
    """Whether no voice may read it to a network in training. Decided by the sentence alone, so it never changes."""
    return digest(f"held out/{sentence}") % 1000 < HELD_OUT_PER_MILLE


def digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _from_corpus(texts: Path) -> Iterator[tuple[str, str, str]]:
    path = texts / "train.jsonl"
    if not path.is_file():
        raise BadInput(f"There is no {path}: build the text corpus there first.")
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            language, style, text = document["language"], document["style"], document["text"]
            if style == "definition":
                word, _, text = text.partition(": ")
                yield language, "word", f"{word[:1].upper()}{word[1:]}."
                text = re.sub(r"^\([^)]*\) ", "", text)
                text = text[:1].upper() + text[1:]
            for sentence in split(text):
                yield language, style, sentence


def split(text: str) -> Iterator[str]:
    """The sentences of a paragraph that are of a good length and whole."""
    for sentence in re.split(r"(?<=[.!?।])\s+|(?<=[.!?।][\"”])\s+|\n", text):
        sentence = sentence.strip()
        if sentence.count('"') % 2:
            sentence = sentence.replace('"', "")
        ends = sentence[-1:] in '.!?।"'
        if ends and SHORTEST <= len(sentence) <= LONGEST and not ABBREVIATION.search(sentence):
            yield sentence


def _from_patterns() -> Iterator[tuple[str, str, str]]:
    path = Path(__file__).with_name("speech_sentences.toml")
    for language, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
        noise = random.Random(language)
        words = {field: table[f"{field}s"].split() for field in ("name", "thing", "place")}
        for _ in range(PATTERNED):
            parts = re.split(r"\{(\w+)\}", noise.choice(table["patterns"]))
            parts[1::2] = [_fill(field, words, noise) for field in parts[1::2]]
            yield language, "pattern", "".join(parts)


def _fill(field: str, words: dict[str, list[str]], noise: random.Random) -> str:
    if field in words:
        return noise.choice(words[field])
    low, high = {"n": (0, 999), "big": (1000, 999_999), "year": (1700, 2049), "hour": (1, 12), "minute": (10, 59)}[
        field
    ]
    value = noise.randint(low, high if noise.random() < 0.5 else low + (high - low) // 10)
    return f"{value:,}" if field == "big" else str(value)
