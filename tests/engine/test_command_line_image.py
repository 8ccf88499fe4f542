"""`python -m engine image`: pictures made without a window, as files that make themselves again."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.__main__ import main
from engine.api import paths
from engine.api.picture_files import read_texts
from engine.api.picture_tags import PARAMETERS
from engine.api.recipe import read_recipe
from engine.api.requests import ImageRequest
from tests.engine.commands import Ran, Run, assert_one_line
from tests.pictures import read_pixels, write_picture
from tests.tiny_pictures import tiny_pictures, tiny_pictures_template

__all__ = ["tiny_pictures", "tiny_pictures_template"]

PROMPT = "two red apples, एक लाल घर"
DRAW = ("image", "--prompt", PROMPT, "--steps", "3", "--seed", "1")


@pytest.fixture
def run(tiny_pictures: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process, with the tiny checkpoint as the only one."""
    monkeypatch.setenv("QUARTET_DEVICE", "cpu")
    capfd.readouterr()

    def ran(*arguments: str) -> Ran:
        code = main(list(arguments))
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


def left() -> list[Path]:
    return list(paths.pictures().glob("*"))


@pytest.mark.parametrize(
    ("name", "flags", "format"),
    [
        ("a.png", (), "PNG"),
        ("a.webp", (), "WEBP"),
        ("a.webp", ("--quality", "60"), "WEBP"),
        ("a.jpg", (), "JPEG"),
        ("a.JPEG", ("--quality", "30"), "JPEG"),
    ],
)
def test_a_picture_is_written_with_its_recipe_and_nothing_is_left_elsewhere(
    run: Run, tmp_path: Path, name: str, flags: tuple[str, ...], format: str
) -> None:
    out = tmp_path / name
    assert run(*DRAW, *flags, "--out", str(out)) == Ran(0, "", "")
    with Image.open(out) as picture:
        assert (picture.format, picture.size) == (format, (32, 32))
    assert read_recipe(out).request == ImageRequest(prompt=PROMPT, steps=3, seed=1)
    assert left() == []


