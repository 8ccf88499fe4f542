"""What captions say is read back as it was meant, in both languages."""

import random

import pytest

from engine.training.picture_captions import Item, Scene, captions
from tests.quality.picture_told import asked, told


def item(name: str = "apple", hindi: str = "सेब", **about: object) -> Item:
    return Item(name=name, key=name, hindi=(hindi,), source="", drawing="", **about)  # type: ignore[arg-type]


ONE = item(color="red", painted=True)
SCENES = [
    Scene(look="flat", ground="plain", ground_colors=("light blue",), items=(ONE,)),
    Scene(look="duotone", ground="plain", ground_colors=("white",), items=(item(count=4, color="gray", painted=True),)),
    Scene(look="line", ground="checks", ground_colors=("yellow", "black"), items=(item(place="top left"),)),
    Scene(look="3d", ground="disc", ground_colors=("purple", "white"), items=(ONE,)),
    Scene(look="3d", ground="meadow", items=(ONE, item("boat", "नाव", color="blue", painted=True)), relation="left"),
]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("language", ["english", "hindi"])
def test_what_is_read_is_so(scene: Scene, language: str) -> None:
    texts = captions(scene, language, 12, random.Random(3))
    found = [asked(scene, text) for text in texts]
    assert len(texts) > 5 and any(each.kind for each in found)
    assert all(set(each.shades) <= set(scene.ground_colors) for each in found)
    assert any(len(each.colors) == sum(bool(item.color) for item in scene.items) for each in found)
    assert all(told(text).language == language for text in texts)
    if len(scene.items) == 1:
        assert {told(text).count for text in texts} == {scene.items[0].count}
        assert {each.place for each in found} == {scene.items[0].place}


@pytest.mark.parametrize(
    ("text", "kind", "shades", "colors", "count"),
    [
        ("Three violet stars on a light green ground, flat", "plain", ("light green",), ("purple",), 3),
        ("two-tone grey cat", "", (), ("gray",), 1),
        ("6 boats on red and white stripes", "stripes", ("red", "white"), (), 6),
        ("a blue star to the left of a black cat at night, with stars", "night", (), ("blue", "black"), 1),
        ("दो रंगत वाली शैली, सफ़ेद गोल घेरे में भूरे रंग में पाँच घर", "disc", ("white",), ("brown",), 5),
        ("हल्की पीली पृष्ठभूमि पर नीले रंग में घर", "plain", ("light yellow",), ("blue",), 1),
        ("", "", (), (), 1),
    ],
)
def test_a_caption_of_anybody_is_read(
    text: str, kind: str, shades: tuple[str, ...], colors: tuple[str, ...], count: int
) -> None:
    found = told(text)
    assert (found.kind, found.shades, found.colors, found.count) == (kind, shades, colors, count)


def test_a_prompt_asks_for_colours_where_the_things_are() -> None:
    assert asked(SCENES[4], "a red apple to the left of a boat").colors == (("left", "red"),)
    assert asked(SCENES[4], "a blue boat right of a red apple").colors == (("left", "red"), ("right", "blue"))
    assert asked(SCENES[4], "an apple beside a boat").place == "left"
    assert asked(SCENES[0], "apple").colors == ()
