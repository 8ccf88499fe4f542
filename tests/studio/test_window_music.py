"""Music in the window: generated, reworked, exported with its tags; sheets dropped on it."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.messages import Finished, Generate, Stepped
from engine.api.recipe import recipe_for
from engine.api.requests import MusicRequest
from engine.api.sounds import new_sound
from studio.sheets.midi_out import write_lanes
from studio.state.database import Database
from studio.state.jobs import Jobs
from studio.state.library import Library, Work
from studio.state.session import Session
from studio.state.settings import Settings
from studio.tabs.modality import ModalityTab
from studio.window import Parts, Window
from tests.studio.fake_engine import FakeEngineClient, announcement, ready, spectrogram, text_card
from tests.studio.playback.sounds import quiet, tone, write_floats
from tests.studio.previews.played import REQUEST, conformity, music


@pytest.fixture
def client(qtbot: QtBot) -> FakeEngineClient:
    return FakeEngineClient()


@pytest.fixture
def window(qtbot: QtBot, client: FakeEngineClient, database: Database) -> Window:
    """A window whose engine writes and plays."""
    library, settings, session = Library(database), Settings(database), Session(database)
    jobs = Jobs(database, client, library)
    window = Window(Parts(client, jobs, library, settings, session, quiet(settings, session)))
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    card = text_card(id="pocket-music", title="Pocket music", modality="music", architecture="music_unet", options={})
    client.start()
    client.say(announcement(modalities=("text", "music"), cards=(text_card(), card)))
    client.say(ready())
    window.pages.bring("music")
    return window


@pytest.fixture
def tab(window: Window) -> ModalityTab:
    return window.pages.tabs["music"]


def play(window: Window, client: FakeEngineClient, request: MusicRequest = REQUEST) -> Work:
    """The engine makes what this asks for."""
    job = window.parts.jobs.add(request)
    return finish(window, client, job.id, request)


def finish(window: Window, client: FakeEngineClient, job: str, request: MusicRequest) -> Work:
    client.say(Stepped(job=job, step=1, steps=1, level=0.0, elapsed=0.1, preview=spectrogram(1600)))
    paths.sounds().mkdir(parents=True, exist_ok=True)
    path = write_floats(new_sound(), tone(220, seconds=16))
    work = music(str(path), heard=conformity())
    recipe = recipe_for(request)
    client.say(Finished(job=job, work=work, recipe=recipe, elapsed=1.0, network_time=0.9, preview_time=0.1))
    return next(each for each in window.parts.library.all() if each.request == request)


def asked(client: FakeEngineClient) -> MusicRequest:
    request = client.commands(Generate)[-1].request
    assert isinstance(request, MusicRequest)
    return request


def test_a_finished_piece_stands_in_its_bars(window: Window, tab: ModalityTab, client: FakeEngineClient) -> None:
    work = play(window, client)
    scene = tab.stage._view.canvas.scene
    assert work.title == "A calm piano." and len(scene.bars) == 8
    assert [mark.agrees for mark in scene.chords[:3]] == [True, False, True]


def test_bars_are_repainted_with_the_chords_of_the_form(
    window: Window, tab: ModalityTab, client: FakeEngineClient
) -> None:
    tab.use_settings(REQUEST)
    tab.generate()
    work = finish(window, client, client.commands(Generate)[-1].job, asked(client))
    tab.form.take({"chords": "Am Dm C G/B"})
    view = tab.stage._view
    view.show_span((2.0, 4.0))
    view._actions["repaint"].trigger()
    assert work.sound is not None
    again = asked(client)
    assert (again.recording, again.anew, again.chords) == (work.sound.path, (2000, 4000), "Am Dm C G/B")
    assert again.seed == (work.request.seed + 1) % 2**32


def test_an_opened_piece_keeps_its_own_words(window: Window, tab: ModalityTab, client: FakeEngineClient) -> None:
    work = play(window, client)
    window.show_work(work)
    tab.form.take({"chords": "C", "prompt": "Something else"})
    tab.stage._view._actions["continue"].trigger()
    assert (asked(client).chords, asked(client).prompt, asked(client).bars) == ("Am F C G/B", "A calm piano.", 12)


def test_variations_wait_in_the_queue(window: Window, tab: ModalityTab, client: FakeEngineClient) -> None:
    play(window, client)
    tab.stage._view._actions["vary"].trigger()
    seeds = [job.request.seed for job in window.parts.jobs.all()]
    assert seeds == [7, 8, 9, 10]


def test_an_export_has_tempo_and_key(window: Window, client: FakeEngineClient, tmp_path: Path, qtbot: QtBot) -> None:
    work = play(window, client)
    with qtbot.wait_signal(window.exports.written):
        window.exports.write(work, tmp_path / "a.wav")
    held = (tmp_path / "a.wav").read_bytes()
    assert b"TBPM" in held and b"TKEY\0\0\0\x03\0\0\0Am" in held


def test_a_midi_file_goes_to_the_tab_that_has_lanes(
    window: Window, tab: ModalityTab, tmp_path: Path, qtbot: QtBot
) -> None:
    write_lanes(tmp_path / "song.mid", MusicRequest(chords="Dm G7 C", bars=3, tempo=77, key="C major"))
    window.pages.bring("text")
    with qtbot.wait_signal(tab.tools.filled):
        window.open_file(tmp_path / "song.mid")
    form = tab.form.present()
    assert (form.chords, form.tempo, form.key, form.bars) == ("Dm G7 C", 77.0, "C major", 3)
    assert tab.isVisible() and tab.bar._hint.text() == "From song.mid: 3 bars, 77 BPM, C major."


def test_a_chart_goes_to_the_tab_in_front_and_to_no_other(
    window: Window, tab: ModalityTab, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "song.txt").write_text("Am F C G")
    window.pages.bring("text")
    window.open_file(tmp_path / "song.txt")
    assert "holds no Quartet recipe" in window.banner.sentence
    window.pages.bring("music")
    with qtbot.wait_signal(tab.tools.filled):
        window.open_file(tmp_path / "song.txt")
    assert tab.form.present().chords == "Am F C G"


def test_a_chart_without_chords_is_told_under_the_form(
    window: Window, tab: ModalityTab, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "poem.txt").write_text("A day in the life")
    with qtbot.wait_signal(tab.tools.complained):
        window.open_file(tmp_path / "poem.txt")
    assert tab.bar._hint.text().startswith("poem.txt holds no chords that can be read")


def test_no_other_tab_has_these_tools(window: Window) -> None:
    assert window.pages.tabs["text"].tools is None and window.pages.tabs["music"].tools is not None


def test_a_step_of_music_is_heard_by_its_own_checkpoint(
    window: Window, tab: ModalityTab, client: FakeEngineClient
) -> None:
    play(window, client, replace(REQUEST, seed=3))
    assert tab.viewer._vocoder() == "pocket-music"


def test_lanes_that_were_brought_can_be_taken_back(tab: ModalityTab, qtbot: QtBot, tmp_path: Path) -> None:
    tab.form.take({"chords": "Am Dm C G/B", "tempo": 90})
    (tmp_path / "song.cho").write_text("[C]Once [G]upon\n")
    assert tab.take_sheet(tmp_path / "song.cho")
    qtbot.wait_until(lambda: tab.form.present().chords != "Am Dm C G/B")
    [button] = [each for each in tab.bar.findChildren(QPushButton) if each.text() == "Undo"]
    button.click()
    assert (tab.form.present().chords, tab.form.present().tempo) == ("Am Dm C G/B", 90)
