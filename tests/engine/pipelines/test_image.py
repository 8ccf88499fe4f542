"""Pictures from a prompt, token by token; and of a picture that is given, only what is asked for is made anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.api.cards import find_cards
from engine.api.errors import BadInput
from engine.api.messages import PictureWork
from engine.api.requests import ImageRequest
from engine.api.sounds import NEW
from engine.codecs.pictures import read_picture, scaled, seen, shown
from engine.pipelines.contract import Live
from engine.pipelines.image import image
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from engine.samplers.showo_schedule import mask_lengths
from tests.engine.pipelines.drawn import made
from tests.tiny_pictures import BITS, GRID, SIDE, make, painted

APPLES = ImageRequest(prompt="two red apples", steps=5, seed=1)
ALL = GRID**2
CELL = SIDE // GRID


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    make(folder)
    make(folder, "masked", id="spaced")
    make(folder, id="sketched", preview=True)
    return folder


@pytest.fixture
def shelf(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("QUARTET_HOME", str(home))
    monkeypatch.setenv("QUARTET_ASSETS", str(tmp_path / "nothing"))
    yield Shelf(choose("cpu"))


@pytest.fixture
def given(tmp_path: Path) -> tuple[str, NDArray[np.uint8]]:
    """A picture of 80 × 64: its path and pixels. Its middle is the square from 8 to 72."""
    return str(tmp_path / "given.png"), painted(tmp_path / "given.png", 80, 64)


def asked(**fields: Any) -> ImageRequest:
    return msgspec.structs.replace(APPLES, **fields)


def pixels_of(work: PictureWork) -> NDArray[np.uint8]:
    return read_picture(Path(work.path))[0]


def decoded(codes: Any, shelf: Shelf) -> NDArray[np.uint8]:
    tokenizer: Any = shelf.network(find_cards()[0]["pocket-pictures"], role="tokenizer")
    return shown(tokenizer.decode(torch.tensor(codes)[None]))


def encoded(pixels: NDArray[np.uint8], shelf: Shelf) -> list[int]:
    tokenizer: Any = shelf.network(find_cards()[0]["pocket-pictures"], role="tokenizer")
    return list(tokenizer.encode(seen(scaled(pixels, SIDE, SIDE)))[0].tolist())


def masked(path: Path, width: int, height: int, left: int, top: int, right: int, bottom: int, value: int = 255) -> str:
    mask = np.zeros((height, width), np.uint8)
    mask[top:bottom, left:right] = value
    Image.fromarray(mask).save(path)
    return str(path)


def test_a_prompt_becomes_the_picture_of_its_tokens(shelf: Shelf) -> None:
    work, told = made(APPLES, shelf)
    assert Path(work.path).name.startswith(NEW) and (work.width, work.height) == (SIDE, SIDE)
    assert (work.grid, work.frame, len(work.codes)) == ((GRID, GRID), (0, 0, SIDE), ALL)
    assert all(0 <= code < 2**BITS for code in work.codes)
    assert np.array_equal(pixels_of(work), decoded(work.codes, shelf))
    last = told[-1].preview()
    assert last.codes == work.codes and last.pixels == pixels_of(work).tobytes()


def test_each_step_reveals_what_the_authors_would(shelf: Shelf) -> None:
    _, told = made(APPLES, shelf)
    hidden = [each.preview().codes.count(-1) for each in told]
    assert hidden == mask_lengths(5, ALL, ALL) and [each.step for each in told] == [1, 2, 3, 4, 5]
    first, last = told[0].preview(), told[-1].preview()
    assert (first.grid, first.whole, len(first.confidence)) == ((GRID, GRID), (SIDE, SIDE), ALL)
    assert not any(first.fixed) and len(first.pixels) == SIDE * SIDE * 3
    assert [each.level for each in told] == [count / ALL for count in hidden] and last.codes.count(-1) == 0


def test_steps_are_sketched_and_the_last_is_the_work_itself(shelf: Shelf) -> None:
    """What shows the steps changes nothing of what is drawn."""
    work, told = made(asked(checkpoint="sketched"), shelf)
    plain, told_plainly = made(APPLES, shelf)
    assert work.codes == plain.codes and np.array_equal(pixels_of(work), pixels_of(plain))
    same = [one.preview().pixels == other.preview().pixels for one, other in zip(told, told_plainly, strict=True)]
    assert same == [False, False, False, False, True]
    small: Any = shelf.network(find_cards()[0]["sketched"], role="preview")
    middle = told[2].preview()
    assert (middle.width, middle.codes) == (SIDE, told_plainly[2].preview().codes)
    assert np.ptp(np.frombuffer(middle.pixels, np.uint8)) > 0 and small.config.scale == CELL


def test_on_another_path_the_spacing_says_how_many(shelf: Shelf) -> None:
    counts = {}
    for spacing in ("front-heavy", "back-heavy"):
        _, told = made(asked(checkpoint="spaced", spacing=spacing), shelf)
        counts[spacing] = told[0].preview().codes.count(-1)
    assert counts["front-heavy"] > counts["back-heavy"]


def test_a_seed_is_a_picture(shelf: Shelf) -> None:
    codes = [made(asked(seed=seed), shelf)[0].codes for seed in (1, 1, 2)]
    assert codes[0] == codes[1] != codes[2]


def test_guidance_is_the_same_in_one_batch_and_in_two_passes(shelf: Shelf) -> None:
    batch, passes = (made(APPLES, shelf, Live(guidance=4.0, batched=each))[0] for each in (True, False))
    assert batch.codes == passes.codes != made(APPLES, shelf, Live(guidance=1.0))[0].codes


def test_guidance_and_gamma_are_turned_while_it_draws(shelf: Shelf) -> None:
    live = Live(guidance=3.0)
    making = image(APPLES, shelf, live)
    with torch.inference_mode():
        next(making)
        live.guidance, live.gamma = 9.0, 1.0
        told = list(making)
    assert told[-1].preview().codes != made(APPLES, shelf)[1][-1].preview().codes


def test_the_order_of_halton_is_one_of_the_seed(shelf: Shelf) -> None:
    def revealed(**fields: Any) -> list[list[bool]]:
        _, told = made(asked(reveal_order="halton", **fields), shelf)
        return [[code >= 0 for code in each.preview().codes] for each in told]

    first = revealed()
    assert revealed(prompt="a blue boat, flat") == first and revealed(seed=2) != first
    assert [row.count(False) for row in first] == mask_lengths(5, ALL, ALL)


def test_without_chance_the_likeliest_tokens_are_drawn(shelf: Shelf) -> None:
    sober = [made(asked(temperature=0, reveal_noise=0, seed=seed), shelf)[0].codes for seed in (1, 2)]
    assert sober[0] == sober[1]


def test_what_the_mask_leaves_out_stays_bit_for_bit(shelf: Shelf, given: Any, tmp_path: Path) -> None:
    path, pixels = given
    mask = masked(tmp_path / "m.png", 80, 64, 24, 16, 41, 32)
    work, told = made(asked(picture=path, mask=mask), shelf)
    after = pixels_of(work)
    painted = np.zeros((64, 80), bool)
    painted[16:32, 24:41] = True
    assert after.shape == pixels.shape and np.array_equal(after[~painted], pixels[~painted])
    assert not np.array_equal(after[painted], pixels[painted]) and work.frame == (8, 0, 64)
    fixed = np.array(told[0].preview().fixed).reshape(GRID, GRID)
    expected = np.ones((GRID, GRID), bool)
    expected[2:4, 2:5] = False  # cells of 8 pixels from 8 on: the mask ends one pixel into the third
    assert np.array_equal(fixed, expected)
    kept = np.array(encoded(pixels[:, 8:72], shelf)).reshape(GRID, GRID)
    assert np.array_equal(np.array(work.codes).reshape(GRID, GRID)[expected], kept[expected])


def test_grey_of_the_mask_blends(shelf: Shelf, given: Any, tmp_path: Path) -> None:
    path, pixels = given
    whole, half = (
        pixels_of(
            made(asked(picture=path, mask=masked(tmp_path / f"{v}.png", 80, 64, 24, 16, 40, 32, v)), shelf)[0]
        ).astype(float)
        for v in (255, 102)
    )
    place = slice(16, 32), slice(24, 40)
    between = pixels[place] + (whole[place] - pixels[place]) * 0.4
    assert np.abs(half[place] - between).max() <= 1


def test_a_frame_beyond_the_picture_makes_it_larger(shelf: Shelf, given: Any) -> None:
    path, pixels = given
    work, told = made(asked(picture=path, frame=(40, -16, 64)), shelf)
    after = pixels_of(work)
    assert (work.width, work.height, work.frame) == (104, 80, (40, 0, 64))
    assert np.array_equal(after[16:, :80], pixels)
    assert (after[:16, :40] == 255).all() and (after[64:, 80:] == 255).all()  # in neither
    assert told[0].preview().whole == (104, 80) and told[0].preview().frame == (40, 0, 64)
    fixed = np.array(told[0].preview().fixed).reshape(GRID, GRID)
    assert fixed[2:, :5].all() and not fixed[:2].any() and not fixed[:, 5:].any()


def test_change_says_how_many_tokens_are_forgotten(shelf: Shelf, given: Any) -> None:
    work, told = made(asked(picture=given[0], change=0.25), shelf)
    assert sum(told[0].preview().fixed) == ALL * 3 // 4
    before = encoded(given[1][:, 8:72], shelf)
    assert sum(a == b for a, b in zip(work.codes, before, strict=True)) >= ALL * 3 // 4


def test_no_change_is_what_the_tokenizer_makes_of_it(shelf: Shelf, given: Any) -> None:
    path, pixels = given
    work, told = made(asked(prompt="", picture=path, change=0, frame=(0, 0, SIDE)), shelf)
    codes = encoded(pixels[:SIDE, :SIDE], shelf)
    assert work.codes == tuple(codes) and len(told) == 1
    assert np.array_equal(pixels_of(work)[:SIDE, :SIDE], decoded(codes, shelf))


def test_beyond_the_picture_nothing_is_remembered(shelf: Shelf, given: Any) -> None:
    _, told = made(asked(picture=given[0], change=0, frame=(48, 0, 64)), shelf)
    fixed = np.array(told[0].preview().fixed).reshape(GRID, GRID)
    assert fixed[:, :4].all() and not fixed[:, 4:].any()


def test_between_two_pictures_their_latents_are_mixed(shelf: Shelf, given: Any, tmp_path: Path) -> None:
    path, pixels = given
    painted(tmp_path / "other.png", 64, 64, seed=1)
    tokenizer: Any = shelf.network(find_cards()[0]["pocket-pictures"], role="tokenizer")
    latents = [
        tokenizer.latent(seen(scaled(each, SIDE, SIDE))).clamp(-1, 1)
        for each in (pixels[:, 8:72], read_picture(tmp_path / "other.png")[0])
    ]
    for share in (0.0, 0.3, 1.0):
        request = asked(prompt="", picture=path, towards=str(tmp_path / "other.png"), between=share, change=0)
        work, told = made(request, shelf)
        mixed = shown(tokenizer.pixels(latents[0].lerp(latents[1], share)))
        assert told[-1].preview().pixels == mixed.tobytes()
        assert np.array_equal(pixels_of(work)[:, 8:72], scaled(mixed, 64, 64))


def test_between_two_pictures_only_that_on_which_they_differ_is_made_anew(
    shelf: Shelf, given: Any, tmp_path: Path
) -> None:
    pixels = given[1].copy()
    pixels[:32, 8:40] = 255 - pixels[:32, 8:40]
    Image.fromarray(pixels).save(tmp_path / "other.png")
    _, told = made(asked(picture=given[0], towards=str(tmp_path / "other.png")), shelf)
    first, second = encoded(given[1][:, 8:72], shelf), encoded(pixels[:, 8:72], shelf)
    assert list(told[0].preview().fixed) == [a == b for a, b in zip(first, second, strict=True)]


def test_a_draft_is_gone_on_from(shelf: Shelf) -> None:
    codes = list(made(APPLES, shelf)[0].codes)
    draft = tuple(-1 if place < 20 else code for place, code in enumerate(codes))
    work, told = made(asked(draft=draft, locked=(63,), seed=7), shelf)
    assert work.codes[20:] == tuple(codes[20:]) and work.codes[:20] != tuple(codes[:20])
    assert [place for place, fixed in enumerate(told[0].preview().fixed) if fixed] == [63]


def test_locked_tokens_are_never_taken_back(shelf: Shelf) -> None:
    codes = made(APPLES, shelf)[0].codes
    draft = (*codes[:32], *[-1] * 32)
    locked = tuple(range(0, 32, 2))
    work, _ = made(asked(draft=draft, locked=locked, gamma=1.0, steps=12), shelf)
    assert all(work.codes[place] == codes[place] for place in locked)
    assert work.codes[1:32:2] != codes[1:32:2]


def test_with_a_draft_the_picture_is_still_around_it(shelf: Shelf, given: Any) -> None:
    path, pixels = given
    codes = encoded(pixels[:SIDE, :SIDE], shelf)
    work, _ = made(asked(picture=path, frame=(0, 0, SIDE), draft=(-1, *codes[1:])), shelf)
    after = pixels_of(work)
    assert np.array_equal(after[SIDE:], pixels[SIDE:]) and np.array_equal(after[:, SIDE:], pixels[:, SIDE:])
    assert work.codes[1:] == tuple(codes[1:])


def test_a_prompt_that_is_too_long_is_said_to_be(shelf: Shelf) -> None:
    work, _ = made(asked(prompt="red apples " * 40), shelf)
    assert work.notes == ("The prompt is longer than this checkpoint reads: its end was left out.",)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (dict(prompt=" "), "Say what the picture shows."),
        (dict(mask="m.png"), "Choose a picture that the mask goes with."),
        (dict(frame=(0, 0, 32)), "Choose a picture that the frame goes with."),
        (dict(towards="b.png"), "Choose a picture that the second picture goes with."),
        (dict(picture="PICTURE", frame=(0, 0)), "A frame is three numbers, left, top and side, not 2; set it again."),
        (dict(picture="PICTURE", frame=(0, 0, 7)), "The frame has 7 pixels a side; make it 8 or more."),
        (
            dict(picture="PICTURE", frame=(80, 0, 32)),
            "The frame lies beside the picture; move it so that the two meet.",
        ),
        (dict(picture="PICTURE", frame=(0, -32, 32)), "The frame lies beside the picture; move it so that"),
        (dict(picture="PICTURE", frame=(0, 0, 90_000)), "Picture and frame together have 90,000 × 90,000 pixels; make"),
        (dict(picture="PICTURE", mask="SMALL"), "The mask has 64 × 64 pixels and the picture 80 × 64; make them"),
        (dict(picture="PICTURE", mask="BLACK"), "The mask is black where the frame is: paint white what is to be"),
        (dict(draft=(-1,) * 9), "The draft has 9 tokens and a picture of pocket-pictures 64; begin anew."),
        (dict(draft=(-1, *[64] * 63)), "The draft comes from another checkpoint; choose the one it was drawn with, or"),
        (dict(draft=(5,) * 64), "Nothing is left to draw: hide some tokens first."),
        (dict(draft=(-1,) * 64, locked=(64,)), "Place 64 is locked, and the draft ends at 63; lock its tokens again."),
        (dict(prompt="ஆப்பிள்"), "The prompt is written in Tamil letters, which this checkpoint does not know; write"),
    ],
)
def test_what_cannot_be_used_is_said(
    shelf: Shelf, given: Any, tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    painted(tmp_path / "small.png", 64, 64)
    names = {
        "PICTURE": given[0],
        "SMALL": str(tmp_path / "small.png"),
        "BLACK": masked(tmp_path / "black.png", 80, 64, 0, 0, 0, 0),
    }
    fields = {name: names.get(value, value) if isinstance(value, str) else value for name, value in fields.items()}
    with pytest.raises(BadInput) as error:
        made(asked(**fields), shelf)
    assert str(error.value).startswith(said) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        (dict(parts={}), "The card of broken describes no network for “tokenizer”; add it under [parts]."),
        (dict(codec=""), "broken needs the codec “”, which this Quartet lacks"),
        (dict(path="winding"), "The card of broken names the path “winding”, which this Quartet does not know"),
        (dict(architecture="masked_lm"), "broken is no checkpoint of pictures; choose one of showo"),
    ],
)
def test_a_card_that_does_not_fit_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, about: dict[str, Any], said: str
) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path))
    make(tmp_path, **{"id": "broken", "path": "showo"} | about)
    with pytest.raises(BadInput, match=said.replace("[", r"\[")):
        made(asked(checkpoint="broken"), Shelf(choose("cpu")))
