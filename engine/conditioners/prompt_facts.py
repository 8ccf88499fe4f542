"""What a prompt for music says in so many words: tempo, metre, key, bars, sections. In English and Hindi.

Everything is searched in the prompt's compatibility form (NFKC), where a nukta stands behind its letter and digits may
be those of any script. What follows “no”, “not” or “without” is not said.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from engine.api.chords import Key, pitch_class
from engine.api.score import SECTIONS

LETTER = "\\w\u0900-\u0963\u0971-\u097f"  # the vowel signs of Devanagari are no letters to `re`
NOT = "no |not |without |बिना "
NUMBER = r"\d{1,4}(?:\.\d+)?"
FILLER = r"(?:\s|of|is|at|to|around|about|set|the|this|song|की|का|है|[:=~,])*"
BPM = re.compile(rf"({NUMBER})[\s-]*(?:bpm|b\.p\.m|beats? (?:per|a) minute|बीपीएम|बी\.पी\.एम)")
TEMPO = re.compile(rf"(?:bpm|tempo|♩|बीपीएम|टेम्पो|गति){FILLER}({NUMBER})(?![\d/])")
FRACTION = re.compile(r"(?<![\d/.])([2-9]|1\d)\s?/\s?(2|4|8|16)(?![\d/])")
COUNTED = re.compile(
    r"(?:beats? counts? to|count(?:ed)? in|counts? to)\s+(\d|two|three|four)\b|(two|three|four|six)[- ](four|eight)"
)
METRES = {"2/4": "2", "2/2": "2", "3/4": "3", "3/8": "3", "4/4": "4", "6/8": "6/8", "six/eight": "6/8"}
COUNTS = {"2": "2", "two": "2", "3": "3", "three": "3", "4": "4", "four": "4"}

SIGN = r"(#|♯|b(?![a-z])|♭|[- ]?sharp|[- ]?flat| शार्प| फ्लैट|)"
SIGNS = {"#": "#", "♯": "#", "sharp": "#", "शार्प": "#", "b": "b", "♭": "b", "flat": "b", "फ्लैट": "b", "": ""}
FOLLOWING = r"(?=\s*(?:$|[.,;:!?)|–—-]|with\b|and\b|at\b|in\b|on\b|for\b|by\b|using\b|key\b(?=\s*[.,;)]|$)|में|है))"


@cache
def words() -> dict[str, Any]:
    """prompt_words.toml, its words in their compatibility form."""
    text = Path(__file__).with_name("prompt_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(unicodedata.normalize("NFKC", text))


def plain(prompt: str) -> str:
    """The prompt as all the others here take it; letters keep their case, for Am is no am."""
    return unicodedata.normalize("NFKC", prompt)


@cache
def whole_word(options: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these as whole words that are not denied, in any case."""
    longest_first = "|".join(map(re.escape, _longest_first(options)))
    denied = "".join(f"(?<!{word})" for word in NOT.split("|"))
    return re.compile(f"{denied}(?<![{LETTER}])(?:{longest_first})(?![{LETTER}])", re.IGNORECASE)


def suggested(table: str, text: str) -> str | None:
    """The entry of “paces”, “moods” or “styles” that the text names; the longest word wins, then the first."""
    found = [
        (-len(match[0]), match.start(), name)
        for name, entry in words()[table].items()
        for match in whole_word(tuple(entry["words"])).finditer(text)
    ]
    return min(found)[2] if found else None


def tempo_of(text: str) -> float | None:
    """Beats a minute, whatever they are: of "120 bpm", "tempo: 90", "१२० बीपीएम"."""
    match = BPM.search(text.lower()) or TEMPO.search(text.lower())
    return float(match[1]) if match else None


def metre_of(text: str) -> tuple[str | None, str]:
    """The metre named, and the fraction that stands there where it is none that is known: (None, "7/8")."""
    if (match := FRACTION.search(text)) is not None:
        named = f"{int(match[1])}/{int(match[2])}"
        return METRES.get(named), "" if named in METRES else named
    if (match := COUNTED.search(text.lower())) is not None:
        return COUNTS.get(match[1] or match[2], "6/8"), ""
    return None, ""


