"""Whether a prompt is written in a script that a checkpoint can read, by the languages on its card."""

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

SCRIPTS = {
    "english": ("LATIN",),
    "hindi": ("DEVANAGARI", "LATIN"),
    "hinglish": ("LATIN",),
    "chinese": ("CJK", "LATIN"),
    "japanese": ("CJK", "HIRAGANA", "KATAKANA", "LATIN"),
}
"""Language → the scripts it is written in; Latin letters stand in all of them, for names of chords and notes."""

CALLED = {
    "CJK": "Chinese characters",
    "HIRAGANA": "Japanese letters",
    "KATAKANA": "Japanese letters",
    "HANGUL": "Korean letters",
}
SYMBOLS = {"GREEK"}  # whose single letters are signs: Δ7, µ


def unreadable(text: str, languages: Sequence[str]) -> str | None:
    """One sentence that names the script and what to do; None where all can be read, or no language is named."""
    languages = [language.lower() for language in languages]
    known = {script for language in languages for script in SCRIPTS.get(language, ())}
    if not known:
        return None
    foreign = [script for script in scripts(text) if script not in known]
    if not foreign:
        return None
    script = next((each for each in foreign if each != "CJK"), "CJK")  # Japanese has Chinese characters too
    written = [language.capitalize() for language in languages if language in SCRIPTS]
    choice = " or ".join([", ".join(written[:-1]), written[-1]] if len(written) > 1 else written)
    name = CALLED.get(script, f"{script.capitalize()} letters")
    return f"The prompt is written in {name}, which this checkpoint does not know; write it in {choice}."


def scripts(text: str) -> Iterator[str]:
    """The script of each word, as Unicode names it: "LATIN", "TAMIL"."""
    letters = (_script(letter) for letter in unicodedata.normalize("NFKC", text))
    for script, run in groupby(letter for letter in letters if letter is not None):
        length = sum(1 for _ in run)
        if script and not (script in SYMBOLS and length == 1):
            yield script


def _script(letter: str) -> str | None:
    """ "" between words; None for marks, which belong to the letter before them."""
    category = unicodedata.category(letter)
    if category[0] == "M" or category in ("Lm", "Cf"):
        return None
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0] if category[0] == "L" else ""
