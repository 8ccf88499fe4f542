"""Trains the byte-level BPE of `engine.codecs.text_tokens` on a corpus."""

import unicodedata
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split
from tokenizers.trainers import BpeTrainer

from engine.codecs.text_tokens import SPECIALS, UNITS


def train_tokenizer(texts: Iterable[str], vocab_size: int) -> Tokenizer:
    """A tokenizer of at most `vocab_size` tokens, the specials first. The same texts give the same tokenizer."""
    tokenizer = Tokenizer(BPE())
    units = Split(Regex(UNITS), behavior="isolated")
    tokenizer.pre_tokenizer = Sequence([units, ByteLevel(add_prefix_space=False, use_regex=False)])
    trainer = BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=list(SPECIALS),
        initial_alphabet=ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((unicodedata.normalize("NFC", text) for text in texts), trainer)
    return tokenizer
