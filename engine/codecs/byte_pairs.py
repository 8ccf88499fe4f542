"""Text as the numbers of byte pairs, as GPT-2 and Phi write it. Sennrich et al. 2016, https://arxiv.org/abs/1508.07909

The file is `tokenizer.json` of the library tokenizers. Marks of beginning and end are left to whoever needs them, and
every number stands for letters: `pieces.py`, of T5's kind, keeps the first two for marks.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.api.errors import Failure

END = "<|endoftext|>"


class BytePairs:
    """`encode` and `decode` without marks. There are `size` numbers; `end` is that of the mark that begins and ends a
    text, None where there is no such mark."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.size: int = tokenizer.get_vocab_size()
        self.end: int | None = tokenizer.token_to_id(END)

    @classmethod
    def load(cls, path: Path) -> "BytePairs":
        """Raises Failure with one sentence."""
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_str(path.read_text("utf-8"))
        except Exception as error:  # the library raises bare ones
            raise Failure(f"{path} is not a usable tokenizer; get it again from where it is published.") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(tokenizer)

    def encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def decode(self, ids: Sequence[int]) -> str:
        """Numbers that are none of its own, as those of pictures, and marks are left out."""
        own = [number for number in ids if 0 <= number < self.size]
        return str(self._tokenizer.decode(own, skip_special_tokens=True))
