"""A sound file in the form: chosen, heard, taken out again."""

from pathlib import Path

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.params import SoundFile
from studio.editors.sound_file import CHOOSE, OWN, SoundFileEditor
from tests.studio.company import surroundings
from tests.studio.editors.conftest import Made
from tests.studio.playback.sounds import tone, write_floats


def test_it_says_which_file_it_is(edit: Made, tmp_path: Path) -> None:
    editor: SoundFileEditor = edit(SoundFile("Recording"), str, "")
    button = editor.findChild(QPushButton)
    editor.resize(600, 40)
    assert button.text() == CHOOSE
    editor.take(str(tmp_path / "song.wav"))
    assert (editor.value(), button.text()) == (str(tmp_path / "song.wav"), "song.wav")
    editor.take(str(paths.sounds() / "2c57c0d4.wav"))
    assert button.text() == OWN, "a name that nobody has given says nothing"


def test_it_is_heard_as_it_is(edit: Made, tmp_path: Path, qtbot: QtBot) -> None:
    around, _, _ = surroundings(tmp_path)
    path = write_floats(tmp_path / "song.wav", tone(220))
    editor: SoundFileEditor = edit(SoundFile("Recording"), str, "")
    editor.use(around)
    editor.take(str(path))
    editor._listen.click()
    assert around.player.playing and around.player.path == str(path)
    editor.take("")
    assert not around.player.playing and not editor._listen.isVisible()


def test_who_makes_it_ready_says_what_is_heard(edit: Made, tmp_path: Path) -> None:
    around, _, _ = surroundings(tmp_path)
    editor: SoundFileEditor = edit(SoundFile("Recording"), str, "")
    editor.use(around, as_is=False)
    editor.take(str(tmp_path / "song.mp3"))
    assert not editor._listen.isEnabled()
    editor.set_sound(str(write_floats(tmp_path / "ready.wav", tone(220))))
    assert editor._listen.isEnabled()
