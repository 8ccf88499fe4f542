"""From a sound file to a voice: heard trimmed, written down, checked, kept; or refused, and nothing left behind."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.editors.surroundings import Surroundings
from studio.panels.new_voice import NewVoiceDialog
from tests.studio.company import FakePreparing, surroundings


@pytest.fixture
def company(qtbot: QtBot, tmp_path: Path) -> tuple[Surroundings, FakePreparing]:
    around, jobs, _ = surroundings(tmp_path)
    return around, jobs


@pytest.fixture
def dialog(ground: QWidget, company: tuple[Surroundings, FakePreparing], tmp_path: Path) -> NewVoiceDialog:
    dialog = NewVoiceDialog(company[0], tmp_path / "talk.mp3", ground)
    dialog.show()
    return dialog


def write(dialog: NewVoiceDialog, **changes: str) -> None:
    told = dict(title="Ravi", transcript="Just what is heard.", consent="It is my own voice.", licence="") | changes
    dialog._title.setText(told["title"])
    dialog._transcript.setPlainText(told["transcript"])
    dialog._consent.setText(told["consent"])
    dialog._licence.setText(told["licence"])


def left(tmp_path: Path) -> list[str]:
    return [path.name for path in tmp_path.glob("prepared-*")]


def test_nothing_can_be_written_before_the_trimmed_sound_is_there(
    dialog: NewVoiceDialog, company: tuple[Surroundings, FakePreparing], tmp_path: Path
) -> None:
    assert not dialog._transcript.isEnabled() and not dialog._keep.isEnabled()
    assert dialog._state.text() == "Listening to talk.mp3…"
    assert company[1].asked == [(str(tmp_path / "talk.mp3"), "", "english", True)]
    company[1].answer("It was longer than 12 s; the first 10.4 s up to a pause are used.")
    assert dialog._transcript.isEnabled() and dialog._keep.isEnabled()
    assert dialog._notes.isVisible() and "10.4 s" in dialog._notes.text()


def test_what_is_heard_is_the_trimmed_sound(
    dialog: NewVoiceDialog, company: tuple[Surroundings, FakePreparing]
) -> None:
    work = company[1].answer()
    dialog._listen.click()
    assert company[0].player.playing and company[0].player.path == work.path
    company[0].player.moved.emit(1.5)
    assert dialog._strip._position == 1.5


def test_the_words_are_compared_with_the_trimmed_sound_before_it_is_kept(
    dialog: NewVoiceDialog, company: tuple[Surroundings, FakePreparing], qtbot: QtBot, tmp_path: Path
) -> None:
    around, jobs = company
    trimmed = jobs.answer()
    write(dialog, licence="CC BY 4.0")
    dialog._language.chosen.emit(1)
    dialog.keep()
    assert jobs.asked[1] == (trimmed.path, "Just what is heard.", "hindi", False)
    assert around.voices.all()[-1].title == "Meera"
    with qtbot.waitSignal(dialog.kept) as kept:
        jobs.answer()
    voice = around.voices.get(kept.args[0])
    assert (voice.title, voice.language, voice.transcript) == ("Ravi", "hindi", "Just what is heard.")
    assert (voice.consent, voice.licence) == ("It is my own voice.", "CC BY 4.0")
    assert voice.path().is_file() and left(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "no name yet"),
        ({"title": "Heart"}, "There is a voice “Heart” already"),
        ({"transcript": "  "}, "Write down just what you hear."),
        ({"consent": ""}, "Write down who agreed"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_asked(
    dialog: NewVoiceDialog, company: tuple[Surroundings, FakePreparing], changes: dict[str, str], said: str
) -> None:
    company[1].answer()
    write(dialog, **changes)
    dialog.keep()
    assert said in dialog._state.text() and len(company[1].asked) == 1 and dialog.isVisible()


def test_words_that_do_not_fit_can_be_corrected(
    dialog: NewVoiceDialog, company: tuple[Surroundings, FakePreparing]
) -> None:
    company[1].answer()
    write(dialog, transcript="much " * 80)
    dialog.keep()
    company[1].refuse("The transcript is too long for the 4.0 s that are heard; write down those words only.")
    assert "too long" in dialog._state.text() and dialog._transcript.isEnabled() and dialog._keep.isEnabled()
    write(dialog)
    dialog.keep()
    company[1].answer()
    assert company[0].voices.pick("Ravi")


def test_a_file_that_cannot_be_used_is_said(
    dialog: NewVoiceDialog, company: tuple[Surroundings, FakePreparing]
) -> None:
    company[1].refuse("talk.mp3 is silent; choose a recording in which somebody speaks.")
    assert "is silent" in dialog._state.text()
    assert not dialog._transcript.isEnabled() and not dialog._keep.isEnabled()


def test_cancelling_leaves_nothing_but_the_users_own_file(
    dialog: NewVoiceDialog, company: tuple[Surroundings, FakePreparing], tmp_path: Path
) -> None:
    (tmp_path / "talk.mp3").touch()
    company[1].answer()
    dialog.reject()
    assert left(tmp_path) == [] and (tmp_path / "talk.mp3").exists()
    assert len(company[0].voices.all()) == 3


def test_a_disk_that_refuses_is_said_and_what_was_written_stays(
    dialog: NewVoiceDialog, company: tuple[Surroundings, FakePreparing], tmp_path: Path
) -> None:
    company[1].answer()
    write(dialog)
    dialog.keep()
    for path in (tmp_path / "own").iterdir():
        path.rename(tmp_path / path.name)
    (tmp_path / "own").rmdir()
    (tmp_path / "own").touch()  # a file where the folder should be
    company[1].answer()
    assert "was not" in dialog._state.text() and dialog._transcript.toPlainText() == "Just what is heard."
    assert dialog._keep.isEnabled()
