"""Sounds of the library: their files come, stay and go with their works, whatever happens meanwhile."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.messages import SoundPart, SoundWork, SpokenWord
from engine.api.requests import SpeechRequest, TextRequest
from engine.api.sounds import new_sound
from studio.state import library as module
from studio.state.database import MIGRATIONS, Database, open_database
from studio.state.library import Library, Work
from tests.sounds import sound_work
from tests.studio.fake_engine import finished, spoken, stepped

REQUEST = SpeechRequest(text="[Anna] Once there was a river.", voice="anna", seed=3)
ROOT = Path(__file__).parents[3]


def made() -> SoundWork:
    """A sound as the engine leaves it."""
    word = SpokenWord(text="Once", start=0.0, stop=0.2, first=7, last=11)
    part = SoundPart(text="Once there was a river.", start=0.0, stop=0.5, voice="Anna")
    return msgspec.structs.replace(sound_work(new_sound()), words=(word,), parts=(part,), notes=("It is quiet.",))


def speak(library: Library) -> Work:
    return library.add(spoken("a", made(), REQUEST), REQUEST, [stepped("a", 1, 1)])


def sound(work: Work) -> SoundWork:
    assert work.sound is not None
    return work.sound


def files() -> list[str]:
    return sorted(path.name for path in paths.sounds().glob("*"))


def age(database: Database, work: Work) -> None:
    """As if it had been deleted more than a month ago."""
    month = (module.UNDO_DAYS + 1) * 86400
    database.write(("UPDATE works SET deleted = deleted - ? WHERE id = ?", (month, work.id)))


def test_a_sound_comes_back_after_a_restart_with_everything(library: Library, database: Database) -> None:
    work = speak(library)
    assert (work.modality, work.medium, work.title) == ("speech", "sound", "[Anna] Once there was a river.")
    assert (sound(work).words, sound(work).parts, sound(work).notes) == (made().words, made().parts, made().notes)
    (again,) = Library(database).all()
    assert again == work and soundfile.info(sound(again).path).frames == 12_000


def test_its_file_is_the_library_s_own_from_then_on(library: Library) -> None:
    work = speak(library)
    assert files() == [f"{work.id}.wav"] and sound(work).path == str(paths.sounds() / f"{work.id}.wav")


def test_it_is_found_by_what_is_spoken(library: Library) -> None:
    work = speak(library)
    assert library.all("RIVER once") == library.all("anna") == library.all("speech") == [work]


def test_the_whole_folder_can_be_moved_elsewhere(
    library: Library, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(library)
    shutil.copytree(paths.data(), tmp_path / "elsewhere")
    monkeypatch.setenv("QUARTET_HOME", str(tmp_path / "elsewhere"))
    (work,) = Library(database).all()
    assert Path(sound(work).path).is_relative_to(tmp_path / "elsewhere") and Path(sound(work).path).exists()


def test_deleting_a_sound_can_be_undone_with_its_file(library: Library, database: Database) -> None:
    work = speak(library)
    library.delete(work.id)
    again = Library(database)
    again.restore(work.id)
    assert again.all() == [work] and Path(sound(work).path).exists()


def test_the_file_goes_when_the_work_can_no_longer_be_brought_back(library: Library, database: Database) -> None:
    old, recent, kept = (speak(library) for _ in range(3))
    for work in (old, recent):
        library.delete(work.id)
    age(database, old)
    again = Library(database)
    assert [work.id for work in again.all()] == [kept.id]
    assert files() == sorted(f"{work.id}.wav" for work in (recent, kept))
    assert len(database.read("SELECT id FROM works")) == 2


def test_a_sound_that_is_gone_leaves_its_work_and_all_else(library: Library, database: Database) -> None:
    work = speak(library)
    Path(sound(work).path).unlink()
    assert Library(database).all() == [work]
    library.delete(work.id)
    age(database, work)
    assert Library(database).all() == []


@pytest.mark.parametrize("stored", [b"damaged", b"", 7, "text"])
def test_what_is_known_of_a_sound_may_be_damaged(library: Library, database: Database, stored: object) -> None:
    work = speak(library)
    database.write(("UPDATE works SET sound = ?", (stored,)))
    (again,) = Library(database).all()
    assert (again.medium, again.sound, again.text, again.request) == ("sound", None, work.text, REQUEST)


def test_a_sound_that_cannot_be_moved_is_still_there_and_that_is_said(
    library: Library, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "move", refuse)
    with qtbot.wait_signal(library.complained) as said:
        work = speak(library)
    assert said.args == ["This sound cannot be kept in the library (permission denied); export it now to keep it."]
    assert library.all() == [work] and Path(sound(work).path).exists()


def test_a_sound_from_another_folder_is_taken_over(library: Library, database: Database, tmp_path: Path) -> None:
    elsewhere = sound_work(tmp_path / "a.wav")
    work = library.add(spoken("a", elsewhere, REQUEST), REQUEST, [])
    assert not Path(elsewhere.path).exists() and files() == [f"{work.id}.wav"]
    assert Library(database).all() == [work]


# --- the file of the library ---


def test_a_library_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        for statement in MIGRATIONS[0]:
            old.execute(statement)
        old.execute("PRAGMA user_version = 1")
        old.execute(
            "INSERT INTO works VALUES ('w', 'text', 'A river.', '{\"modality\": \"text\"}', '{}', 1.0, 2.0, 1, NULL)"
        )
    old.close()
    database = open_database(path)
    assert database.notice is None
    library = Library(database)
    (work,) = library.all()
    assert (work.id, work.text, work.favourite, work.sound) == ("w", "A river.", True, None)
    assert len([speak(library), *Library(database).all()]) == 3
    database.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from engine.api.requests import SpeechRequest
from studio.state import library as module
from studio.state.database import open_database
from tests.sounds import sound_work
from tests.studio.fake_engine import spoken
from engine.api.sounds import new_sound

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

database = open_database(Path(sys.argv[1]))
library = module.Library(database)
taken = module.taken
if sys.argv[2] == "before":
    module.taken = die
elif sys.argv[2] == "between":
    module.taken = lambda work, id: die(taken(work, id))
library.add(spoken("a", sound_work(new_sound())), SpeechRequest(text="river"), [])
die()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is Unix's")
@pytest.mark.parametrize(("moment", "works", "taken"), [("before", 0, False), ("between", 0, True), ("after", 1, True)])
def test_a_studio_that_is_killed_loses_no_sound_that_the_library_has(
    tmp_path: Path, qapp: object, moment: str, works: int, taken: bool
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "q.db"), moment],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert ran.returncode == -9
    database = open_database(tmp_path / "q.db")
    found = Library(database).all()
    assert database.notice is None and len(found) == works
    assert all(soundfile.info(sound(work).path).frames == 12_000 for work in found)
    assert [name.startswith("new-") for name in files()] == [not taken]
    database.close()


def test_a_text_has_no_sound(library: Library) -> None:
    assert library.add(finished("a", "river"), TextRequest(), []).sound is None and files() == []
