"""The home-made eye: what is so of a scene, and that it can learn to see it."""

import numpy as np
import pytest

from engine.training.picture_captions import Item, Scene
from engine.training.picture_colors import NAMES
from tests.quality import picture_eye as eye
from tests.quality.picture_sight import seen

RNG = np.random.default_rng(5)
SIDE = 128
RGB = {"red": (220, 38, 38), "blue": (37, 99, 225)}


def item(boxes: list[tuple[int, int, int, int]], color: str = "") -> Item:
    return Item(name="a", key="a", source="", drawing="", color=color, count=len(boxes), boxes=tuple(boxes))


def scene(*items: Item, relation: str = "", ground: str = "plain", colors: tuple[str, ...] = ("white",)) -> Scene:
    return Scene(look="flat", ground=ground, ground_colors=colors, items=items, relation=relation)


@pytest.mark.parametrize(
    ("boxes", "name"),
    [
        ([(10, 10, 100, 100)], "center"),
        ([(10, 12, 40, 40)], "top left"),
        ([(80, 46, 40, 40)], "right"),
        ([(44, 80, 40, 40)], "bottom"),
        ([(5, 40, 50, 50), (70, 42, 50, 50)], "beside"),
        ([(40, 2, 50, 50), (42, 70, 50, 50)], "above"),
        ([(2, 44, 40, 40), (44, 46, 40, 40), (86, 44, 40, 40)], "row"),
        ([(40, 5, 40, 40), (5, 70, 40, 40), (80, 70, 40, 40)], "group"),
    ],
)
def test_a_layout_is_known_by_where_things_are(boxes: list[tuple[int, int, int, int]], name: str) -> None:
    assert eye.layout(boxes, SIDE) == name


def test_facts_are_by_region() -> None:
    found = eye.facts(
        scene(item([(5, 40, 50, 50)], "red"), item([(70, 42, 50, 50)]), relation="left", colors=("light blue",)), SIDE
    )
    assert found.count == 1 and eye.LAYOUTS[found.layout] == "beside"
    assert found.colors == (([*eye.REGIONS].index("left"), NAMES.index("red")),)
    assert [eye.SHADES[number] for number in found.shades] == ["light blue"]


def test_a_ground_has_as_many_colours_as_its_kind() -> None:
    found = eye.Seen(1, "center", "stripes", ("red", "white", "blue"), {})
    assert found.has_ground("stripes", ("white", "red")) and found.has_ground("stripes", ("white",))
    assert not found.has_ground("stripes", ("blue", "red")) and not found.has_ground("dots", ("red",))
    assert not eye.Seen(1, "center", "plain", ("red", "white"), {}).has_ground("plain", ("white",))


def square(color: str, left: bool) -> tuple[Scene, np.ndarray]:
    """One on the left or two beside each other."""
    picture = np.full((SIDE, SIDE, 3), 255, np.uint8)
    top = int(RNG.integers(30, 50))
    boxes = [(10, top, 44, 44)] if left else [(10, top, 44, 44), (74, top, 44, 44)]
    for x, y, width, height in boxes:
        picture[y : y + height, x : x + width] = RGB[color]
    return scene(item(boxes, color)), picture


def test_it_learns_colours_and_numbers_of_squares() -> None:
    drawn = [square(["red", "blue"][number % 2], number % 4 < 2) for number in range(24)]
    pictures = (seen(np.stack([picture for _, picture in drawn])) * 255).round().byte()
    network = eye.learned(pictures, [eye.facts(each, SIDE) for each, _ in drawn], steps=30)
    fresh = [square(["red", "blue"][number % 2], number % 4 < 2) for number in range(8)]
    found = eye.looked(network, seen(np.stack([picture for _, picture in fresh])))
    right = eye.right(found, [each for each, _ in fresh], SIDE)
    assert right["color"] == right["count"] == right["one"] == 1
