"""The database opens whatever state it is in, and what the disk refuses is neither lost nor an exception."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.api.errors import Failure
from studio.state import database as module
from studio.state.database import Database, open_database

SAVED = {"name": "Meera", "नाम": ["मीरा", 1.5, None, True], "geometry": b"\x00\xff"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "मेरा फ़ोल्डर" / "quartet.db"


@pytest.fixture
def filled(path: Path) -> Path:
    """A database in which something is kept, closed again."""
    database = open_database(path)
    assert database.keep(SAVED) is None
    assert database.close() is None
    return path


def kept(database: Database) -> dict[str, object]:
    return {name: database.kept(name) for name in SAVED}


def test_what_is_kept_comes_back(filled: Path) -> None:
    database = open_database(filled)
    assert kept(database) == SAVED
    assert database.notice is None
    assert database.kept("unknown", "default") == "default"
    database.close()


def test_what_is_kept_survives_a_studio_that_is_killed(path: Path) -> None:
    left_open = open_database(path)
    left_open.keep(SAVED)
    copy = path.parent / "after-the-kill"
    shutil.copytree(path.parent, copy, ignore=lambda *_: ["after-the-kill"])
    database = open_database(copy / path.name)
    assert kept(database) == SAVED
    database.close()
    left_open.close()


def test_every_version_of_the_file_is_brought_to_the_present_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(path).close()
    later = (*module.MIGRATIONS, ("CREATE TABLE later (a)", "INSERT INTO later VALUES (1)"))
    monkeypatch.setattr(module, "MIGRATIONS", later)
    for _ in range(2):
        database = open_database(path)
        assert database.read("SELECT a FROM later") == [(1,)]
        database.close()


def test_a_file_of_a_newer_quartet_is_left_alone(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = filled.read_bytes()
    monkeypatch.setattr(module, "MIGRATIONS", ())
    with pytest.raises(Failure, match="newer Quartet"):
        open_database(filled)
    assert filled.read_bytes() == before


# --- damage ---


def garbage(path: Path) -> None:
    path.write_bytes(b"this is not a database " * 1000)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 100)


def overwrite_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\x55" * (len(data) - 4096 * 2)
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [garbage, cut, overwrite_pages])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(filled: Path, damage: object) -> None:
    damage(filled)  # type: ignore[operator]
    damaged = filled.read_bytes()
    database = open_database(filled)
    aside = list(filled.parent.glob("quartet-damaged-*.db"))
    assert [found.read_bytes() for found in aside] == [damaged]
    assert database.notice is not None and aside[0].name in database.notice
    assert database.keep(SAVED) is None
    database.close()
    again = open_database(filled)
    assert again.notice is None and kept(again) == SAVED
    again.close()


def test_a_second_damaged_file_does_not_replace_the_first(filled: Path) -> None:
    for _ in range(2):
        garbage(filled)
        open_database(filled).close()
    assert len(list(filled.parent.glob("quartet-damaged-*.db"))) == 2


# --- another program ---


@contextmanager
def held(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program is in the middle of a long write."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_a_file_that_another_program_holds_is_a_failure_in_one_sentence(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_AT_START", 1)
    with held(filled), pytest.raises(Failure, match="Another program is using .*; close it"):
        open_database(filled)


def test_a_write_that_meets_a_lock_is_said_once_and_made_up_for(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 1)
    database = open_database(filled)
    with held(filled):
        complaint = database.keep({"first": 1})
        assert complaint is not None and "another program" in complaint
        assert database.keep({"second": 2}) is None  # said already
    assert database.keep({"third": 3}) is None
    assert [database.kept(name) for name in ("first", "second", "third")] == [1, 2, 3]
    database.close()


# --- the disk refuses ---


def test_a_disk_that_fills_up_is_said_and_what_was_refused_is_written_later(path: Path) -> None:
    database = open_database(path)
    pages = database.read("PRAGMA page_count")[0][0]
    database.read(f"PRAGMA max_page_count = {pages}")
    complaint = database.keep({"long": "x" * 100_000})
    assert complaint is not None and "disk is full" in complaint
    database.read("PRAGMA max_page_count = 1000000")
    assert database.close() is None
    database = open_database(path)
    assert database.kept("long") == "x" * 100_000
    database.close()


def test_closing_on_a_full_disk_says_what_will_be_missing(path: Path) -> None:
    database = open_database(path)
    database.read(f"PRAGMA max_page_count = {database.read('PRAGMA page_count')[0][0]}")
    database.keep({"long": "x" * 100_000})
    assert "disk is full" in (database.close() or "")


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows: the nearest to a full disk that needs no rights."""
    import resource  # there is none on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def read_only(filled: Path, read_only_folder: Callable[..., Path]) -> Path:
    """The filled database in a folder that cannot be written."""
    return read_only_folder(filled) / filled.name


@pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
def test_a_full_disk_at_the_start_leaves_a_studio_that_works_and_says_so(filled: Path) -> None:
    with full_disk():
        database = open_database(filled)
    assert database.notice is not None and "Nothing you do now will be kept" in database.notice
    assert kept(database) == SAVED
    assert database.keep({"new": 1}) is None and database.kept("new") == 1
    database.close()


def test_a_read_only_folder_leaves_a_studio_that_works_and_says_so(read_only: Path) -> None:
    before = read_only.read_bytes()
    database = open_database(read_only)
    assert database.notice is not None and "make it writable" in database.notice
    assert kept(database) == SAVED
    assert database.keep({"new": 1}) is None and database.kept("new") == 1
    assert database.close() is None
    assert read_only.read_bytes() == before


def test_a_read_only_folder_without_a_library_leaves_a_studio_that_works(read_only: Path) -> None:
    database = open_database(read_only.parent / "new" / "quartet.db")
    assert database.notice is not None and "Nothing you do now will be kept" in database.notice
    assert database.keep({"new": 1}) is None and database.kept("new") == 1
    database.close()
