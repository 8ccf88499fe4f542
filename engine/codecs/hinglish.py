"""Hindi in Roman letters, mixed with English: which words are which, and how the Hindi ones sound.

A word is looked up as it is typed, then by its skeleton, in which the habits of typing are ironed out (aa and a, ee and
i, w and v, z and j, doubled letters). What no list knows is read by rule. Words of both languages (main, to, the, is)
go with the words around them.
"""

import re
from collections.abc import Sequence
from functools import cache

from engine.codecs import english, hindi
from engine.codecs.lexicons import pages

REACH = 4  # how far a word looks for neighbours

# How readily a word of both languages is Hindi; it takes as much evidence of English beside it to be read as English.
LEAN = {
    **dict.fromkeys("main se ho par hum ki ke ko jab log ab hi ye mere lo pal".split(), 1.0),
    **dict.fromkeys("the to is us use me he in so do are or man sir door test file sun late on".split(), 0.3),
}
USUAL = 0.6
OPENERS = frozenset("the is do are".split())  # in English these open a phrase: the word that follows tells
ENGLISH_SHAPE = re.compile("x|w[rh]|ck|tion|ight|ough|ph|[^aeiou]le$|oa|ea|ed$|ing$|qu|c(?!h)|y[^aeiou]|[^aeiou]y$")

_SKELETON = [
    (re.compile("chh|cch"), "ch"),
    (re.compile("ph"), "f"),
    (re.compile("aa+"), "a"),
    (re.compile("ee+|ii+|ie$"), "i"),
    (re.compile("oo+|uu+"), "u"),
    (re.compile("w"), "v"),
    (re.compile("z"), "j"),
    (re.compile("q"), "k"),
    (re.compile(r"([b-df-hj-np-tv-z])\1+"), r"\1"),
    (re.compile("ein$|en$"), "e"),
    (re.compile("(?<=[aou])n$"), ""),
    (re.compile("[yi](?=[aeou])"), "y"),
]


def skeleton(word: str) -> str:
    """What all the usual spellings of a Hindi word share."""
    for shape, written in _SKELETON:
        word = shape.sub(written, word)
    return word


def devanagari(word: str) -> str | None:
    """The Hindi word that was typed, if a list knows it."""
    exact, loose, _ = pages("hinglish")
    word = english.plain(word).lower()
    return exact.get(word) or loose.get(skeleton(word))


def languages(words: Sequence[str]) -> list[bool]:
    """For each word of a text of Hinglish, whether it is Hindi. Devanagari is evidence too; "" is a pause."""
    known = [_certain(word) for word in words]
    settled = [verdict if verdict is not None else _lean(words, known, i) > 0 for i, verdict in enumerate(known)]
    doubtful = [i for i, verdict in enumerate(known) if verdict is None]
    again = {i: _lean(words, settled, i) > 0 for i in doubtful}
    return [again.get(i, verdict) for i, verdict in enumerate(settled)]


def pronounce(word: str) -> str:
    """Phonemes of a Hindi word in Roman letters."""
    known = devanagari(word)
    return hindi.pronounce(known) if known else hindi.speak(read(english.plain(word).lower()))


_ENGLISH_SOUNDS = str.maketrans(
    {"ʈ": "t", "ɖ": "d", "ɳ": "n", "ɲ": "n", "ɽ": "ɹ", "ɾ": "ɹ", "r": "ɹ", "ʋ": "v", "c": "ʧ", "ɟ": "ʤ", "ʂ": "ʃ"}
    | {"x": "k", "ɣ": "ɡ", "q": "k", "ʰ": "", "ː": "", hindi.NASAL: "n", "a": "ɑ", "e": "A", "o": "O", "ɭ": "l"}
)


