"""What a tab shows of sounds: jobs that make them, works that are opened, sentences made anew."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from engine.api.messages import Rendered, SoundWork, Stepped
from engine.api.requests import SpeechRequest
from studio.previews.sound_view import SoundView
from studio.state.hearing import Hearing
from studio.state.job import Job
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.settings import Settings
from studio.tabs.viewer import Viewer, another
from tests.studio.fake_engine import FakeEngineClient, finished, spoken
from tests.studio.playback.sounds import tone, write_floats
from tests.studio.previews.spoken import run, work

REQUEST = SpeechRequest(text="The kettle sang. Nobody was in a hurry!", takes=(0, 4), seed=7)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path))


@pytest.fixture
def viewer(qtbot: QtBot, jobs: Jobs, library: Library, hearing: Hearing) -> Viewer:
    made = Viewer("speech", jobs, library, hearing, QWidget())
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    jobs.job_changed.connect(made.show_job)
    return made


def sound(folder: Path, name: str, *sentences: str) -> SoundWork:
    """A work whose file is there."""
    made = work(sentences or ("The kettle sang.", "Nobody was in a hurry!"))
    path = write_floats(folder / name, tone(220, 8000, made.seconds), 8000)
    return msgspec.structs.replace(made, path=str(path))


def steps(job: Job, count: int = 4, start: float = 0.0) -> list[Stepped]:
    return [msgspec.structs.replace(step, job=job.id) for step in run(count, 4.0, start)]


def make(jobs: Jobs, engine: FakeEngineClient, folder: Path) -> Job:
    """A job that runs to its end."""
    job = jobs.add(REQUEST)
    for step in steps(job):
        engine.say(step)
    engine.say(spoken(job.id, sound(folder, "made.wav"), REQUEST))
    return job


def view(viewer: Viewer) -> SoundView:
    [found] = viewer.findChildren(SoundView)
    return found


def button(viewer: Viewer, name: str) -> QAbstractButton:
    [found] = [each for each in viewer.findChildren(QAbstractButton) if each.accessibleName() == name]
    return found


def test_a_sound_is_seen_in_the_making_and_heard_when_it_is_done(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, tmp_path: Path, hearing: Hearing
) -> None:
    job = jobs.add(REQUEST)
    fake_engine.say(steps(job)[0])
    assert view(viewer).heard is None and view(viewer).isVisible()
    for step in steps(job)[1:]:
        fake_engine.say(step)
    fake_engine.say(spoken(job.id, sound(tmp_path, "made.wav"), REQUEST))
    assert view(viewer).heard is not None
    assert not hearing.player.playing, "unasked, nothing is played"
    view(viewer).toggle_requested.emit()
    assert hearing.player.playing


def test_a_work_of_the_library_is_opened_with_its_sound(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, library: Library, tmp_path: Path, hearing: Hearing
) -> None:
    make(jobs, fake_engine, tmp_path)
    [kept] = library.all()
    viewer.show_work(kept)
    view(viewer).reader.word_chosen.emit(2)
    assert hearing.player.playing and hearing.player.path == kept.sound.path
    library.delete(kept.id)
    assert not hearing.player.playing and view(viewer).heard is None


def test_a_work_whose_steps_are_lost_can_still_be_heard(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, library: Library, tmp_path: Path
) -> None:
    job = jobs.add(REQUEST)
    fake_engine.say(spoken(job.id, sound(tmp_path, "made.wav"), REQUEST))
    [kept] = library.all()
    assert library.timeline(kept.id) == []
    assert view(viewer).heard is not None and view(viewer).isVisible()
    viewer.show_work(kept)
    assert view(viewer).heard is not None and view(viewer).isVisible()


def test_a_text_can_be_copied_and_a_sound_cannot(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, library: Library, tmp_path: Path
) -> None:
    make(jobs, fake_engine, tmp_path)
    shown = {each.accessibleName(): each.isVisible() for each in viewer.findChildren(QAbstractButton)}
    assert shown["Export…"] and shown["Favourite"] and not shown["Copy"]
    job = jobs.add(REQUEST)
    fake_engine.say(finished(job.id))
    assert button(viewer, "Copy").isVisible()


def test_sentences_are_offered_while_the_rest_is_made(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, tmp_path: Path, hearing: Hearing
) -> None:
    job = jobs.add(REQUEST)
    part = Rendered(job=job.id, part=1, parts=2, work=sound(tmp_path, "part.wav", "The kettle sang."))
    fake_engine.say(part)
    assert button(viewer, "Listen").isVisible(), "also without any preview"
    fake_engine.say(msgspec.structs.replace(part, job="another", part=2))
    button(viewer, "Listen").click()
    assert hearing.player.playing and hearing.player.path == part.work.path
    assert not button(viewer, "Listen").isVisible()


def test_who_comes_back_to_a_job_finds_its_sentences(
    viewer: Viewer,
    jobs: Jobs,
    fake_engine: FakeEngineClient,
    library: Library,
    settings: Settings,
    tmp_path: Path,
    hearing: Hearing,
) -> None:
    make(jobs, fake_engine, tmp_path)
    job = jobs.add(REQUEST)
    fake_engine.say(Rendered(job=job.id, part=1, parts=2, work=sound(tmp_path, "part.wav", "The kettle sang.")))
    viewer.show_work(library.all()[0])
    assert not button(viewer, "Listen").isVisible()
    settings.update(play_at_once=True)
    viewer.show_job(jobs.job(job.id) or job)
    assert button(viewer, "Listen").isVisible() and not hearing.player.playing


def test_what_is_made_is_played_at_once_if_one_wants_that(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, settings: Settings, tmp_path: Path, hearing: Hearing
) -> None:
    settings.update(play_at_once=True)
    make(jobs, fake_engine, tmp_path)
    assert hearing.player.playing


def test_a_sentence_is_made_anew_and_the_others_stay(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient, tmp_path: Path, qtbot: QtBot
) -> None:
    make(jobs, fake_engine, tmp_path)
    with qtbot.waitSignal(viewer.retry_requested) as asked:
        view(viewer).canvas.redo_requested.emit(1)
    assert asked.args == [msgspec.structs.replace(REQUEST, takes=(0, 5))]


def test_the_sound_of_a_step_is_made_by_the_vocoder_of_the_request(
    viewer: Viewer, jobs: Jobs, fake_engine: FakeEngineClient
) -> None:
    job = jobs.add(msgspec.structs.replace(REQUEST, vocoder="vocos"))
    fake_engine.say(steps(job)[0])
    view(viewer).hear()
    assert fake_engine.sent[-1].vocoder == "vocos"


@pytest.mark.parametrize(
    ("takes", "part", "result"),
    [((), 0, (1,)), ((), 2, (0, 0, 1)), ((3, 1), 0, (4, 1)), ((3, 1), 3, (3, 1, 0, 1))],
)
def test_takes_are_counted_by_sentence(takes: tuple[int, ...], part: int, result: tuple[int, ...]) -> None:
    assert another(takes, part) == result
