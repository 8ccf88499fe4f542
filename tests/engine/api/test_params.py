"""One declaration of a field gives its validation, its sentence and its schema."""

import math
from typing import Annotated

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import BadInput
from engine.api.params import (
    Choice,
    ChordLane,
    Draft,
    Number,
    Seed,
    Text,
    complaints,
    draw_seed,
    fields,
    schema,
    validate,
)
from engine.api.requests import REQUESTS, TextRequest
from tests.engine.api.strategies import of


class Sample(msgspec.Struct, frozen=True, kw_only=True, tag_field="modality", tag="sample"):
    """A request with one field of each kind."""

    steps: Annotated[int, Number("Steps", 1, 10, help="How many.")] = 4
    strength: Annotated[float, Number("Strength", 0, 1, 0.1)] = 0.5
    shape: Annotated[str, Choice("Shape", ("round", "square"))] = "round"
    words: Annotated[str, Text("Words", limit=20)] = ""
    seed: Annotated[int, Seed()] = 0
    draft: Annotated[tuple[int, ...], Draft("Draft", low=-1, limit=3)] = ()


BAD = [
    (Sample(steps=0), "Steps must be from 1 to 10, not 0."),
    (Sample(steps=10**400), "Steps must be from 1 to 10, not a number of more than 12 digits."),
    (Sample(strength=math.nan), "Strength must be from 0 to 1, not nan."),
    (Sample(strength=math.inf), "Strength must be from 0 to 1, not inf."),
    (Sample(shape="oval"), "Shape must be one of round, square, not “oval”."),
    (Sample(shape="o" * 100), f"Shape must be one of round, square, not “{'o' * 39}…”."),
    (Sample(words="a\x00b"), "Words holds a control character (U+0000); paste it as plain text."),
    (Sample(words="\ud83d"), "Words holds half of a character (a lone surrogate); delete it and type it again."),
    (Sample(words="a" * 21), "Words may hold 20 characters, not 21; shorten it."),
    (Sample(seed=-1), f"Seed must be from 0 to {2**32 - 1}, not -1."),
    (Sample(seed=2**32), f"Seed must be from 0 to {2**32 - 1}, not {2**32}."),
    (Sample(draft=(1, 2, 3, 4)), "Draft may hold 3 entries, not 4."),
    (Sample(draft=(-2,)), "Draft may hold no number below -1, not -2."),
    (Sample(draft=(10**30,)), "Draft may hold no number as large as a number of more than 12 digits."),
]


@pytest.mark.parametrize(("request_", "sentence"), BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_what_cannot_be_used_is_said_in_one_sentence(request_: Sample, sentence: str) -> None:
    with pytest.raises(BadInput) as said:
        validate(request_)
    assert str(said.value) == sentence


@pytest.mark.parametrize("words", ["😀 👩‍👩‍👧", "שלום עולם", "नमस्ते", "a\tb\nc\r\n", "\u2028", "\u202etxet"])
def test_every_script_and_emoji_is_welcome(words: str) -> None:
    assert validate(Sample(words=words)).words == words


def test_every_field_that_cannot_be_used_is_named() -> None:
    assert list(complaints(Sample(steps=0, seed=-1))) == ["steps", "seed"]


def test_a_checkpoint_may_know_fewer_choices() -> None:
    assert validate(Sample(shape="round"), {"shape": ("round",)})
    with pytest.raises(BadInput, match="Shape must be one of round with this checkpoint, not “square”"):
        validate(Sample(shape="square"), {"shape": ("round",)})


@given(of(Sample))
def test_any_values_of_the_right_types_are_taken_or_refused_in_a_sentence(request_: Sample) -> None:
    try:
        assert validate(request_) is request_
    except BadInput as said:
        assert str(said).count("\n") == 0 and len(str(said)) < 200


@given(st.text())
def test_any_text_is_taken_or_refused_in_a_sentence(words: str) -> None:
    try:
        validate(TextRequest(prompt=words))
    except BadInput as said:
        assert str(said).startswith("Prompt ")


def test_the_schema_has_the_bounds_and_the_labels() -> None:
    properties = schema(Sample)["$defs"]["Sample"]["properties"]
    assert properties["steps"]["minimum"] == 1 and properties["steps"]["maximum"] == 10
    assert (properties["steps"]["title"], properties["steps"]["description"]) == ("Steps", "How many.")
    assert properties["shape"]["enum"] == ["round", "square"]
    assert properties["words"]["maxLength"] == 20


@pytest.mark.parametrize("modality", REQUESTS)
def test_the_defaults_of_every_request_can_be_used(modality: str) -> None:
    assert validate(REQUESTS[modality]())


@pytest.mark.parametrize("modality", REQUESTS)
def test_every_field_has_a_label_and_the_tag_is_the_modality(modality: str) -> None:
    assert all(field.kind.label for field in fields(REQUESTS[modality]))
    assert REQUESTS[modality].__struct_config__.tag == modality


def test_seeds_that_nobody_chose_differ_and_can_be_used() -> None:
    drawn = [draw_seed() for _ in range(20)]
    assert len(set(drawn)) > 1
    assert all(validate(TextRequest(seed=seed)) for seed in drawn)


def test_a_lane_is_refused_only_where_no_metre_could_play_it() -> None:
    lane = ChordLane("Chords")
    assert lane.complaint("G@3 Dm F@10") is None  # they overlap in bars of four, not of three
    assert "overlap at beat 4" in (lane.complaint("G@3 F@4") or "")
