"""A real engine makes music by a cascade of three networks that lie in one folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import soundfile

from engine.api.messages import Failed, Finished, Generate, Loading, SoundWork, SpectrogramPreview, Stepped
from engine.api.recipe import parse_recipe
from engine.api.requests import MusicRequest
from tests.engine_process import EngineProcess
from tests.tiny_music_cascade import ID, tiny_cascade_template

__all__ = ["tiny_cascade_template"]
pytestmark = pytest.mark.end_to_end


@pytest.fixture(scope="module")
def engine(tiny_cascade_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    home = tmp_path_factory.mktemp("home")
    (home / "models").symlink_to(tiny_cascade_template / "models")
    with EngineProcess(home / "log", "--device", "cpu", QUARTET_HOME=str(home)) as process:
        yield process.ready()


def asked(**fields: Any) -> MusicRequest:
    knobs: dict[str, Any] = dict(checkpoint=ID, steps=3, cascader_steps=2, upsampler_steps=2, seconds=1.5)
    return MusicRequest(**(knobs | dict(prompt="A piano.", chords="Am F", key="A minor", tempo=120.0) | fields))


def test_three_stages_are_loaded_drawn_and_heard(engine: EngineProcess) -> None:
    request = asked()
    engine.say(Generate(job="music", request=request))
    finished = engine.end("music")
    events = [event for event in engine.heard if getattr(event, "job", "") == "music"]
    assert isinstance(finished, Finished), finished
    work = finished.work
    assert isinstance(work, SoundWork) and (work.sample_rate, work.channels) == (24_000, 2)
    assert soundfile.info(work.path).frames == 36_000
    steps = [event for event in events if isinstance(event, Stepped)]
    assert [step.step for step in steps] == list(range(1, 8)) and {step.steps for step in steps} == {7}
    previews = [step.preview for step in steps if step.preview is not None]
    assert previews and all(isinstance(each, SpectrogramPreview) for each in previews)
    assert sum(isinstance(event, Loading) and event.fraction == 1.0 for event in events) == 3
    assert parse_recipe(finished.recipe).request == request
    Path(work.path).unlink()


def test_what_it_cannot_do_fails_with_one_sentence(engine: EngineProcess) -> None:
    engine.say(Generate(job="long", request=asked(seconds=60.0)))
    failed = engine.end("long")
    assert (
        isinstance(failed, Failed)
        and failed.bad_input
        and failed.sentence == ("tiny-cascade makes 4 s at most; ask for a shorter piece, or for fewer bars.")
    )
