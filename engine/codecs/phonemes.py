"""Text to the phonemes that the pocket speech network reads: English, Hindi, and Hinglish.

The symbols are the characters of Kokoro-82M's vocabulary (Apache-2.0), so that a teacher of that family speaks exactly
what we write. Words are pronounced by their script: Devanagari by Hindi's rules, Latin letters by the English lexicon,
or, where the language is Hindi or Hinglish, as Roman Hindi wherever the words beside them say so. Nothing is dropped
in silence: whatever has no sound here is listed in `Spoken.unknown`.
"""

from dataclasses import dataclass

from engine.codecs import english, english_numbers, hindi, hindi_numbers, hinglish
from engine.codecs.reading import Piece, read

FILLER = "_"  # silence and padding
SYMBOLS = (
    FILLER + ';:,.!?—…"()“” \u0303ʣʥʦʨᵝꭧAIOQSTWYᵊ'
    "abcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ"
)
IDS = {symbol: i for i, symbol in enumerate(SYMBOLS)}
PAUSES = frozenset(";:,.!?—…")


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


@dataclass(frozen=True)
class Said:
    """One word of what is to be said: a piece of text may hold several (5 km)."""

    word: str
    hindi: bool  # of a word in Latin letters: whether it is Hindi all the same


def phonemes(text: str, language: str) -> Spoken:
    """The text as symbols. language: "english", "hindi" or "hinglish"; any text is good, the empty one too."""
    pieces = list(read(text))
    said = _said(pieces, language)
    return _assemble(text, pieces, said, _sounds(pieces, said))


def encode(symbols: str) -> list[int]:
    """Places in SYMBOLS; a symbol that is not among them is a ValueError."""
    try:
        return [IDS[symbol] for symbol in symbols]
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is no phoneme symbol.") from None


def _assemble(text: str, pieces: list[Piece], said: list[list[Said]], sounds: list[str]) -> Spoken:
    """Joins what was said: a space where the text has a gap and between words; none at an English hyphen."""
    words: list[Word] = []
    parts: list[str] = []
    length, gap, english_before, joined = 0, False, False, False
    for piece, row, sound in zip(pieces, said, sounds, strict=True):
        if not sound:
            joined = piece.kind == "joint" and piece.text not in "/_" and english_before
            gap = gap if piece.kind == "mark" else not joined
            continue
        english_before = piece.kind == "latin" and not row[0].hindi
        apart = gap or (joined and not english_before) if piece.kind != "mark" else _is_gap(text, piece.start - 1)
        if apart and parts:
            parts.append(" ")
            length += 1
        if piece.kind != "mark":
            words.append(Word(text[piece.start : piece.stop], piece.start, piece.stop, length, length + len(sound)))
        parts.append(sound)
        length += len(sound)
        gap, joined = piece.kind != "mark", False
    return Spoken("".join(parts), tuple(words), _unknown(text, pieces, sounds))


def _unknown(text: str, pieces: list[Piece], sounds: list[str]) -> tuple[str, ...]:
    """What should have a sound and has none, each once."""
    silent = (
        p for p, sound in zip(pieces, sounds, strict=True) if not sound and p.kind not in ("gap", "mark", "joint")
    )
    return tuple(dict.fromkeys(text[piece.start : piece.stop] for piece in silent))


def _is_gap(text: str, place: int) -> bool:
    return text[place : place + 1].isspace()


def _sounds(pieces: list[Piece], said: list[list[Said]]) -> list[str]:
    """What every piece sounds like; read from the end, because small words lean on what follows them."""
    befores = _befores(pieces, said)
    sounds = [""] * len(pieces)
    after, vowel, shouting = "", None, _is_shouted(said)
    for i in range(len(pieces) - 1, -1, -1):
        piece = pieces[i]
        if piece.kind == "mark":
            sounds[i] = piece.words[0]
            after, vowel = ("", None) if sounds[i] in PAUSES else (after, vowel)
        rows: list[str] = []
        for now, before in reversed(list(zip(said[i], [befores[i], *(s.word for s in said[i])], strict=False))):
            rows.append(_sound(now, english.Around(before.lower(), after, vowel, shouting)))
            after, vowel = now.word.lower(), _begins_with_vowel(rows[-1])
        sounds[i] = sounds[i] or " ".join(reversed(rows))
    return sounds


def _sound(said: Said, around: english.Around) -> str:
    if hindi.is_hindi(said.word):
        return hindi.pronounce(said.word)
    if said.hindi:
        return hinglish.pronounce(said.word)
    name = said.word[:1].isupper() and not english.knows(said.word) and hinglish.borrowed(said.word)
    return name or english.pronounce(said.word, around)


def _said(pieces: list[Piece], language: str) -> list[list[Said]]:
    """The words of every piece, numbers and signs written out, each with the language it is said in."""
    written = [list(piece.words or (piece.text,)) if piece.kind in ("latin", "devanagari") else [] for piece in pieces]
    if language == "english":
        tongues = [[hindi.is_hindi(word) for word in words] for words in written]
    else:
        tongues = _tongues(pieces, written)
    rows: list[list[Said]] = []
    for i, piece in enumerate(pieces):
        if piece.kind == "number":
            numbers = hindi_numbers if piece.native or _is_hindi_here(tongues, i, language) else english_numbers
            written[i] = list(getattr(numbers, piece.form)(*piece.values))
            tongues[i] = [False] * len(written[i])
        rows.append([Said(word, hindi_) for word, hindi_ in zip(written[i], tongues[i], strict=True)])
    return rows


def _tongues(pieces: list[Piece], written: list[list[str]]) -> list[list[bool]]:
    """Which of the words are Hindi, by what stands around them; a pause parts what does not belong together."""
    flat: list[str] = []
    for piece, words in zip(pieces, written, strict=True):
        flat += words or ([""] if piece.kind == "mark" and piece.words[0] in PAUSES else [])
    verdicts = iter(zip(flat, hinglish.languages(flat), strict=True))
    spoken = iter([verdict for word, verdict in verdicts if word])
    return [[next(spoken) for _ in words] for words in written]


def _is_hindi_here(tongues: list[list[bool]], i: int, language: str) -> bool:
    """Whether a number is said in Hindi: by the word after it, else by the one before."""
    if language != "hinglish":
        return language == "hindi"
    nearest = next((row for row in [*tongues[i + 1 : i + 4], *reversed(tongues[max(i - 3, 0) : i])] if row), [True])
    return nearest[0]


def _befores(pieces: list[Piece], said: list[list[Said]]) -> list[str]:
    """The word before each piece, "" after a pause."""
    before, rows = "", []
    for piece, words in zip(pieces, said, strict=True):
        rows.append(before)
        before = words[-1].word if words else "" if piece.kind == "mark" and piece.words[0] in PAUSES else before
    return rows


def _is_shouted(said: list[list[Said]]) -> bool:
    """Whether the text is written in capitals, so that they tell nothing of a word."""
    words = [row[0].word for row in said if row and len(row[0].word) > 1]
    return len(words) > 2 and sum(word.isupper() for word in words) > len(words) * 0.7


def _begins_with_vowel(sound: str) -> bool:
    """As misaki has it: the weak a is none."""
    return sound.lstrip(english.PRIMARY + english.SECONDARY)[:1] in english.VOWELS - {"ɐ"}
