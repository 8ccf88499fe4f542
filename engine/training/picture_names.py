"""What drawings are called: names of emoji in English and Hindi, and which names of icons are names of things.

A thing's `key` is the head of its name ("apple" of "red apple" and of "apples"): the corpus is split by it, so that
what is held out in one set of drawings is held out in all. Hindi plurals follow the tables of `hindi_words.toml`.
"""

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

PREPOSITION = re.compile(r" (?:of|with|in|on|over|without|holding|wearing|from|for|not|and|behind|under|at|showing) ")
WHO = re.compile(r"(?:man|woman|person|men|women|people|boy|girl) (?=\w)")
GENERIC = {"face", "sign", "symbol", "emoji", "icon", "head"}
FIRST = re.compile(r"(man|woman|person|boy|girl|baby) (?:\w+ing|in|with)\b")
IRREGULAR = dict(
    pair.split(":")
    for pair in """
    man:men woman:women person:people child:children mouse:mice tooth:teeth foot:feet goose:geese leaf:leaves
    wolf:wolves knife:knives scarf:scarves loaf:loaves shelf:shelves bookshelf:bookshelves sheep:sheep deer:deer
    fish:fish squid:squid shrimp:shrimp ox:oxen aircraft:aircraft potato:potatoes tomato:tomatoes mango:mangoes
    bison:bison swan:swans snowman:snowmen fireman:firemen policeman:policemen superman:supermen dice:dice
    cactus:cactuses
    """.split()
)
SINGULAR = {many: one for one, many in IRREGULAR.items()}
UNCOUNTED_GROUPS = {8, 9}  # symbols, flags
COLOR_WORDS = set(
    "red orange yellow green blue purple violet pink brown black white gray grey golden gold silver rainbow".split()
)


@dataclass(frozen=True)
class Thing:
    name: str  # "red apple"
    key: str  # "apple"
    hindi: tuple[str, ...] = ()  # names, the usual one first; none where nobody has said it
    counted: bool = True  # whether there can be three of it

    def has_color(self) -> bool:
        """Whether the name says what colour it is."""
        return not COLOR_WORDS.isdisjoint(re.findall(r"\w+", self.name.lower()))


