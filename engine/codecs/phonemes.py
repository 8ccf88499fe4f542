"""Text to the phonemes that the pocket speech network reads: English, Hindi, and Hinglish.

The symbols are the characters of Kokoro-82M's vocabulary (Apache-2.0), so that a teacher of that family speaks exactly
what we write. Words are pronounced by their script: Devanagari by Hindi's rules, Latin letters by the English lexicon,
or, where the language is Hindi or Hinglish, as Roman Hindi wherever the words beside them say so. Nothing is dropped
in silence: whatever has no sound here is listed in `Spoken.unknown`.
"""

import re
from dataclasses import dataclass

from engine.codecs import english, english_numbers, hindi, hindi_numbers
from engine.codecs.reading import Piece, read

FILLER = "_"  # silence and padding
SYMBOLS = (
    FILLER + ';:,.!?—…"()“” \u0303ʣʥʦʨᵝꭧAIOQSTWYᵊ'
    "abcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ"
)
IDS = {symbol: i for i, symbol in enumerate(SYMBOLS)}
PAUSES = frozenset(";:,.!?—…")
DEVANAGARI = re.compile("[\u0900-\u097f]")


@dataclass(frozen=True)
class Word:
    """Letters [start, stop) of the text given, said by symbols [first, last)."""

    text: str
    start: int
    stop: int
    first: int
    last: int


@dataclass(frozen=True)
class Spoken:
    symbols: str
    words: tuple[Word, ...]
    unknown: tuple[str, ...]  # what has no sound here (emoji, other scripts), each once, in order


def phonemes(text: str, language: str) -> Spoken:
    """The text as symbols. language: "english", "hindi" or "hinglish"; any text is good, the empty one too."""
    pieces = list(read(text))
    return _assemble(text, pieces, _sounds(pieces, language))


def encode(symbols: str) -> list[int]:
    """Places in SYMBOLS; a symbol that is not among them is a ValueError."""
    try:
        return [IDS[symbol] for symbol in symbols]
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is no phoneme symbol.") from None


def _assemble(text: str, pieces: list[Piece], sounds: list[str]) -> Spoken:
    """Joins what was said: a space where the text has a gap and between words, none at a hyphen or before a mark."""
    words: list[Word] = []
    parts: list[str] = []
    length, gap = 0, False
    for piece, sound in zip(pieces, sounds, strict=True):
        if not sound:
            gap = _parts_words(piece, gap)
            continue
        if gap and parts and (piece.kind != "mark" or _is_gap(text, piece.start - 1)):
            parts.append(" ")
            length += 1
        if piece.kind != "mark":
            words.append(Word(text[piece.start : piece.stop], piece.start, piece.stop, length, length + len(sound)))
        parts.append(sound)
        length += len(sound)
        gap = piece.kind != "mark"
    unknown = (piece.text for piece in pieces if piece.kind == "unknown")
    return Spoken("".join(parts), tuple(words), tuple(dict.fromkeys(unknown)))


def _parts_words(piece: Piece, gap: bool) -> bool:
    """Whether the word after this silent piece stands apart from the one before it."""
    return gap if piece.kind == "mark" else piece.kind != "joint" or piece.text in "/_"


def _is_gap(text: str, place: int) -> bool:
    return text[place : place + 1].isspace()


def _sounds(pieces: list[Piece], language: str) -> list[str]:
    """What every piece sounds like; read from the end, because small words lean on what follows them."""
    said = _said(pieces, language)
    befores = _befores(pieces, said)
    sounds = [""] * len(pieces)
    after, vowel = "", None
    for i in range(len(pieces) - 1, -1, -1):
        piece = pieces[i]
        if piece.kind == "mark":
            sounds[i] = piece.words[0]
            after, vowel = ("", None) if sounds[i] in PAUSES else (after, vowel)
        rows: list[str] = []
        for word, before in reversed(list(zip(said[i], [befores[i], *said[i]], strict=False))):
            rows.append(_sound(word, english.Around(before.lower(), after, vowel)))
            after, vowel = word.lower(), _begins_with_vowel(rows[-1])
        sounds[i] = sounds[i] or " ".join(reversed(rows))
    return sounds


def _sound(word: str, around: english.Around) -> str:
    return hindi.pronounce(word) if DEVANAGARI.match(word) else english.pronounce(word, around)


def _said(pieces: list[Piece], language: str) -> list[list[str]]:
    """The words of every piece, numbers and signs written out; a Devanagari word is Hindi, a Latin one English."""
    rows: list[list[str]] = []
    for piece in pieces:
        if piece.kind == "number":
            numbers = hindi_numbers if language == "hindi" or piece.native else english_numbers
            rows.append(list(getattr(numbers, piece.form)(*piece.values)))
        else:
            rows.append(list(piece.words or (piece.text,)) if piece.kind in ("latin", "devanagari") else [])
    return rows


def _befores(pieces: list[Piece], said: list[list[str]]) -> list[str]:
    """The word before each piece, "" after a pause."""
    before, rows = "", []
    for piece, words in zip(pieces, said, strict=True):
        rows.append(before)
        before = words[-1] if words else "" if piece.kind == "mark" and piece.words[0] in PAUSES else before
    return rows


def _begins_with_vowel(sound: str) -> bool:
    return sound.lstrip(english.PRIMARY + english.SECONDARY)[:1] in english.VOWELS
