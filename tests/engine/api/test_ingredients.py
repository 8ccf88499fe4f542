"""What a work was made of: files known by their hashes, and recordings found again by their names."""

import hashlib
import json
from pathlib import Path

import msgspec
import pytest

from engine.api.cards import CardFile, ModelCard, pick
from engine.api.ingredients import bare, beside, ingredients, kept_place, missing
from engine.api.recipe import read_recipe, recipe_for
from engine.api.requests import ImageRequest, SpeechRequest, TextRequest
from engine.api.voices import Voice


def card(id: str, modality: str, **companions: str) -> ModelCard:
    files = {"network": CardFile(name="network.safetensors", sha256=f"hash of {id}")}
    return ModelCard(
        id=id, title=id, modality=modality, architecture="x", network={}, codec="y", path="z", prediction="p",
        files=files, licence="MIT", parameters=1, companions=companions,
    )  # fmt: skip


CARDS = {
    each.id: each
    for each in (
        card("pocket-text", "text"),
        card("pocket-speech", "speech", prosody="pocket-prosody"),
        card("pocket-prosody", "prosody"),
        card("pocket-vocoder", "vocoder"),
        card("pocket-pictures", "image"),
    )
}
VOICES = {
    id: Voice(id=id, title=id.title(), language="english", transcript="x", sound=CardFile(name="voice.wav", sha256=id))
    for id in ("heart", "emma", "omega")
}
SPEAKING = {
    "network.safetensors": "hash of pocket-speech",
    "pocket-vocoder/network.safetensors": "hash of pocket-vocoder",
    "pocket-prosody/network.safetensors": "hash of pocket-prosody",
}


def of(request: SpeechRequest | TextRequest | ImageRequest) -> dict[str, str]:
    return ingredients(request, CARDS.__getitem__, lambda: VOICES)


def test_a_text_is_made_of_its_checkpoint() -> None:
    assert of(TextRequest()) == {"network.safetensors": "hash of pocket-text"}


def test_speech_is_made_of_its_checkpoint_the_companions_and_everybody_who_speaks() -> None:
    script = SpeechRequest(text="Hello.\n[Emma] Yes?\n[emma] Oh.", voice="heart")
    assert of(script) == SPEAKING | {"heart/voice.wav": "heart", "emma/voice.wav": "emma"}


def test_a_voice_without_a_known_hash_is_read(tmp_path: Path) -> None:
    (tmp_path / "voice.wav").write_bytes(b"me")
    mine = msgspec.structs.replace(VOICES["heart"], sound=CardFile(name="voice.wav"), folder=str(tmp_path))
    made = ingredients(SpeechRequest(text="Hi."), CARDS.__getitem__, lambda: {"heart": mine})
    assert made["heart/voice.wav"] == hashlib.sha256(b"me").hexdigest()


@pytest.fixture
def edit(tmp_path: Path) -> SpeechRequest:
    path = tmp_path / "home" / "secret name" / "talk.wav"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"words")
    return SpeechRequest(text="New words.", transcript="Old words.", recording=str(path))


def test_a_recording_that_is_changed_is_known_by_its_hash_and_nobody_else_speaks(edit: SpeechRequest) -> None:
    assert of(edit) == SPEAKING | {"recording/talk.wav": hashlib.sha256(b"words").hexdigest()}


def test_a_recipe_does_not_say_where_a_recording_lies(edit: SpeechRequest) -> None:
    recipe = recipe_for(edit, of(edit))
    assert "secret" not in recipe and "home" not in recipe
    assert json.loads(recipe)["request"]["recording"] == "talk.wav"


@pytest.mark.parametrize("path", ["C:\\Users\\me\\talk.wav", "/home/me/talk.wav", "talk.wav"])
def test_the_name_of_a_recording_is_that_of_any_system(path: str) -> None:
    assert bare(SpeechRequest(text="x", recording=path)).recording == "talk.wav"


