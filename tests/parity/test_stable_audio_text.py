"""T5 and CLAP as Stable Audio reads them, against the library transformers used as its authors use it."""

from typing import Any

import pytest
import torch
import transformers
from torch import Tensor

from engine.conditioners.clap_text import ClapText, ClapTextConfig
from engine.conditioners.t5 import T5, T5Config
from engine.runtime.weights import LAYOUTS, arrange
from tests.parity.references import difference

pytestmark = pytest.mark.parity

T5_SIZE: dict[str, Any] = dict(vocab_size=40, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4)
CLAP_SIZE: dict[str, Any] = dict(
    vocab_size=40, hidden_size=64, intermediate_size=48, num_hidden_layers=3, max_position_embeddings=90
)
PIECES = [7, 8, 9, 10]


def shapes(state: dict[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in state.items()}


def drawn(network: Any) -> Any:
    torch.manual_seed(6)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return network.eval()


@torch.no_grad()
@pytest.mark.parametrize("whole", [False, True])
def test_t5_reads_the_same(whole: bool) -> None:
    """From the encoder alone, or from the whole network as t5-base is published."""
    kind = transformers.T5ForConditionalGeneration if whole else transformers.T5EncoderModel
    theirs = drawn(kind(transformers.T5Config(**T5_SIZE, dropout_rate=0.0)))
    state = theirs.state_dict()
    read = arrange(state, LAYOUTS["t5"])
    config = T5Config.told_by(shapes(read))
    assert config == T5Config(**T5_SIZE)
    ours = T5(config).eval()
    ours.load_state_dict(read, strict=True)
    ids = torch.tensor([PIECES + [1] + [0] * 123])
    mask = (torch.arange(128) < 5)[None].long()
    encoder = theirs.encoder if whole else theirs
    expected = encoder(input_ids=ids, attention_mask=mask).last_hidden_state * mask[..., None]
    found, seen = ours(PIECES)
    assert difference(found, expected) < 1e-4
    assert seen.long().tolist() == mask.tolist()


@torch.no_grad()
def test_clap_reads_the_same() -> None:
    """As the authors call it, with an empty text beside the prompt."""
    theirs = drawn(
        transformers.ClapTextModelWithProjection(
            transformers.ClapTextConfig(**CLAP_SIZE, num_attention_heads=1, type_vocab_size=1, projection_dim=8)
        )
    )
    state = theirs.state_dict()
    config = ClapTextConfig.told_by(shapes(state))
    assert config == ClapTextConfig(**CLAP_SIZE, num_attention_heads=1)
    ours = ClapText(config).eval()
    ours.load_state_dict(arrange(state, LAYOUTS["clap-text"]), strict=True)
    ids = torch.tensor([[0, *PIECES, 2] + [1] * 71, [0, 2] + [1] * 75])
    mask = (ids != 1).long()
    expected = theirs.text_model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[-2][:1]
    found, seen = ours(PIECES)
    assert difference(found, expected) < 1e-4
    assert seen.long().tolist() == mask[:1].tolist()


@torch.no_grad()
def test_a_prompt_that_is_too_long_ends_all_the_same() -> None:
    ours = drawn(T5(T5Config(**T5_SIZE)))
    found, seen = ours([7] * 300)
    assert found.shape == (1, 128, 32) and seen.all()
    assert difference(found, ours([7] * 127)[0]) < 1e-6
