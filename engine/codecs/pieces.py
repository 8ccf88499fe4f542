"""Text as the numbers of word pieces, by the tokenizer file that comes with a published network of language.

Either `tokenizer.json` of the library tokenizers or a unigram table of SentencePiece (`spiece.model`, `spm.model`; Kudo
& Richardson 2018, https://arxiv.org/abs/1808.06226). Marks of beginning and end are left to whoever needs them.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.api.errors import Failure

END = 1  # of a text, to T5
EMPTY = 0  # to T5


class Pieces:
    """`encode` and `decode` without marks of beginning and end."""

    def __init__(self, encode: Callable[[str], list[int]], decode: Callable[[list[int]], str], size: int) -> None:
        self._encode, self._decode, self.size = encode, decode, size

    @classmethod
    def load(cls, path: Path) -> "Pieces":
        """Raises Failure with one sentence."""
        try:
            return READERS.get(path.suffix, _sentencepiece)(path)
        except ImportError as error:
            raise Failure(
                f"{path.name} needs one more package: run .venv/bin/python -m pip install sentencepiece, "
                "and start again."
            ) from error
        except Failure:
            raise
        except Exception as error:  # the libraries raise bare ones
            raise Failure(f"{path} is not a usable tokenizer; get it again from where it is published.") from error

    def encode(self, text: str) -> list[int]:
        return self._encode(text)

    def decode(self, ids: Sequence[int]) -> str:
        """Marks of beginning, end and empty places are left out."""
        return self._decode([number for number in ids if number > END])


def _tokenizers(path: Path) -> Pieces:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(path.read_text("utf-8"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return Pieces(
        lambda text: list(tokenizer.encode(text, add_special_tokens=False).ids),
        lambda ids: str(tokenizer.decode(ids)),
        tokenizer.get_vocab_size(),
    )


def _sentencepiece(path: Path) -> Pieces:
    import sentencepiece

    table: Any = sentencepiece.SentencePieceProcessor()
    table.LoadFromSerializedProto(path.read_bytes())
    return Pieces(
        lambda text: list(table.encode(text)),
        lambda ids: str(table.decode([number for number in ids if number < table.vocab_size()])),
        table.vocab_size(),
    )


READERS: dict[str, Callable[[Path], Pieces]] = {".json": _tokenizers, ".model": _sentencepiece}
"""Ending of the file → what reads it."""
