"""CLAP's text encoder: what a prompt sounds like, as a vector a word piece, from the last layer but one.

Wu et al. 2023, https://arxiv.org/abs/2211.06687; that layer tells Stable Audio more than the last one does, Evans et
al. 2024, https://arxiv.org/abs/2402.04825. By the library transformers, which only published checkpoints need. The
prompt has 77 places; those behind it are attended to by nobody.

Shapes: M places, E width.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.conditioners.flan_t5 import transformers

BEGIN, EMPTY, END = 0, 1, 2  # word pieces
HEAD = 64  # channels of a head


@dataclass(frozen=True)
class ClapTextConfig:
    """As laion's CLAP; most names are those of its `config.json`."""

    vocab_size: int = 50_265
    hidden_size: int = 768
    intermediate_size: int = 3072
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    max_position_embeddings: int = 514
    places: int = 77

    @classmethod
    def told_by(cls, shapes: Mapping[str, tuple[int, ...]]) -> "ClapTextConfig":
        """Of the names and shapes of its tensors; raises KeyError where they are not CLAP's."""
        vocabulary, width = shapes["text_model.embeddings.word_embeddings.weight"]
        inner = shapes["text_model.encoder.layer.0.intermediate.dense.weight"][0]
        positions = shapes["text_model.embeddings.position_embeddings.weight"][0]
        layers = len({name.split(".")[3] for name in shapes if name.startswith("text_model.encoder.layer.")})
        return cls(vocabulary, width, inner, layers, max(1, width // HEAD), positions)


class ClapText(nn.Module):
    def __init__(self, config: ClapTextConfig) -> None:
        super().__init__()
        self.config = config
        size = {name: value for name, value in vars(config).items() if name != "places"}
        settings = transformers().ClapTextConfig(
            **size, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=EMPTY
        )
        self.text_model = transformers().ClapTextModel(settings, add_pooling_layer=False)
        for table in ("position_ids", "token_type_ids"):  # made below, so that no file need hold them
            delattr(self.text_model.embeddings, table)

    def forward(self, ids: Sequence[int]) -> tuple[Tensor, Tensor]:  # -> (1, M, E), (1, M) bool
        """Word pieces without marks to what they mean, and where there are any; more than there is room for are cut."""
        places = self.config.places
        told = [BEGIN, *ids[: places - 2], END]
        mask = torch.arange(places)[None] < len(told)
        positions = EMPTY + (torch.arange(places)[None] + 1) * mask  # counted from behind that of an empty place
        padded = torch.tensor([told + [EMPTY] * (places - len(told))])
        device = self.text_model.embeddings.word_embeddings.weight.device
        states = self.text_model(
            input_ids=padded.to(device),
            attention_mask=mask.long().to(device),
            token_type_ids=torch.zeros_like(padded).to(device),
            position_ids=positions.to(device),
            output_hidden_states=True,
        ).hidden_states
        return states[-2], mask.to(device)