@pytest.mark.parametrize(("content", "found"), [(b"words", True), (b"other words", False), (None, False)])
def test_a_recording_is_found_beside_the_recipe_if_it_is_the_same(
    edit: SpeechRequest, tmp_path: Path, content: bytes | None, found: bool
) -> None:
    (tmp_path / "work.json").write_text(recipe_for(edit, of(edit)))
    if content is not None:
        (tmp_path / "talk.wav").write_bytes(content)
    read = read_recipe(tmp_path / "work.json").request
    assert isinstance(read, SpeechRequest)
    assert read.recording == (str((tmp_path / "talk.wav").resolve()) if found else "talk.wav")
    assert read == msgspec.structs.replace(edit, recording=read.recording)


def test_an_old_recipe_that_says_where_its_recording_lies_still_finds_it(edit: SpeechRequest, tmp_path: Path) -> None:
    assert beside(edit, tmp_path, {}) == edit


def test_a_recording_that_is_away_is_asked_for_in_one_sentence(
    edit: SpeechRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert missing(edit) is None and missing(TextRequest()) is None
    asked = missing(bare(edit))
    assert asked == "The recording talk.wav does not lie beside this work; put it there, or choose it."


def test_who_is_not_there_is_left_out() -> None:
    def card(id: str) -> ModelCard:
        return pick(id, {id: card for id, card in CARDS.items() if id != "pocket-vocoder"})

    made = ingredients(SpeechRequest(text="[Nobody] Hello.\n[Emma] Yes."), card, lambda: VOICES)
    assert set(made) == {"network.safetensors", "pocket-prosody/network.safetensors", "emma/voice.wav"}


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def painted(tmp_path: Path) -> ImageRequest:
    """A picture and its mask, which are called alike, as data sets call them."""
    for folder, content in (("photos", b"picture"), ("masks", b"mask")):
        (tmp_path / "secret" / folder).mkdir(parents=True)
        (tmp_path / "secret" / folder / "a.png").write_bytes(content)
    home = tmp_path / "secret"
    return ImageRequest(prompt="a boat", picture=str(home / "photos" / "a.png"), mask=str(home / "masks" / "a.png"))


def test_a_picture_and_its_mask_are_two_files_even_if_they_have_one_name(painted: ImageRequest) -> None:
    made = of(painted)
    assert made == {
        "network.safetensors": "hash of pocket-pictures", "picture/a.png": sha(b"picture"), "mask/a.png": sha(b"mask"),
    }  # fmt: skip
    recipe = recipe_for(painted, made)
    assert "secret" not in recipe and json.loads(recipe)["request"]["mask"] == "a.png"


def test_what_lies_beside_the_work_is_found_and_what_the_library_keeps(painted: ImageRequest, tmp_path: Path) -> None:
    recipe = tmp_path / "out" / "work.json"
    recipe.parent.mkdir()
    recipe.write_text(recipe_for(painted, of(painted)))
    (recipe.parent / "a.png").write_bytes(b"picture")
    kept = kept_place(sha(b"mask"), "a.png")
    read = read_recipe(recipe).request
    assert isinstance(read, ImageRequest) and missing(read) is not None
    assert (read.picture, read.mask) == (str((recipe.parent / "a.png").resolve()), "a.png")
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"mask")
    read = read_recipe(recipe).request
    assert isinstance(read, ImageRequest) and missing(read) is None
    assert read.mask == str(kept.resolve())
    kept.write_bytes(b"changed")
    assert read_recipe(recipe).request == msgspec.structs.replace(read, mask="a.png")


@pytest.mark.parametrize("hash", ["../../secret/masks", "", "x" * 64])
def test_a_recipe_leads_nowhere_but_to_what_is_kept(painted: ImageRequest, tmp_path: Path, hash: str) -> None:
    assert beside(bare(painted), tmp_path, {"mask/a.png": hash}) == bare(painted)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (ImageRequest(picture="a.png"), "The picture a.png does not lie beside this work; put it there, or choose it."),
        (ImageRequest(mask="m.png"), "The mask m.png does not lie beside this work; put it there, or choose it."),
        (ImageRequest(towards="b.png"), "The picture b.png does not lie beside this work; put it there, or choose it."),
    ],
)
def test_a_picture_that_is_away_is_asked_for_in_one_sentence(
    request_: ImageRequest, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert missing(request_) == said