def test_the_recipe_in_a_picture_makes_the_same_picture_again(run: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "a.png", tmp_path / "b.png"
    run(*DRAW, "--out", str(first))
    assert run("image", "--recipe", str(first), "--out", str(second)) == Ran(0, "", "")
    assert first.read_bytes() == second.read_bytes()
    assert run("image", "--recipe", str(first), "--out", str(tmp_path / "c.webp")) == Ran(0, "", "")
    assert np.array_equal(read_pixels(first), read_pixels(tmp_path / "c.webp"))
    assert run("image", "--recipe", str(tmp_path / "c.webp"), "--out", str(tmp_path / "d.png")) == Ran(0, "", "")
    assert first.read_bytes() == (tmp_path / "d.png").read_bytes()


def test_galleries_are_told_the_prompt(run: Run, tmp_path: Path) -> None:
    run(*DRAW, "--out", str(tmp_path / "a.png"))
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.info["Description"] == PROMPT
        assert re.match(r"Quartet \d", picture.info["Software"])
    assert read_texts(tmp_path / "a.png")[PARAMETERS].startswith(f"{PROMPT}\nSteps: 3, ")


@pytest.mark.parametrize("ending", [".png", ".webp", ".jpg"])
def test_a_picture_may_be_written_without_its_recipe(run: Run, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"a{ending}"
    assert run(*DRAW, "--out", str(out), "--no-recipe").code == 0
    assert not any(word in out.read_bytes() for word in (b"apples", b"uartet", b"iTXt", b"Exif", b"adobe"))
    assert_one_line(run("image", "--recipe", str(out)), 2, f"a{ending} holds no Quartet recipe")


def test_without_a_file_it_says_where_the_picture_is(run: Run) -> None:
    ran = run(*DRAW)
    (picture,) = left()
    assert ran == Ran(0, f"{picture}\n", "the picture is kept for a day; --out FILE keeps it for good\n")
    assert read_pixels(picture).shape == (32, 32, 3)


def test_events_tell_of_the_picture_and_its_file(run: Run, tmp_path: Path) -> None:
    ran = run(*DRAW, "--json", "--out", str(tmp_path / "a.png"))
    kinds = [event["type"] for event in ran.events]
    assert kinds[-4:] == ["Stepped"] * 3 + ["Finished"]
    work = ran.events[-1]["work"]
    assert (work["type"], work["width"], work["height"]) == ("picture", 32, 32)
    assert [Path(work["path"])] == left() and (tmp_path / "a.png").exists()
    assert json.loads(ran.events[-1]["recipe"])["request"]["prompt"] == PROMPT


def repaint(tmp_path: Path) -> tuple[str, ...]:
    photo, mask = write_picture(tmp_path / "in" / "boat.png", 48, 40), tmp_path / "in" / "mask.png"
    painted = np.zeros((40, 48), np.uint8)
    painted[:, 24:] = 255
    Image.fromarray(painted).save(mask)
    return *DRAW, "--picture", str(photo), "--mask", str(mask)


def test_a_changed_picture_is_made_again_where_its_pictures_lie_beside_it(run: Run, tmp_path: Path) -> None:
    flags = repaint(tmp_path)
    assert run(*flags, "--out", str(tmp_path / "in" / "a.png")) == Ran(0, "", "")
    assert str(tmp_path).encode() not in (tmp_path / "in" / "a.png").read_bytes()
    again = run("image", "--recipe", str(tmp_path / "in" / "a.png"), "--out", str(tmp_path / "in" / "b.png"))
    assert again == Ran(0, "", "")
    assert (tmp_path / "in" / "a.png").read_bytes() == (tmp_path / "in" / "b.png").read_bytes()


def test_a_changed_picture_whose_pictures_are_away_says_which_one_and_what_to_do(run: Run, tmp_path: Path) -> None:
    run(*repaint(tmp_path), "--out", str(tmp_path / "a.png"))
    assert_one_line(
        run("image", "--recipe", str(tmp_path / "a.png")),
        2,
        "The picture boat.png does not lie beside this work; put it there, or choose it.",
    )
    mask = str(tmp_path / "in" / "mask.png")
    (tmp_path / "boat.png").write_bytes((tmp_path / "in" / "boat.png").read_bytes())
    assert_one_line(run("image", "--recipe", str(tmp_path / "a.png")), 2, "The mask mask.png does not lie beside")
    given = run("image", "--recipe", str(tmp_path / "a.png"), "--mask", mask, "--out", str(tmp_path / "b.png"))
    assert given == Ran(0, "", "")
    assert np.array_equal(read_pixels(tmp_path / "a.png"), read_pixels(tmp_path / "b.png"))


def test_another_picture_of_that_name_is_remarked_on(run: Run, tmp_path: Path) -> None:
    run(*repaint(tmp_path), "--out", str(tmp_path / "in" / "a.png"))
    other = write_picture(tmp_path / "in" / "other" / "boat.png", 48, 40, seed=5)
    ran = run(
        "image", "--recipe", str(tmp_path / "in" / "a.png"), "--picture", str(other), "--out", str(tmp_path / "b.png")
    )
    assert (ran.code, ran.err) == (
        0,
        "a.png was made with other files than these: picture/boat.png; expect another work\n",
    )


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--quality", "0"), "--quality: must be a whole number from 1 to 100, not “0”"),
        (("--quality", "101"), "must be a whole number from 1 to 100"),
        (("--quality", "fine"), "must be a whole number from 1 to 100, not “fine”"),
        (("--quality", "９"), "must be a whole number from 1 to 100"),
        (("--out", "a.gif"), "The work is written as .png or .webp or .jpg or .jpeg, not “.gif”; change the name"),
        (("--recipe", "a.txt"), "a.txt cannot be read"),
    ],
)  # fmt: skip
def test_bad_flags_are_answered_in_one_line(run: Run, flags: tuple[str, ...], said: str) -> None:
    assert_one_line(run(*DRAW, *flags), 2, said)
