"""Captions of composed pictures, English and Hindi, from templates with paraphrases, and the facts that they tell.

A caption says what is seen (which things, how many, in which colours, where) and, each only sometimes, on what ground
and in which style. Whatever it says is so; what it leaves out is left to whoever draws. The words stand in
`picture_words.toml`.
"""

import functools
import random
import tomllib
from importlib import resources
from typing import Any

import msgspec

from engine.training.picture_names import Thing, article, hindi_plural, plural

PAINTED_SAID, NATURAL_SAID = 0.92, 0.25  # how often a colour is told: one that was chosen, one that things have anyway
GROUND_SAID = {True: 0.35, False: 0.8}  # whether it is plain white
LIGHT = "light "


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of thing in a picture."""

    name: str
    key: str  # by which the corpus is split
    hindi: tuple[str, ...] = ()
    counted: bool = True  # whether one says "a" and "three" of it
    source: str  # the package of its drawing
    drawing: str  # which one, see Drawing.mark
    count: int = 1
    color: str = ""  # most of it; "" where no colour is most of it, or hardly to be named
    painted: bool = False  # whether that colour was chosen for it
    size: str = ""  # big or small, where things are told apart by it
    place: str = ""  # where in the picture, if that is told
    boxes: tuple[tuple[int, int, int, int], ...] = ()  # left, top, width, height in pixels, one each


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What a picture shows. `relation` is of the first item to the second: left, above; row for three from the left."""

    look: str
    ground: str
    ground_colors: tuple[str, ...] = ()
    items: tuple[Item, ...]
    relation: str = ""


@functools.cache
def words() -> dict[str, Any]:
    text = resources.files("engine.training").joinpath("picture_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def captions(scene: Scene, language: str, count: int, rng: random.Random) -> list[str]:
    """Up to `count` different captions. None in Hindi where a thing has no Hindi name that is known."""
    if language == "hindi" and not all(item.hindi for item in scene.items):
        return []
    found: dict[str, None] = {}
    for _ in range(4 * count):
        found[caption(scene, language, rng)] = None
        if len(found) == count:
            break
    return [*found]


def caption(scene: Scene, language: str, rng: random.Random) -> str:
    single = len(scene.items) == 1 and scene.items[0].count == 1
    plain_white = scene.ground == "plain" and scene.ground_colors == ("white",)
    said = rng.random() < GROUND_SAID[plain_white]
    templates = words()["templates"][language if said else f"{language}_short"]
    template = rng.choice([each for each in templates if single or "{bare}" not in each])
    look = words()["looks"][scene.look]
    parts = {
        "it": "",
        "bare": "",
        "look": "",
        "of": rng.choice(look["of"]),
        "after": rng.choice(look["after" if language == "english" else "hindi"]),
    }
    if "{bare}" in template:
        item = scene.items[0]
        bare = rng.choice(look["english"]) + " " + described(item, item.name, rng)
        parts["bare"] = article(bare) if item.counted and rng.random() < 0.6 else bare
        parts["bare"] += placed(item, language, rng)
        template = template.replace("{look} ", "")
    else:
        parts |= {"it": seen(scene, language, rng), "look": rng.choice(look["english"])}
        if "a {look}" in template:
            template = template.replace("a {look}", article(parts["look"]))
    text = template.format(**parts, ground=ground(scene, language, rng))
    return text[:1].upper() + text[1:] if text.endswith(".") or rng.random() < 0.3 else text


def seen(scene: Scene, language: str, rng: random.Random) -> str:
    """The things of a scene, and how they stand to each other."""
    phrase = english if language == "english" else hindi
    told = [phrase(item, rng) for item in scene.items]
    if scene.relation:
        return rng.choice(words()["relations"][scene.relation][language]).format(**dict(zip("abc", told, strict=False)))
    place = placed(scene.items[0], language, rng)
    return told[0] + place if language == "english" else place + told[0]


def placed(item: Item, language: str, rng: random.Random) -> str:
    if not item.place:
        return ""
    place = rng.choice(words()["places"][item.place][language])
    return f" {place}" if language == "english" else f"{place} "


def english(item: Item, rng: random.Random) -> str:
    """ "two small red apples", "an anchor"."""
    if item.count > 1:
        number = words()["numbers"]["english"][item.count] if rng.random() < 0.85 else str(item.count)
        return f"{number} {described(item, plural(item.name), rng)}"
    said = described(item, item.name, rng)
    chance = rng.random()
    if item.name.startswith("flag of"):
        return f"the {said}" if chance < 0.6 else said
    return article(said) if item.counted and chance > 0.06 else said


def described(item: Item, name: str, rng: random.Random) -> str:
    adjectives = [rng.choice(words()["sizes"][item.size]["english"])] if item.size else []
    if color := color_said(item, rng):
        adjectives.append(rng.choice(words()["colors"][color]["english"]))
    return " ".join([*adjectives, name])


def hindi(item: Item, rng: random.Random) -> str:
    """ "छोटे आकार में लाल रंग में दो सेब": with words that need no gender of the noun."""
    name = item.hindi[0] if rng.random() < 0.75 else rng.choice(item.hindi)
    if item.count > 1:
        said = hindi_plural(name) if rng.random() < 0.8 else name
        number = words()["numbers"]["hindi"][item.count] if rng.random() < 0.85 else str(item.count)
        name = f"{number} {said}"
    if color := color_said(item, rng):
        name = f"{rng.choice(words()['colors'][color]['of'])} रंग में {name}"
    return f"{rng.choice(words()['sizes'][item.size]['hindi'])} {name}" if item.size else name


def color_said(item: Item, rng: random.Random) -> str:
    if not item.color or Thing(item.name, item.key).has_color():
        return ""
    return item.color if rng.random() < (PAINTED_SAID if item.painted else NATURAL_SAID) else ""


def ground(scene: Scene, language: str, rng: random.Random) -> str:
    template = rng.choice(words()["grounds"][scene.ground][language])
    return template.format(*(ground_color(color, language, rng) for color in scene.ground_colors))


def ground_color(color: str, language: str, rng: random.Random) -> str:
    """A colour's word for a ground; grounds are light too ("light blue", "हल्की नीली")."""
    shade, name = (LIGHT, color.removeprefix(LIGHT)) if color.startswith(LIGHT) else ("", color)
    known = words()["colors"][name]
    if language == "english":
        return shade + rng.choice(known["english"])
    return ("हल्की " if shade else "") + rng.choice(known["ground"])