def key_of(text: str) -> Key | None:
    """Of "in A minor", "F sharp major", "ए माइनर". An “a minor” that goes on with a noun is no key."""
    for match in _keys().finditer(text):
        note, sign, mode = match[1], match[2].strip(" -").lower(), _mode(match[3])
        if note in ("a", "A") and not sign and not _is_a_key(text, match):
            continue
        letter = words()["notes"].get(note, note)
        return Key(pitch_class(letter, SIGNS[sign]), mode)
    return None


def tonic_of(text: str) -> int | None:
    """Of "in Eb", "key of G": a key's note without its mode."""
    match = re.search(rf"\b(?:key of|in) ([A-G]){SIGN}(?![{LETTER}]){FOLLOWING}", text)
    return pitch_class(match[1], SIGNS[match[2].strip(" -").lower()]) if match else None


@cache
def _keys() -> re.Pattern[str]:
    notes = "|".join(["[A-Ga-g]", *words()["notes"]])
    modes = "|".join(sorted((*words()["modes"]["major"], *words()["modes"]["minor"]), key=len, reverse=True))
    return re.compile(rf"(?<![{LETTER}])({notes}){SIGN}[- ]?({modes})(?![{LETTER}])", re.IGNORECASE)


def _mode(word: str) -> str:
    return "minor" if word.lower() in words()["modes"]["minor"] else "major"


def _is_a_key(text: str, match: re.Match[str]) -> bool:
    """Whether this “a minor” is A minor: written large within a sentence, or with no noun behind it."""
    begins = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in ".!?\n"
    if match[1] == "A" and not begins or re.search(r"key\s(?:of|is)\s$", text[: match.start()], re.IGNORECASE):
        return True
    return re.match(FOLLOWING, text[match.end() :], re.IGNORECASE) is not None


def mode_of(text: str) -> str | None:
    """Of "in a minor key", "major scale": a mode without a note."""
    match = re.search(r"\b(major|minor)\b|(मेजर|माइनर)", text, re.IGNORECASE)
    return _mode(match[0]) if match else None


def bars_of(text: str) -> int | None:
    """How many bars are asked for in all: of "16 bars", "an eight-bar loop", "सोलह बार"; not of a 12-bar blues."""
    match = re.search(
        rf"(?<![{LETTER}])({_count()})[- ]?(?:bars?|measures?|बार)(?![{LETTER}])(?![- ]blues)", text.lower()
    )
    return _number(match[1]) if match else None


def sections_of(text: str) -> tuple[tuple[str, int | None], ...]:
    """The parts of the form in their order, with their bars where these are said: of "8 bar verse, chorus of 4"."""
    return tuple(_sections(text.lower()))


def denied_sections(text: str) -> set[str]:
    """The parts that are not wanted: of "no intro", "without an outro"."""
    names = "|".join(_longest_first(word for name in SECTIONS for word in words()["sections"][name]))
    said = {match[1] for match in re.finditer(rf"(?:{NOT})(?:an? |any )?({names})(?![{LETTER}])", text.lower())}
    return {name for name in SECTIONS if said & set(words()["sections"][name])}


def without_sections(text: str) -> str:
    """The text without its sections and their bars, so that these are not taken for all."""
    return _section().sub(" ", text.lower())


def _sections(text: str) -> Iterator[tuple[str, int | None]]:
    for match in _section().finditer(text):
        name = next(name for name in SECTIONS if match["name"] in words()["sections"][name])
        bars = match["before"] or match["after"]
        yield name, _number(bars) if bars else None


@cache
def _section() -> re.Pattern[str]:
    names = "|".join(_longest_first(word for name in SECTIONS for word in words()["sections"][name]))
    unit = r"[- ]?(?:bars?|measures?|बार)"
    before = rf"(?:(?P<before>{_count()})(?:{unit})?[- ](?:of |long |का |की )?)?"
    after = rf"(?:\s*(?:of|for|is|lasts|[:(=])?\s*(?P<after>{_count()})(?![{LETTER}/.])(?!\s*bpm)(?:{unit})?)?"
    denied = "".join(f"(?<!{word})" for word in (*NOT.split("|"), "no-", "without an ", "without a "))
    return re.compile(rf"{denied}(?<![{LETTER}]){before}(?P<name>{names})(?![{LETTER}]){after}")


@cache
def _count() -> str:
    return "|".join([r"\d{1,3}", *_longest_first(words()["numbers"])])


def _longest_first(options: Iterable[str]) -> list[str]:
    return sorted(options, key=len, reverse=True)


def _number(text: str) -> int:
    return int(words()["numbers"].get(text, text))
