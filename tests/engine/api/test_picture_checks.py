"""What of a request for pictures does not go together is said before anything is opened or loaded."""

from typing import Any

import pytest

from engine.api.cards import ModelCard
from engine.api.picture_checks import complaint
from engine.api.requests import ImageRequest


def card(architecture: str = "showo", **network: Any) -> ModelCard:
    return ModelCard(
        id="a",
        title="Pocket",
        modality="image",
        architecture=architecture,
        network=network,
        files={},
        licence="",
        parameters=1,
    )


@pytest.mark.parametrize(
    "fields",
    [
        dict(prompt="a red house"),
        dict(picture="a.png"),
        dict(picture="a.png", mask="m.png", frame=(-5, -5, 8), towards="b.png"),
        dict(draft=(-1, *[0] * 255), locked=(255,)),
    ],
)
def test_what_goes_together_is_not_complained_of(fields: dict[str, Any]) -> None:
    assert complaint(ImageRequest(**fields), card()) == ""


@pytest.mark.parametrize(
    ("fields", "network", "said"),
    [
        (dict(), {}, "Say what the picture shows."),
        (dict(prompt=" \n"), {}, "Say what the picture shows."),
        (dict(prompt="a", mask="m.png"), {}, "Choose a picture that the mask goes with."),
        (dict(prompt="a", towards="m.png"), {}, "Choose a picture that the second picture goes with."),
        (
            dict(picture="a", frame=(1, 2, 3, 4)),
            {},
            "A frame is three numbers, left, top and side, not 4; set it again.",
        ),
        (dict(picture="a", frame=(1, 2, -3)), {}, "The frame has -3 pixels a side; make it 8 or more."),
        (dict(draft=(-1,) * 256), {"picture": 64}, "The draft has 256 tokens and a picture of Pocket 64; begin anew."),
        (dict(draft=(-1,) * 255 + (8192,)), {}, "The draft comes from another checkpoint; choose the one it was drawn"),
        (dict(draft=(-1,) * 255 + (64,)), {"codes": 64}, "The draft comes from another checkpoint; choose the one it"),
        (dict(draft=(-1,) * 256, locked=(256,)), {}, "Place 256 is locked, and the draft ends at 255; lock its tokens"),
        (dict(draft=(0,) * 256), {}, "Nothing is left to draw: hide some tokens first."),
        (dict(prompt="a", sampler="heun"), {}, "Pocket draws tokens, which are drawn by unmask; choose that sampler."),
    ],
)
def test_what_does_not_is_one_sentence(fields: dict[str, Any], network: dict[str, Any], said: str) -> None:
    assert complaint(ImageRequest(**fields), card(**network)).startswith(said)


@pytest.mark.parametrize("architecture", ["image_dit", "transfusion"])
def test_who_makes_no_tokens_has_no_draft_and_does_not_unmask(architecture: str) -> None:
    assert "makes no tokens that a draft could hold" in complaint(ImageRequest(draft=(-1,)), card(architecture))
    assert "makes no tokens to unmask" in complaint(ImageRequest(prompt="a"), card(architecture))
    assert complaint(ImageRequest(prompt="a", sampler="ddim"), card(architecture)) == ""
