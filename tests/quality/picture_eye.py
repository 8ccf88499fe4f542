"""What can be checked of a picture, found by a small network of our own: how many, where, in which colours, on what.

    QUARTET_JUDGES=FOLDER python -m tests.quality.picture_eye --corpus FOLDER [--steps 2000]

trains it on the judge's part of a corpus, whose drawings no generator has seen, into the folder of the judges, and
prints how often it is right on the part's pictures that it was not trained on and on those of names held out from all.
It knows no names: it answers what is asked of any thing.

Shapes: B batch, C channels, K answers.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.training.picture_captions import LIGHT, Scene
from engine.training.picture_colors import NAMES as COLORS
from engine.training.picture_corpus import HELD_OUT, JUDGE, PictureCorpus
from engine.training.picture_grounds import GROUNDS, LANDSCAPES
from tests.quality.picture_sight import (
    BATCH,
    CELLS,
    NUMBERS,
    Pixels,
    Trunk,
    disturbed,
    folder,
    keep,
    pooled,
    restored,
    seen,
    trained,
)

FILE = "picture_eye.safetensors"
KINDS = tuple(GROUNDS)
SHADES = (*COLORS, *(LIGHT + name for name in ("green", "blue", "purple", "yellow", "orange")))
PLACES = ("top left", "top", "top right", "left", "center", "right", "bottom left", "bottom", "bottom right")
LAYOUTS = (*PLACES, "beside", "above", "row", "group")
MOST = 6  # things
REGIONS = {
    "whole": (0, 8, 0, 8),
    "left": (0, 4, 0, 8),
    "right": (4, 8, 0, 8),
    "top": (0, 8, 0, 4),
    "bottom": (0, 8, 4, 8),
    "first": (0, 3, 0, 8),
    "second": (3, 5, 0, 8),
    "third": (5, 8, 0, 8),
}
"""Name → left, right, top, bottom in cells: where one of several things is."""
PARTS = {"left": ("left", "right"), "above": ("top", "bottom"), "row": ("first", "second", "third")}
"""Relation → the region of each thing."""


@dataclass(frozen=True)
class Facts:
    """What is so of a scene, by the numbers of answers. `colors` has the region and colour of each coloured thing."""

    count: int
    layout: int
    kind: int
    shades: tuple[int, ...]
    colors: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Seen:
    """What the eye finds in one picture: `colors` by region; `shades` from the likeliest ground colour on."""

    count: int
    layout: str
    kind: str
    shades: tuple[str, ...]
    colors: dict[str, str]

    def has_ground(self, kind: str, shades: Sequence[str]) -> bool:
        """Whether this is its ground: the kind, and each of the colours among as many as the kind has."""
        return self.kind == kind and set(shades) <= set(self.shades[: how_many(kind)])


def how_many(kind: str) -> int:
    """Colours of a ground."""
    return 0 if kind in LANDSCAPES else 1 if kind == "plain" else 2


def facts(scene: Scene, size: int) -> Facts:
    regions = PARTS.get(scene.relation, ("whole",))
    named = [
        ([*REGIONS].index(region), COLORS.index(item.color))
        for region, item in zip(regions, scene.items, strict=True)
        if item.color
    ]
    boxes = [box for item in scene.items for box in item.boxes]
    shades = () if scene.ground in LANDSCAPES else tuple(SHADES.index(name) for name in scene.ground_colors)
    return Facts(len(boxes) - 1, LAYOUTS.index(layout(boxes, size)), KINDS.index(scene.ground), shades, tuple(named))


def layout(boxes: Sequence[tuple[int, int, int, int]], size: int) -> str:
    """How things stand: the ninth that a single small one is in, or how several stand to each other."""
    centres = np.array([(left + width / 2, top + height / 2) for left, top, width, height in boxes]) / size
    if len(boxes) == 1:
        if boxes[0][2] > 0.5 * size:
            return "center"
        column, row = np.clip(np.round((centres[0] - 0.24) / 0.26), 0, 2).astype(int)
        return PLACES[3 * row + column]
    spread = np.ptp(centres, axis=0)
    if len(boxes) == 2:
        return "beside" if spread[0] > spread[1] else "above"
    return "row" if spread[1] < 0.15 else "group"


class Eye(nn.Module):
    """A trunk and an answer to each question from the mean and maximum over a region, for grounds the corners too."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        wide = self.trunk.width * CELLS * CELLS // 4
        self.place = nn.Sequential(nn.Conv2d(self.trunk.width, self.trunk.width, 3, 2, 1), nn.Flatten(), nn.ReLU())
        self.count, self.layout = nn.Linear(wide, MOST), nn.Linear(wide, len(LAYOUTS))
        self.kind, self.shades = (head(3 * self.trunk.width, len(each)) for each in (KINDS, SHADES))
        self.color = head(2 * self.trunk.width, len(COLORS))

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """(B, 3, 64, 64) -> logits (B, K) of each question; `color` (B, regions, K)."""
        cells = self.trunk(2 * pictures.contiguous(memory_format=torch.channels_last) - 1)
        corners = cells[:, :, :: CELLS - 1, :: CELLS - 1].mean((2, 3))
        places, ground = self.place(cells), torch.cat([pooled(cells), corners], 1)
        colors = torch.stack(
            [self.color(pooled(cells[:, :, top:bottom, left:right])) for left, right, top, bottom in REGIONS.values()],
            1,
        )
        return {
            "count": self.count(places),
            "layout": self.layout(places),
            "kind": self.kind(ground),
            "shades": self.shades(ground),
            "color": colors,
        }


