"""How pocket-text is made: corpus, tokenizer, a masked diffusion language model, its averaged weights in fp16.

Times t are uniform, the share of masked tokens is sin(π t / 2), the tokens of one grapheme cluster are masked
together, and the loss is the cross-entropy on masked tokens. Each tag is masked in 15 % of the windows and never
predicted, which gives guidance its unconditional branch.

The one that ships was made in two stages, of 54 minutes on two cores and 123 on one; the second begins as the first
ended:

    python -m engine train text --folder A --corpus C --minutes 54
    python -m engine train text --folder B --corpus C --smaller A --depth 14 --easy-share 0 --warmup 30
        --learning-rate 1e-3 --matrix-rate 6e-3 --minutes 123

Shapes: B batch, N tokens of a window, M masked tokens of the batch.
"""

import dataclasses
import json
import logging
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.api.cards import CardFile, ModelCard, Source
from engine.api.files import write_atomically
from engine.codecs.text_tokens import LANGUAGES, TextTokens
from engine.networks.masked_lm import MaskedLM, MaskedLMConfig
from engine.training import text_corpus
from engine.training.card import write_card
from engine.training.command_line import PACE, add_flags, configured, paced, parser_for, run
from engine.training.export import export
from engine.training.growth import grow
from engine.training.loop import LoopConfig, Run
from engine.training.tokenizer import train_tokenizer

log = logging.getLogger(__name__)

DEFAULT_NETWORK = MaskedLMConfig(vocab_size=6144)
DEFAULT_LOOP = LoopConfig()

CARD_TEXTS: dict[str, Any] = {
    "id": "pocket-text",
    "title": "Pocket Text",
    "modality": "text",
    "architecture": "masked_lm",
    "codec": "text_tokens",
    "path": "masked",
    "prediction": "logits",
    "licence": "Apache-2.0",
    "description": (
        "A small masked diffusion language model, trained from nothing by this project. It writes short stories in "
        "English, Hindi and Hinglish, guides in all three, and verse, sayings and definitions in English. It knows few "
        "words and no facts: take it as an instrument, not as a source."
    ),
    "guidance": "w, 1 is none; the unconditional side has no tags and no prompt",
}

Documents = dict[tuple[str, str], list[str]]  # texts by (language, style)
TAGS = 2  # the window's first tokens: language, style
TAG_DROPOUT = 0.15
STYLE_EXPONENT = 0.7  # a style's share of its language goes with its size to this power
STYLE_FAVOUR = {"story": 2.0}


def read_documents(path: Path) -> Documents:
    documents: Documents = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            documents[record["language"], record["style"]].append(record["text"])
    return dict(documents)


class Group:
    """The documents of one language and style, each with the `end` before it, as tokens."""

    def __init__(self, texts: list[str], tokens: TextTokens) -> None:
        self.documents = [np.array([tokens.end, *tokens.encode(text)], dtype=np.int64) for text in texts]
        self.stops = np.cumsum([len(document) for document in self.documents])
        self.closing = np.array([tokens.end], dtype=np.int64)

    def any_document(self, rng: np.random.Generator) -> np.ndarray:
        return self.documents[rng.integers(len(self.documents))]

    def any_rest(self, rng: np.random.Generator) -> np.ndarray:
        """A document from any of its tokens on, every token of the group being as likely."""
        position = int(rng.integers(self.stops[-1]))
        chosen = int(np.searchsorted(self.stops, position, side="right"))
        return self.documents[chosen][position - self.stops[chosen] :]

    def window(self, count: int, rng: np.random.Generator) -> np.ndarray:  # (count,)
        """Consecutive documents: a quarter of the windows begin with one, a quarter end with one, half neither."""
        kind = rng.integers(4)
        parts = [self.closing] if kind == 0 else [self.any_document(rng) if kind == 1 else self.any_rest(rng)]
        length = len(parts[0])
        while length < count:
            parts.append(self.any_document(rng))
            length += len(parts[-1])
        return np.concatenate(parts[::-1])[-count:] if kind == 0 else np.concatenate(parts)[:count]


