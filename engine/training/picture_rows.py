"""What the pocket pictures are learned from: the pictures of a corpus as tokens, and what is said of them as words.

Captions are cut into words and these by byte-level BPE into pieces, so that what is said often is one piece in either
script. A batch is drawn among captions of like length, every caption as often: padding would cost as much as words do.

Shapes: B batch, P tokens of a picture.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isqrt
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer
from tokenizers.decoders import ByteLevel as Bytes
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Split
from tokenizers.pre_tokenizers import Sequence as InTurn
from tokenizers.trainers import BpeTrainer

from engine.api.errors import BadInput
from engine.api.files import write_atomically, writing
from engine.codecs.prompt_words import PromptWords, plain
from engine.training.picture_corpus import TRAIN, Entry, PictureCorpus

log = logging.getLogger(__name__)

WORDS = r" ?[^\s\p{P}]+|\s?\p{P}|\s+"  # what pieces stay within
NOTHING, END = "<nothing>", "<end>"  # the first ids: padding, and the mark that begins and ends a text
BUCKETS = 24  # of captions of like length
MOST = 46  # pieces of a caption


def caption_tokenizer(texts: Iterable[str], size: int) -> Tokenizer:
    """At most `size` pieces. The same texts give the same tokenizer."""
    tokenizer = Tokenizer(BPE())
    units = Split(Regex(WORDS), behavior="isolated")
    tokenizer.pre_tokenizer = InTurn([units, ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = Bytes()
    alphabet = ByteLevel.alphabet()
    trainer = BpeTrainer(vocab_size=size, special_tokens=[NOTHING, END], initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator((plain(text) for text in texts), trainer)
    return tokenizer


def vocabulary(folder: Path, corpus: PictureCorpus, size: int) -> PromptWords:
    """`folder`/words.json, made of the training captions where it is not there yet."""
    path = folder / "words.json"
    if not path.exists():
        chosen = (corpus.entries[index] for index in corpus.of(TRAIN))
        texts = (text for entry in chosen for _, text in entry.captions)
        write_atomically(path, caption_tokenizer(texts, size).to_str())
    return PromptWords.load(path)


def read_codes(path: Path, corpus: PictureCorpus) -> NDArray[np.uint16]:  # -> (pairs, P)
    """The corpus's pictures as tokens; of some first ones alone where there are no more. Raises BadInput."""
    try:
        codes = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path} holds no tokens of pictures; encode the corpus with its tokenizer first.") from error
    if codes.ndim != 2 or codes.dtype != np.uint16 or not 0 < len(codes) <= len(corpus.entries):
        raise BadInput(f"{path} does not belong to this corpus of {len(corpus.entries)} pictures; encode it again.")
    return np.asarray(codes)


def places_drawn(entry: Entry, size: int, across: int) -> NDArray[np.bool_]:  # -> (P,)
    """Which tokens a thing of the picture lies on, in raster order."""
    grid, token = np.zeros((across, across), bool), size // across
    for left, top, width, height in (box for item in entry.items for box in item.boxes):
        rows = slice(max(0, top) // token, -(-(top + height) // token))
        grid[rows, max(0, left) // token : -(-(left + width) // token)] = True
    return grid.ravel()


class Drawn(NamedTuple):
    """A batch: which pictures of the corpus (B,), their tokens (B, P) int64, on which of these something is drawn
    (B, P), and a caption of each."""

    numbers: NDArray[np.int64]
    codes: NDArray[np.int64]
    places: NDArray[np.bool_]
    texts: list[list[int]]


@dataclass(frozen=True)
class PictureRows:
    """The pairs of one part of a corpus: `numbers` are indices into it, captions lie in `pieces` one after another."""

    numbers: NDArray[np.int64]  # of each row of codes
    pictures: NDArray[np.int64]  # of each caption, as the row of codes
    firsts: NDArray[np.int64]  # of each caption and one more: where its pieces begin
    pieces: NDArray[np.uint16]
    codes: NDArray[np.uint16]
    places: NDArray[np.bool_]
    buckets: Sequence[NDArray[np.int64]]  # captions of like length

    @classmethod
    def load(
        cls, corpus: PictureCorpus, codes: NDArray[np.uint16], words: PromptWords, cache: Path, part: str = TRAIN
    ) -> "PictureRows":
        """`cache`: a file in which the captions' pieces are kept from one run to the next."""
        numbers = [int(index) for index in corpus.of(part) if index < len(codes)]
        if not numbers:
            raise BadInput(f"None of the encoded pictures is of the part {part}; encode more of the corpus.")
        entries = [corpus.entries[index] for index in numbers]
        across = isqrt(codes.shape[1])
        places = np.stack([places_drawn(entry, corpus.size, across) for entry in entries])
        pictures = np.repeat(np.arange(len(entries)), [len(entry.captions) for entry in entries])
        firsts, pieces = kept_pieces(cache, [text for entry in entries for _, text in entry.captions], words)
        ranked = np.argsort(np.diff(firsts), kind="stable")
        return cls(np.array(numbers), pictures, firsts, pieces, codes[numbers], places, np.array_split(ranked, BUCKETS))

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        shares = np.array([len(bucket) for bucket in self.buckets]) / len(self.pictures)
        bucket = self.buckets[rng.choice(len(self.buckets), p=shares)]
        return self.at(rng.choice(bucket, count))

    def at(self, captions: NDArray[np.int64]) -> Drawn:
        which = self.pictures[captions]
        texts = [self.pieces[self.firsts[each] : self.firsts[each + 1]].tolist() for each in captions]
        return Drawn(self.numbers[which], self.codes[which].astype(np.int64), self.places[which], texts)

    def frequencies(self, codes: int, words: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How often each code and each piece is there, (codes,) and (words,)."""
        counts = np.bincount(self.codes.ravel(), minlength=codes), np.bincount(self.pieces, minlength=words)
        return counts[0] / counts[0].sum(), counts[1] / counts[1].sum()


def kept_pieces(cache: Path, texts: list[str], words: PromptWords) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """Where the pieces of each text begin, and all pieces, from `cache` if these texts are in it."""
    if cache.exists():
        with np.load(cache, allow_pickle=False) as kept:
            if kept["size"] == words.size and len(kept["firsts"]) == len(texts) + 1:
                return kept["firsts"], kept["pieces"]
    log.info("cutting %d captions", len(texts))
    known: dict[str, list[int]] = {}
    cut = [pieces_of(text, words, known) for text in texts]
    firsts = np.cumsum([0, *(len(each) for each in cut)])
    pieces = np.array([piece for each in cut for piece in each], np.uint16)
    with writing(cache) as file:
        np.savez(file, firsts=firsts, pieces=pieces, size=words.size)
    return firsts, pieces


def pieces_of(text: str, words: PromptWords, known: dict[str, list[int]]) -> list[int]:
    """As `words.encode`, at most MOST. Nothing is a piece across a space, so that each word is cut once: `known`."""
    pieces = []
    for word in plain(text).replace(" ", "\n ").split("\n"):
        if word not in known:
            known[word] = words.tokenizer.encode(word).ids
        pieces += known[word]
    return pieces[:MOST]
