"""Judges a text checkpoint: bits per byte on held-out text beside a 5-gram byte model, and whether scripts stay apart.

    python -m tests.quality.text_judge --checkpoint FOLDER --corpus FOLDER [--note]

prints JSON and, with --note, writes the figures and the samples into the checkpoint's card. The network's figure is
an upper bound on its code length. With n tokens, k of them masked and r = k/n,
-log p(x) <= E_{r ~ U(0, 1]} [1/r * sum of the masked tokens' -log p]; drawing k evenly from 1...n and then k places
evenly is that expectation exactly (Uria et al. 2014, https://arxiv.org/abs/1310.1757; Sahoo et al. 2024,
https://arxiv.org/abs/2406.07524) with less noise. Both models code the same bytes: documents of one language and
style one after the other, a blank line between them. The network starts afresh in every window and is given the tags,
the byte model sees across windows and is trained on that language alone.

Shapes: B masked copies of a window, N tokens of a window.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open

from engine.api.cards import CARD, ModelCard, read_card
from engine.api.requests import TextRequest
from engine.codecs.text_tokens import LANGUAGES, STYLES, TextTokens
from engine.networks.masked_lm import MaskedLM, MaskedLMConfig
from engine.pipelines import Live
from engine.pipelines.text import text
from engine.training.card import write_card
from tests.quality.byte_ngrams import ByteNGrams

TAGS = 2
BREAK = b"\n\n"  # what the `end` token stands for
STRATA = 16

Documents = dict[tuple[str, str], list[str]]


@dataclass(frozen=True)
class Checkpoint:
    """A trained network and its tokens; also the shelf that a pipeline takes them from."""

    net: MaskedLM
    tokens: TextTokens

    def card(self, checkpoint: str) -> ModelCard:
        config = vars(self.net.config)
        fixed: dict[str, Any] = dict(
            modality="text", architecture="masked_lm", codec="text_tokens", prediction="tokens"
        )
        return ModelCard(
            id=checkpoint, title="judged", network=config, path="masked", files={}, licence="", parameters=0, **fixed
        )

    def network(self, card: ModelCard, *, role: str = "network") -> MaskedLM:
        return self.net

    def codec(self, card: ModelCard) -> TextTokens:
        return self.tokens


def load_checkpoint(folder: Path) -> Checkpoint:
    """From network.safetensors, whose metadata holds the configuration, and tokenizer.json."""
    with safe_open(folder / "network.safetensors", "pt") as file:
        config = MaskedLMConfig(**{name: int(value) for name, value in file.metadata().items()})
        state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    network = MaskedLM(config)
    network.load_state_dict(state)
    return Checkpoint(network.eval(), TextTokens.load(folder / "tokenizer.json"))


def read_documents(path: Path) -> Documents:
    documents: Documents = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        documents.setdefault((record["language"], record["style"]), []).append(record["text"])
    return documents


def as_bytes(texts: Iterable[str]) -> bytes:
    return b"".join(BREAK + text.encode() for text in texts) + BREAK


def byte_count(ids: list[int], tokens: TextTokens) -> int:
    return sum(len(BREAK) if token == tokens.end else len(tokens.bytes[token]) for token in ids)


def windows_of(documents: Documents, language: str, checkpoint: Checkpoint) -> list[list[int]]:
    """The language's documents as windows [language][style] tokens..., the last of each style shorter."""
    tokens, body = checkpoint.tokens, checkpoint.net.config.window - TAGS
    windows = []
    for (spoken, style), texts in sorted(documents.items()):
        if spoken == language:
            stream = [token for item in texts for token in (tokens.end, *tokens.encode(item))] + [tokens.end]
            tags = [tokens.tag(language), tokens.tag(style)]
            windows += [tags + stream[start : start + body] for start in range(0, len(stream), body)]
    return windows


def masked_counts(n: int, strata: int, rng: np.random.Generator) -> list[int]:
    """How many of n tokens to mask in each copy: uniform on 1...n, one draw a stratum."""
    shares = (np.arange(strata) + rng.random(strata)) / strata
    return [min(n, 1 + int(share * n)) for share in shares]


@torch.inference_mode()
def window_bits(window: list[int], checkpoint: Checkpoint, strata: int, rng: np.random.Generator) -> float:
    """The bound on the bits that the window's tokens after its tags cost."""
    n = len(window) - TAGS
    counts = masked_counts(n, strata, rng)
    masked = torch.zeros(strata, len(window), dtype=torch.bool)
    for row, count in zip(masked, counts, strict=True):
        row[TAGS + torch.from_numpy(rng.permutation(n)[:count])] = True
    clean = torch.tensor(window).expand(strata, -1)
    shares = torch.tensor(counts) / n
    network = checkpoint.net
    hidden = network.hidden(clean.masked_fill(masked, checkpoint.tokens.mask), shares.asin() * (2 / math.pi))
    nats = F.cross_entropy(network.project(hidden[masked]), clean[masked], reduction="none")
    per_copy = torch.zeros(strata).index_add(0, masked.nonzero()[:, 0], nats) / shares
    return float(per_copy.mean()) / math.log(2)


