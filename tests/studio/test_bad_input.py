"""Whatever is typed, pasted, dropped or written, and whatever the disk says: one sentence, and no work is lost."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api import paths
from engine.api.requests import TextRequest
from studio import app, export, theme
from studio.state.database import Database, open_database
from studio.state.library import Library, Work
from studio.tabs.modality import ModalityTab
from studio.window import Window
from tests.studio.fake_engine import FakeEngineClient, finished, stepped

ROOT = Path(__file__).parents[2]
Open = Callable[[Database], Window]

STRANGE = {
    "family emoji, turned around": "👩‍👩‍👧 \u202eabc",
    "right to left": "שלום עולם, مرحبا",
    "piled accents": "e\u0301\u0327" * 40,
    "joiners alone": "\u200d" * 20,
    "half a conjunct": "क्\u200c क्",
    "control characters": "bell\x07 escape\x1b[31m nul\x00 end",
    "no spaces": "x" * 5_000,
    "line ends": "one\u2028two\u2029three\x85four\r\nfive\rsix",
    "a recipe": 'quartet: {"version": 1, "request": {"modality": "text"}}',
    "front matter": "---\nquartet: nonsense\n---\n",
}


@pytest.fixture
def opened(qapp: QApplication, qtbot: QtBot) -> Iterator[Open]:
    """The studio as it is put together, on a database, with an engine that is up."""

    def open_window(database: Database) -> Window:
        client = FakeEngineClient()
        window = app.assemble(qapp, database, client)
        qtbot.addWidget(window)
        window.show()
        client.come_up()
        return window

    yield open_window
    theme.apply(qapp, "system")


@pytest.fixture
def window(opened: Open, database: Database) -> Window:
    return opened(database)


def tab_of(window: Window) -> ModalityTab:
    return window.pages.tabs["text"]


def make(window: Window, text: str, prompt: str = "") -> Work:
    """Have the engine write this text."""
    client = window.parts.client
    assert isinstance(client, FakeEngineClient)
    job = window.parts.jobs.add(TextRequest(prompt=prompt))
    client.say(stepped(job.id, 1, 2, text))
    client.say(stepped(job.id, 2, 2, text))
    client.say(finished(job.id, text, job.request))
    return window.parts.library.all()[0]


# --- prompts ---


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("नदी " * 25_000, "Prompt may hold 10,000 characters, not 100,000; shorten it."),
        ("a\x07b", "Prompt holds a control character (U+0007); paste it as plain text."),
        ("a \ud83d b", "Prompt holds half of a character (a lone surrogate); delete it and type it again."),
    ],
    ids=["100,000 letters", "control character", "lone surrogate"],
)
def test_a_prompt_that_cannot_be_used_is_said_and_stays_in_the_form(
    window: Window, opened: Open, database: Database, prompt: str, said: str
) -> None:
    tab = tab_of(window)
    tab.use_settings(TextRequest(prompt=prompt, steps=23))
    tab.generate()
    assert window.parts.jobs.all() == []
    assert tab.form._rows["prompt"].complaint() == said
    window.close()
    again = tab_of(opened(database)).form.present()
    assert isinstance(again, TextRequest)
    assert (again.prompt, again.steps) == (prompt, 23)


# --- works ---


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_a_strange_text_is_shown_kept_found_and_exported_letter_by_letter(
    window: Window, database: Database, tmp_path: Path, text: str
) -> None:
    prompt = text if "\x00" not in text else ""
    work = make(window, text, prompt)
    window.show_work(work)
    assert not window.grab().isNull() and window.banner.sentence == ""
    (kept,) = Library(database).all(search=text.split()[0])
    assert (kept.text, kept.request) == (text, work.request)
    for ending in (".txt", ".md"):
        path = tmp_path / export.file_name(work.title, ending)
        export.export_work(work, path)
        assert text.replace("\r\n", "\n") in path.read_bytes().decode().replace("\r\n", "\n")
        tab_of(window).use_settings(TextRequest())
        window.open_file(path)
        assert tab_of(window).form.request() == work.request


# --- recipes ---


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.json", '{"version": 2, "request": {"modality": "text"}}', "version 2; this Quartet reads up to 1. Update"),
        ("r.json", '{"version": 1, "request": {"modality": "smell"}}', "which this Quartet does not make"),
        ("r.json", '{"version": 1, "request": {"modality": "text", "steps": 9000}}', "Steps must be from 1 to 200"),
        ("r.json", '{"version": 1, "request": {"modality": "text", "prompt": "\\ud800"}}', "half of a character"),
        ("r.json", '{"version": 1, "request": {"modality": "text", "loudness": 3}}', "loudness"),
        ("r.json", "[" * 100_000, "it is not valid JSON"),
        ("r.json", "\x00\x01\x02", "it is not valid JSON"),
        ("r.toml", "modality = 'text'\nsteps = ", "is not valid TOML"),
        ("r.md", "---\nquartet: {broken\n---\n\nOnce", "it is not valid JSON"),
        ("r.txt", "", "holds no Quartet recipe; choose a work that Quartet exported."),
        ("folder", None, "cannot be read: Is a directory; check the name."),
    ],
)
def test_a_recipe_that_cannot_be_used_is_one_sentence_and_changes_nothing(
    window: Window, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    path = tmp_path / name
    path.mkdir() if content is None else path.write_text(content, encoding="utf-8")
    tab_of(window).use_settings(TextRequest(prompt="half-typed", steps=23))
    window.open_file(path)
    assert said in window.banner.sentence and "\n" not in window.banner.sentence
    present = tab_of(window).form.request()
    assert isinstance(present, TextRequest) and (present.prompt, present.steps) == ("half-typed", 23)


# --- the disk ---


def test_a_read_only_folder_is_said_and_all_works_are_there_until_the_window_closes(
    opened: Open, read_only_folder: Callable[..., Path], tmp_path: Path
) -> None:
    path = tmp_path / app.DATABASE
    database = open_database(path)
    make(opened(database), "made before")
    database.close()
    database = open_database(read_only_folder(path) / app.DATABASE)
    window = opened(database)
    assert "Nothing you do now will be kept" in window.banner.sentence and "\n" not in window.banner.sentence
    make(window, "made now")
    assert [work.text for work in window.parts.library.all()] == ["made now", "made before"]
    window.close()
    database.close()


ON_A_FULL_DISK = """
import resource, sys
from PySide6.QtCore import QTimer
from engine.api.requests import TextRequest
from studio import app
from studio.window import Window
from tests.studio.fake_engine import FakeEngineClient, finished, stepped
app.EngineClient = FakeEngineClient
whole = resource.getrlimit(resource.RLIMIT_FSIZE)

