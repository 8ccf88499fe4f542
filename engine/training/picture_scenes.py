"""Pictures composed of drawings, with the facts of what they show: how many, in which colours, where, on what ground.

A picture takes all its drawings from one set, so that its style has one name. What is drawn stands out from its ground:
that is measured on the pixels, and another ground taken where it does not. Positions are shares of the picture's side
until they are painted; pictures are (size, size, 3) uint8, sRGB.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from engine.training.picture_captions import LIGHT, Item, Scene, words
from engine.training.picture_colors import NAMES, TARGETS, Pixels, main_color, recolored, tinted
from engine.training.picture_drawings import Drawing, raster
from engine.training.picture_grounds import FAR, GROUNDS, LANDSCAPES, ground_colors, painted_ground, shade
from engine.training.picture_names import COLOR_WORDS

Box = tuple[float, float, float]  # left, top, side

KINDS = {"single": 0.42, "count": 0.2, "pair": 0.23, "place": 0.1, "row": 0.05}
LOOKS = {
    "flat": 4,
    "3d": 3,
    "cartoon": 4,
    "line": 2,
    "solid": 2.5,
    "clip_art": 1.5,
    "coloured_line": 1,
    "duotone": 0.7,
    "bold": 0.7,
    "thin": 0.6,
    "pixel": 0.5,
}
STANDS_OUT = 0.7  # of a drawing must be far from the ground behind it
RECOLORED = 0.35  # of the coloured drawings that can be
TRIES = 10
DISC = (0.5, 0.7)  # the sides of drawings that a disc goes round
Cells = tuple[tuple[tuple[float, float], ...], float]
CELLS: dict[int, list[Cells]] = {  # centres and the side of each, for so many
    2: [(((0.27, 0.5), (0.73, 0.5)), 0.42)],
    3: [(((0.19, 0.5), (0.5, 0.5), (0.81, 0.5)), 0.3), (((0.5, 0.27), (0.27, 0.73), (0.73, 0.73)), 0.4)],
    4: [(((0.27, 0.27), (0.73, 0.27), (0.27, 0.73), (0.73, 0.73)), 0.42)],
    5: [
        (((0.22, 0.22), (0.78, 0.22), (0.5, 0.5), (0.22, 0.78), (0.78, 0.78)), 0.32),
        (((0.19, 0.3), (0.5, 0.3), (0.81, 0.3), (0.33, 0.7), (0.67, 0.7)), 0.29),
    ],
    6: [(tuple((x, y) for y in (0.3, 0.7) for x in (0.19, 0.5, 0.81)), 0.29)],
}
THIRDS = {"left": 0, "center": 1, "right": 2, "top": 0, "bottom": 2}


@dataclass(frozen=True)
class Stock:
    """Drawings to choose from: by look, then by package, then by the key of their name."""

    looks: dict[str, dict[str, dict[str, list[Drawing]]]]

    @classmethod
    def of(cls, found: Iterable[Drawing]) -> "Stock":
        looks: dict[str, dict[str, dict[str, list[Drawing]]]] = {}
        for each in found:
            looks.setdefault(each.look, {}).setdefault(each.source, {}).setdefault(each.thing.key, []).append(each)
        return cls(looks)

    def pick(self, rng: random.Random) -> Drawing:
        """Every key of a look is as likely as any other of it, however many drawings it has."""
        looks = [*self.looks]
        packages = self.looks[rng.choices(looks, [LOOKS[look] for look in looks])[0]]
        keys = rng.choices([*packages.values()], [len(keys) for keys in packages.values()])[0]
        return rng.choice(keys[rng.choice([*keys])])

    def another(self, like: Drawing, not_of: set[str], rng: random.Random) -> Drawing | None:
        """Of the same set and look; None where no other key is left."""
        keys = self.looks[like.look][like.source]
        left = [key for key in keys if key not in not_of]
        return rng.choice(keys[rng.choice(left)]) if left else None


def composed(stock: Stock, size: int, rng: random.Random) -> tuple[Scene, Pixels]:
    """A scene and its picture."""
    kind, chosen = cast(stock, rng)
    relation, items, boxes = laid_out(kind, [shown(each) for each in chosen], rng)
    sprites = [sprite(each, round(places[0][2] * size), rng) for each, places in zip(chosen, boxes, strict=True)]
    ground, colors, picture = behind(sprites, boxes, size, rng)
    painted = []
    for item, (pixels, color, by_us), places in zip(items, sprites, boxes, strict=True):
        corners = [(round(left * size), round(top * size)) for left, top, _ in places]
        for corner in corners:
            put(picture, pixels, corner)
        told = tuple((left, top, len(pixels[0]), len(pixels)) for left, top in corners)
        painted.append(replace(item, color=color, painted=by_us, boxes=told))
    look = chosen[0].look
    return Scene(look=look, ground=ground, ground_colors=colors, items=tuple(painted), relation=relation), picture


def cast(stock: Stock, rng: random.Random) -> tuple[str, list[Drawing]]:
    """The kind of a scene, and what it is to show."""
    first = stock.pick(rng)
    kind = rng.choices([*KINDS], [*KINDS.values()])[0]
    if first.look == "thin" and kind in ("place", "row"):
        kind = "single"  # its lines are not to be seen in a small drawing
    chosen = [first]
    while len(chosen) < {"pair": 2, "row": 3}.get(kind, 1):
        more = stock.another(first, {each.thing.key for each in chosen}, rng)
        if more is None:
            return "single", [first]
        chosen.append(more)
    return "single" if kind == "count" and not first.thing.counted else kind, chosen


def shown(drawing: Drawing) -> Item:
    thing = drawing.thing
    return Item(
        name=thing.name,
        key=thing.key,
        hindi=thing.hindi,
        counted=thing.counted,
        source=drawing.source,
        drawing=drawing.mark,
    )


def laid_out(kind: str, items: list[Item], rng: random.Random) -> tuple[str, list[Item], list[list[Box]]]:
    """How the things stand to each other, the things with what is known of them now, and where each of them is."""
    if kind == "count":
        count = rng.choices([2, 3, 4, 5, 6], [5, 4, 3, 2, 2])[0]
        centres, side = rng.choice(CELLS[count])
        side *= rng.uniform(0.85, 1)
        return "", [replace(items[0], count=count)], [[around(x, y, side, rng, 0.03) for x, y in centres]]
    if kind == "place":
        place = rng.choice([*words()["places"]])
        side = rng.uniform(0.27, 0.4)
        return "", [replace(items[0], place=place)], [[around(*centre(place), side, rng, 0.03)]]
    if kind == "row":
        side = rng.uniform(0.26, 0.3)
        return "row", items, [[around(x, 0.5, side, rng, 0.02)] for x in (0.19, 0.5, 0.81)]
    if kind == "pair":
        return related(items, rng)
    side = rng.uniform(0.6, 0.95)
    return "", items, [[around(0.5, 0.5, side, rng, (1 - side) / 3)]]


def related(items: list[Item], rng: random.Random) -> tuple[str, list[Item], list[list[Box]]]:
    """Two things beside or above each other, sometimes told apart by their size too."""
    sides = [0.44, 0.44]
    if rng.random() < 0.25:
        small = rng.randrange(2)
        sides[small] = 0.24
        items = [replace(item, size="small" if number == small else "big") for number, item in enumerate(items)]
    relation = rng.choice(["left", "above"])
    centres = [(0.26, 0.5), (0.74, 0.5)] if relation == "left" else [(0.5, 0.26), (0.5, 0.74)]
    return relation, items, [[around(x, y, side, rng, 0.03)] for (x, y), side in zip(centres, sides, strict=True)]


def centre(place: str) -> tuple[float, float]:
    """Of the ninth of a picture that goes by that name."""
    said = place.split()
    row = next((THIRDS[word] for word in said if word in ("top", "bottom")), 1)
    column = next((THIRDS[word] for word in said if word in ("left", "right")), 1)
    return 0.24 + 0.26 * column, 0.24 + 0.26 * row


def around(x: float, y: float, side: float, rng: random.Random, jitter: float) -> Box:
    """A square about a centre that is moved a little, whole within the picture."""
    left, top = (place + rng.uniform(-jitter, jitter) - side / 2 for place in (x, y))
    return min(max(left, 0), 1 - side), min(max(top, 0), 1 - side), side


def sprite(drawing: Drawing, side: int, rng: random.Random) -> tuple[Pixels, str, bool]:
    """The drawing in so many pixels, its colour, and whether that was chosen here."""
    pixels = raster(drawing.svg, side)
    if drawing.plain:
        color = (
            rng.choice([*NAMES, "black", "black"]) if not drawing.thing.has_color() else named_color(drawing.thing.name)
        )
        return tinted(pixels, shade(color, rng)), color, True
    if drawing.color and not drawing.thing.has_color() and rng.random() < RECOLORED:
        color = rng.choice([*TARGETS])
        turned = recolored(pixels, color)
        if turned is not None:
            return turned, color, color != drawing.color
    return pixels, main_color(pixels), False


def named_color(name: str) -> str:
    """The colour that a name says, as a colour of ours; black for gold, rainbows and the like."""
    said = [word.replace("grey", "gray").replace("violet", "purple") for word in name.lower().split()]
    return next((word for word in said if word in COLOR_WORDS and word in NAMES), "black")


def behind(
    sprites: Sequence[tuple[Pixels, str, bool]], boxes: Sequence[Sequence[Box]], size: int, rng: random.Random
) -> tuple[str, tuple[str, ...], Pixels]:
    """A ground from which all of them stand out: its name, its colours, itself."""
    best, most = None, -1.0
    alone = len(boxes) == len(boxes[0]) == 1
    usual = GROUNDS if alone and DISC[0] <= boxes[0][0][2] <= DISC[1] else GROUNDS | {"disc": 0}
    for number in range(TRIES):
        ground = rng.choices([*usual], [*usual.values()])[0] if number < TRIES // 2 else "plain"
        colors = ground_colors(ground, rng) if number < TRIES - 2 else (("white",), ("black",))[number - TRIES + 2]
        picture = painted_ground(ground, colors, size, rng)
        shown = min(outstanding(picture, each[0], at[0]) for each, at in zip(sprites, boxes, strict=True))
        if {each[1] for each in sprites} & {each.removeprefix(LIGHT) for each in LANDSCAPES.get(ground, colors)}:
            shown /= 2
        if shown > most:
            best, most = (ground, colors, picture), shown
        if shown >= STANDS_OUT:
            break
    assert best is not None
    return best


def outstanding(picture: Pixels, pixels: Pixels, at: Box) -> float:
    """The share of what is drawn that is far in colour from what is behind it."""
    size = len(picture)
    left, top = round(at[0] * size), round(at[1] * size)
    back = picture[top : top + len(pixels), left : left + len(pixels[0])]
    front = pixels[: len(back), : len(back[0])]
    distance = np.sqrt(((front[..., :3].astype(float) - back) ** 2).sum(-1))
    drawn = front[..., 3] > 127
    return float((distance[drawn] > FAR).mean()) if drawn.any() else 0.0


def put(picture: Pixels, pixels: Pixels, corner: tuple[int, int]) -> None:
    """Lay a drawing over the picture, in place; `corner` is its left and top."""
    left, top = corner
    back = picture[top : top + len(pixels), left : left + len(pixels[0])]
    front = pixels[: len(back), : len(back[0])]
    alpha = front[..., 3:].astype(np.float32) / 255
    back[:] = np.round(alpha * front[..., :3] + (1 - alpha) * back).astype(np.uint8)