def network_bits_per_byte(windows: list[list[int]], checkpoint: Checkpoint, strata: int = STRATA) -> float:
    rng = np.random.default_rng(0)
    bits = sum(window_bits(window, checkpoint, strata, rng) for window in windows)
    return bits / sum(byte_count(window[TAGS:], checkpoint.tokens) for window in windows)


def bits_per_byte(checkpoint: Checkpoint, corpus: Path, most: int = 150) -> dict[str, dict[str, float]]:
    """By language: the network on at most `most` windows drawn evenly, the byte model on all held-out text."""
    train, held_out = read_documents(corpus / "train.jsonl"), read_documents(corpus / "held_out.jsonl")
    figures = {}
    for language in sorted({spoken for spoken, _ in held_out}):
        windows = windows_of(held_out, language, checkpoint)
        chosen = np.random.default_rng(1).permutation(len(windows))[:most]
        figures[language] = {
            "network": round(network_bits_per_byte([windows[i] for i in chosen], checkpoint), 4),
            "five_gram": round(five_gram_bits_per_byte(train, held_out, language), 4),
            "windows": len(chosen),
        }
    return figures


def five_gram_bits_per_byte(train: Documents, held_out: Documents, language: str) -> float:
    seen, fresh = (
        as_bytes(item for name in sorted(side) if name[0] == language for item in side[name])
        for side in (train, held_out)
    )
    return float(ByteNGrams(seen).bits(fresh).mean())


def write(checkpoint: Checkpoint, language: str, style: str, seed: int, **knobs: Any) -> str:
    """One text by the pipeline itself."""
    request = TextRequest(language=language, style=style, seed=seed, **knobs)
    steps = text(request, checkpoint, Live(guidance=request.guidance, gamma=request.gamma))
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return str(stop.value.text)


def is_wrong_script(letter: str, language: str) -> bool:
    devanagari = "\u0900" <= letter <= "\u097f"
    latin = letter.isalpha() and ("a" <= letter.lower() <= "z" or "\u00c0" <= letter <= "\u024f")
    return latin if language == "hindi" else devanagari


def wrong_script_share(texts: list[str], language: str) -> float:
    """The share of texts with at least one letter of the other script."""
    return sum(any(is_wrong_script(letter, language) for letter in item) for item in texts) / len(texts)


def script_consistency(checkpoint: Checkpoint, kinds: Iterable[tuple[str, str]], texts: int) -> dict[str, Any]:
    """By language: texts written, the share with a letter of the other script, the first text of each style."""
    figures: dict[str, Any] = {}
    for language in LANGUAGES:
        styles = [style for style in STYLES if (language, style) in set(kinds)]
        if not styles:
            continue
        written = [write(checkpoint, language, styles[seed % len(styles)], seed) for seed in range(texts)]
        figures[language] = {
            "texts": texts,
            "wrong_script": round(wrong_script_share(written, language), 4),
            "samples": dict(zip(styles, written, strict=False)),
        }
    return figures


def judge(checkpoint: Checkpoint, corpus: Path, windows: int, texts: int) -> dict[str, Any]:
    kinds = list(read_documents(corpus / "held_out.jsonl"))
    return {
        "bits_per_byte": bits_per_byte(checkpoint, corpus, windows),
        "scripts": script_consistency(checkpoint, kinds, texts),
    }


def note(figures: dict[str, Any], folder: Path) -> None:
    """Put the figures and a sample sheet into the card in `folder`, in place of those before."""
    scripts = {language: dict(figure) for language, figure in figures["scripts"].items()}
    samples = [
        f"{language}, {style}: {sample}"
        for language in scripts
        for style, sample in scripts[language].pop("samples").items()
    ]
    card = msgspec.structs.replace(
        read_card(folder / CARD), figures={**figures, "scripts": scripts}, samples=tuple(samples)
    )
    write_card(card)


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge a text checkpoint.")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--windows", type=int, default=150, help="of 132 tokens, a language")
    parser.add_argument("--texts", type=int, default=50, help="to write, a language")
    parser.add_argument("--note", action="store_true", help="write the figures into the checkpoint's card")
    options = parser.parse_args(args)
    figures = judge(load_checkpoint(options.checkpoint), options.corpus, options.windows, options.texts)
    if options.note:
        note(figures, options.checkpoint)
    print(json.dumps(figures, ensure_ascii=False, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
