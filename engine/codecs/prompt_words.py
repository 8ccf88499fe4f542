"""A prompt as numbers for a small text encoder of our own: byte-level BPE of lower-case text, any script survives.

Number 0 is nothing, beyond the end of a text.
"""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer, decoders

from engine.api.errors import Failure

NOTHING = 0
MOST = 120  # numbers of a prompt that are read


class PromptWords:
    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path) -> "PromptWords":
        try:
            return cls(Tokenizer.from_file(str(path)))
        except Exception as error:  # the library raises bare Exceptions
            raise Failure(f"The vocabulary {path} cannot be read; set the checkpoint up again.") from error

    @property
    def size(self) -> int:
        return self.tokenizer.get_vocab_size()

    def encode(self, text: str) -> list[int]:
        """The numbers of a text, at most MOST of them."""
        return self.tokenizer.encode(plain(text)).ids[:MOST]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of these numbers; marks among them are left out, and of a letter that is cut in half U+FFFD."""
        marks = self.tokenizer.get_added_tokens_decoder()
        pieces = [self.tokenizer.id_to_token(number) for number in ids if number not in marks]
        return str(decoders.ByteLevel().decode([piece for piece in pieces if piece is not None]))


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())
