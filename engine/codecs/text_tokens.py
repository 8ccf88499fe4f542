"""Text as tokens and back: byte-level BPE whose merges never cross a word, a digit or a grapheme cluster.

Any text survives (every byte is a token), in Unicode's NFC form. The first ids are the specials: `mask`, `end` (a
document's boundary), one tag a language, one a style. A canvas is `[language][style][end] text... [end]`.
A Devanagari cluster may still take several tokens; `joined` says where, so that masking and reveal keep them together.

Shapes: N tokens, V vocabulary.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from engine.api.errors import Failure

LANGUAGES = ("english", "hindi", "hinglish")
STYLES = ("story", "verse", "saying", "guide", "definition")
DEVANAGARI, LATIN = rb"\xe0(?:$|[\xa4\xa5])", rb"[A-Za-z]|[\xc3-\xc9]"  # letters in UTF-8, or their first bytes
FOREIGN = {"english": DEVANAGARI, "hindi": LATIN, "hinglish": DEVANAGARI}
MASK, END = "<mask>", "<end>"
SPECIALS = (MASK, END, *(f"<{name}>" for name in LANGUAGES + STYLES))

VIRAMA, ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER = "\u094d", "\u200d", "\u200c"
LINKS = (VIRAMA, ZERO_WIDTH_JOINER)
WORD = r" ?\p{Latin}[\p{Latin}\p{M}]*(?:['’]\p{Latin}[\p{Latin}\p{M}]*)*"
SYLLABLE = " ?[ऄ-हक़-ॡॲ-ॿ](?:\u094d[\u200c\u200d]?[क-ह]|\\p{M}|[\u200c\u200d])*"  # a conjunct is one cluster
CLUSTER = r" ?\X"
UNITS = rf"{WORD}|\d|{SYLLABLE}|{CLUSTER}"  # what merges stay within


def byte_letters() -> dict[str, int]:
    """The letter that byte-level BPE writes for each byte, to the byte (the GPT-2 table)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + i): byte for i, byte in enumerate(rest)}


def continues_character(byte: int) -> bool:
    return 0x80 <= byte < 0xC0


def ends_inside_character(piece: bytes) -> bool:
    """Whether the last character of `piece` still lacks bytes."""
    for back, byte in enumerate(reversed(piece[-4:]), start=1):
        if not continues_character(byte):
            return back < (1 if byte < 0xC0 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4)
    return False


def is_mark(letter: str) -> bool:
    """Whether `letter` belongs to the letter before it: vowel signs, accents, joiners, skin tones."""
    joins = letter in (ZERO_WIDTH_JOINER, ZERO_WIDTH_NON_JOINER) or "\U0001f3fb" <= letter <= "\U0001f3ff"
    return joins or unicodedata.category(letter).startswith("M")


def is_linkable(letter: str) -> bool:
    """Whether a virama or a joiner before `letter` binds it: a Devanagari consonant, a pictograph."""
    return "क" <= letter <= "ह" or letter >= "\u2190"


def goes_on(before: str, text: str) -> bool:
    """Whether `text` begins inside the cluster that `before` ends with; it shows only once all bytes are there."""
    return bool(before and text) and (is_mark(text[0]) or (before[-1] in LINKS and is_linkable(text[0])))


