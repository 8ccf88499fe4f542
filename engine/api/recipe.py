"""A request as it is embedded in a file, and read back: what makes a work again, bit for bit.

JSON with a schema version, the version of Quartet and the hashes of the files it was made of. In Markdown it stands as
front matter, in plain text as the last line, in WAV and FLAC as a comment, in pictures under the name of Quartet.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from engine.api.errors import BadInput
from engine.api.files import write_atomically
from engine.api.ingredients import bare, beside
from engine.api.messages import PictureWork, SoundWork
from engine.api.params import short, validate
from engine.api.picture_files import PICTURE_ENDINGS, Encode, export_picture, read_texts
from engine.api.picture_tags import PARAMETERS, RECIPE, prompt_in, tags_of
from engine.api.requests import REQUESTS, Request
from engine.api.sound_comments import read_comments
from engine.api.sound_files import SOUND_ENDINGS, export_sound
from engine.api.sound_tags import tags_of as sound_tags_of

VERSION = 1
MARK = "quartet: "
TEXT_ENDINGS = (".txt", ".md")
DEPTH = "24"  # of exported sounds, unless another is asked for
READ_LIMIT = 64 * 2**20
SHOWN = 300  # letters of another program's prompt


class NoRecipe(BadInput):
    """A file that was not exported by Quartet, or without its recipe."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """What made a work. `files` are the SHA-256 of its ingredients, `made_with` the versions that ran."""

    request: Request
    files: dict[str, str] = {}
    made_with: dict[str, str] = {}
    version: int = VERSION


def recipe_for(request: Request, files: Mapping[str, str] | None = None, **made_with: str) -> str:
    """The recipe of a request as one line of JSON; of files it says what they are called, not where they lie."""
    return msgspec.json.encode(Recipe(request=bare(request), files=dict(files or {}), made_with=made_with)).decode()


def parse_recipe(text: str) -> Recipe:
    """The recipe in JSON. Raises BadInput for garbage, another version, an unknown modality, a value out of bounds."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput("This is not a Quartet recipe: it is not valid JSON.") from error
    version = raw.get("version") if isinstance(raw, dict) else None
    if not isinstance(version, int) or version < 1 or not isinstance(raw.get("request"), dict):
        raise BadInput("This is not a Quartet recipe: it holds no version and request.")
    if version > VERSION:
        known = f"this Quartet reads up to {VERSION}"
        raise BadInput(f"This recipe is of version {short(version)}; {known}. Update Quartet to use it.")
    modality = raw["request"].get("modality")
    if modality is None:
        raise BadInput(f"This recipe has no “modality” in its request; add one of {', '.join(REQUESTS)}.")
    if not isinstance(modality, str) or modality not in REQUESTS:
        raise BadInput(f"This recipe is for “{short(modality)}”, which this Quartet does not make.")
    try:
        recipe = msgspec.convert(raw, Recipe)
    except msgspec.ValidationError as error:
        raise BadInput(f"This recipe cannot be used: {error}.") from error
    validate(recipe.request)
    return recipe


def render_text(text: str, recipe: str, suffix: str) -> str:
    """An exported text: the recipe, unless it is empty, as front matter for `.md`, as the last line for `.txt`."""
    if not recipe:
        return f"{text}\n"
    if suffix == ".md":
        return f"---\n{MARK}{recipe}\n---\n\n{text}\n"
    return f"{text}\n\n{MARK}{recipe}\n"


def write_text(path: Path, text: str, recipe: str) -> None:
    """Export a text with its recipe to a `.txt` or `.md` file, atomically. BadInput for another ending."""
    if path.suffix.lower() not in TEXT_ENDINGS:
        raise BadInput(f"A text is written as .txt or .md, not “{path.suffix}”; change the name {path.name}.")
    write_atomically(path, render_text(text, recipe, path.suffix.lower()))


def write_sound(path: Path, sound: SoundWork, recipe: str, depth: str = DEPTH) -> None:
    """Export a sound with its recipe and tags, unless that is empty, to a `.wav` or `.flac` file, atomically.

    `depth` is one of `sound_files.DEPTHS`. BadInput for another ending, Failure where the sound is not there any more.
    """
    comment = MARK + _in_ascii(recipe) if recipe else ""
    export_sound(Path(sound.path), path, depth, comment, _sound_tags(sound, recipe))


