"""What a caption says of a picture: its ground, its colours, how many things; and what of a scene a prompt asks for.

Captions are in the words of the corpus (`engine/training/picture_words.toml`), English or Hindi.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from engine.training.picture_captions import LIGHT, Item, Scene, words
from engine.training.picture_names import hindi_plural, plural
from tests.quality.picture_eye import PARTS, how_many

DEVANAGARI = re.compile(r"[\u0900-\u097f]")
BEGIN, END = r"(?<!\S)", r"(?![^\s.,:])"  # of a word, in either script
HINDI_LIGHT = "हल्की "


@dataclass(frozen=True)
class Told:
    """Where none is told: no `kind` of ground (""), no `shades` of it, no `colors` of things, a `count` of 1."""

    language: str
    kind: str
    shades: tuple[str, ...]
    colors: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Asked:
    """What of a scene a prompt says, "" or nothing where it does not. `colors` has (region, colour) of each thing."""

    kind: str
    shades: tuple[str, ...]
    colors: tuple[tuple[str, str], ...]
    count: int
    place: str  # of a thing alone, or left or above: how two stand


@cache
def color_names(form: str) -> dict[str, str]:
    """Word → colour."""
    return {word: name for name, known in words()["colors"].items() for word in known[form]}


@cache
def shade_names(language: str) -> dict[str, str]:
    """Words of a ground → its colour."""
    names = color_names("english" if language == "english" else "ground")
    light = LIGHT if language == "english" else HINDI_LIGHT
    return names | {light + word: LIGHT + name for word, name in names.items()}


def any_of(found: Sequence[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(found, key=len, reverse=True))


@cache
def grounds(language: str) -> list[tuple[str, re.Pattern[str]]]:
    """Each way to say a ground: its kind, with its colours as groups."""
    shade = any_of([*shade_names(language)])
    found = []
    for kind, said in words()["grounds"].items():
        for template in said[language]:
            pattern = re.escape(template).replace(r"\{", "{").replace(r"\}", "}")
            for number in range(how_many(kind)):
                pattern = pattern.replace(f"{{{number}}}", f"(?P<shade{number}>{shade})")
            found.append((kind, re.compile(BEGIN + pattern + END)))
    return found


def told(text: str) -> Told:
    """What a caption says, whoever wrote it."""
    language = "hindi" if DEVANAGARI.search(text) else "english"
    plain = " ".join(text.lower().split())
    kind, shades, rest = ground(plain, language)
    for look in words()["looks"].values():
        for style in sorted((each.lower() for each in look["hindi"]), key=len, reverse=True):
            rest = rest.replace(style, " ")  # one of them says "two"
    return Told(language, kind, shades, colors(rest, language), count(rest, language))


def ground(text: str, language: str) -> tuple[str, tuple[str, ...], str]:
    """Kind and colours of the ground that is told, the longest way to say it; and the text without it."""
    found = [(kind, match) for kind, pattern in grounds(language) if (match := pattern.search(text))]
    if not found:
        return "", (), text
    kind, match = max(found, key=lambda each: len(each[1][0]))
    said = sorted((name, word) for name, word in match.groupdict().items() if word)
    shades = tuple(shade_names(language)[word] for _, word in said)
    return kind, shades, text[: match.start()] + " " + text[match.end() :]


def colors(text: str, language: str) -> tuple[str, ...]:
    """Of things: in Hindi before "रंग में", in English before another word."""
    names = color_names("english" if language == "english" else "of")
    after = r"(?=\s+\w)" if language == "english" else r"(?=\s+रंग में)"
    return tuple(names[word] for word in re.findall(BEGIN + f"({any_of([*names])})" + after, text))


def count(text: str, language: str) -> int:
    numbers = {word: number for number, word in enumerate(words()["numbers"][language]) if number > 1}
    numbers |= {str(number): number for number in range(2, len(words()["numbers"][language]))}
    found = re.search(BEGIN + f"({any_of([*numbers])})" + r"(?=\s)", text)
    return numbers[found[1]] if found else 1


def asked(scene: Scene, text: str) -> Asked:
    """What of its scene a prompt says."""
    said = told(text)
    kind, shades = (said.kind, said.shades) if said.kind == scene.ground else ("", ())
    regions = PARTS.get(scene.relation, ("whole",))
    plain = " ".join(text.lower().split())
    named = tuple(
        (region, item.color)
        for region, item in zip(regions, scene.items, strict=True)
        if is_colored(item, plain, said.language)
    )
    alone = scene.items[0].count if len(scene.items) == 1 else 0
    place = scene.relation if scene.relation in ("left", "above") else scene.items[0].place
    return Asked(kind, shades, named, alone, place)


def is_colored(item: Item, text: str, language: str) -> bool:
    """Whether a text says the colour of this thing right before its name."""
    if not item.color:
        return False
    known = words()["colors"][item.color]
    if language == "english":
        ways = [f"{word} {name.lower()}" for word in known["english"] for name in (item.name, plural(item.name))]
        return any(re.search(BEGIN + re.escape(way) + END, text) for way in ways)
    names = any_of([way.lower() for name in item.hindi for way in (name, hindi_plural(name))])
    numbers = any_of([*words()["numbers"]["hindi"], *map(str, range(10))])
    return bool(re.search(f"{BEGIN}(?:{any_of(known['of'])}) रंग में (?:(?:{numbers}) )?(?:{names}){END}", text))
