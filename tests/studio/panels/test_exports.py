"""Exports end in a word, whatever becomes of them, and a long one does not hold up the window."""

import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.api.recipe import NoRecipe, read_recipe
from engine.api.requests import ImageRequest, SpeechRequest
from engine.api.sounds import new_picture, new_sound
from studio.panels import exports as module
from studio.panels.exports import Exports
from studio.state.library import Library, Work
from studio.state.settings import Settings
from tests.pictures import picture_work
from tests.sounds import sound_work
from tests.studio.fake_engine import drawn, spoken
from tests.studio.panels.conftest import Keep

REQUEST = SpeechRequest(text="A river: does it hurry?", seed=3)


@pytest.fixture
def exports(ground: QWidget, settings: Settings) -> Exports:
    return Exports(settings, ground)


@pytest.fixture
def sound(library: Library) -> Work:
    return library.add(spoken("a", sound_work(new_sound()), REQUEST), REQUEST, [])


def test_a_text_is_written_at_once(exports: Exports, keep: Keep, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.wait_signal(exports.written, timeout=0) as written:
        exports.write(keep("A river."), tmp_path / "a.txt")
    assert written.args == [tmp_path / "a.txt"] and (tmp_path / "a.txt").read_text().startswith("A river.")


def test_a_sound_is_written_while_the_window_goes_on(
    exports: Exports, sound: Work, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_write = threading.Event()
    write = module.export_work
    monkeypatch.setattr(module, "export_work", lambda *given: may_write.wait(10) and write(*given))
    exports.write(sound, tmp_path / "a.flac", "flac-16")
    assert not (tmp_path / "a.flac").exists()
    with qtbot.wait_signal(exports.written) as written:
        may_write.set()
    assert written.args == [tmp_path / "a.flac"]
    assert read_recipe(tmp_path / "a.flac").request == REQUEST


def test_a_sound_that_cannot_be_written_says_why(exports: Exports, sound: Work, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.wait_signal(exports.failed) as failed:
        exports.write(sound, tmp_path / "a.mp3")
    assert "written as .wav or .flac" in failed.args[0]


def test_the_settings_say_whether_the_recipe_goes_with_it(
    exports: Exports, sound: Work, settings: Settings, tmp_path: Path
) -> None:
    settings.update(recipes=False)
    exports.write(sound, tmp_path / "a.wav")
    exports.finish()
    with pytest.raises(NoRecipe):
        read_recipe(tmp_path / "a.wav")


def test_closing_waits_for_what_is_being_written(exports: Exports, sound: Work, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav", "c.flac"):
        exports.write(sound, tmp_path / name)
    exports.finish()
    assert {path.name for path in tmp_path.glob("*.*") if path.suffix in (".wav", ".flac")} == {
        "a.wav",
        "b.wav",
        "c.flac",
    }


def test_the_dialog_offers_what_the_settings_prefer(
    exports: Exports, sound: Work, settings: Settings, tmp_path: Path
) -> None:
    settings.update(sound_format="wav-float", works_folder=str(tmp_path))
    dialog = exports.ask(sound)
    assert dialog.selectedNameFilter() == "WAV, 32-bit floats (*.wav)"
    dialog.fileSelected.emit(str(tmp_path / "x.wav"))
    exports.finish()
    assert (tmp_path / "x.wav").exists()
    dialog.close()


def test_a_picture_is_written_as_the_settings_prefer_or_as_is_chosen(
    exports: Exports, library: Library, settings: Settings, tmp_path: Path
) -> None:
    asked = ImageRequest(prompt="a boat", seed=3)
    work = library.add(drawn("a", picture_work(new_picture()), asked), asked, [])
    settings.update(picture_format="jpeg-80", works_folder=str(tmp_path))
    dialog = exports.ask(work)
    assert dialog.selectedNameFilter() == "JPEG, small (*.jpg)" and len(dialog.nameFilters()) == 6
    dialog.selectNameFilter("WebP, lossless (*.webp)")
    dialog.fileSelected.emit(str(tmp_path / "x.webp"))
    exports.finish()
    assert read_recipe(tmp_path / "x.webp").request == asked
    dialog.close()
