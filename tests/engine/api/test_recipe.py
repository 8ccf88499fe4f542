"""A recipe comes back from wherever it was written; garbage is refused in one sentence."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.errors import BadInput
from engine.api.ingredients import bare
from engine.api.params import validate
from engine.api.recipe import (
    READ_LIMIT,
    VERSION,
    Recipe,
    parse_recipe,
    read_recipe,
    read_settings,
    recipe_for,
    render_text,
    write_sound,
    write_text,
)
from engine.api.requests import Request, SpeechRequest, TextRequest
from tests.engine.api.strategies import ANYTHING, of
from tests.sounds import sound_work

FILES = {"n.safetensors": "abc"}
MUTATED = st.sampled_from(sorted(json.loads(recipe_for(TextRequest()))["request"]))


def valid(request: Request) -> bool:
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
    write_text(path, text.encode("utf-8", "replace").decode(), recipe_for(request_, FILES, quartet="1"))
    assert read_recipe(path) == Recipe(request=request_, files={"n.safetensors": "abc"}, made_with={"quartet": "1"})


SPEECH = of(SpeechRequest).filter(valid) | st.builds(
    SpeechRequest, text=st.text().filter(lambda text: valid(SpeechRequest(text=text)))
)


@pytest.mark.parametrize("ending", [".wav", ".flac", ".WAV"])
@settings(max_examples=25)
@given(request_=SPEECH)
def test_the_recipe_comes_back_out_of_an_exported_sound(
    tmp_path_factory: pytest.TempPathFactory, ending: str, request_: SpeechRequest
) -> None:
    folder = tmp_path_factory.mktemp("export")
    write_sound(folder / f"work{ending}", sound_work(folder / "source.wav", 0.01), recipe_for(request_, FILES))
    assert read_recipe(folder / f"work{ending}") == Recipe(request=bare(request_), files={"n.safetensors": "abc"})


@pytest.mark.parametrize("ending", [".txt", ".md", ".wav", ".flac"])
def test_a_work_may_be_exported_without_its_recipe(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"work{ending}"
    if ending in (".wav", ".flac"):
        write_sound(path, sound_work(tmp_path / "source.wav"), "")
    else:
        write_text(path, "Once there was a river.", "")
        assert path.read_text() == "Once there was a river.\n"
    with pytest.raises(BadInput, match="holds no Quartet recipe"):
        read_recipe(path)


@pytest.mark.parametrize("ending", [".wav", ".flac"])
def test_a_sound_of_another_program_holds_no_recipe(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"other{ending}"
    with soundfile.SoundFile(path, "w", 48_000, 2, "PCM_16") as file:
        file.comment = "quartets by Haydn"
        file.write(np.zeros((100, 2)))
    with pytest.raises(BadInput, match=f"other{ending} holds no Quartet recipe; choose a work that Quartet exported."):
        read_recipe(path)


@pytest.mark.parametrize("ending", [".wav", ".flac"])
def test_a_recipe_is_found_in_a_sound_that_is_too_large_for_a_text(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"long{ending}"
    write_sound(path, sound_work(tmp_path / "source.wav"), recipe_for(SpeechRequest(seed=7)))
    if ending == ".wav":  # nothing more in the samples' chunk, and the recipe behind it
        data = path.read_bytes()
        at = data.index(b"data")
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        behind = data[at + 8 + size + size % 2 :]
        path.write_bytes(data[: at + 4] + READ_LIMIT.to_bytes(4, "little"))
        with path.open("r+b") as file:
            file.seek(at + 8 + READ_LIMIT)
            file.write(behind)
    else:
        with path.open("r+b") as file:
            file.truncate(2 * READ_LIMIT)
    assert read_recipe(path).request.seed == 7


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
        ('{"version": 1, "request": {"steps": 3}}', "no “modality” in its request; add one of text,"),
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
        ("a.toml", b"steps = 3", "no “modality”"),
        ("a.toml", b"request = 3", "no version and request"),
        ("a.toml", b"modality = 'text'\nprompt = 2020-01-01", "not valid TOML"),
        ("a.toml", b"x = " + b"[" * 100_000, "not valid TOML"),
        ("a.json", b"{", "not valid JSON"),
        ("a.wav", b"RIFF", "holds no Quartet recipe"),
        ("a.wav", b"RIFF\x20\0\0\0WAVELIST\x16\0\0\0INFOICMT\x0a\0\0\0quartet: {", "not valid JSON"),
        ("a.flac", bytes(range(256)), "holds no Quartet recipe"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput, match=said):
        read_recipe(tmp_path / name)


def test_a_file_that_is_not_there_a_folder_and_an_endless_one_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path, tmp_path / "none.wav", Path("/dev/zero"), Path("a\0b")):
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


@pytest.mark.parametrize("head", ["", "[request]\n"])
def test_a_recipe_by_hand_leaves_the_rest_unsaid(head: str, tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text(f'{head}modality = "text"\nprompt = "Once"\nseed = 3\n')
    recipe, said = read_settings(path)
    assert said == {"prompt": "Once", "seed": 3}
    assert recipe.request == TextRequest(prompt="Once", seed=3)


def test_a_text_has_its_endings(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"written as .txt or .md, not “.doc”; change the name a.doc"):
        write_text(tmp_path / "a.doc", "x", "{}")
