"""Voices in the window, with the queue that asks a real engine: managed, made of files, chosen, called in scripts."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from engine.api.messages import Failed, Generate, Prepare, Prepared
from engine.api.requests import SpeechRequest
from studio.editors.voice import VoiceEditor
from studio.panels.voices import VoicesDialog
from studio.state.database import Database
from studio.state.jobs import Jobs
from studio.state.library import Library
from studio.state.session import Session
from studio.state.settings import Settings
from studio.state.voices import Voices
from studio.tabs.modality import ModalityTab
from studio.window import Parts, Window
from tests.studio.company import WORDS, heard, keep_voice
from tests.studio.fake_engine import FakeEngineClient, announcement, ready, text_card
from tests.studio.playback.sounds import quiet, tone, write_floats
from tests.studio.test_accessibility import controls, described, name, reachable, stops_tab


@pytest.fixture
def client(qtbot: QtBot) -> FakeEngineClient:
    return FakeEngineClient()


@pytest.fixture
def window(qtbot: QtBot, client: FakeEngineClient, database: Database, tmp_path: Path) -> Window:
    """A window whose engine speaks, with a shipped voice and one of the user's."""
    keep_voice(tmp_path / "shipped", "Heart")
    keep_voice(tmp_path / "own", "Meera", "hinglish")
    library, settings, session = Library(database), Settings(database), Session(database)
    voices = Voices(tmp_path / "shipped", tmp_path / "own")
    jobs = Jobs(database, client, library)
    window = Window(Parts(client, jobs, library, settings, session, quiet(settings, session), voices))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    cards = (
        text_card(id="pocket-speech", modality="speech", options={}, defaults={"voice": "heart"}),
        text_card(id="pocket-vocoder", modality="vocoder", options={}),
        text_card(id="big-vocoder", title="Big vocoder", modality="vocoder", options={}),
    )
    client.start()
    client.say(announcement(modalities=("speech",), cards=cards))
    client.say(ready())
    return window


@pytest.fixture
def tab(window: Window) -> ModalityTab:
    return window.pages.tabs["speech"]


def answer(client: FakeEngineClient, folder: Path) -> None:
    """The engine has listened to what it was asked to."""
    asked = client.commands(Prepare)[-1]
    path = write_floats(folder / f"{asked.job}.wav", tone(200, seconds=4))
    client.say(Prepared(job=asked.job, work=heard(path, asked.transcript, 4.0)))


def editor(tab: ModalityTab) -> VoiceEditor:
    return next(iter(tab.form.findChildren(VoiceEditor)))


def test_a_checkpoint_chooses_its_voice_and_vocoders_are_told_from_it(tab: ModalityTab) -> None:
    request = tab.form.present()
    assert isinstance(request, SpeechRequest)
    assert (request.voice, request.checkpoint, request.vocoder) == ("heart", "pocket-speech", "pocket-vocoder")


def test_a_file_becomes_a_voice_of_the_form(
    window: Window, tab: ModalityTab, client: FakeEngineClient, tmp_path: Path
) -> None:
    manage = next(b for b in editor(tab).findChildren(QToolButton) if b.accessibleName() == "Manage voices…")
    manage.click()
    dialog = window.findChild(VoicesDialog)
    made = dialog.add_file(str(tmp_path / "talk.mp3"))
    assert client.commands(Prepare)[-1].trim
    answer(client, tmp_path)
    made._title.setText("Ravi")
    made._transcript.setPlainText(WORDS)
    made._consent.setText("It is my own voice.")
    made.keep()
    assert client.commands(Prepare)[-1].transcript == WORDS
    answer(client, tmp_path)
    dialog.close()
    tab.form.load(SpeechRequest(text="[Ravi] Hello there.", voice="heart"))
    tab.generate()
    assert client.commands(Generate)[-1].request.text == "[Ravi] Hello there."


def test_a_file_that_the_engine_refuses_is_said_in_the_dialog(
    window: Window, client: FakeEngineClient, tmp_path: Path
) -> None:
    made = window.open_voices().add_file(str(tmp_path / "talk.mp3"))
    client.say(Failed(job=client.commands(Prepare)[-1].job, sentence="talk.mp3 is silent.", bad_input=True))
    assert made._state.text() == "talk.mp3 is silent."
    assert window.banner.sentence == ""


def test_unknown_speakers_are_said_and_nothing_is_sent(tab: ModalityTab, client: FakeEngineClient) -> None:
    tab.form.load(SpeechRequest(text="[Asha] Hello.", voice="heart"))
    tab.generate()
    assert client.commands(Generate) == []
    assert tab.form._page.rows["text"].complaint().startswith("There is no voice “Asha”; choose one")


def test_a_voice_folder_that_cannot_be_read_is_said_in_the_window(window: Window, tmp_path: Path) -> None:
    (tmp_path / "own" / "broken").mkdir()
    (tmp_path / "own" / "broken" / "voice.toml").write_text("?")
    window.parts.voices.refresh()
    window.parts.voices.all()
    assert "broken" in window.banner.sentence


@pytest.fixture
def editing(tab: ModalityTab, client: FakeEngineClient, tmp_path: Path) -> ModalityTab:
    """The tab with everything in sight: a recording with its words, and a vocoder to choose."""
    file = tmp_path / "talk.wav"
    write_floats(file, tone(200, seconds=4))
    tab.form.load(SpeechRequest(text="a cat sang", recording=str(file), transcript="the cat sang", voice="heart"))
    answer(client, tmp_path)
    tab.form._page.fold.set_open(True)
    return tab


def test_every_control_of_the_speech_tab_has_a_name_and_a_way_there(editing: ModalityTab) -> None:
    found = list(controls(editing))
    assert [described(widget) for widget in found if not name(widget)] == []
    assert [described(widget) for widget in found if not reachable(widget)] == []


def test_tab_goes_through_the_whole_form(editing: ModalityTab, window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    editing.take_keys()
    visited: list[QWidget] = []
    now: QWidget | None = window.focusWidget()
    while now is not None and now not in visited and len(visited) < 200:
        visited.append(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
    wanted = [widget for widget in controls(editing.form) if stops_tab(widget)]
    assert [f"{described(widget)} {name(widget)}" for widget in wanted if widget not in visited] == []
    places = [visited.index(widget) for widget in wanted if name(widget) in ("Transcript", "Boundaries", "Steps")]
    assert places and name(visited[0]) == "Text"


def test_every_control_of_the_voices_has_a_name(window: Window, tmp_path: Path) -> None:
    dialog = window.open_voices()
    for shown in (dialog, dialog.add_file(str(tmp_path / "a.wav")), dialog.record()):
        found = list(controls(shown))
        assert found and [described(widget) for widget in found if not name(widget)] == []
        shown.close()
