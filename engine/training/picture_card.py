"""The cards of the pocket pictures: Show-o's, which ships, and those that it is compared with."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from torch import nn

from engine.api.cards import CardFile, CardPart, ModelCard, Source

CARD: dict[str, Any] = {
    "modality": "image",
    "codec": "prompt_words",
    "licence": "Apache-2.0",
    "languages": ("English", "Hindi"),
}
PAINTS: dict[str, Any] = {
    "path": "cosine",
    "prediction": "v",
    "description": "Made to compare the pocket Show-o with; trained by this project on the same pictures.",
    "guidance": "w, 1 is none; the unconditional side has no prompt",
    "lacks": ("temperature", "reveal_noise", "reveal_order", "draft", "locked"),
    "options": {"sampler": ("ddim", "euler", "heun", "dpmpp_2m")},
    "defaults": {"guidance": 3.0, "steps": 24, "sampler": "ddim"},
}
KINDS: dict[str, dict[str, Any]] = {
    "showo": {
        "id": "pocket-pictures",
        "title": "Pocket Pictures",
        "architecture": "showo",
        "path": "showo",
        "prediction": "logits",
        "description": (
            "A small Show-o, trained from nothing by this project on pictures composed of freely licensed drawings: it "
            "draws what a prompt in English or Hindi says in 128 pixels, flat, in lines or in a cartoon's manner, and "
            "says what a picture shows. Grounds, colours, numbers and places are mostly right; shapes are rough, for "
            "it has not been trained for long. It has seen drawings alone, and of those only so many."
        ),
        "guidance": "w, 1 is none; the unconditional side has no text",
        "lacks": ("spacing", "sway", "question"),
        "options": {"sampler": ("unmask",)},
        # By its judge: less chance in the order of reveal draws the ground alone, less guidance other colours.
        "defaults": {"guidance": 7.0, "steps": 18, "reveal_noise": 20.0},
    },
    "transfusion": PAINTS | {"id": "pocket-transfusion", "title": "Pocket Transfusion", "architecture": "transfusion"},
    "dit": PAINTS | {"id": "pocket-dit", "title": "Pocket DiT", "architecture": "image_dit"},
}
"""What is trained → what its card says whatever came of the training."""


def picture_card(
    kind: str, network: Any, folder: Path, corpus: Path, parts: Mapping[str, ModelCard], training: dict[str, Any]
) -> ModelCard:
    """The card of the checkpoint in `folder`, without its judges' figures. parts: the cards of what was trained before
    it, by role. training: what is noted of it."""
    credits = msgspec.json.decode((corpus / "sources.json").read_bytes())
    files = {"network": "network.safetensors", "codec": "words.json"} | {role: weights_of(role) for role in parts}
    return ModelCard(
        **CARD,
        **KINDS[kind],
        network=dataclasses.asdict(network.config),
        parts={role: CardPart(architecture=part.architecture, network=part.network) for role, part in parts.items()},
        files={role: CardFile(name=name) for role, name in files.items()},
        parameters=sum(part.parameters for part in parts.values()) + weights(network),
        sources=tuple(Source(name=each["name"], licence=each["licence"], note=note(each)) for each in credits),
        figures={"training": training} | {role: part.figures for role, part in parts.items()},
        folder=str(folder),
    )


def weights_of(role: str) -> str:
    """The file of a part's weights."""
    return f"{role}.safetensors"


def note(credit: dict[str, Any]) -> str:
    """What a source gave: "in 3,201 pictures"."""
    return f"in {credit['pictures']:,} pictures" if credit.get("pictures") else ""


def weights(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())
