"""What a tab shows of pictures: jobs that make them, their variations, what they are compared with, what is said."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.api.image_request import ImageRequest
from engine.api.messages import Answered, Ask, Cancel, Failed, Finished, Generate, Worded
from engine.api.recipe import recipe_for
from studio.previews.picture_view import PictureView
from studio.state.hearing import Hearing
from studio.state.job import Job
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.tabs.looking import same_but_seed
from studio.tabs.viewer import Viewer
from tests.studio.fake_engine import FakeEngineClient, text_card
from tests.studio.previews.pictures import BLUE, GREEN, RED, file, run, work

pytestmark = pytest.mark.qt_log_ignore("OpenType support missing")

REQUEST = ImageRequest(prompt="three red apples", seed=7)
Make = Callable[..., Job]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path))


@pytest.fixture
def viewer(qtbot: QtBot, jobs: Jobs, library: Library, hearing: Hearing) -> Viewer:
    card = text_card(id="mute", modality="image", lacks=("question",))
    made = Viewer("image", jobs, library, hearing, QWidget(), [card])
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    jobs.job_changed.connect(made.show_job)
    return made


@pytest.fixture
def make(viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, tmp_path: Path) -> Make:
    """Runs a job to its end."""

    def made(request: ImageRequest = REQUEST, colour: object = GREEN) -> Job:
        job = jobs.add(request)
        finish(fake_engine, job, tmp_path, colour)
        found = jobs.job(job.id)
        assert found is not None
        return found

    return made


def finish(engine: FakeEngineClient, job: Job, folder: Path, colour: object = GREEN) -> None:
    for step in run(4, job.id):
        engine.say(step)
    made = work(folder / "made" / f"{job.id}.png", colour)  # type: ignore[arg-type]
    recipe, request = recipe_for(job.request), job.request
    assert isinstance(request, ImageRequest)
    engine.say(Finished(job=job.id, work=made, recipe=recipe, elapsed=4.0, network_time=3.9, preview_time=0.1))


def view(viewer: Viewer) -> PictureView:
    [found] = viewer.findChildren(PictureView)
    return found


def seeds(viewer: Viewer) -> list[tuple[int, bool]]:
    return [(tile.seed, tile.done) for tile in view(viewer).grid.tiles()]


def next_seeds(*numbers: int) -> list[ImageRequest]:
    return [msgspec.structs.replace(REQUEST, seed=seed) for seed in numbers]


# --- in the making, and done ---


def test_a_picture_is_seen_in_the_making_and_when_it_is_done(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, tmp_path: Path
) -> None:
    job = jobs.add(REQUEST)
    fake_engine.say(run(4, job.id)[0])
    canvas = view(viewer).canvas
    assert view(viewer).isVisible() and canvas.scene.layers[0].image.pixelColor(0, 0) == RED
    finish(fake_engine, job, tmp_path)
    assert canvas.scene.layers[0].image.pixelColor(0, 0) == GREEN and viewer.work is not None


def test_a_step_gone_back_to_is_run_again_from(viewer: Viewer, make: Make, qtbot: QtBot) -> None:
    make()
    viewer.stage._timeline._scrub(2)
    shown = view(viewer)
    assert shown.canvas.scene.layers[0].image.pixelColor(0, 0) == RED
    shown.canvas.heat = 1.0
    with qtbot.waitSignal(viewer.rerun_requested) as asked:
        shown._actions["rerun"].trigger()
    codes, locked = asked.args
    assert codes == (*range(100, 108), *[-1] * 8) and locked == ()


def test_an_opened_work_is_seen_with_its_steps(viewer: Viewer, make: Make, library: Library) -> None:
    make()
    make(ImageRequest(prompt="something else"), BLUE)
    older = library.all()[1]
    viewer.show_work(older)
    assert view(viewer).canvas.scene.layers[0].image.pixelColor(0, 0) == GREEN
    assert len(viewer.stage._timeline._kept) == 4


# --- variations ---


def test_variations_are_whatever_differs_by_the_seed_alone() -> None:
    other = msgspec.structs.replace(REQUEST, seed=99)
    assert same_but_seed(other, REQUEST)
    assert not same_but_seed(msgspec.structs.replace(other, guidance=4.0), REQUEST)
    assert not same_but_seed(msgspec.structs.replace(other, prompt="four"), REQUEST)


def test_variations_are_seen_as_they_finish(
    viewer: Viewer, make: Make, jobs: Jobs, fake_engine: FakeEngineClient, tmp_path: Path
) -> None:
    make()
    for request in next_seeds(8, 9):
        jobs.add(request)
    assert seeds(viewer) == [(7, True), (8, False), (9, False)]
    for left in ([(9, False)], []):
        running = jobs.running()
        assert running is not None
        finish(fake_engine, running, tmp_path)
        assert seeds(viewer) == [(7, True), (8, True), *(left or [(9, True)])]
    make(ImageRequest(prompt="something else"))
    assert seeds(viewer) == [(0, True)]


def test_those_of_yesterday_are_there_too(viewer: Viewer, make: Make, library: Library) -> None:
    for request in next_seeds(7, 8):
        make(request)
    viewer.show_work(library.all()[-1])
    assert seeds(viewer) == [(7, True), (8, True)]


def test_one_is_opened_from_the_grid_while_others_are_made(
    viewer: Viewer, make: Make, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    done = make()
    job = jobs.add(next_seeds(8)[0])
    view(viewer)._open(done.work_id or "")
    assert viewer.opened() and viewer.work is not None and viewer.work.id == done.work_id
    view(viewer)._actions["grid"].trigger()
    fake_engine.say(run(4, job.id, BLUE)[0])
    tiles = view(viewer).grid._tiles
    assert tiles.image(1).pixelColor(0, 0) == BLUE, "live, though another one is on the stage"
    view(viewer)._open(job.id)
    assert viewer.job is not None and viewer.job.id == job.id


def test_one_is_kept_exported_deleted_and_brought_back(
    viewer: Viewer, make: Make, library: Library, qtbot: QtBot
) -> None:
    for request in next_seeds(7, 8):
        make(request)
    shown = view(viewer)
    shown._actions["grid"].trigger()
    shown.grid.point(library.all()[0].id)
    shown._actions["keep"].trigger()
    assert library.all()[0].favourite and shown.grid.tiles()[1].kept
    with qtbot.waitSignal(viewer.export_requested, check_params_cb=lambda work: work.request.seed == 8):
        shown._actions["export"].trigger()
    shown._actions["delete"].trigger()
    assert [work.request.seed for work in library.all()] == [7]
    assert viewer.work is not None and viewer.work.request.seed == 7, "the one beside it took its place"
    viewer._looking._do("restore", "")
    assert seeds(viewer) == [(7, True), (8, True)]


# --- what it is compared with ---


def test_it_is_compared_with_its_source_the_one_before_and_its_variations(
    viewer: Viewer, make: Make, tmp_path: Path
) -> None:
    make(ImageRequest(prompt="something else"))
    source = file(tmp_path / "source.png", BLUE)
    for seed in (1, 2):
        make(ImageRequest(prompt="a hat", picture=source, frame=(-8, 0, 32), seed=seed))
    others = view(viewer)._pair.others
    assert [other.label for other in others] == ["The source picture", "The one before", "Seed 1"]
    assert others[0].at == (8.0, 0.0)


# --- what is said of it ---


def asked(engine: FakeEngineClient) -> Ask:
    return engine.commands(Ask)[-1]


def test_a_picture_is_asked_about_and_the_answer_grows(
    viewer: Viewer, make: Make, fake_engine: FakeEngineClient
) -> None:
    make()
    line = view(viewer).ask
    line.asked.emit("how many?", False)
    command = asked(fake_engine)
    assert viewer.work is not None and viewer.work.picture is not None
    assert (command.picture, command.question) == (viewer.work.picture.path, "how many?")
    assert command.checkpoint == REQUEST.checkpoint
    fake_engine.say(Worded(job=command.job, text="there are"))
    assert line.text() == "there are"
    fake_engine.say(Answered(job=command.job, text="there are three"))
    assert line.text() == "there are three"
    fake_engine.say(Worded(job=command.job, text="too late"))
    assert line.text() == "there are three"


def test_the_source_is_asked_about_even_before_anything_is_made_of_it(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, tmp_path: Path
) -> None:
    job = jobs.add(ImageRequest(prompt="a hat", picture=file(tmp_path / "source.png", BLUE)))
    fake_engine.say(run(4, job.id)[0])
    view(viewer).ask.asked.emit("", True)
    generated = fake_engine.commands(Generate)[-1].request
    assert isinstance(generated, ImageRequest) and asked(fake_engine).picture == generated.picture


def test_an_answer_can_be_stopped(viewer: Viewer, make: Make, fake_engine: FakeEngineClient) -> None:
    make()
    line = view(viewer).ask
    line.asked.emit("", False)
    fake_engine.say(Worded(job=asked(fake_engine).job, text="there"))
    line.stopped.emit()
    assert fake_engine.commands(Cancel) == [Cancel(job=asked(fake_engine).job)]
    fake_engine.say(Worded(job=asked(fake_engine).job, text="there are"))
    assert line.text() == "there"


def test_nobody_waits_for_an_answer_about_what_is_shown_no_more(
    viewer: Viewer, make: Make, fake_engine: FakeEngineClient
) -> None:
    make()
    view(viewer).ask.asked.emit("", False)
    make(ImageRequest(prompt="something else"))
    assert fake_engine.commands(Cancel) == [Cancel(job=asked(fake_engine).job)]
    assert view(viewer).ask.text() == ""


def test_a_checkpoint_that_answers_nothing_is_only_asked_to_describe(viewer: Viewer, make: Make) -> None:
    make()
    assert view(viewer).ask._question.isVisible()
    make(ImageRequest(prompt="a hat", checkpoint="mute"))
    assert not view(viewer).ask._question.isVisible() and view(viewer).ask._go.isEnabled()


def test_why_nothing_is_said_is_said_there(viewer: Viewer, make: Make, fake_engine: FakeEngineClient) -> None:
    make()
    view(viewer).ask.asked.emit("", False)
    fake_engine.say(Failed(job=asked(fake_engine).job, sentence="DiT cannot say anything of a picture."))
    assert view(viewer).ask.text() == "DiT cannot say anything of a picture."
