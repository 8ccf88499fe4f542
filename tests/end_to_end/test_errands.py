"""A real engine makes sounds: speech and its parts, a step that is heard while a job runs, a recording prepared."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
import torch

from engine.api.messages import (
    Announced,
    Audition,
    Cancel,
    Cancelled,
    Failed,
    Finished,
    Generate,
    Heard,
    Listen,
    Prepare,
    Prepared,
    Rendered,
    SoundWork,
    Stepped,
)
from engine.api.recipe import parse_recipe
from engine.api.requests import MusicRequest, SpeechRequest
from engine.codecs.spectrogram_previews import spectrogram_preview
from tests.engine_process import EngineProcess
from tests.sounds import tone, write_floats
from tests.tiny_checkpoint import tiny_template
from tests.tiny_speech import tiny_speech_template

__all__ = ["tiny_speech_template", "tiny_template"]
pytestmark = pytest.mark.end_to_end

LISTEN = Listen(job="heard", vocoder="pocket-vocoder", preview=spectrogram_preview(torch.zeros(20, 100), 256 / 24_000))
TWO = "The river is wide today. Nobody wants to cross it now."


@pytest.fixture(scope="module")
def home(tiny_template: Path, tiny_speech_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(tiny_speech_template, folder, dirs_exist_ok=True)
    shutil.copytree(tiny_template, folder / "models" / "tiny")
    return folder


@pytest.fixture(scope="module")
def engine(home: Path) -> Iterator[EngineProcess]:
    with EngineProcess(home / "log", "--device", "cpu", QUARTET_HOME=str(home)) as process:
        yield process.ready()


def test_it_announces_what_it_has_checkpoints_for(engine: EngineProcess) -> None:
    announced = engine.heard[0]
    assert isinstance(announced, Announced) and announced.modalities == ("text", "speech", "music", "image")


def test_speech_is_made_part_by_part_and_as_a_whole(engine: EngineProcess, home: Path) -> None:
    request = SpeechRequest(text=TWO, voice="anna", steps=4, seed=1)
    engine.say(Generate(job="speech", request=request))
    end = engine.end("speech")
    assert isinstance(end, Finished) and isinstance(end.work, SoundWork), end
    assert parse_recipe(end.recipe).request == request
    parts = [event for event in engine.heard if isinstance(event, Rendered)]
    assert [(part.part, part.parts) for part in parts] == [(1, 2), (2, 2)]
    files = [Path(part.work.path) for part in parts if isinstance(part.work, SoundWork)] + [Path(end.work.path)]
    assert {file.parent for file in files} == {home / "sounds"} and len(set(files)) == 3
    assert soundfile.info(end.work.path).frames == sum(soundfile.info(str(file)).frames for file in files[:2])


def test_a_step_is_heard_and_a_recording_prepared_while_a_job_runs(engine: EngineProcess, tmp_path: Path) -> None:
    engine.generate("text", length=512, steps=200)
    engine.wait_for(Stepped, job="text")
    recording = write_floats(tmp_path / "a.wav", tone(1.5))
    engine.say(LISTEN, Prepare(job="prepared", path=str(recording)))
    heard, prepared = engine.end("heard"), engine.end("prepared")
    assert isinstance(heard, Heard) and heard.work.seconds == pytest.approx(20 * 256 / 24_000)
    assert isinstance(prepared, Prepared) and Path(prepared.work.path).exists()
    assert ("text", "Finished") not in engine.ends()
    engine.say(Cancel(job="text"))
    assert isinstance(engine.end("text"), Cancelled)


def test_an_errand_that_cannot_be_done_leaves_it_alive(engine: EngineProcess) -> None:
    engine.say(Prepare(job="none", path="/nowhere"), Listen(job="odd", vocoder="none", preview=LISTEN.preview), LISTEN)
    for job in ("none", "odd"):
        end = engine.end(job)
        assert isinstance(end, Failed) and end.bad_input
    assert isinstance(engine.end("heard"), Heard)


def test_the_lanes_of_a_piece_are_played_before_it_is_made(engine: EngineProcess) -> None:
    lanes = MusicRequest(chords="Am F C G", tempo=132, bars=4)
    engine.say(Audition(job="lanes", request=lanes, click=True), Audition(job="empty", request=MusicRequest()))
    heard, empty = engine.end("lanes"), engine.end("empty")
    assert isinstance(heard, Heard) and soundfile.info(heard.work.path).frames == round(16 * 60 / 132 * 44_100)
    assert isinstance(empty, Failed) and empty.bad_input and "no chords to hear" in empty.sentence