class TextTokens:
    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.tokenizer.encode_special_tokens = True  # "<mask>" in a user's text is six letters
        self.vocab_size: int = tokenizer.get_vocab_size()
        if [tokenizer.token_to_id(special) for special in SPECIALS] != list(range(len(SPECIALS))):
            raise Failure(
                "The tokenizer is not one of Quartet's: its first tokens are not the expected special tokens."
            )
        self.mask, self.end = SPECIALS.index(MASK), SPECIALS.index(END)
        letters = byte_letters()
        names = [tokenizer.id_to_token(token) or "" for token in range(self.vocab_size)]
        self.bytes = [
            b"" if token < len(SPECIALS) else bytes(letters[c] for c in names[token]) for token in range(len(names))
        ]
        self.leans_back, self.reaches_on, self.links, self.linkable = self.tables()
        self.lean = self.leans_back | self.reaches_on | self.links

    @classmethod
    def load(cls, path: Path | str) -> "TextTokens":
        """From a tokenizer.json. Raises Failure where it cannot be read."""
        try:
            return cls(Tokenizer.from_file(str(path)))
        except Failure:
            raise
        except Exception as error:  # the library raises bare Exceptions
            raise Failure(f"The tokenizer {path} cannot be read: {error}") from error

    def tables(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:  # four of (V,) bool
        """Per token: it continues a cluster, its last character lacks bytes, it ends in a link, a link can bind it."""
        rows = []
        for piece in self.bytes:
            text = piece.decode("utf-8", "ignore")
            inside = bool(piece) and continues_character(piece[0])
            first, last = text[:1] or " ", text[-1:] or " "
            complete = not ends_inside_character(piece)
            rows.append(
                (
                    inside or is_mark(first),
                    not complete,
                    complete and last in LINKS,
                    not inside and is_linkable(first),
                )
            )
        return tuple(torch.tensor(rows, dtype=torch.bool).T.contiguous())

    @cached_property
    def word_ends(self) -> tuple[Tensor, Tensor]:  # two of (V,) bool
        """Per token: a word may go on after it, it goes on with the word before it."""
        texts = [piece.decode("utf-8", "ignore") for piece in self.bytes]
        open_ended = torch.tensor([text[-1:].isalnum() or is_mark(text[-1:] or " ") for text in texts])
        going_on = torch.tensor([text[:1].isalnum() or is_mark(text[:1] or " ") for text in texts])
        return open_ended | self.reaches_on, going_on | self.leans_back

    @cached_property
    def foreign(self) -> dict[str, Tensor]:  # of (V,) bool
        """By language, which tokens hold a letter, or the beginning of one, that it is not written with."""
        return {
            language: torch.tensor([re.search(letters, piece) is not None for piece in self.bytes])
            for language, letters in FOREIGN.items()
        }

    def tag(self, name: str) -> int:
        """The id of a language's or a style's tag."""
        return SPECIALS.index(f"<{name}>")

    def encode(self, text: str) -> list[int]:
        """The tokens of `text` in NFC; what looks like a special token is plain text. No lone surrogates."""
        return list(self.tokenizer.encode(unicodedata.normalize("NFC", text), add_special_tokens=False).ids)

    def decode(self, ids: list[int]) -> str:
        """The text of `ids`: bytes that are no text become U+FFFD, `end` a blank line, other specials nothing."""
        return "".join(self.pieces(ids))

    def pieces(self, ids: list[int], apart: Collection[int] = ()) -> list[str]:
        """One string a token: a cluster spread over several tokens stands whole at the first, "" at the others.

        No cluster goes on across the places in `apart`: each is that of a token that begins anew.
        """
        joined = self.joined(torch.tensor(ids, dtype=torch.long)).tolist()
        starts = [i for i, joins in enumerate(joined) if not joins or i in apart] + [len(ids)]
        pieces = [""] * len(ids)
        home = 0  # where the cluster that may go on began
        for start, stop in pairwise(starts):
            text = self.text_of(ids[start:stop])
            plain = ids[start] >= len(SPECIALS)
            if start in apart or not (plain and goes_on(pieces[home], text)):
                home = start
            pieces[home] += text
            home = home if plain else start + 1
        return pieces

    def text_of(self, ids: list[int]) -> str:
        if ids[0] == self.end:
            return "\n\n"
        return b"".join(self.bytes[token] for token in ids).decode("utf-8", "replace")

    def joined(self, tokens: Tensor) -> Tensor:  # (..., N) int64 -> (..., N) bool
        """Whether each token belongs to the same grapheme cluster as the one before it. Specials never do."""
        left, right = tokens[..., :-1], tokens[..., 1:]
        if not self.lean[tokens].any():  # plain Latin, as most is
            return torch.zeros_like(tokens, dtype=torch.bool)
        joins = self.leans_back[right] | self.reaches_on[left] | (self.links[left] & self.linkable[right])
        plain = (left >= len(SPECIALS)) & (right >= len(SPECIALS))
        alone = torch.zeros_like(tokens[..., :1], dtype=torch.bool)
        return torch.cat([alone, joins & plain], dim=-1)
