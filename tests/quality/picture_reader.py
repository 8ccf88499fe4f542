"""Whether a caption is of a picture: two small networks of our own that meet in one space (Radford et al. 2021).

    QUARTET_JUDGES=FOLDER python -m tests.quality.picture_reader --corpus FOLDER [--steps 2400]

trains them on the judge's part of a corpus, whose drawings no generator has seen, English and Hindi alike, into the
folder of the judges. It prints how often a real picture's own caption is among the ten most like it of a hundred: on
pictures of the part that it was not trained on, on other drawings of the same names, and on those of names held out
from all, of which it can know the words around the name at most. https://arxiv.org/abs/2103.00020

Shapes: B batch, W words, V of them known, D of the common space.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.picture_corpus import HELD_OUT, JUDGE, TRAIN, Entry, PictureCorpus
from tests.quality.picture_metrics import POOL, recall
from tests.quality.picture_sight import (
    BATCH,
    CELLS,
    NUMBERS,
    Pixels,
    Trunk,
    disturbed,
    folder,
    keep,
    pooled,
    restored,
    seen,
    trained,
)

FILE, WORDS = "picture_reader.safetensors", "picture_reader.json"
NOTHING, UNKNOWN = 0, 1
LONGEST = 24  # words
WIDTH, SPACE = 128, 128
FORGOTTEN = 0.1  # of the words of a caption, while it learns: so that a name may be one that it does not know
TOLD = 0.05  # what words are worth beside the likeness
TESTED = 900  # pictures of a part


def words(text: str) -> list[str]:
    return [word for word in (each.strip(".,:;!?“”\"'()") for each in text.lower().split()) if word]


def vocabulary(texts: Iterable[str]) -> dict[str, int]:
    """Word → number, of those that are there more than once."""
    counts = Counter(word for text in texts for word in words(text))
    return {word: number for number, word in enumerate(sorted(w for w, n in counts.items() if n > 1), UNKNOWN + 1)}


def numbers(texts: Sequence[str], known: dict[str, int]) -> Tensor:  # -> (B, W)
    rows = [[known.get(word, UNKNOWN) for word in words(text)][:LONGEST] or [UNKNOWN] for text in texts]
    return torch.tensor([row + [NOTHING] * (LONGEST - len(row)) for row in rows])


class Reader(nn.Module):
    def __init__(self, count: int) -> None:
        super().__init__()
        self.trunk = Trunk()
        wide = self.trunk.width * CELLS * CELLS // 4
        self.place = nn.Sequential(nn.Conv2d(self.trunk.width, self.trunk.width, 3, 2, 1), nn.Flatten(), nn.ReLU())
        self.picture = nn.Sequential(
            nn.Linear(wide + 2 * self.trunk.width, 2 * SPACE), nn.ReLU(), nn.Dropout(0.1), nn.Linear(2 * SPACE, SPACE)
        )
        self.tell = nn.Linear(SPACE, count)
        nn.init.constant_(self.tell.bias, -6)
        self.embed, self.places = nn.Embedding(count, WIDTH), nn.Parameter(torch.zeros(LONGEST, WIDTH))
        layer = nn.TransformerEncoderLayer(WIDTH, 4, 2 * WIDTH, 0.1, batch_first=True, norm_first=True)
        self.text = nn.TransformerEncoder(layer, 1, nn.LayerNorm(WIDTH), enable_nested_tensor=False)
        self.out = nn.Linear(WIDTH, SPACE)
        self.sharpness = nn.Parameter(torch.tensor(2.7))  # exp of it multiplies the likeness

    def look(self, pictures: Tensor) -> Tensor:  # (B, 3, 64, 64) -> (B, D), not normed
        cells = self.trunk(2 * pictures.contiguous(memory_format=torch.channels_last) - 1)
        return self.picture(torch.cat([self.place(cells), pooled(cells)], 1))

    def read(self, text: Tensor) -> Tensor:  # (B, W) -> (B, D), not normed
        nothing = text == NOTHING
        hidden = self.text(self.embed(text) + self.places, src_key_padding_mask=nothing)
        there = (~nothing)[..., None]
        return self.out((hidden * there).sum(1) / there.sum(1))


def loss(reader: Reader, pictures: Tensor, text: Tensor, told: Tensor) -> Tensor:
    """Likeness both ways (InfoNCE), and which words are in any caption of the picture: told (B, V) of 0 and 1."""
    looked, read = reader.look(pictures), reader.read(text)
    likeness = reader.sharpness.exp().clamp(max=100) * F.normalize(looked.float()) @ F.normalize(read.float()).T
    own = torch.arange(len(text))
    both = (F.cross_entropy(likeness, own) + F.cross_entropy(likeness.T, own)) / 2
    words = F.binary_cross_entropy_with_logits(reader.tell(looked).float(), told, reduction="none").sum(1).mean()
    return both + TOLD * words


def learned(
    pictures: Tensor, captions: Sequence[Sequence[str]], known: dict[str, int], steps: int, state: Path | None = None
) -> Reader:
    """pictures: (N, 3, 64, 64) uint8, each with several captions."""
    torch.manual_seed(0)
    reader = Reader(len(known) + UNKNOWN + 1)
    rows = [numbers(texts, known) for texts in captions]

    def batch(rng: np.random.Generator) -> Tensor:
        chosen = rng.choice(len(rows), min(BATCH, len(rows)), replace=False)
        torch.manual_seed(int(rng.integers(2**31)))
        text = torch.stack([rows[index][rng.integers(len(rows[index]))] for index in chosen])
        told = torch.zeros(len(chosen), len(known) + UNKNOWN + 1)
        for row, index in enumerate(chosen):
            told[row, rows[index].flatten()] = 1
        told[:, : UNKNOWN + 1] = 0
        forgotten = (torch.rand(text.shape) < FORGOTTEN) & (text > UNKNOWN)
        return loss(reader, disturbed(pictures[chosen].float() / 255, rng), text.masked_fill(forgotten, UNKNOWN), told)

    trained(reader, batch, steps, state)
    return reader


@cache
def loaded() -> tuple[Reader, dict[str, int]]:
    known = json.loads((folder() / WORDS).read_text())
    reader = restored(Reader(len(known) + UNKNOWN + 1), FILE)
    assert isinstance(reader, Reader)
    return reader, known


@torch.inference_mode()
def looked_at(pictures: Pixels) -> Tensor:  # (B, S, S, 3) -> (B, D)
    """Directions of pictures; a picture and a caption are alike as far as theirs are."""
    parts = [loaded()[0].look(seen(pictures[start : start + BATCH])) for start in range(0, len(pictures), BATCH)]
    return F.normalize(torch.cat(parts))


@torch.inference_mode()
def read(texts: Sequence[str]) -> Tensor:  # -> (B, D)
    reader, known = loaded()
    rows = numbers(texts, known)
    return F.normalize(torch.cat([reader.read(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH)]))


def tested(corpus: PictureCorpus, indices: Sequence[int]) -> dict[str, float]:
    """Language → R@10 of real pictures."""
    found = {}
    for language in ("english", "hindi"):
        chosen = [index for index in indices if corpus.entries[index].said(language)]
        texts = [corpus.entries[index].said(language)[0] for index in chosen]
        if len(texts) >= POOL:
            found[language] = round(recall(looked_at(corpus.pictures(chosen)), read(texts), range(len(texts))), 4)
    return found


def taught(entry: Entry) -> bool:
    """Whether the judges of pictures are trained on it."""
    return entry.split == JUDGE and entry.number % NUMBERS > 0


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Train the network that knows which caption is of a picture.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2400)
    options = parser.parse_args(args)
    torch.set_num_threads(1)
    corpus = PictureCorpus.load(options.corpus)
    kept = [index for index in corpus.of(JUDGE) if taught(corpus.entries[index])]
    captions = [[text for _, text in corpus.entries[index].captions] for index in kept]
    known, state = vocabulary(text for texts in captions for text in texts), folder() / f"{FILE}.state"
    pictures = torch.cat([(seen(corpus.pictures([index])) * 255).round().byte() for index in kept])
    keep(learned(pictures, captions, known, options.steps, state), FILE, state)
    (folder() / WORDS).write_text(json.dumps(known, ensure_ascii=False))
    others = [index for index in corpus.of(JUDGE) if not taught(corpus.entries[index])]
    for name, indices in (("judge", others), ("train", corpus.of(TRAIN)), ("held_out", corpus.of(HELD_OUT))):
        print(f"R@10 of {name}: {tested(corpus, list(indices[:TESTED]))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
