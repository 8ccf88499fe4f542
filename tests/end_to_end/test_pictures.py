"""A real engine draws: a picture from a prompt, a part of it anew, and says what it shows while another is drawn."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.api.messages import (
    Announced,
    Answered,
    Ask,
    Cancel,
    Cancelled,
    Failed,
    Finished,
    Generate,
    PictureWork,
    Stepped,
    Worded,
)
from engine.api.recipe import parse_recipe, read_recipe, write_picture
from engine.api.requests import ImageRequest
from engine.commands.encode import encode
from tests.engine_process import PATIENCE, ROOT, EngineProcess
from tests.tiny_pictures import SIDE, painted, tiny_pictures_template

__all__ = ["tiny_pictures_template"]
pytestmark = pytest.mark.end_to_end

APPLES = ImageRequest(prompt="two red apples", steps=4, seed=1)


@pytest.fixture(scope="module")
def home(tiny_pictures_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(tiny_pictures_template, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def engine(home: Path) -> Iterator[EngineProcess]:
    with EngineProcess(home / "log", "--device", "cpu", QUARTET_HOME=str(home)) as process:
        yield process.ready()


def test_a_prompt_becomes_a_picture(engine: EngineProcess, home: Path) -> None:
    announced = engine.heard[0]
    assert isinstance(announced, Announced) and "image" in announced.modalities
    engine.say(Generate(job="apples", request=APPLES))
    end = engine.end("apples")
    assert isinstance(end, Finished) and isinstance(end.work, PictureWork), end
    assert Path(end.work.path).parent == home / "pictures" and 0 < end.network_time < end.elapsed
    assert Image.open(end.work.path).size == (SIDE, SIDE) and parse_recipe(end.recipe).request == APPLES


def test_only_what_is_masked_changes(engine: EngineProcess, tmp_path: Path) -> None:
    pixels = painted(tmp_path / "a.png", 48, 32)
    mask = np.zeros((32, 48), np.uint8)
    mask[8:24, 16:32] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    names: dict[str, Any] = {"picture": str(tmp_path / "a.png"), "mask": str(tmp_path / "m.png")}
    engine.say(Generate(job="masked", request=ImageRequest(prompt="a red house", steps=3, **names)))
    end = engine.end("masked")
    assert isinstance(end, Finished) and isinstance(end.work, PictureWork), end
    after = np.asarray(Image.open(end.work.path))
    assert np.array_equal(after[mask == 0], pixels[mask == 0]) and not np.array_equal(after, pixels)


def test_a_picture_is_asked_about_while_another_is_drawn(engine: EngineProcess, tmp_path: Path) -> None:
    painted(tmp_path / "a.png")
    engine.say(Generate(job="long", request=ImageRequest(prompt="a blue boat", steps=200)))
    engine.wait_for(Stepped, job="long")
    engine.say(Ask(job="asked", checkpoint="pocket-pictures", picture=str(tmp_path / "a.png")))
    answer = engine.end("asked")
    said = [event.text for event in engine.heard if isinstance(event, Worded)]
    assert isinstance(answer, Answered) and said and said[-1] == answer.text
    engine.say(Cancel(job="long"))
    engine.end("long")


def test_an_exported_picture_is_drawn_again_to_the_bit(engine: EngineProcess, home: Path, tmp_path: Path) -> None:
    engine.say(Generate(job="first", request=APPLES))
    end = engine.end("first")
    assert isinstance(end, Finished) and isinstance(end.work, PictureWork), end
    exported, again = tmp_path / "exported.png", tmp_path / "again.png"
    write_picture(exported, end.work, end.recipe, encode)
    command = ("-m", "engine", "image", "--recipe", str(exported), "--out", str(again))
    environment = os.environ | {"QUARTET_HOME": str(home), "QUARTET_DEVICE": "cpu", "OMP_NUM_THREADS": "1"}
    subprocess.run((sys.executable, *command), cwd=ROOT, env=environment, check=True, timeout=PATIENCE)
    one, other = Image.open(end.work.path), Image.open(again)
    assert np.array_equal(np.asarray(one), np.asarray(other))
    assert read_recipe(again).request == read_recipe(exported).request == APPLES


def test_a_question_that_is_taken_back_leaves_the_engine_at_work(engine: EngineProcess, tmp_path: Path) -> None:
    painted(tmp_path / "a.png")
    engine.say(Ask(job="stopped", checkpoint="pocket-pictures", picture=str(tmp_path / "a.png")))
    engine.wait_for(Worded, job="stopped")
    engine.say(Cancel(job="stopped"))
    assert isinstance(engine.end("stopped"), Cancelled | Answered)
    engine.say(Generate(job="after", request=APPLES))
    assert isinstance(engine.end("after"), Finished) and engine.process.poll() is None


def test_what_cannot_be_drawn_is_one_sentence_and_the_engine_goes_on(engine: EngineProcess, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    broken = Generate(job="broken", request=ImageRequest(prompt="a", picture=str(tmp_path / "a.png")))
    for command in (broken, Ask(job="blind", checkpoint="pocket-pictures", picture=str(tmp_path))):
        engine.say(command)
        end = engine.end(command.job)
        assert isinstance(end, Failed) and end.bad_input and "\n" not in end.sentence
    engine.say(Generate(job="again", request=APPLES))
    assert isinstance(engine.end("again"), Finished)
