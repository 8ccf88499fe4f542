"""FLAN-T5: what a prompt means, as a vector a word piece; and the chords that a prompt suggests.

Chung et al. 2022, https://arxiv.org/abs/2210.11416, by the library transformers, which only published checkpoints need.
Its sizes stand here as our own numbers; nothing is fetched. The tables of words, of the encoder and of the decoder,
are one; FLAN-T5's output layer is not that table, and must not be tied to it.

Shapes: B batch, L word pieces, D width.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.api.chords import Chord, parse_chord
from engine.api.errors import BadInput, Failure
from engine.api.mustango import QUALITIES

LONGEST = 512  # word pieces that are read
WITHIN = 10.0  # seconds: chords from there on are past the end of the clips that it was trained on
SEPARATOR = " n "  # between the chords that it names: what a tokenizer without line breaks makes of “\n”
NAMED = re.compile(r"\s*(\S+) at (\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True)
class FlanT5Config:
    """As google/flan-t5-large; the names are those of its `config.json`."""

    vocab_size: int = 32_128
    d_model: int = 1024
    d_kv: int = 64
    d_ff: int = 2816
    num_layers: int = 24
    num_heads: int = 16
    relative_attention_num_buckets: int = 32

    @classmethod
    def told_by(cls, shapes: Mapping[str, tuple[int, ...]]) -> "FlanT5Config":
        """Of the tensors' names and shapes; raises KeyError where they are not T5's."""
        attention = "encoder.block.0.layer.0.SelfAttention."
        buckets, heads = shapes[attention + "relative_attention_bias.weight"]
        vocabulary, width = shapes["shared.weight"]
        inner = shapes["encoder.block.0.layer.1.DenseReluDense.wi_0.weight"][0]
        layers = len({name.split(".")[2] for name in shapes if name.startswith("encoder.block.")})
        return cls(vocabulary, width, shapes[attention + "q.weight"][0] // heads, inner, layers, heads, buckets)


def transformers() -> Any:
    """The library. Raises Failure with one sentence where it is missing."""
    try:
        import transformers as library
    except ImportError as error:
        raise Failure(
            "This checkpoint needs one more package: run .venv/bin/python -m pip install transformers, and start again."
        ) from error
    return library


def settings(config: FlanT5Config) -> Any:
    """The library's configuration; the output layer is not the table of words, nor scaled as if it were."""
    return transformers().T5Config(
        **vars(config),
        num_decoder_layers=config.num_layers,
        feed_forward_proj="gated-gelu",
        dropout_rate=0.0,
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=1,
    )


def text_encoder(config: FlanT5Config) -> nn.Module:
    """(B, L) word pieces and mask -> `last_hidden_state` (B, L, D). Its parameters are named without "encoder."."""
    encoder: nn.Module = transformers().T5EncoderModel(settings(config)).encoder
    return encoder


class ChordPredictor(nn.Module):
    """Names chords in words: `Am at 1.11 n E at 4.14`. Parameters are named as in `chords/flan-t5-large.bin`."""

    def __init__(self, config: FlanT5Config) -> None:
        super().__init__()
        self.config = config
        self.t5 = transformers().T5ForConditionalGeneration(settings(config))
        self.t5.lm_head.weight = nn.Parameter(torch.empty_like(self.t5.lm_head.weight))

    def fuse(self) -> None:
        """One table of words, however often the file has it; the output layer stays its own."""
        for stack in (self.t5.encoder, self.t5.decoder):
            stack.embed_tokens.weight = self.t5.shared.weight

    def forward(self, ids: Sequence[int]) -> list[int]:  # (L,) -> (L',)
        """What it says of the question, by a search of five beams, as the authors have it."""
        given = torch.tensor([list(ids)], device=self.t5.shared.weight.device)
        said: Tensor = self.t5.generate(
            given, attention_mask=torch.ones_like(given), min_length=8, max_length=128, num_beams=5, early_stopping=True
        )
        return said[0].tolist()


def question(prompt: str, beats: Sequence[tuple[float, int]], bar: int) -> str:
    """What the predictor was trained to be asked; the line breaks are written, as the authors have them."""
    times = " , ".join(str(round(seconds, 2)) for seconds, _ in beats)
    return rf"Caption: {prompt} \n Timestamps: {times} \n Max Beat: {bar}"


def named_chords(said: str) -> list[tuple[Chord, float]]:
    """The chords in what it says, in the order of their seconds; what Mustango does not know is passed over."""
    found = [chord for part in said.split(SEPARATOR) if (chord := _named(part)) is not None]
    return sorted((each for each in found if each[1] < WITHIN), key=lambda each: each[1])


def _named(part: str) -> tuple[Chord, float] | None:
    match = NAMED.fullmatch(part)
    if match is None:
        return None
    try:
        chord = parse_chord(match[1])
    except BadInput:
        return None
    return (chord, float(match[2])) if chord.root is None or chord.quality in QUALITIES else None
