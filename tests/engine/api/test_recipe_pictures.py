"""A recipe comes back out of a picture, whatever it says; a picture without one is refused in one sentence."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from engine.api.errors import BadInput, Failure
from engine.api.ingredients import bare
from engine.api.params import validate
from engine.api.picture_files import PICTURE_ENDINGS, SIGNATURE
from engine.api.picture_tags import RECIPE
from engine.api.recipe import NoRecipe, Recipe, parse_recipe, read_recipe, recipe_for, write_picture
from engine.api.requests import ImageRequest
from engine.commands.encode import encode
from tests.engine.api.strategies import of
from tests.pictures import picture_work

FILES = {"n.safetensors": "abc"}


def valid(request: ImageRequest) -> bool:
    try:
        return bool(validate(request))
    except BadInput:
        return False


IMAGES = of(ImageRequest).filter(valid) | st.builds(
    ImageRequest, prompt=st.text().filter(lambda prompt: valid(ImageRequest(prompt=prompt)))
)


@pytest.mark.parametrize("ending", [".png", ".webp", ".jpg", ".PNG"])
@settings(max_examples=15)
@given(request_=IMAGES)
def test_the_recipe_comes_back_out_of_an_exported_picture(
    tmp_path_factory: pytest.TempPathFactory, ending: str, request_: ImageRequest
) -> None:
    folder = tmp_path_factory.mktemp("export")
    work = picture_work(folder / "source.png")
    write_picture(folder / f"work{ending}", work, recipe_for(request_, FILES, quartet="1"), encode)
    assert read_recipe(folder / f"work{ending}") == Recipe(
        request=bare(request_), files=FILES, made_with={"quartet": "1"}
    )


@pytest.mark.parametrize("ending", PICTURE_ENDINGS)
def test_a_picture_may_be_exported_without_its_recipe(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"work{ending}"
    write_picture(path, picture_work(tmp_path / "source.png"), "", encode)
    with pytest.raises(NoRecipe, match=f"work{ending} holds no Quartet recipe; choose a work that Quartet exported."):
        read_recipe(path)


def test_a_recipe_that_cannot_be_read_any_more_is_carried_all_the_same(tmp_path: Path) -> None:
    later = json.dumps({"version": 99, "request": {"modality": "image"}})
    write_picture(tmp_path / "a.png", picture_work(tmp_path / "source.png"), later, encode)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.info == {RECIPE: later}
    with pytest.raises(BadInput, match="is of version 99"):
        read_recipe(tmp_path / "a.png")


def test_what_made_it_is_named_with_its_version(tmp_path: Path) -> None:
    recipe = recipe_for(ImageRequest(prompt="a red house"), quartet="1.2")
    write_picture(tmp_path / "a.png", picture_work(tmp_path / "source.png"), recipe, encode)
    with Image.open(tmp_path / "a.png") as picture:
        assert (picture.info["Software"], picture.info["Description"]) == ("Quartet 1.2", "a red house")
        assert parse_recipe(picture.info[RECIPE]) == parse_recipe(recipe)


def test_a_picture_that_is_gone_says_so(tmp_path: Path) -> None:
    work = picture_work(tmp_path / "source.png")
    Path(work.path).unlink()
    with pytest.raises(Failure, match="is no longer there; make it again"):
        write_picture(tmp_path / "a.png", work, "{}", encode)


def foreign(path: Path, **words: str) -> Path:
    info = PngImagePlugin.PngInfo()
    for keyword, text in words.items():
        info.add_text(keyword, text)
    Image.new("RGB", (4, 4)).save(path, pnginfo=info)
    return path


def test_the_prompt_of_another_program_s_picture_is_said(tmp_path: Path) -> None:
    path = foreign(tmp_path / "a.png", parameters="a cat,\non a mat\nNegative prompt: dog\nSteps: 20, Seed: 5")
    with pytest.raises(NoRecipe, match=r"^a.png holds no Quartet recipe, but a prompt .*: “a cat, on a mat”$"):
        read_recipe(path)


@pytest.mark.parametrize("words", [{}, {"prompt": '{"3": {}}', "workflow": "{}"}, {"parameters": "Steps: 20"}])
def test_a_picture_of_another_program_holds_no_recipe(tmp_path: Path, words: dict[str, str]) -> None:
    with pytest.raises(NoRecipe, match="choose a work that Quartet exported"):
        read_recipe(foreign(tmp_path / "a.png", **words))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 1, "request": {"modality": "image", "steps": 0}}'])
def test_a_damaged_recipe_in_a_picture_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput, match="recipe|Steps"):
        read_recipe(foreign(tmp_path / "a.png", quartet=text))


HEADS = [b"", SIGNATURE, b"\xff\xd8\xff\xe1", b"RIFF\0\0\0\0WEBP", SIGNATURE + b"\0\0\0\x40tEXtquartet\0"]


@given(st.sampled_from(HEADS), st.binary(max_size=300), st.sampled_from(PICTURE_ENDINGS))
def test_garbage_is_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, rest: bytes, ending: str
) -> None:
    path = tmp_path_factory.mktemp("any") / f"a{ending}"
    path.write_bytes(head + rest)
    with pytest.raises(BadInput) as said:
        read_recipe(path)
    assert "\n" not in str(said.value)
