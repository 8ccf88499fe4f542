"""A parallel grammar: the same short story in English, in Hindi (Devanagari) and in Hinglish (Roman letters).

`grammar.toml` holds a lexicon, beats (pools of interchangeable sentences, each written in English and in Hindi) and
plans (rows of beats). A story draws each slot once and keeps it, so that names, things and places stay the same from
the first sentence to the last and in all languages. Hinglish is the Hindi sentence, with the English words that people
really mix in, in casual Roman spelling.

Slots in a sentence, where `hero` is a slot and `colour` an adjective:

    {hero}                 the entry            {thing.s}      plural
    {thing.o} {thing.so}   Hindi oblique        {place.at}     with its preposition or postposition
    {hero.he} {hero.his}   English pronouns     {hero?गया|गयी}  by the gender of the entry
    {colour@thing.o}       adjective agreeing with the entry in that form
    {hero+friend?गए|गयीं}    by both: feminine only where both are
"""

import random
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.training.transliterate import romanise

_SLOT = re.compile(r"\{(\w+)(?:\+(\w+))?(?:@(\w+))?(?:\.(\w+))?(?:\?([^|}]*)\|([^}]*))?\}")
_PRONOUNS = {
    "he": ("he", "she"),
    "him": ("him", "her"),
    "his": ("his", "her"),
    "himself": ("himself", "herself"),
    "boy": ("boy", "girl"),
    "son": ("son", "daughter"),
}
_NAMES = ("person", "town", "festival")  # spelled in Hinglish as in English
_MASCULINE = {"": "ा", "s": "े", "o": "े", "so": "े", "at": "े"}


@dataclass(frozen=True)
class Entry:
    """One word in both languages. `before` and `after` are a place's English preposition and Hindi postposition."""

    english: str
    hindi: str
    gender: str = ""
    before: str = ""
    after: str = ""
    plural: str = ""


@dataclass(frozen=True)
class Grammar:
    lexicon: dict[str, list[Entry]]
    slots: dict[str, str]  # slot -> table of the lexicon
    beats: dict[str, list[tuple[str, str]]]  # English, Hindi
    plans: dict[str, list[str]]
    mixed: dict[str, list[str]]  # Hindi word -> what Hinglish may say instead
    office: dict[str, str]  # the same for help pages, one choice each


@dataclass(frozen=True)
class Story:
    """The same story three times over."""

    plan: str
    english: str
    hindi: str
    hinglish: str


