"""Writes the golden files anew: `python -m tests.golden.make`. Do so only where the format is meant to change.

A file that an older Quartet wrote must always be readable, so a new version of the recipe gets files of its own beside
these, and these stay.
"""

import json
from pathlib import Path

from engine.api import wire
from engine.api.messages import Generate, Stepped, TextPreview
from engine.api.params import schema
from engine.api.picture_files import tagged_png
from engine.api.picture_tags import tags_of
from engine.api.recipe import Recipe, recipe_for, render_text
from engine.api.requests import ImageRequest, TextRequest
from engine.api.works import PictureWork

FOLDER = Path(__file__).parent
REQUEST = TextRequest(
    prompt="एक दिन — “Ravi”\n---\nquartet: not this line ____ 🎻",
    language="hinglish",
    style="story",
    length=64,
    steps=24,
    guidance=2.25,
    temperature=0.65,
    gamma=0.35,
    reveal_noise=2.0,
    confidence_stop=0.95,
    spacing="back-heavy",
    sway=-0.5,
    seed=4294967295,
    draft=(17, -1, 23),
    locked=(0,),
)
IMAGE = ImageRequest(
    prompt="एक लाल घर — “flat”\nSteps: none 🏠",
    steps=24,
    guidance=2.25,
    seed=4294967295,
    picture="boat.png",
    mask="mask.png",
    frame=(-10, 0, 128),
    change=0.75,
    draft=(17, -1, 23),
    locked=(0,),
)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c6338a121070002ca010fb973bd600000000049454e44ae426082"
)
TEXT = "Ravi ne kaha.\n\nquartet: is a word like any other\n---"
PREVIEW = TextPreview(
    ids=(17, -1, 23), pieces=("क्ष", " she", "."), confidence=(1.0, 0.25, 0.5), fixed=(True, False, False)
)
STEPPED = Stepped(job="j1", step=3, steps=24, level=0.875, elapsed=1.5, preview=PREVIEW)


def files() -> dict[str, bytes]:
    """Every golden file by its name, as this version writes it."""
    recipe = recipe_for(REQUEST, quartet="0.1.0")
    picture = json.dumps(json.loads(recipe_for(IMAGE, {"picture/boat.png": "0" * 64}, quartet="0.1.0")))
    words = tags_of(IMAGE, PictureWork(path="", width=1, height=1), "0.1.0", picture)
    return {
        "recipe-1.json": recipe.encode(),
        "work-1.txt": render_text(TEXT, recipe, ".txt").encode(),
        "work-1.md": render_text(TEXT, recipe, ".md").encode(),
        "work-1.png": tagged_png(PIXEL, words),
        "generate-1.frame": wire.encode(Generate(job="j1", request=REQUEST)),
        "stepped-1.frame": wire.encode(STEPPED, b"\x00\xff"),
        "text-request.schema.json": (json.dumps(schema(TextRequest), indent=2, ensure_ascii=False) + "\n").encode(),
    }


def main() -> None:
    """Write them all."""
    assert Recipe(request=REQUEST).version == 1, "a new version of the recipe needs files of its own"
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
