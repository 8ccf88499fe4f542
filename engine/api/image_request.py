"""The request for pictures: made anew, from a picture, or between two of them."""

from typing import Annotated

import msgspec

from engine.api.knobs import Gamma, Guidance, SeedNumber, Spacing, Steps, Sway
from engine.api.params import CheckpointRef, Choice, Draft, Number, PictureFile, Text


class ImageRequest(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="modality", tag="image"
):
    """A picture made from words; or a picture of yours, of which only what you mark is made anew."""

    prompt: Annotated[
        str,
        Text(
            "Prompt",
            lines=4,
            limit=2_000,
            placeholder="What the picture shows: things, colours, how many and where, the ground, the style.",
            help="What the picture shows, in English or Hindi. Words like flat, 3D, line or cartoon set the style.",
            examples=(
                "three red apples on a white ground, flat",
                "a big yellow star above a small blue boat under a starry night sky",
                "पीली पृष्ठभूमि पर एक लाल घर",
            ),
        ),
    ] = ""
    steps: Steps = 18
    guidance: Guidance = 3.0
    temperature: Annotated[
        float, Number("Temperature", 0, 2, 0.05, help="How boldly tokens are drawn: 0 always takes the likeliest.")
    ] = 1.0
    gamma: Gamma = 0.0
    reveal_noise: Annotated[
        float,
        Number(
            "Reveal noise",
            0,
            100,
            0.1,
            help="0 reveals the surest tokens first; more shuffles the order.",
            advanced=True,
        ),
    ] = 1.0
    reveal_order: Annotated[
        str,
        Choice(
            "Reveal order",
            ("confidence", "halton"),
            help="What is revealed first: the surest tokens, or by Halton's sequence such as lie far apart.",
            advanced=True,
        ),
    ] = "confidence"
    spacing: Spacing = "uniform"
    sway: Sway = 0.0
    sampler: Annotated[
        str,
        Choice("Sampler", ("unmask", "ddim", "euler", "heun", "dpmpp_2m"), help="The numerical method.", advanced=True),
    ] = "unmask"
    seed: SeedNumber = 0
    checkpoint: Annotated[str, CheckpointRef("Checkpoint", "image", help="The weights that draw.")] = "pocket-pictures"
    picture: Annotated[
        str, PictureFile("Picture", help="A picture to change: what is not made anew stays as it is.")
    ] = ""
    mask: Annotated[
        str,
        PictureFile("Mask", help="Where the picture is made anew: white in a picture of the same size, grey fades."),
    ] = ""
    frame: Annotated[
        tuple[int, ...],
        Draft(
            "Frame",
            low=-100_000,
            help="Left, top and side of the square that is looked at, in the picture's pixels; "
            "what of it lies beyond the picture is made anew. None is its middle.",
        ),
    ] = ()
    change: Annotated[
        float,
        Number(
            "Change", 0, 1, 0.05, help="How much of what is made anew is forgotten: 1 all of it, less keeps some of it."
        ),
    ] = 1.0
    towards: Annotated[str, PictureFile("Towards", help="A second picture, to go from the first one to.")] = ""
    between: Annotated[
        float, Number("Between", 0, 1, 0.05, help="Where between the two pictures: 0 the first, 1 the second.")
    ] = 0.5
    draft: Annotated[
        tuple[int, ...],
        Draft("Draft", low=-1, help="Tokens of the picture to start from, −1 where hidden; set by the preview."),
    ] = ()
    locked: Annotated[tuple[int, ...], Draft("Locked", help="Places of the draft that never change.")] = ()
