"""Composed pictures: what their facts and captions say is what their pixels show."""

import json
import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.api.errors import BadInput
from engine.training import picture_corpus, picture_scenes
from engine.training.picture_captions import captions, words
from engine.training.picture_colors import NAMES, names
from engine.training.picture_corpus import HELD_OUT, JUDGE, TRAIN, PictureCorpus, build, is_held_out, made, split
from engine.training.picture_drawings import Drawing, clip_art, fit, framed, icons, raster, trimmed
from engine.training.picture_grounds import LANDSCAPES
from engine.training.picture_names import Vocabulary, thing
from engine.training.picture_scenes import Stock

SIZE = 64
THINGS = "anchor apple kite lamp drum bell star boat chair cup door fan hat jar key leaf moon nest owl pear".split()
SHAPES = (
    '<circle cx="12" cy="12" r="9" fill="{0}"/>',
    '<path d="M3 3H21V21H3Z" fill="{0}"/>',
    '<path d="M12 2L22 21H2Z" fill="{0}"/>',
)


def drawing(name: str, number: int, color: str = "currentColor", hindi: str = "लंगर") -> Drawing:
    svg = framed(SHAPES[number % 3].format(color) + f"<!-- {number} -->", (0, 0, 24, 24))
    return Drawing(f"set {number}", "flat", thing(name, (hindi,)), svg, plain=color == "currentColor")


DRAWINGS = [*fit(drawing(name, number) for name in THINGS for number in range(4))]
PARTS = {name: Stock.of(found) for name, found in split(DRAWINGS).items() if found}
MADE = [
    made({TRAIN: Stock.of(DRAWINGS), JUDGE: Stock.of(DRAWINGS), HELD_OUT: Stock.of(DRAWINGS)}, n, SIZE, 1)
    for n in range(150)
]


def test_every_drawing_stands_within_the_picture_where_its_facts_say() -> None:
    for entry, _ in MADE:
        for item in entry.items:
            assert len(item.boxes) == item.count
            for left, top, width, height in item.boxes:
                assert min(left, top) >= 0 and left + width <= SIZE + 1 and top + height <= SIZE + 1


def test_the_pixels_of_a_painted_thing_have_the_colour_of_its_facts() -> None:
    for entry, picture in MADE:
        for item in entry.items:
            for left, top, width, height in item.boxes:
                middle = picture[top + height // 2, left + width // 2]
                assert item.painted
                assert NAMES[names(middle)] == item.color


def test_a_thing_is_not_of_a_colour_of_its_ground() -> None:
    for entry, _ in MADE:
        assert {item.color for item in entry.items}.isdisjoint(
            LANDSCAPES.get(entry.scene.ground, entry.scene.ground_colors)
        )


def test_positions_are_as_related() -> None:
    found = set()
    for entry, _ in MADE:
        scene = entry.scene
        found.add(scene.relation)
        if scene.relation:
            centres = [(2 * x + w, 2 * y + h) for item in entry.items for x, y, w, h in item.boxes]
            axis = 1 if scene.relation == "above" else 0
            along = [centre[axis] for centre in centres]
            assert along == sorted(along) and along[0] + 10 < along[-1]
    assert found == {"", "left", "above", "row"}


def test_a_place_is_in_its_part_of_the_picture() -> None:
    placed = [item for entry, _ in MADE for item in entry.items if item.place]
    assert len({item.place for item in placed}) > 4
    for item in placed:
        (left, top, width, height) = item.boxes[0]
        x, y = (left + width / 2) / SIZE, (top + height / 2) / SIZE
        assert ("left" in item.place) == (x < 0.4) and ("right" in item.place) == (x > 0.6)
        assert ("top" in item.place) == (y < 0.4) and ("bottom" in item.place) == (y > 0.6)


def test_captions_name_the_things_and_their_number() -> None:
    for entry, _ in MADE:
        for caption in entry.said("english"):
            assert all(item.name in caption.lower() or item.name[:-1] in caption.lower() for item in entry.items)
            if entry.items[0].count > 1:
                number = entry.items[0].count
                assert words()["numbers"]["english"][number] in caption.lower() or str(number) in caption


def test_captions_say_no_colour_that_is_not_there() -> None:
    english = {word: name for name, color in words()["colors"].items() for word in color["english"]}
    for entry, _ in MADE:
        if entry.scene.ground in ("meadow", "night", "sea"):
            continue
        true = {item.color for item in entry.items} | {color.split()[-1] for color in entry.scene.ground_colors}
        for caption in entry.said("english"):
            assert {
                english[word] for word in caption.lower().replace(",", " ").replace(".", " ").split() if word in english
            } <= true


def test_captions_differ_and_stand_in_both_languages() -> None:
    for entry, _ in MADE:
        assert len({text for _, text in entry.captions}) == len(entry.captions)
        assert len(entry.said("english")) >= 3 and entry.said("hindi")
        assert not any("{" in text or "  " in text for _, text in entry.captions)


def test_what_has_no_hindi_name_has_no_hindi_caption() -> None:
    entry, _ = made(
        {TRAIN: Stock.of([trimmed(Drawing("set", "flat", thing("gizmo"), DRAWINGS[0].svg, True)) or DRAWINGS[0]])},
        3,
        SIZE,
        0,
    )
    assert captions(entry.scene, "hindi", 2, random.Random(0)) == []
    assert entry.said("english")


def test_no_name_and_no_drawing_stands_in_two_parts() -> None:
    parts = split(DRAWINGS)
    keys = {name: {each.thing.key for each in found} for name, found in parts.items()}
    marks = {name: {each.mark for each in found} for name, found in parts.items()}
    assert keys[HELD_OUT].isdisjoint(keys[TRAIN] | keys[JUDGE])
    assert all(map(is_held_out, keys[HELD_OUT]))
    assert keys[JUDGE] <= keys[TRAIN]
    assert marks[JUDGE].isdisjoint(marks[TRAIN])
    assert sum(map(len, parts.values())) == len(DRAWINGS)


def test_a_corpus_reads_back_what_was_composed(tmp_path: Path) -> None:
    account = [{"name": f"set {number}", "licence": "MIT", "drawings": 20} for number in range(4)]
    build(tmp_path, DRAWINGS, account, 30, SIZE, seed=5)
    corpus = PictureCorpus.load(tmp_path)
    assert sum(len(corpus.of(part)) for part in (TRAIN, JUDGE, HELD_OUT)) == 30
    again = [made(PARTS, number, SIZE, 5) for number in (7, 3)]
    assert np.array_equal(corpus.pictures([7, 3]), np.stack([picture for _, picture in again]))
    assert [corpus.entries[n].scene for n in (7, 3)] == [entry.scene for entry, _ in again]
    assert corpus.captions([7], random.Random(0))[0] in {text for _, text in corpus.entries[7].captions}
    credits = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))
    assert sum(each["pictures"] for each in credits) >= 30 and {each["licence"] for each in credits} == {"MIT"}


