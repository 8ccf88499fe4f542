"""Puts into the card of pocket-pictures what other ways come to, taught by the same pictures for as many steps.

    python -m tests.quality.picture_comparison --into FOLDER RUN …

Each RUN is a folder of `python -m engine train image` with its kind, its times and its null, and `picture_judge --note`
has judged it. The figures are of held-out prompts, in shares; but for frechet, where 0 is best.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from engine.api.cards import CARD, ModelCard, read_card
from engine.training.card import write_card

KINDS = {"showo": "Show-o", "transfusion": "Transfusion", "image_dit": "DiT"}
FIGURES = ("color", "ground", "one", "count", "place", "recall", "frechet")


def label(card: ModelCard) -> str:
    """What is compared: "DiT, even times, zeros for no prompt"."""
    words = [KINDS[card.architecture]]
    words.append("times by their losses" if card.figures["training"]["resampled"] else "even times")
    if "learned_null" in card.network:
        words.append("a learned null" if card.network["learned_null"] else "zeros for no prompt")
    return ", ".join(words)


def row(card: ModelCard) -> dict[str, Any]:
    """How large, how long, how good."""
    training, judged = card.figures["training"], card.figures["held_out"]
    told = {"parameters": card.parameters, "steps": training["steps"], "pictures_judged": judged["pictures"]}
    return told | {name: judged[name]["works"] for name in FIGURES if name in judged}


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Put a comparison into a card.")
    parser.add_argument("--into", type=Path, required=True, help="folder of the checkpoint whose card is written")
    parser.add_argument("runs", nargs="+", type=Path, help="folders of what it is compared with")
    options = parser.parse_args(args)
    card, others = read_card(options.into / CARD), [read_card(run / CARD) for run in options.runs]
    compared = {label(each): row(each) for each in others}
    write_card(msgspec.structs.replace(card, figures={**card.figures, "comparison": compared}))
    for name, figures in compared.items():
        print(name, *(f"{key} {value:g}" for key, value in figures.items()), sep="  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
