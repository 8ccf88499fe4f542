"""The beats that a prompt suggests: how many a bar, and when each comes.

Melechovsky et al. 2023, https://arxiv.org/abs/2311.08355, on DeBERTa v3 (He et al. 2021,
https://arxiv.org/abs/2111.09543) by the library transformers, which only published checkpoints need. The first place
says how many beats a bar has; every place says how long after the beat before it one comes, so that there are no more
beats than the prompt has word pieces. Parameters are named as in `beats/microsoft-deberta-v3-large.pt`.

Shapes: L word pieces, D width.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from typing import Any

import torch
from torch import Tensor, nn

from engine.api.mustango import BEATS
from engine.conditioners.flan_t5 import transformers

BEGIN, END = 1, 2  # pieces around every prompt
LONGEST = 512  # word pieces that are read
COUNTS = 4  # beats a bar that it knows
WITHIN = 10.0  # seconds: beats from there on are past the end of the clips that it was trained on
HEAD = 64  # channels of a head


@dataclass(frozen=True)
class BeatPredictorConfig:
    """As microsoft/deberta-v3-large; the names are those of its `config.json`."""

    vocab_size: int = 128_100
    hidden_size: int = 1024
    intermediate_size: int = 4096
    num_hidden_layers: int = 24
    num_attention_heads: int = 16
    position_buckets: int = 256

    @classmethod
    def told_by(cls, shapes: Mapping[str, tuple[int, ...]]) -> "BeatPredictorConfig":
        """Of the tensors' names and shapes; raises KeyError where they are not DeBERTa's."""
        vocabulary, width = shapes["deberta.embeddings.word_embeddings.weight"]
        inner = shapes["deberta.encoder.layer.0.intermediate.dense.weight"][0]
        layers = len({name.split(".")[3] for name in shapes if name.startswith("deberta.encoder.layer.")})
        buckets = shapes["deberta.encoder.rel_embeddings.weight"][0] // 2
        return cls(vocabulary, width, inner, layers, width // HEAD, buckets)


def settings(config: BeatPredictorConfig) -> Any:
    """The library's configuration of DeBERTa v3, of any size."""
    return transformers().DebertaV2Config(
        **vars(config),
        hidden_act="gelu",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        max_position_embeddings=512,
        max_relative_positions=-1,
        relative_attention=True,
        position_biased_input=False,
        pos_att_type=["p2c", "c2p"],
        share_att_key=True,
        norm_rel_ebd="layer_norm",
        type_vocab_size=0,
        layer_norm_eps=1e-7,
        pad_token_id=0,
    )


class BeatPredictor(nn.Module):
    precise = True
    """Stays in single precision everywhere: its intervals are added up."""

    def __init__(self, config: BeatPredictorConfig) -> None:
        super().__init__()
        self.config = config
        width = config.hidden_size
        self.deberta = transformers().DebertaV2Model(settings(config))
        # A table of places that is in no file, and that relative positions have no use for.
        self.deberta.embeddings.register_buffer("position_ids", None, persistent=False)
        self.hidden1, self.classifier = nn.Linear(width, width), nn.Linear(width, COUNTS)
        self.hidden2, self.regressor = nn.Linear(width, width), nn.Linear(width, 1)

    def forward(self, ids: Sequence[int]) -> tuple[Tensor, Tensor]:  # (L,) -> (COUNTS,), (L,)
        """Of word pieces without marks: scores of 1, 2, … beats a bar, and the seconds between beats."""
        given = torch.tensor([[BEGIN, *ids, END]], device=self.hidden1.weight.device)
        nothing = torch.zeros_like(given)
        hidden = self.deberta(
            given, attention_mask=nothing + 1, token_type_ids=nothing, position_ids=nothing
        ).last_hidden_state[0]
        return self.classifier(self.hidden1(hidden[0])), self.regressor(self.hidden2(hidden))[:, 0]


def beats_of(scores: Tensor, intervals: Tensor) -> tuple[int, list[tuple[float, int]]]:
    """(COUNTS,), (L,) -> beats a bar, and (seconds, number in the bar from 0) as far as the clip lasts."""
    bar = 1 + int(scores.argmax())
    whole = accumulate(round(interval, 4) for interval in intervals.tolist())
    times = [round(seconds, 2) for seconds in takewhile(lambda seconds: seconds < WITHIN, whole)][:BEATS]
    return bar, [(seconds, number % bar) for number, seconds in enumerate(times)]
