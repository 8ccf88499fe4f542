"""The library: every work comes back with all that made it, and can be found."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.api.requests import TextRequest
from studio.state import library as module
from studio.state.database import Database, open_database
from studio.state.library import Library, title_of
from tests.studio.fake_engine import finished, stepped

REQUEST = TextRequest(prompt="एक दिन", language="hindi", style="verse", seed=3, draft=(1, -1), locked=(0,))


def test_a_work_comes_back_after_a_restart_with_everything(library: Library, database: Database) -> None:
    steps = [stepped("a", step, 4, "एक दिन रवि आया") for step in range(1, 5)]
    work = library.add(finished("a", "एक दिन रवि आया", REQUEST), REQUEST, steps)
    again = Library(database)
    assert again.all() == [work] and again.get(work.id) == work
    assert again.timeline(work.id) == steps
    assert (work.modality, work.medium, work.title, work.elapsed) == ("text", "text", "एक दिन रवि आया", 1.6)


def test_the_newest_comes_first(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for clock, text in ((2.0, "second"), (3.0, "third"), (1.0, "first")):
        monkeypatch.setattr("time.time", lambda clock=clock: clock)
        library.add(finished("a", text), TextRequest(), [])
    assert [work.text for work in library.all()] == ["third", "second", "first"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["hindi", "english", "german"]),
        ("RIVER", ["english"]),
        ("river once", ["english"]),  # every word, in any order
        ("river नदी", []),
        ("नदी", ["hindi"]),
        ("प\u0921\u093c", ["hindi"]),  # the nukta typed apart
        ("प\u095c", ["hindi"]),  # the nukta typed as one letter
        ("verse", ["hindi"]),  # the style
        ("MEERA", ["german"]),  # the prompt
        ("STRASSE", ["german"]),
        ("text", ["hindi", "english", "german"]),  # the modality
        ("100%", []),
    ],
)
def test_works_are_found_by_text_prompt_and_style_in_any_case(library: Library, search: str, found: list[str]) -> None:
    library.add(finished("a", "Die Straße war naß."), TextRequest(prompt="Meera"), [])
    library.add(finished("b", "Once there was a River."), TextRequest(), [])
    library.add(finished("c", "नदी के पास प\u0921\u093cोसी"), TextRequest(style="verse", language="hindi"), [])
    names = {"Die": "german", "Onc": "english", "नदी": "hindi"}
    assert [names[work.text[:3]] for work in library.all(search)] == found


def test_favourites_stay_favourites(library: Library, database: Database, qtbot: QtBot) -> None:
    work = library.add(finished("a", "one"), TextRequest(), [])
    library.add(finished("b", "two"), TextRequest(), [])
    with qtbot.wait_signal(library.work_changed) as told:
        library.set_favourite(work.id, True)
    assert told.args is not None and told.args[0].favourite
    assert [found.text for found in Library(database).all(favourites=True)] == ["one"]
    library.set_favourite(work.id, False)
    assert Library(database).all(favourites=True) == []


def test_deleting_can_be_undone_even_after_a_restart(library: Library, database: Database, qtbot: QtBot) -> None:
    steps = [stepped("a", 1, 1)]
    work = library.add(finished("a", "river"), TextRequest(), steps)
    with qtbot.wait_signal(library.work_removed, check_params_cb=lambda id: id == work.id):
        library.delete(work.id)
    assert library.all() == [] and library.get(work.id) is None
    again = Library(database)
    assert again.all() == []
    with qtbot.wait_signal(again.work_added):
        again.restore(work.id)
    assert again.all() == Library(database).all() == [work]
    assert again.timeline(work.id) == steps


def test_what_was_deleted_is_gone_after_a_month(library: Library, database: Database) -> None:
    old, recent = (library.add(finished("a", text), TextRequest(), [stepped("a", 1, 1)]) for text in ("old", "recent"))
    for work in (old, recent):
        library.delete(work.id)
    month = (module.UNDO_DAYS + 1) * 86400
    database.write(("UPDATE works SET deleted = deleted - ? WHERE id = ?", (month, old.id)))
    again = Library(database)
    again.restore(recent.id)
    assert [work.text for work in again.all()] == ["recent"]
    assert database.read("SELECT work FROM timelines") == [(recent.id,)]


def test_a_timeline_that_cannot_be_read_is_empty(library: Library, database: Database) -> None:
    work = library.add(finished("a"), TextRequest(), [stepped("a", 1, 1)])
    database.write(("UPDATE timelines SET steps = ?", (b"damaged",)))
    assert Library(database).timeline(work.id) == []
    assert library.timeline("unknown") == []


def test_a_work_of_another_version_keeps_what_is_still_known(library: Library, database: Database) -> None:
    library.add(finished("a", "river"), TextRequest(), [])
    stored = '{"modality": "text", "prompt": "Meera", "steps": "many", "octave": 4}'
    database.write(("UPDATE works SET request = ?", (stored,)))
    (work,) = Library(database).all()
    assert work.request == TextRequest(prompt="Meera")


def test_a_work_of_an_unknown_modality_stays_in_the_file(library: Library, database: Database) -> None:
    library.add(finished("a", "river"), TextRequest(), [])
    database.write(("UPDATE works SET request = ?", ('{"modality": "smell"}',)))
    assert Library(database).all() == []
    assert len(database.read("SELECT id FROM works")) == 1


def test_works_in_memory_can_be_read_though_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    database = open_database(tmp_path / "file" / "quartet.db")
    assert database.notice is not None
    library = Library(database)
    work = library.add(finished("a", "river"), TextRequest(), [stepped("a", 1, 1)])
    assert library.all() == [work] and len(library.timeline(work.id)) == 1


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("", "Untitled"),
        ("  \n ", "Untitled"),
        ("The old\n musician", "The old musician"),
        ("The old musician tuned his violin, and he waited on the bridge; nobody came.",
         "The old musician tuned his violin, and he waited on the…"),
        ("x" * 100, "x" * 60 + "…"),
    ],
)  # fmt: skip
def test_a_title_is_the_first_words(text: str, title: str) -> None:
    assert title_of(text) == title