class Windows:
    """Training windows [language][style] text..., the languages equally often."""

    def __init__(self, documents: Documents, tokens: TextTokens, window: int) -> None:
        self.window = window
        self.groups = {name: Group(texts, tokens) for name, texts in sorted(documents.items())}
        self.names = list(self.groups)
        self.tags = {name: [tokens.tag(name[0]), tokens.tag(name[1])] for name in self.names}
        self.shares = self.group_shares()

    def group_shares(self) -> np.ndarray:
        sizes = [float(group.stops[-1]) for group in self.groups.values()]
        raw = {
            name: size**STYLE_EXPONENT * STYLE_FAVOUR.get(name[1], 1.0)
            for name, size in zip(self.names, sizes, strict=True)
        }
        totals = {language: sum(raw[name] for name in raw if name[0] == language) for language in LANGUAGES}
        shares = np.array([raw[name] / totals[name[0]] for name in self.names])
        normed: np.ndarray = shares / shares.sum()
        return normed

    def frequencies(self, vocab_size: int) -> Tensor:  # (V,)
        """How often each token stands in a window."""
        counts = [np.bincount(np.concatenate(group.documents), minlength=vocab_size) for group in self.groups.values()]
        shares = [share * count / count.sum() for share, count in zip(self.shares, counts, strict=True)]
        return torch.tensor(np.sum(shares, axis=0), dtype=torch.float32)

    def draw(self, count: int, rng: np.random.Generator) -> Tensor:  # (B, N)
        chosen = [self.names[i] for i in rng.choice(len(self.names), size=count, p=self.shares)]
        rows = [self.tags[name] + self.groups[name].window(self.window - TAGS, rng).tolist() for name in chosen]
        return torch.tensor(rows)


def mask_share(t: Tensor) -> Tensor:
    """The share of tokens that are masked at time t: 0 at t = 0, all at t = 1."""
    return torch.sin(0.5 * torch.pi * t)


def draw_masks(windows: Tensor, joined: Tensor, t: Tensor, generator: torch.Generator) -> Tensor:
    """What to mask, (B, N) bool: whole clusters, at least one a window, never a tag."""
    cluster = (~joined).cumsum(dim=1) - 1
    luck = torch.rand(windows.shape, generator=generator).gather(1, cluster)
    luck[:, :TAGS] = 2.0
    return luck <= torch.maximum(mask_share(t)[:, None], luck.min(dim=1, keepdim=True).values)


def hide_tags(windows: Tensor, mask: int, generator: torch.Generator) -> Tensor:
    hidden = torch.rand(len(windows), TAGS, generator=generator) < TAG_DROPOUT
    return torch.cat([windows[:, :TAGS].masked_fill(hidden, mask), windows[:, TAGS:]], dim=1)


class MaskedObjective:
    """Mean cross-entropy over each window's masked tokens.

    The mean weighs every mask share alike, as the likelihood bound does; its divisor is at least an eighth of the
    window, because a mean over two or three tokens is mostly noise.
    """

    def __init__(self, windows: Windows, tokens: TextTokens) -> None:
        self.windows, self.tokens = windows, tokens

    def __call__(self, network: MaskedLM, t: Tensor, generator: torch.Generator) -> Tensor:
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        windows = self.windows.draw(len(t), rng)
        masked = draw_masks(windows, self.tokens.joined(windows), t.cpu(), generator)
        noisy = hide_tags(windows, self.tokens.mask, generator).masked_fill(masked, self.tokens.mask)
        return masked_loss(network, noisy.to(t.device), windows.to(t.device), masked.to(t.device), t)


