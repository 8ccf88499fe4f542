"""A recipe comes back from wherever it was written; garbage is refused in one sentence."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.cards import CardFile, ModelCard
from engine.api.errors import BadInput
from engine.api.params import validate
from engine.api.recipe import (
    VERSION,
    Recipe,
    parse_recipe,
    read_recipe,
    read_settings,
    recipe_for,
    render_text,
    write_text,
)
from engine.api.requests import TextRequest
from tests.engine.api.strategies import ANYTHING, of

CARD = ModelCard(
    id="a", title="A", modality="text", architecture="x", network={}, codec="y", path="z", prediction="p",
    files={"network": CardFile(name="n.safetensors", sha256="abc")}, licence="MIT", parameters=1,
)  # fmt: skip
MUTATED = st.sampled_from(sorted(json.loads(recipe_for(TextRequest()))["request"]))


def valid(request: TextRequest) -> bool:
    try:
        return bool(validate(request))
    except BadInput:
        return False


REQUESTS = of(TextRequest).filter(valid) | st.builds(
    TextRequest, prompt=st.text().filter(lambda p: valid(TextRequest(prompt=p)))
)


@given(REQUESTS, st.text(), st.sampled_from([".txt", ".md"]))
def test_the_recipe_comes_back_out_of_an_exported_text(
    tmp_path_factory: pytest.TempPathFactory, request_: TextRequest, text: str, ending: str
) -> None:
    path = tmp_path_factory.mktemp("export") / f"work{ending}"
    write_text(path, text.encode("utf-8", "replace").decode(), recipe_for(request_, CARD, quartet="1"))
    assert read_recipe(path) == Recipe(request=request_, files={"n.safetensors": "abc"}, made_with={"quartet": "1"})


@given(MUTATED, ANYTHING)
def test_a_recipe_with_any_value_changed_is_read_or_refused(name: str, value: Any) -> None:
    raw = json.loads(recipe_for(TextRequest()))
    raw["request"][name] = value
    refused_or_read(json.dumps(raw))


@given(st.dictionaries(st.sampled_from(["version", "request", "files", "made_with", "more"]), ANYTHING))
def test_anything_in_the_place_of_a_recipe_is_read_or_refused(raw: dict[str, Any]) -> None:
    refused_or_read(json.dumps(raw))


@given(st.text(max_size=50), st.integers(0, 400), st.integers(0, 50))
def test_a_recipe_with_any_letters_changed_is_read_or_refused(noise: str, place: int, length: int) -> None:
    text = recipe_for(TextRequest(prompt="x"))
    refused_or_read(text[:place] + noise + text[place + length :])


def refused_or_read(text: str) -> None:
    try:
        assert validate(parse_recipe(text).request)
    except BadInput as said:
        assert "\n" not in str(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "no version and request"),
        ('{"version": 1}', "no version and request"),
        ('{"version": 0, "request": {}}', "no version and request"),
        ('{"version": 2, "request": {}}', "This recipe is of version 2; this Quartet reads up to 1. Update Quartet"),
        ('{"version": 2%s, "request": {}}' % ("0" * 400), "of version a number of more than 12 digits"),
        ('{"version": 1, "request": {"modality": "smell"}}', "for “smell”, which this Quartet does not make"),
        ('{"version": 1, "request": {"modality": ["text"]}}', "which this Quartet does not make"),
        ('{"version": 1, "request": {"modality": "text", "steps": "many"}}', "steps"),
        ('{"version": 1, "request": {"modality": "text", "colour": 3}}', "colour"),
        ('{"version": 1, "request": {"modality": "text", "steps": 1%s}}' % ("0" * 400), "Steps must be from 1 to 200"),
        ('{"version": 1, "request": {"modality": "text", "guidance": 1%s}}' % ("0" * 400), "uidance"),
        ('{"version": 1, "request": {"modality": "text", "guidance": NaN}}', "Guidance must be from 1 to 10"),
        ('{"version": 1, "request": {"modality": "text", "prompt": "\\ud800"}}', "half of a character"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_recipe_is_said(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        parse_recipe(text)


def test_the_version_of_today_is_read() -> None:
    assert json.loads(recipe_for(TextRequest()))["version"] == VERSION


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"no recipe in here", "holds no Quartet recipe"),
        ("a.md", b"---\ntitle: x\n---\n", "holds no Quartet recipe"),
        ("a.png", bytes(range(256)), "holds no Quartet recipe"),
        ("a.toml", b"steps = = 3", "not valid TOML"),
        ("a.toml", b"modality = 'text'\nprompt = 2020-01-01", "not valid TOML"),
        ("a.toml", b"x = " + b"[" * 100_000, "not valid TOML"),
        ("a.json", b"{", "not valid JSON"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput, match=said):
        read_recipe(tmp_path / name)


def test_a_file_that_is_not_there_a_folder_and_an_endless_one_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path, Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(BadInput, match="cannot be read|too large"):
            read_recipe(path)


def test_a_text_that_looks_like_a_recipe_does_not_hide_its_own(tmp_path: Path) -> None:
    for ending in (".txt", ".md"):
        path = tmp_path / f"work{ending}"
        write_text(path, "---\nquartet: mine\n---\nquartet: yours", recipe_for(TextRequest(seed=7)))
        if ending == ".md":
            assert read_recipe(path).request.seed == 7
        else:
            assert path.read_text().splitlines()[-1].startswith('quartet: {"request"')


def test_windows_line_ends_and_byte_order_marks_do_no_harm(tmp_path: Path) -> None:
    for ending in (".txt", ".md"):
        text = render_text("a\nb", recipe_for(TextRequest(seed=7)), ending)
        path = tmp_path / f"work{ending}"
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        assert read_recipe(path).request.seed == 7


def test_a_recipe_by_hand_leaves_the_rest_unsaid(tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text('modality = "text"\nprompt = "Once"\nseed = 3\n')
    recipe, said = read_settings(path)
    assert said == {"prompt": "Once", "seed": 3}
    assert recipe.request == TextRequest(prompt="Once", seed=3)


def test_a_text_has_its_endings(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"written as .txt or .md, not “.doc”; change the name a.doc"):
        write_text(tmp_path / "a.doc", "x", "{}")
