"""FLAN-T5 and DeBERTa, as Mustango has them, against transformers' own ways to load and to run them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from transformers import DebertaV2Config, DebertaV2Model, T5Config, T5EncoderModel, T5ForConditionalGeneration

from engine.conditioners.beat_prediction import BEGIN, END, BeatPredictor, BeatPredictorConfig
from engine.conditioners.flan_t5 import ChordPredictor, FlanT5Config, text_encoder
from engine.pipelines.mustango_network import Mustango, MustangoConfig
from engine.runtime.weights import LAYOUTS, NothingDrawn, arrange
from tests.parity.references import difference

pytestmark = pytest.mark.parity

SIZES: dict[str, Any] = dict(vocab_size=40, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4)
FLAN = FlanT5Config(**SIZES)
PUBLISHED: dict[str, Any] = dict(  # what flan-t5-large's config.json says beside its sizes
    feed_forward_proj="gated-gelu",
    tie_word_embeddings=False,
    decoder_start_token_id=0,
    relative_attention_num_buckets=32,
    layer_norm_epsilon=1e-6,
)
DEBERTA: dict[str, Any] = dict(  # what deberta-v3-large's config.json says beside its sizes
    hidden_act="gelu",
    position_buckets=16,
    relative_attention=True,
    max_relative_positions=-1,
    position_biased_input=False,
    pos_att_type="p2c|c2p",
    norm_rel_ebd="layer_norm",
    share_att_key=True,
    layer_norm_eps=1e-7,
    type_vocab_size=0,
    max_position_embeddings=512,
)


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def drawn(network: nn.Module) -> Any:
    torch.manual_seed(9)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.2)
    return network.eval()


def test_the_text_encoder_from_the_published_file() -> None:
    theirs = drawn(T5EncoderModel(T5Config(**SIZES, **PUBLISHED)))
    ours = text_encoder(FLAN)
    file = {f"text_encoder.{name}": each for name, each in theirs.state_dict().items()}
    file |= {"FME.translation_bias": torch.ones(1, 4), "PE.pe": torch.ones(1)}
    state = arrange(file, LAYOUTS["mustango"])
    assert {name.removeprefix("text_encoder.") for name in state} == ours.state_dict().keys()
    ours.load_state_dict({name.removeprefix("text_encoder."): each for name, each in state.items()}, strict=True)
    ids, mask = torch.tensor([[5, 9, 13, 1], [1, 0, 0, 0]]), torch.tensor([[1, 1, 1, 1], [1, 0, 0, 0]])
    expected = theirs(input_ids=ids, attention_mask=mask).last_hidden_state
    assert difference(ours.eval()(input_ids=ids, attention_mask=mask).last_hidden_state, expected) < 1e-5


def test_the_chord_predictor_answers_as_the_library_does_with_an_output_layer_of_its_own(tmp_path: Any) -> None:
    config = T5Config(**SIZES, **PUBLISHED)
    file = drawn(T5ForConditionalGeneration(config)).state_dict()
    file = {name: each.clone() for name, each in file.items()} | {"lm_head.weight": torch.randn(40, 32) * 0.3}
    theirs = T5ForConditionalGeneration.from_pretrained(None, config=config, state_dict=file).eval()
    assert not torch.equal(theirs.shared.weight, theirs.lm_head.weight)
    with torch.device("meta"), NothingDrawn():
        ours = ChordPredictor(FLAN)
    ours.load_state_dict(arrange(file, LAYOUTS["mustango-chords"]), strict=True, assign=True)
    ours.eval().fuse()
    ids = [5, 9, 13, 1]
    given, answer = torch.tensor([ids]), torch.tensor([[0, 7, 8]])
    expected = theirs(input_ids=given, decoder_input_ids=answer).logits
    assert difference(ours.t5(input_ids=given, decoder_input_ids=answer).logits, expected) < 1e-4
    said = theirs.generate(given, min_length=8, max_length=128, num_beams=5, early_stopping=True)[0].tolist()
    assert ours(ids) == said and len(said) >= 8


def test_a_plain_load_would_have_tied_the_output_layer() -> None:
    """Why the predictor gives its output layer a parameter of its own."""
    network = T5ForConditionalGeneration(T5Config(**SIZES, **PUBLISHED))
    assert network.lm_head.weight is network.shared.weight


def reference(width: int, buckets: int) -> tuple[Any, dict[str, Tensor]]:
    """DeBERTa and the authors' two heads, and all their tensors under the published names."""
    config = DebertaV2Config(
        vocab_size=50,
        hidden_size=width,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=width // 64,
        **DEBERTA | {"position_buckets": buckets},
    )
    heads = {"hidden1": width, "classifier": 4, "hidden2": width, "regressor": 1}
    whole = nn.ModuleDict({"deberta": DebertaV2Model(config), **{k: nn.Linear(width, n) for k, n in heads.items()}})
    drawn(whole)
    return whole, whole.state_dict() | {"deberta.embeddings.position_ids": torch.arange(512)[None]}


def test_the_beat_predictor_from_the_published_file() -> None:
    theirs, file = reference(128, 16)
    config = BeatPredictorConfig.told_by({name: tuple(each.shape) for name, each in file.items()})
    assert config == BeatPredictorConfig(50, 128, 48, 2, 2, 16)
    with torch.device("meta"), NothingDrawn():
        ours = BeatPredictor(config)
    ours.load_state_dict(arrange(file, LAYOUTS["mustango-beats"]), strict=True, assign=True)
    ids = [4, 8, 15, 16, 23, 42] * 5
    given = torch.tensor([[BEGIN, *ids, END]])
    hidden = theirs.deberta(given, attention_mask=torch.ones_like(given)).last_hidden_state
    scores, intervals = ours.eval()(ids)
    assert difference(scores, theirs.classifier(theirs.hidden1(hidden))[0, 0]) < 1e-5
    assert difference(intervals, theirs.regressor(theirs.hidden2(hidden))[0, :, 0]) < 1e-5
    assert len(intervals) == len(ids) + 2


def test_the_published_sizes() -> None:
    with torch.device("meta"), NothingDrawn():
        whole, beats, chords = (
            Mustango(MustangoConfig()),
            BeatPredictor(BeatPredictorConfig()),
            ChordPredictor(FlanT5Config()),
        )
    counts = {name: sum(each.numel() for each in part.parameters()) for name, part in whole.named_children()}
    assert counts["unet"] == 1_413_192_008 and counts["text_encoder"] == 341_231_104
    assert (whole.beat_embedding_layer.beat_ffn.in_features, whole.chord_embedding_layer.chord_ffn.in_features) == (
        1031,
        2064,
    )
    assert sum(each.numel() for each in beats.deberta.parameters()) == 434_012_160
    tied = 32_128 * 1024  # counted once more where the output layer is the table of words
    assert sum(each.numel() for each in chords.parameters()) == 750_251_008 + tied
    assert not [name for name in chords.state_dict() if re.search("position|inv_freq", name)]
