"""Written text cut into what is to be said: words, numbers in their many shapes, marks, and what nobody can say.

Every piece keeps its span in the text, so that whoever plays the sound can point at the letters.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from engine.codecs import english, english_numbers, hindi


@dataclass(frozen=True)
class Piece:
    """A span of the text. kind: latin, devanagari, number, mark, gap, joint (a hyphen inside a word), unknown."""

    kind: str
    text: str
    start: int
    stop: int
    form: str = ""  # of a number: a function of engine/codecs/english_numbers.py
    values: tuple[str | None, ...] = ()
    words: tuple[str, ...] = ()  # of Latin text that is said in other words
    native: bool = False  # a number in Devanagari digits


NUM = r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\d.])\.\d+"
SIGNED = rf"(?:(?<![\w)%])[-−])?(?:{NUM})"
SCALE = r"(?i:thousand|lakh|million|crore|billion|trillion)|हज़ार|हजार|लाख|करोड़|अरब"
NATIVE = re.compile("[\u0966-\u096f]")
_LAST = r"[\"”)]*(?:\s*$|\s+[A-Z\u0900-\u097f])"  # after a full stop: here a sentence ends
_HALF = rf"\s?([AaPp])(?:\.[Mm](?:\.(?!{_LAST}))?|[Mm])(?!\w)"
_UNITS = "|".join(sorted(map(re.escape, english_numbers.UNITS), key=len, reverse=True))
# Latin letters that can be written in the plain 26: é, ß, ø; what cannot is unknown.
_ACCENTED = "".join(
    chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)) if english.plain(chr(code)).isalpha()
)
_LATIN = "A-Za-z" + _ACCENTED
_L = f"[{_LATIN}][{_LATIN}\u0300-\u036f]*"
_WORD = f"{_L}(?:['’]{_L})*"

# What a number looks like, the first that fits. Groups are the arguments of the function of that name.
NUMBERS: dict[str, str] = {
    "date": r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\d-])",
    "time": rf"([01]?\d|2[0-4]):([0-5]\d)(?::([0-5]\d))?(?:{_HALF})?(?![\d:])",
    "clock": rf"(1[0-2]|0?[1-9]){_HALF}",
    "money": rf"([$£€₹¥]|\b(?i:rs)\.?)\s?({NUM})(?:\s({SCALE})(?!\w))?",
    "percent": rf"({SIGNED})\s?%",
    "ordinal": r"(\d{1,3}(?:,\d{3})+|\d{1,15})(?:st|nd|rd|th)\b",
    "decade": r"((?:1[1-9]|20)\d0|[2-9]0)['’]?s\b",
    "fraction": r"(\d{1,3})/(\d{1,3})(?![\d/])",
    "span": r"(\d{1,4})\s?[-–]\s?(\d{1,4})(?![\d\-–])",
    "counted": rf"({SIGNED})\s?((?i:{_UNITS}))(?![\w/])",
    "year": r"((?:1[1-9]|20)\d\d)(?![\d,.]\d|\d)",
    "decimal": rf"({SIGNED})",
}
ABBREVIATIONS = {
    **{"mr.": "Mister", "mrs.": "Missus", "ms.": "Miz", "dr.": "Doctor", "prof.": "Professor", "st.": "Saint"},
    **{"jr.": "Junior", "sr.": "Senior", "vs.": "versus", "vs": "versus", "etc.": "etc", "e.g.": "for example"},
    **{"i.e.": "that is", "no.": "number", "approx.": "approximately", "dept.": "department", "inc.": "incorporated"},
    **{"ltd.": "limited", "co.": "company", "corp.": "corporation", "gen.": "general", "gov.": "governor"},
    **{"sen.": "senator", "rep.": "representative", "capt.": "captain", "lt.": "lieutenant", "col.": "colonel"},
    **{"sgt.": "sergeant", "rev.": "reverend", "hon.": "honorable", "mt.": "mount", "ave.": "avenue"},
    **{"blvd.": "boulevard", "rd.": "road", "fig.": "figure", "vol.": "volume", "p.m.": "P.M.", "a.m.": "A.M."},
    **{"jan.": "January", "feb.": "February", "aug.": "August", "sept.": "September", "oct.": "October"},
    **{"nov.": "November", "dec.": "December", "mon.": "Monday", "tue.": "Tuesday", "wed.": "Wednesday"},
    **{"thu.": "Thursday", "fri.": "Friday", "ph.d.": "P.H.D.", "w/": "with", "w/o": "without", "rs.": "rupees"},
}
# Short for something only before a number, or only with a capital and before one; else they are plain words.
BEFORE_NUMBERS = {"no.", "fig.", "vol."}
AT_ENDS = {"etc.", "a.m.", "p.m.", "inc.", "ltd.", "corp.", "jr.", "sr.", "ph.d.", "rs."}  # there, the stop is one
BEFORE_NAMES = {"st.", "mt.", "co.", "gen.", "rep.", "mon.", "fri.", "wed.", "col.", "rd.", "hon.", "sen.", "rev."}
SIGNS = {
    **{"&": "and", "+": "plus", "@": "at", "%": "percent", "=": "equals", "#": "number", "°": "degrees", "×": "times"},
    **{"÷": "divided by", "$": "dollars", "£": "pounds", "€": "euros", "₹": "rupees", "¥": "yen", "§": "section"},
    **{"©": "copyright", "®": "registered", "™": "trademark", "½": "one half", "¼": "one quarter"},
    **{"¾": "three quarters", "/": "slash", "²": "squared", "³": "cubed", "±": "plus or minus", "<": "less than"},
    **{">": "greater than", "~": "about", "≈": "about", "≤": "at most", "≥": "at least", "√": "root of"},
}
MARKS = {
    **{mark: mark for mark in ';:,.!?—…"()“”'},
    **{"–": "—", '"': "”", "―": "—", "−": "—", "[": "(", "]": ")", "{": "(", "}": ")", "«": "“", "»": "”", "„": "“"},
    **{"।": ".", "॥": ".", "¡": "", "¿": "", "'": "", "‘": "", "’": "", "`": "", "´": "", "-": "—", "॰": "."},
    **{"·": ",", "•": ",", "⁠": "", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u00ad": "", "‐": ""},
    **{"\u2011": "", "\u200e": "", "\u200f": "", "\ufe0e": ""},
}


def _any(words: Iterable[str]) -> str:
    return "(?i:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


_SURE = set(ABBREVIATIONS) - BEFORE_NUMBERS - BEFORE_NAMES
_ABBREVIATION = "|".join(
    [
        rf"{_any(word[:-1] for word in AT_ENDS)}(?=\.{_LAST})",
        rf"{_any(_SURE)}(?!\w)",
        rf"{_any(BEFORE_NUMBERS)}(?=\s?\d)",
        rf"(?=[A-Z]){_any(BEFORE_NAMES)}(?=\s[A-Z])",
    ]
)
_TOKEN = re.compile(
    "|".join(
        [
            r"(?P<gap>\s+)",
            *(rf"(?P<{name}>{shape})" for name, shape in NUMBERS.items()),
            rf"(?P<abbreviation>\b(?:{_ABBREVIATION}))",
            rf"(?P<initials>\b(?:[A-Za-z]\.)+[A-Za-z](?!\w)(?:\.(?!{_LAST}))?)",
            rf"(?P<compound>{_WORD}(?:-{_WORD})+)",
            rf"(?P<latin>{_WORD})",
            f"(?P<devanagari>[{hindi.FIRST}][{hindi.LATER}]*)",
            r"(?P<digit>\d)",
            r"(?P<ellipsis>\.{2,}|…+)",
            r"(?P<dash>-{2,}|[—–]+)",
            r"(?P<opening>(?<![^\s(\[—-])\"(?=\S))",
            "(?P<joint>(?<=[\\w\u0900-\u0963])[-‐\u2011_/](?=\\w))",
            rf"(?P<sign>[{re.escape(''.join(SIGNS))}])",
            rf"(?P<mark>[{re.escape(''.join(MARKS))}])",
            r"(?P<unknown>\W[\ufe0f\u200d\U0001f3fb-\U0001f3ff]*|\w+?)",
        ]
    )
)


def read(text: str) -> Iterator[Piece]:
    """The pieces of the text, in order, without a hole between them."""
    even = text.translate(_narrow(text))
    for match in _TOKEN.finditer(even):
        kind = match.lastgroup or "unknown"
        if kind == "compound":
            yield from _compound(match)
            continue
        piece = _MAKERS.get(kind, _number)(kind, match)
        yield replace(piece, native=bool(NATIVE.search(text, *match.span()))) if piece.kind == "number" else piece


def _narrow(text: str) -> dict[int, str]:
    """Letters in costume (full width, bold, other digits) to the plain letter, where it is one for one."""
    odd = {letter for letter in set(text) if not letter.isascii() and letter not in SIGNS and letter not in MARKS}
    plain = {letter: unicodedata.normalize("NFKC", letter) for letter in odd}
    plain |= {letter: str(unicodedata.decimal(letter)) for letter in odd if letter.isdecimal()}
    return {ord(letter): new for letter, new in plain.items() if len(new) == 1 and new != letter}


def _piece(kind: str, match: re.Match[str], **more: object) -> Piece:
    return Piece(kind, match[0], match.start(), match.end(), **more)  # type: ignore[arg-type]


def _compound(match: re.Match[str]) -> Iterator[Piece]:
    """Words joined by hyphens: one, where the lexicon has it as one (grown-up, merry-go-round)."""
    if english.has(match[0]):
        yield _piece("latin", match)
        return
    for part in re.finditer("-|[^-]+", match[0]):
        start, stop = (match.start() + place for place in part.span())
        yield Piece("joint" if part[0] == "-" else "latin", part[0], start, stop)


def _number(name: str, match: re.Match[str]) -> Piece:
    if name == "digit":
        return _piece("number", match, form="decimal", values=(match[0],))
    first = _TOKEN.groupindex[name]
    count = re.compile(NUMBERS[name]).groups
    values = match.groups()[first : first + count]
    if name == "money" and values[0][0] in "rR":
        values = ("₹", *values[1:])
    return _piece("number", match, form=name, values=values)


def _abbreviation(_: str, match: re.Match[str]) -> Piece:
    short = match[0].lower()
    said = ABBREVIATIONS.get(short) or ABBREVIATIONS[short + "."]
    return _piece("latin", match, words=tuple(said.split()))


_MAKERS: dict[str, Callable[[str, re.Match[str]], Piece]] = {
    "gap": _piece,
    "latin": _piece,
    "devanagari": _piece,
    "joint": _piece,
    "unknown": _piece,
    "abbreviation": _abbreviation,
    "initials": lambda _, match: _piece("latin", match, words=(match[0].upper(),)),
    "sign": lambda _, match: _piece("latin", match, words=tuple(SIGNS[match[0]].split())),
    "mark": lambda _, match: _piece("mark", match, words=(MARKS[match[0]],)),
    "dash": lambda _, match: _piece("mark", match, words=("—",)),
    "opening": lambda _, match: _piece("mark", match, words=("“",)),
    "ellipsis": lambda _, match: _piece("mark", match, words=("…",)),
}