def test_a_folder_without_a_corpus_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no picture corpus in"):
        PictureCorpus.load(tmp_path)


def test_packing_loses_nothing() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    assert np.array_equal(picture_corpus.unpack(picture_corpus.pack(noise), SIZE), noise)


def test_trimming_fills_the_square_whatever_the_margins() -> None:
    small = Drawing(
        "set", "flat", thing("dot"), framed('<circle cx="40" cy="70" r="6" fill="#dd2222"/>', (0, 0, 100, 100))
    )
    shown = trimmed(small)
    assert shown is None  # next to nothing
    larger = Drawing(
        "set", "flat", thing("dot"), framed('<circle cx="60" cy="30" r="20" fill="#dd2222"/>', (0, 0, 100, 100))
    )
    shown = trimmed(larger)
    assert shown is not None and shown.color == "red"
    drawn = raster(shown.svg, 100)[..., 3] > 127
    assert drawn.any(0).sum() == pytest.approx(94, abs=3) and drawn.any(1).sum() == pytest.approx(94, abs=3)
    assert drawn[50, 50] and not drawn[2, 2]


def test_a_drawing_that_cannot_be_read_is_left_out() -> None:
    for svg in (
        "<svg><path",
        '<svg:svg xmlns:svg="http://www.w3.org/2000/svg" width="9"><svg:path d="M0 0H9V9Z"/></svg:svg>',
    ):
        assert [*fit([Drawing("set", "clip_art", thing("kite"), svg)])] == []


def test_a_drawing_that_fails_at_one_size_does_not_end_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(1000))

    def failing(svg: str, size: int) -> NDArray[np.uint8]:
        if next(calls) == 0:
            raise ValueError(size)
        return raster(svg, size)

    monkeypatch.setattr(picture_scenes, "raster", failing)
    entry, picture = made({TRAIN: Stock.of(DRAWINGS)}, 0, SIZE, 0)
    assert entry.items and picture.shape == (SIZE, SIZE, 3) and next(calls) > 1


def test_blank_repeated_and_lettered_drawings_are_left_out() -> None:
    once = drawing("anchor", 0)
    blank = Drawing("set", "flat", thing("ghost"), framed('<path d=""/>', (0, 0, 24, 24)))
    letters = Drawing(
        "set", "flat", thing("sign"), framed('<text x="2" y="20" font-size="20">A</text>', (0, 0, 24, 24))
    )
    assert len([*fit([once, once, blank, letters])]) == 1


def test_icons_keep_things_and_leave_buttons_brands_and_skin_tones() -> None:
    known = Vocabulary({"waving-hand": thing("waving hand")}, frozenset({"anchor", "apple"}))
    body = {"body": '<path d="M3 3H21V21H3Z" fill="currentColor"/>'}
    listed = (
        "anchor",
        "anchor-fill",
        "apple-logo",
        "arrow-left",
        "waving-hand",
        "waving-hand-medium-dark",
        "gun",
        "red-apple",
    )
    table = {"width": 24, "height": 24, "icons": dict.fromkeys(listed, body)}
    how = {"looks": {"": "line", "fill": "solid"}, "plain": True}
    found = [(each.thing.name, each.look) for each in icons("set", how, table, known)]
    assert found == [("anchor", "line"), ("anchor", "solid"), ("waving hand", "line"), ("red apple", "line")]


def test_clip_art_is_known_by_its_title_and_kept_clean(tmp_path: Path) -> None:
    folder = tmp_path / "usr/share/openclipart/svg/things"
    folder.mkdir(parents=True)
    page = '<svg><dc:title>{}</dc:title><rdf:li>{}</rdf:li><path d="M0 0H9V9Z"/></svg>'
    for number, (title, word) in enumerate(
        [("Anchor 02", "sea"), ("anchor", "weapon"), ("qwrt", "sea"), ("Simple anchor", "sea")]
    ):
        (folder / f"{number}.svg").write_text(page.format(title, word), encoding="utf-8")
    found = [each.thing.name for each in clip_art(tmp_path, Vocabulary({}, frozenset({"anchor"})))]
    assert found == ["anchor", "anchor"]