def borrowed(word: str) -> str | None:
    """A Hindi name or word as English says it, if the list has it as it is typed: Deepak, Raju."""
    name, possessive, _ = english.plain(word).lower().partition("'s")
    known = pages("hinglish")[0].get(name)
    sound = hindi.pronounce(known).translate(_ENGLISH_SOUNDS) if known else None
    sound = re.sub("ɑ$", "ə", re.sub("ɪ$", "i", sound)) if sound else None
    return english.with_s(sound) if sound and possessive else sound


@cache
def _certain(word: str) -> bool | None:
    """True: Hindi; False: English; None: either."""
    if not word or hindi.is_hindi(word):
        return True if word else None
    lower = english.plain(word).lower()
    exact, loose, shared = pages("hinglish")
    if lower in exact:
        return None if lower in shared else True
    if english.knows(lower) or (len(word) > 1 and word.isupper()):
        return False
    return skeleton(lower) in loose or not ENGLISH_SHAPE.search(lower)


def _lean(words: Sequence[str], certain: Sequence[bool | None], i: int) -> float:
    total = LEAN.get(english.plain(words[i]).lower(), USUAL)
    following = certain[i + 1] if i + 1 < len(words) and words[i + 1] else True
    if english.plain(words[i]).lower() in OPENERS and following is not None:
        total += 2 if following else -2
    for step in (-1, 1):
        for distance in range(1, REACH + 1):
            j = i + step * distance
            if not 0 <= j < len(words) or not words[j]:
                break
            if certain[j] is not None:
                total += (1 if certain[j] else -1) / distance
    return total


_ROMAN = re.compile(
    "ksh|chh|kh|gh|ch|jh|th|dh|ph|bh|sh|gy|aa|ee|oo|ai|au|ei|ou|a|e|i|o|u|[b-df-hj-np-tv-z]|(?P<other>.)"
)
_CONSONANTS = {
    **{"ksh": "k ʃ", "chh": "cʰ", "kh": "kʰ", "gh": "ɡʰ", "ch": "c", "jh": "ɟʰ", "th": "tʰ", "dh": "dʰ", "ph": "pʰ"},
    **{"bh": "bʰ", "sh": "ʃ", "gy": "ɡ j", "b": "b", "c": "k", "d": "d", "f": "f", "g": "ɡ", "h": "h", "j": "ɟ"},
    **{"k": "k", "l": "l", "m": "m", "n": "n", "p": "p", "q": "q", "r": "ɾ", "s": "s", "t": "t", "v": "ʋ", "w": "ʋ"},
    **{"x": "k s", "y": "j", "z": "z"},
}
_VOWELS = {
    **{"aa": "aː", "ee": "iː", "oo": "uː", "ai": "ɛː", "au": "ɔː", "ei": "eː", "ou": "ɔː", "a": "ə", "e": "eː"},
    **{"i": "ɪ", "o": "oː", "u": "ʊ"},
}
_FINAL = {"ə": "aː", "ɪ": "iː", "ʊ": "uː"}
_NASAL_END = re.compile("(?<=[aeiou])n$")


def read(word: str) -> list[hindi.Syllable]:
    """Syllables of a Roman Hindi word that no list has: a, i and u are long at the end, -on and -ein nasal."""
    nasal = len(word) > 3 and word.endswith(("on", "ein", "yen", "iyan", "iyaan"))
    rows: list[hindi.Syllable] = []
    open_onset = False
    for match in _ROMAN.finditer(_NASAL_END.sub("", word) if nasal else word):
        part = match[0]
        if part in _CONSONANTS:
            if not open_onset:
                rows.append(hindi.Syllable())
            rows[-1].onset += _CONSONANTS[part].split()
            open_onset = True
        elif part in _VOWELS:
            if not open_onset:
                rows.append(hindi.Syllable(bare=True))
            rows[-1].vowel = _VOWELS[part]
            open_onset = False
    if rows and rows[-1].vowel:
        rows[-1].vowel = _FINAL.get(rows[-1].vowel, rows[-1].vowel)
        rows[-1].nose = "ं" if nasal else ""
    if rows and rows[0].bare and rows[0].vowel == "ə":
        rows[0].vowel = "ʌ"
    return rows