def fill():
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, whole[1]))

def free():
    resource.setrlimit(resource.RLIMIT_FSIZE, whole)

def make(window, text):
    job = window.parts.jobs.add(TextRequest(prompt=text))
    window.parts.client.say(stepped(job.id, 1, 1, text))
    window.parts.client.say(finished(job.id, text, job.request))

def act(window):
    window.parts.client.come_up()
    make(window, "made before")
    fill()
    make(window, "made while the disk is full")
    print("banner:", window.banner.sentence, flush=True)
    window.exports.write(window.parts.library.all()[0], window._works_folder() / "a.txt")
    print("banner:", window.banner.sentence, flush=True)
    if "freed" in sys.argv:
        free()
    window.close()

show = Window.show
def shown(window):
    window.painted.connect(lambda: QTimer.singleShot(0, window, lambda: act(window)))
    show(window)
Window.show = shown
sys.exit(app.open_studio([]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a full disk is played by a limit that Windows lacks")
@pytest.mark.parametrize("freed", [True, False])
def test_a_full_disk_is_said_and_its_works_are_kept_as_soon_as_there_is_room(freed: bool) -> None:
    program = [sys.executable, "-c", ON_A_FULL_DISK, *(["freed"] if freed else [])]
    ran = subprocess.run(
        program,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    unsaved, unwritten = ran.stdout.splitlines()
    assert unsaved.startswith("banner: Your latest changes are not saved yet: the disk")
    assert f"{paths.works() / 'a.txt'} was not written: " in unwritten
    assert list(paths.works().glob("*")) == []
    texts = {work.text for work in Library(open_database(paths.data() / app.DATABASE)).all()}
    assert texts == {"made before"} | ({"made while the disk is full"} if freed else set())
    assert ("not saved" in ran.stderr) is not freed