@functools.cache
def tables() -> dict[str, Any]:
    text = resources.files("engine.training").joinpath("picture_sets.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    found["words"] = {name: frozenset(words.split()) for name, words in found["words"].items()}
    return found


@functools.cache
def hindi_nouns() -> dict[str, frozenset[str]]:
    text = resources.files("engine.training").joinpath("hindi_words.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return {name: frozenset(found[name].split()) for name in ("nouns_aa", "nouns_ii", "nouns_f", "adjectives")}


def head(name: str) -> str:
    """What a thing's name is about, in the singular: "glass" of "glass of milk", "running" of "man running"."""
    if name.startswith("flag of "):
        return name
    words = WHO.sub("", PREPOSITION.split(name)[0]).lower().split()
    while len(words) > 1 and words[-1] in GENERIC:
        words.pop()
    return singular(words[-1]) if words else name


def singular(word: str) -> str:
    if word in SINGULAR:
        return SINGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:[sxz]|[cs]h)es$", word):
        return word[:-2]
    return word if re.search(r"(?:ss|us|is)$", word) or not word.endswith("s") or len(word) < 4 else word[:-1]


def plural(name: str) -> str:
    """ "glasses of milk", "women running", "red apples"."""
    if FIRST.match(name):
        first, space, rest = name.partition(" ")
        return plural(first) + space + rest
    if found := PREPOSITION.search(name):
        return plural(name[: found.start()]) + name[found.start() :]
    before, space, last = name.rpartition(" ")
    return before + space + _many(last)


def _many(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(?:[sxz]|[cs]h)$", word) else "s")


def hindi_plural(name: str) -> str:
    """The name with its last word in the plural where its gender is known; otherwise as it is, as one says it too."""
    before, space, last = name.rpartition(" ")
    nouns = hindi_nouns()
    before = " ".join(
        word[:-1] + "े" if word in nouns["adjectives"] and word.endswith("ा") else word for word in before.split()
    )
    if last in nouns["nouns_ii"] and last.endswith("ी"):
        last = last[:-1] + "ियाँ"
    elif last in nouns["nouns_aa"] and last.endswith("ा"):
        last = last[:-1] + "े"
    elif last in nouns["nouns_f"] and unicodedata.category(last[-1]) == "Lo":
        last += "ें"
    return before + space + last


def article(words: str) -> str:
    """With a or an before it."""
    silent = re.match(r"(?:hour|honest|[aefhilmnorsx]-)", words, re.IGNORECASE)
    voiced = re.match(r"(?:uni|use|euro|ukulele|one\b|ufo|u-|suv)", words, re.IGNORECASE) and not words.startswith(
        "SUV"
    )
    vowel = words[:1].lower() in "aeiou" or words.startswith("SUV")
    return ("an " if (vowel or silent) and not voiced else "a ") + words


def is_clean(name: str) -> bool:
    """Whether a family's program may draw it: neither a word of it is unwanted nor, joined by hyphens, the whole."""
    words = re.findall(r"[\w-]+", name.lower())
    whole = "-".join(words)
    return tables()["words"]["unwanted"].isdisjoint({*words, *whole.split("-"), whole})


def counted(name: str, group: int = 7) -> bool:
    """Whether one says "a" and "three" of it: not of plurals ("glasses"), nor of what pours, nor of signs."""
    words = PREPOSITION.split(name)[0].split()
    said = words[0] if FIRST.match(name) else words[-1]
    listed = re.search(r"[^su]s$", said) and said not in IRREGULAR.values()
    return (
        group not in UNCOUNTED_GROUPS and not listed and " and " not in name and said not in tables()["words"]["mass"]
    )


def thing(name: str, hindi: Iterable[str] = (), group: int = 7) -> Thing:
    """The thing of that name, after what the tables call it."""
    name = tables()["renamed"].get(name, name)
    said = tuple(tables()["hindi"].get(name, ())) or tuple(hindi)
    return Thing(name, head(name), said, counted(name, group))


def slug(name: str) -> str:
    """As sets of icons write names: without marks, in small letters, words apart by hyphens."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(c))
    return "-".join(re.findall(r"[a-z0-9]+", re.sub("[’']", "", plain)))


def emoji_things(english: list[dict[str, Any]], hindi: list[dict[str, Any]]) -> dict[str, Thing]:
    """Things by the slug of their emoji's name, from the tables of emojibase-data."""
    said = {row["hexcode"]: row["label"] for row in hindi}
    found: dict[str, Thing] = {}
    for row in english:
        label, group = row["label"], row.get("group")
        name = re.sub(r"^flag: ", "flag of ", label)
        if group in (None, 2) or not is_clean(label) or re.search(r"[:“”\d#*]|button|keycap|^Japanese", name):
            continue
        if group == 8 and re.search(r"\b(?:mark|sign|button|no|arrow|box|symbol|circled|triangle up|currency)\b", name):
            continue
        words = hindi_names(said.get(row["hexcode"], ""))
        if clock := re.fullmatch(r"(\w+(?:-thirty| o’clock))", name):
            name, words = f"clock showing {clock[1]}", ("घड़ी",)
        known = thing(name, words, group)
        found[slug(label)] = known
        found.setdefault(slug(known.name), known)
    return found


def hindi_names(label: str) -> tuple[str, ...]:
    """At most two names; none where the label is not in Devanagari, as that of some rows is Bengali."""
    if flag := re.fullmatch(r"झंडा: ([^(]+)", label):
        label = f"{flag[1].strip()} का झंडा"
    names = [part.strip() for part in re.split(r"[,،]", unicodedata.normalize("NFC", label))]
    return tuple(name for name in names if re.fullmatch("[\u0900-\u0963\u0970-\u097f\u200c\u200d –-]{2,40}", name))[:2]


def icon_name(written: str) -> str:
    """The name of a thing, of a name as a set of icons writes it: "hot-air-balloon" → "hot air balloon"."""
    words = re.sub(r"[-_]+", " ", written).strip()
    return re.sub(r" (?:\d+|outline|outlined|filled|fill|alt)$", "", words)


@dataclass(frozen=True)
class Vocabulary:
    """What is a thing: the emoji, and a dictionary's nouns for what can be seen and touched."""

    emoji: dict[str, Thing]  # by slug
    nouns: frozenset[str]

    def named(self, written: str, emoji_only: bool = False) -> Thing | None:
        """The thing that a set's name stands for; None where it is a button, a brand, unfit or unknown."""
        name = icon_name(written)
        words = name.split()
        if not emoji_only and not tables()["words"]["buttons"].isdisjoint(words):
            return None
        found = self.emoji.get(slug(written)) or self._squashed.get(slug(written).replace("-", ""))
        if found or emoji_only or not re.fullmatch("[a-z]+(?: [a-z]+){0,2}", name):
            return found
        told = words[1:] if words[0] in COLOR_WORDS and len(words) == 2 else words
        if not is_clean(name) or not self._is_noun(" ".join(told)):
            return None
        if again := self.emoji.get(slug(tables()["renamed"].get(name, name))):
            return again
        return thing(name)

    def _is_noun(self, name: str) -> bool:
        return name in self.nouns or name in tables()["renamed"]

    @functools.cached_property
    def _squashed(self) -> dict[str, Thing]:
        return {name.replace("-", ""): found for name, found in self.emoji.items()}