@cache
def load() -> Grammar:
    """The grammar that stands beside this file."""
    path = Path(__file__).with_name("grammar.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    lexicon = {name: [_entry(row) for row in rows] for name, rows in table["lexicon"].items()}
    beats = {name: [(english, hindi) for english, hindi in rows] for name, rows in table["beats"].items()}
    plans = {name: plan.split() for name, plan in table["plans"].items()}
    mixed = {word: options.split("|") for word, options in table["mixed"].items()}
    return Grammar(lexicon, table["slots"], beats, plans, mixed, table["office"])


def story(grammar: Grammar, noise: random.Random) -> Story:
    """Draw one story. The same state of `noise` gives the same story."""
    name = noise.choice(sorted(grammar.plans))
    drawn: dict[str, Entry] = {}
    english, hindi = [], []
    for pair in _sentences(grammar, name, noise):
        for match in _SLOT.finditer(pair[0] + pair[1]):
            for slot in filter(None, match.group(1, 2, 3)):
                _draw(grammar, slot, drawn, noise)
        english.append(_finish(_SLOT.sub(lambda match: _english(match, drawn), pair[0])))
        hindi.append(_SLOT.sub(lambda match: _hindi(match, drawn), pair[1]))
    text = _paragraphs(hindi)
    return Story(name, _paragraphs(english), text, hinglish(text, grammar, noise))


def _sentences(grammar: Grammar, plan: str, noise: random.Random) -> list[tuple[str, str]]:
    """One sentence pair a step; `step?` is told half the time, `step*2` gives one or two, in the order written."""
    pairs: list[tuple[str, str]] = []
    for step in grammar.plans[plan]:
        if step.endswith("?") and noise.random() < 0.5:
            continue
        name, _, most = step.rstrip("?").partition("*")
        pool = grammar.beats[name]
        picked = noise.sample(range(len(pool)), noise.randint(1, int(most or 1)))
        pairs += [pool[i] for i in sorted(picked)]
    return pairs


def hinglish(text: str, grammar: Grammar, noise: random.Random) -> str:
    """Hindi as it is typed in Roman letters; a word that may be English is so, or not, through the whole text."""
    choice = {word: noise.choice(options) for word, options in grammar.mixed.items()}
    choice |= {entry.hindi: entry.english for table in _NAMES for entry in grammar.lexicon[table]}
    return roman(text, choice, noise)


def roman(text: str, choice: dict[str, str], noise: random.Random) -> str:
    """Romanised, with the words of `choice` replaced, one writer's spellings throughout, and capitals."""
    words = re.sub("[\u0900-\u0963\u0970-\u097f]+", lambda match: choice.get(match[0], match[0]), text)
    spelling = {word: noise.choice(options) for word, options in _SPELLINGS.items()}
    typed = re.sub(r"\b[a-z]+\b", lambda match: spelling.get(match[0], match[0]), romanise(words))
    return re.sub(r"((?:^|[.!?] |\.\" |\n|, \")\"?)([a-z])", lambda match: match[1] + match[2].upper(), typed)


_SPELLINGS = {
    "nahi": ["nahi", "nahi", "nahin"],
    "mein": ["mein", "mein", "me"],
    "hoon": ["hoon", "hoon", "hun"],
    "woh": ["woh", "woh", "wo"],
    "bahut": ["bahut", "bahut", "bohot"],
    "achha": ["achha", "accha"],
    "achhi": ["achhi", "acchi"],
    "pyaar": ["pyaar", "pyar"],
    "gaya": ["gaya"],
    "zaroor": ["zaroor", "zarur"],
    "doosre": ["dusre", "doosre"],
}


def _entry(row: str) -> Entry:
    """Read "in|the park = बग़ीचा m में", "kite = पतंग f", "kind = दयालु", "leaf/leaves = पत्ता m"."""
    english, hindi = row.split(" = ")
    before, bar, noun = english.rpartition("|")
    noun, _, plural = noun.partition("/")
    word, gender, after = re.fullmatch(r"(.+?)(?: ([mf])(?: (.+))?)?", hindi).group(1, 2, 3)  # type: ignore[union-attr]
    return Entry(noun, word, gender or "", before, after or "", plural)


def _draw(grammar: Grammar, slot: str, drawn: dict[str, Entry], noise: random.Random) -> None:
    if slot not in drawn:
        taken = set(drawn.values())
        drawn[slot] = noise.choice([entry for entry in grammar.lexicon[grammar.slots[slot]] if entry not in taken])


def _english(match: re.Match[str], drawn: dict[str, Entry]) -> str:
    slot, other, _, form, masculine, feminine = match.groups()
    entry = drawn[slot]
    if masculine is not None:
        return _by_gender(entry, other, drawn, masculine, feminine)
    if form and form.lower() in _PRONOUNS:
        word = _PRONOUNS[form.lower()][entry.gender == "f"]
        return word.capitalize() if form[0].isupper() else word
    if form == "at":
        return f"{entry.before} {entry.english}"
    return entry.plural or _plural(entry.english) if form == "s" else entry.english


def _plural(noun: str) -> str:
    if re.search("(s|sh|ch|x)$", noun):
        return noun + "es"
    return noun[:-1] + "ies" if re.search("[^aeiou]y$", noun) else noun + "s"


def _hindi(match: re.Match[str], drawn: dict[str, Entry]) -> str:
    slot, other, noun, form, masculine, feminine = match.groups()
    entry = drawn[slot]
    if masculine is not None:
        return _by_gender(entry, other, drawn, masculine, feminine)
    if noun:
        return agree(entry.hindi, drawn[noun].gender, form or "")
    if form == "at":
        return f"{decline(entry.hindi, entry.gender, 'o')} {entry.after}"
    return decline(entry.hindi, entry.gender, form or "")


def _by_gender(entry: Entry, other: str | None, drawn: dict[str, Entry], masculine: str, feminine: str) -> str:
    both = entry.gender == "f" and (not other or drawn[other].gender == "f")
    return feminine if both else masculine


def agree(adjective: str, gender: str, form: str) -> str:
    """An adjective in -ा takes -ी before feminines and -े before masculines that are not direct singular."""
    if not adjective.endswith("ा"):
        return adjective
    return adjective[:-1] + ("ी" if gender == "f" else _MASCULINE[form])


def decline(noun: str, gender: str, form: str) -> str:
    """A noun (its last word) as direct "", oblique "o", plural "s" or plural oblique "so"."""
    if not form or not gender:
        return noun
    if gender == "m":
        *others, last = noun.split()
        return " ".join([*(agree(word, "m", form) for word in others), _decline_masculine(last, form)])
    return noun if form == "o" else _decline_feminine(noun, form)


def _decline_masculine(noun: str, form: str) -> str:
    for ending, oblique in (("ा", "े"), ("आ", "ए"), ("आँ", "एँ")):
        if noun.endswith(ending):
            stem = noun.removesuffix(ending)
            return stem + ("ों" if ending == "ा" else "ओं") if form == "so" else stem + oblique
    if form != "so":
        return noun
    if noun[-1] in "ीि":
        return noun[:-1] + "ियों"
    return noun[:-1] + "ुओं" if noun[-1] == "ू" else noun + ("ओं" if noun[-1] in "ुोे" else "ों")


def _decline_feminine(noun: str, form: str) -> str:
    plural = form == "s"
    if noun.endswith("िया"):
        return noun + "ँ" if plural else noun[:-1] + "ों"
    if noun[-1] in "ीि":
        return noun[:-1] + ("ियाँ" if plural else "ियों")
    if noun[-1] in "ाोु":
        return noun + ("एँ" if plural else "ओं")
    if noun[-1] in "ईइ":
        return noun[:-1] + ("इयाँ" if plural else "इयों")
    return noun + ("ें" if plural else "ों")


def _finish(sentence: str) -> str:
    """Articles before vowels, capitals at the start of sentences."""
    sentence = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", sentence)
    return re.sub(r"(^|[.!?] )([a-z])", lambda match: match[1] + match[2].upper(), sentence)


def _paragraphs(sentences: list[str]) -> str:
    """One paragraph; a sentence that opens with a line break keeps it."""
    return re.sub(r" *\n *", "\n", " ".join(sentences)).strip()