def masked_loss(network: MaskedLM, noisy: Tensor, windows: Tensor, masked: Tensor, t: Tensor) -> Tensor:  # -> (B,)
    rows = masked.nonzero()[:, 0]  # (M,)
    logits = network.project(network.hidden(noisy, t)[masked])  # (M, V)
    losses = F.cross_entropy(logits.float(), windows[masked], reduction="none")
    counts = masked.sum(dim=1).clamp(min=windows.shape[1] // 8)
    return torch.zeros_like(t).index_add(0, rows, losses) / counts


def tokenizer_of(folder: Path, documents: Documents, vocab_size: int) -> TextTokens:
    path = folder / "tokenizer.json"
    if not path.exists():
        log.info("training the tokenizer")
        texts = (text for name in sorted(documents) for text in documents[name])
        write_atomically(path, train_tokenizer(texts, vocab_size).to_str())
    return TextTokens.load(path)


def text_card(network: nn.Module, folder: Path, corpus: Path, kinds: Collection[tuple[str, str]]) -> ModelCard:
    """The card of the checkpoint in `folder`, without its judges' figures; `kinds` are its (language, style) pairs."""
    styles: dict[str, list[str]] = {language: ["any"] for language, _ in kinds}
    for language, style in kinds:
        styles[language].append(style)
    sources = json.loads((corpus / "sources.json").read_text(encoding="utf-8"))
    return ModelCard(
        **CARD_TEXTS,
        network=dataclasses.asdict(network.config),  # type: ignore[call-overload]
        files={"network": CardFile(name="network.safetensors"), "codec": CardFile(name="tokenizer.json")},
        parameters=sum(weight.numel() for weight in network.parameters()),
        only={"language": {language: {"style": tuple(known)} for language, known in styles.items()}},
        languages=tuple(language.capitalize() for language in LANGUAGES),
        sources=tuple(
            Source(
                name=source["package"],
                licence=source["licence"],
                note=f"{source['documents']} documents, {source['bytes']} bytes",
            )
            for source in sources
        ),
        folder=str(folder),
    )


def train(
    folder: Path,
    corpus: Path | None = None,
    network: MaskedLMConfig = DEFAULT_NETWORK,
    loop: LoopConfig = DEFAULT_LOOP,
    smaller: Path | None = None,
) -> None:
    """From nothing to `folder`/{network.safetensors, tokenizer.json, card.toml}; what is there already is gone on from.

    `network.vocab_size` is an upper bound: the tokenizer decides. `smaller` is the folder of a trained, shallower
    checkpoint to begin from, with its tokenizer.
    """
    corpus = corpus or folder / "corpus"
    if not (corpus / "train.jsonl").exists():
        log.info("building the corpus")
        text_corpus.build(corpus)
    documents = read_documents(corpus / "train.jsonl")
    if smaller is not None:
        write_atomically(folder / "tokenizer.json", (smaller / "tokenizer.json").read_text(encoding="utf-8"))
    tokens = tokenizer_of(folder, documents, network.vocab_size)
    torch.manual_seed(loop.seed)
    net = MaskedLM(dataclasses.replace(network, vocab_size=tokens.vocab_size))
    log.info(
        "%.1f million weights, %d tokens in the vocabulary",
        sum(w.numel() for w in net.parameters()) / 1e6,
        tokens.vocab_size,
    )
    windows = Windows(documents, tokens, network.window)
    net.bias.data.copy_((windows.frequencies(tokens.vocab_size) + 1e-6).log())
    if smaller is not None:
        grow(net, smaller / "network.safetensors")
    objective = MaskedObjective(windows, tokens)
    export(Run(net, objective, loop, folder).train(), folder)
    write_card(text_card(net, folder, corpus, sorted(documents)))


NETWORK_FLAGS = ("vocab_size", "window", "width", "depth", "heads")
PACE_FLAGS = (*PACE, "easy_share")


def main(args: list[str]) -> int:
    """`python -m engine train text`: 0 when the checkpoint is made."""
    corpus = "folder with train.jsonl (default: made in FOLDER/corpus)"
    parser = parser_for("text", "Train the pocket text checkpoint.", DEFAULT_LOOP, corpus, False, PACE_FLAGS)
    parser.add_argument("--smaller", type=Path, help="folder of a shallower checkpoint whose blocks to begin from")
    add_flags(parser, DEFAULT_NETWORK, NETWORK_FLAGS)
    options = parser.parse_args(args)
    network = configured(DEFAULT_NETWORK, options, NETWORK_FLAGS)
    loop = paced(DEFAULT_LOOP, options, PACE_FLAGS)
    return run(options, lambda: train(options.folder, options.corpus, network, loop, options.smaller))
