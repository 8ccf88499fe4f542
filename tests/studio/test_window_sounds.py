"""Sounds in the window: made, exported, dropped again; recordings dropped where words can be changed in them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from engine.api.recipe import read_recipe, recipe_for
from engine.api.requests import SpeechRequest
from engine.api.sounds import new_sound
from studio.state.database import Database
from studio.state.jobs import Jobs
from studio.state.library import Library, Work
from studio.state.session import Session
from studio.state.settings import Settings
from studio.window import Parts, Window
from tests.sounds import sound_work, tone, write_floats
from tests.studio.fake_engine import FakeEngineClient, announcement, ready, spectrogram, spoken, stepped, text_card
from tests.studio.playback.sounds import quiet

REQUEST = SpeechRequest(text="The kettle sang.", voice="heart", steps=9, seed=5, speed=1.25, checkpoint="pocket-speech")


@pytest.fixture
def client(qtbot: QtBot) -> FakeEngineClient:
    return FakeEngineClient()


@pytest.fixture
def window(qtbot: QtBot, client: FakeEngineClient, database: Database) -> Window:
    """A window whose engine speaks."""
    library, settings, session = Library(database), Settings(database), Session(database)
    jobs = Jobs(database, client, library)
    window = Window(Parts(client, jobs, library, settings, session, quiet(settings, session)))
    qtbot.addWidget(window)
    window.show()
    speech = {"options": {}, "codec": "phonemes", "path": "flow"}
    cards = (
        text_card(),
        text_card(id="pocket-speech", title="Pocket voice", modality="speech", **speech),
        text_card(id="pocket-vocoder", title="Pocket vocoder", modality="vocoder", **speech),
    )
    client.start()
    client.say(announcement(modalities=("text", "speech"), cards=cards))
    client.say(ready())
    window.pages.bring("speech")
    return window


@pytest.fixture
def work(window: Window, client: FakeEngineClient) -> Work:
    """A sound that the engine has just made."""
    job = window.parts.jobs.add(REQUEST)
    step = stepped(job.id, 1, 1, None)
    client.say(type(step)(job=job.id, step=1, steps=1, level=0.0, elapsed=0.1, preview=spectrogram(50)))
    client.say(spoken(job.id, sound_work(new_sound()), REQUEST))
    return window.parts.library.all()[0]


def shown(window: Window) -> SpeechRequest:
    request = window.pages.tabs["speech"].form.present()
    assert isinstance(request, SpeechRequest)
    return request


def written(window: Window, qtbot: QtBot, export: Callable[[], None]) -> None:
    with qtbot.wait_signal(window.exports.written):
        export()


@pytest.mark.parametrize("ending", [".wav", ".flac"])
def test_an_exported_sound_dropped_on_the_window_restores_its_settings(
    window: Window, work: Work, tmp_path: Path, qtbot: QtBot, ending: str
) -> None:
    path = tmp_path / f"kettle{ending}"
    written(window, qtbot, lambda: window.exports.write(work, path))
    assert str(path) in window.status._remark.text()
    window.use(SpeechRequest())
    assert shown(window) != REQUEST
    window.open_file(path)
    assert shown(window) == REQUEST and window.banner.sentence == ""


def test_the_works_of_a_session_are_opened_with_their_sound_after_a_restart(
    window: Window, work: Work, database: Database
) -> None:
    (again,) = Library(database).all()
    window.show_work(again)
    assert again == work and window.pages.work() == work
    assert window.banner.sentence == ""


@pytest.mark.parametrize(
    ("name", "container"), [("a.wav", "WAV"), ("a.flac", "FLAC"), ("a.ogg", "OGG"), ("a.mp3", "MP3")]
)
def test_a_recording_dropped_on_a_form_that_takes_one_is_used(
    window: Window, tmp_path: Path, name: str, container: str
) -> None:
    path = tmp_path / name
    soundfile.write(path, np.tile(tone(), 4), 24_000, format=container)
    dropped: list[Path] = []
    window.pages.tabs["speech"].sound_dropped.connect(dropped.append)
    window.open_file(path)
    assert shown(window).recording == str(path) and dropped == [path] and window.banner.sentence == ""


def test_the_recording_of_a_dropped_work_is_found_beside_it_or_asked_for(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "works"
    folder.mkdir()
    change = SpeechRequest(text="New words.", transcript="Old words.", recording="/home/somebody/talk.wav")
    (folder / "work.json").write_text(recipe_for(change))
    window.open_file(folder / "work.json")
    assert shown(window).recording == "talk.wav" and shown(window).text == "New words."
    assert window.banner.sentence == "The recording talk.wav does not lie beside this work; put it there, or choose it."
    write_floats(folder / "talk.wav", tone(seconds=1))
    window.open_file(folder / "work.json")
    assert shown(window).recording == str(folder / "talk.wav")


def test_a_recording_dropped_where_none_is_taken_is_answered(window: Window, tmp_path: Path) -> None:
    window.pages.bring("text")
    window.open_file(write_floats(tmp_path / "a.wav", tone()))
    assert window.banner.sentence == "a.wav holds no Quartet recipe; choose a work that Quartet exported."
    assert shown(window).recording == ""


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"just a text", "a.txt holds no Quartet recipe"),
        ("a.wav", b"RIFF\x20\0\0\0WAVELIST\x16\0\0\0INFOICMT\x0a\0\0\0quartet: {", "not valid JSON"),
    ],
)
def test_what_is_neither_a_recording_nor_a_work_is_answered(
    window: Window, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    window.open_file(tmp_path / name)
    assert said in window.banner.sentence and shown(window).recording == ""


def test_a_sound_whose_file_is_gone_is_answered_in_one_sentence(
    window: Window, work: Work, tmp_path: Path, qtbot: QtBot
) -> None:
    assert work.sound is not None
    Path(work.sound.path).unlink()
    window.show_work(work)
    with qtbot.wait_signal(window.exports.failed):
        window.exports.write(work, tmp_path / "a.wav")
    assert window.banner.sentence == f"The sound {work.sound.path} is no longer there; make it again."


def test_a_work_that_no_checkpoint_makes_any_more_says_so(
    qtbot: QtBot, client: FakeEngineClient, database: Database, window: Window, work: Work
) -> None:
    settings, session = Settings(database), Session(database)
    library, later = Library(database), FakeEngineClient()
    jobs = Jobs(database, later, library)
    window = Window(Parts(later, jobs, library, settings, session, quiet(settings, session)))
    qtbot.addWidget(window)
    later.come_up()
    for act in (lambda: window.show_work(library.get(work.id)), lambda: window.use(work.request)):
        window.banner.dismiss()
        act()
        assert window.banner.sentence == "No checkpoint here makes speech; add one and restart the engine."


def test_the_window_waits_for_an_export_as_it_closes(window: Window, work: Work, tmp_path: Path) -> None:
    window.exports.write(work, tmp_path / "a.flac")
    window.close()
    assert read_recipe(tmp_path / "a.flac").request == REQUEST
