"""T5's encoder: what a prompt means, as a vector a word piece.

Raffel et al. 2020, https://arxiv.org/abs/1910.10683, by the library transformers, which only published checkpoints
need. Its size stands here as our own numbers; nothing is fetched. Stable Audio reads 128 places of it, of which those
behind the prompt are set to 0.

Shapes: M places, E width.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.conditioners.flan_t5 import transformers

END, EMPTY = 1, 0  # word pieces


@dataclass(frozen=True)
class T5Config:
    """As t5-base; most names are those of its `config.json`."""

    vocab_size: int = 32_128
    d_model: int = 768
    d_kv: int = 64
    d_ff: int = 3072
    num_layers: int = 12
    num_heads: int = 12
    relative_attention_num_buckets: int = 32
    places: int = 128

    @classmethod
    def told_by(cls, shapes: Mapping[str, tuple[int, ...]]) -> "T5Config":
        """Of the names and shapes of its tensors; raises KeyError where they are not T5's."""
        attention = "encoder.block.0.layer.0.SelfAttention."
        vocabulary, width = shapes["encoder.embed_tokens.weight"]
        buckets, heads = shapes[attention + "relative_attention_bias.weight"]
        inner = shapes["encoder.block.0.layer.1.DenseReluDense.wi.weight"][0]
        layers = len({name.split(".")[2] for name in shapes if name.startswith("encoder.block.")})
        return cls(vocabulary, width, shapes[attention + "q.weight"][0] // heads, inner, layers, heads, buckets)


class T5(nn.Module):
    def __init__(self, config: T5Config) -> None:
        super().__init__()
        self.config = config
        size = {name: value for name, value in vars(config).items() if name != "places"}
        library = transformers()
        self.encoder = library.T5EncoderModel(library.T5Config(**size, dropout_rate=0.0)).encoder

    def forward(self, ids: Sequence[int]) -> tuple[Tensor, Tensor]:  # -> (1, M, E), (1, M) bool
        """Word pieces without marks to what they mean, and where there are any; more than there is room for are cut."""
        told = [*ids[: self.config.places - 1], END]
        mask = torch.arange(self.config.places)[None] < len(told)
        padded = torch.tensor([told + [EMPTY] * (self.config.places - len(told))])
        device = self.encoder.embed_tokens.weight.device
        mask = mask.to(device)
        meant = self.encoder(input_ids=padded.to(device), attention_mask=mask.long()).last_hidden_state
        return meant * mask[..., None], mask