def head(width: int, answers: int) -> nn.Module:
    return nn.Sequential(nn.Linear(width, 128), nn.ReLU(), nn.Dropout(0.2), nn.Linear(128, answers))


def loss(found: dict[str, Tensor], known: Sequence[Facts]) -> Tensor:
    """The sum over the questions; of colours, where a thing has one."""
    total = torch.zeros(())
    for name in ("count", "layout", "kind"):
        total = total + F.cross_entropy(found[name].float(), torch.tensor([getattr(each, name) for each in known]))
    shades = torch.zeros(len(known), len(SHADES))
    for row, each in enumerate(known):
        shades[row, list(each.shades)] = 1
    asked = F.binary_cross_entropy_with_logits(found["shades"].float(), shades, reduction="none")
    total = total + asked.sum(1).mean()
    at = [(row, region, color) for row, each in enumerate(known) for region, color in each.colors]
    if at:
        rows, regions, colors = torch.tensor(at).T
        total = total + 2 * F.cross_entropy(found["color"].float()[rows, regions], colors)
    return total


def learned(pictures: Tensor, known: Sequence[Facts], steps: int, state: Path | None = None) -> Eye:
    torch.manual_seed(0)
    eye = Eye()

    def batch(rng: np.random.Generator) -> Tensor:
        chosen = rng.integers(len(known), size=BATCH)
        torch.manual_seed(int(rng.integers(2**31)))
        return loss(eye(disturbed(pictures[chosen].float() / 255, rng)), [known[index] for index in chosen])

    trained(eye, batch, steps, state)
    return eye


@torch.inference_mode()
def looked(eye: Eye, pictures: Tensor) -> list[Seen]:
    """(B, 3, 64, 64), as `seen` makes them."""
    found = eye(pictures)
    best = {name: values.argmax(-1).tolist() for name, values in found.items()}
    order = found["shades"].argsort(-1, descending=True).tolist()
    return [
        Seen(
            count=best["count"][row] + 1,
            layout=LAYOUTS[best["layout"][row]],
            kind=KINDS[best["kind"][row]],
            shades=tuple(SHADES[number] for number in order[row]),
            colors={region: COLORS[color] for region, color in zip(REGIONS, best["color"][row], strict=True)},
        )
        for row in range(len(pictures))
    ]


@cache
def loaded() -> Eye:
    eye = restored(Eye(), FILE)
    assert isinstance(eye, Eye)
    return eye


def look(pictures: Pixels) -> list[Seen]:  # (B, S, S, 3)
    """What is seen in pictures of any side."""
    return [
        each
        for start in range(0, len(pictures), BATCH)
        for each in looked(loaded(), seen(pictures[start : start + BATCH]))
    ]


def right(found: Sequence[Seen], scenes: Sequence[Scene], size: int) -> dict[str, float]:
    """How often each question is answered as it is."""
    answers: dict[str, list[bool]] = {"color": [], "ground": [], "count": [], "one": [], "layout": []}
    for each, scene in zip(found, scenes, strict=True):
        so = facts(scene, size)
        answers["ground"].append(each.has_ground(scene.ground, [SHADES[number] for number in so.shades]))
        answers["count" if so.count else "one"].append(each.count == so.count + 1)
        answers["layout"].append(each.layout == LAYOUTS[so.layout])
        answers["color"] += [each.colors[[*REGIONS][region]] == COLORS[color] for region, color in so.colors]
    return {name: round(float(np.mean(values)), 4) for name, values in answers.items() if values}


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Train the network that checks what pictures show.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2000)
    options = parser.parse_args(args)
    torch.set_num_threads(1)
    corpus = PictureCorpus.load(options.corpus)
    of_judge = corpus.of(JUDGE)
    kept = [index for index in of_judge if corpus.entries[index].number % NUMBERS]
    tested = {"judge's": [index for index in of_judge if index not in set(kept)], "held out": [*corpus.of(HELD_OUT)]}
    pictures = torch.cat([(seen(corpus.pictures([index])) * 255).round().byte() for index in kept])
    known, state = [facts(corpus.entries[index].scene, corpus.size) for index in kept], folder() / f"{FILE}.state"
    eye = learned(pictures, known, options.steps, state)
    keep(eye, FILE, state)
    for name, indices in tested.items():
        found = look(corpus.pictures(indices))
        print(
            f"{name}, {len(indices)} pictures: {right(found, [corpus.entries[i].scene for i in indices], corpus.size)}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