def write_picture(path: Path, picture: PictureWork, recipe: str, encode: Encode, quality: int = 0) -> None:
    """Export a picture with its recipe and prompt, unless that is empty, to a `.png`, `.webp` or `.jpg`, atomically.

    `quality` is from 1 to 100, of the last two; 0 is what they have unless asked. BadInput for another ending, Failure
    where the picture is not there any more.
    """
    export_picture(Path(picture.path), path, _picture_tags(picture, recipe), encode, quality)


def _in_ascii(recipe: str) -> str:
    """No letters that some program might take for others."""
    return json.dumps(json.loads(recipe))


def _sound_tags(sound: SoundWork, recipe: str) -> dict[str, str]:
    """Tempo and key by which other programs know it; none of what cannot be read any more."""
    try:
        return sound_tags_of(parse_recipe(recipe).request, sound) if recipe else {}
    except BadInput:
        return {}


def _picture_tags(picture: PictureWork, recipe: str) -> dict[str, str]:
    """The recipe, and what other programs show of it, if it can still be read."""
    if not recipe:
        return {}
    try:
        read = parse_recipe(recipe)
    except BadInput:
        return {RECIPE: _in_ascii(recipe)}
    return tags_of(read.request, picture, read.made_with.get("quartet", ""), _in_ascii(recipe))


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file: a recipe by itself (`.json`; `.toml` with the request's fields, or a table of them), or any
    exported work.

    Recordings and pictures that lie beside the file, or that the library keeps, are found.
    """
    return _at_home(parse_recipe(_json_in(path)), path)


def read_settings(path: Path) -> tuple[Recipe, dict[str, Any]]:
    """The recipe, and by field what the file itself says: a recipe written by hand may leave the rest to defaults."""
    text = _json_in(path)
    recipe = _at_home(parse_recipe(text), path)
    said = (name for name in json.loads(text)["request"] if name != "modality")
    return recipe, {name: getattr(recipe.request, name) for name in said}


def _at_home(recipe: Recipe, path: Path) -> Recipe:
    return msgspec.structs.replace(recipe, request=beside(recipe.request, path.parent, recipe.files))


def _json_in(path: Path) -> str:
    try:
        if path.suffix.lower() in SOUND_ENDINGS:
            return _marked(path, read_comments(path))
        if path.suffix.lower() in PICTURE_ENDINGS:
            return _pictured(path, read_texts(path))
        with path.open("rb") as file:
            data = file.read(READ_LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BadInput(f"{path} cannot be read: {reason}; check the name.") from error
    if len(data) > READ_LIMIT:
        raise NoRecipe(f"{path.name} is too large to hold a Quartet recipe; choose an exported work.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NoRecipe(f"{path.name} holds no Quartet recipe; choose an exported work.") from error
    return _from_toml(path, text) if path.suffix.lower() == ".toml" else _embedded(path, text)


def _pictured(path: Path, texts: Mapping[str, str]) -> str:
    """The recipe among the texts of a picture; of another program's picture at least its prompt can be said."""
    prompt = " ".join(prompt_in(texts.get(PARAMETERS, "")).split())[:SHOWN]
    if RECIPE not in texts and prompt:
        raise NoRecipe(f"{path.name} holds no Quartet recipe, but a prompt that can be typed in: “{prompt}”")
    return _marked(path, [MARK + texts[RECIPE]] if RECIPE in texts else [])


def _from_toml(path: Path, text: str) -> str:
    try:
        told = msgspec.toml.decode(text)
        return json.dumps({"version": VERSION, "request": told.get("request", told)})
    except (msgspec.DecodeError, TypeError, ValueError, RecursionError) as error:
        raise BadInput(f"{path.name} is not valid TOML: {error}.") from error


def _embedded(path: Path, text: str) -> str:
    if path.suffix.lower() == ".json":
        return text
    # Not splitlines: a prompt may hold U+2028 and its like, which JSON leaves as they are.
    first = text.startswith(f"---\n{MARK}") and path.suffix.lower() != ".txt"
    return _marked(path, text.split("\n"), 0 if first else -1)


def _marked(path: Path, lines: Iterable[str], which: int = -1) -> str:
    """The recipe in the last of the lines that hold one, or in another of them."""
    marked = [line for line in lines if line.startswith(MARK)]
    if not marked:
        raise NoRecipe(f"{path.name} holds no Quartet recipe; choose a work that Quartet exported.")
    return marked[which][len(MARK) :]
