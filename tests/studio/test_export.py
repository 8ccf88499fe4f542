"""Export: what goes out comes back in, under a name that every system takes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.errors import BadInput, Failure
from engine.api.requests import TextRequest
from studio.export import NAME_LIMIT, export_text, file_name, free_path, read_dropped
from studio.state.library import Library, Work
from tests.studio.fake_engine import finished

REQUEST = TextRequest(prompt="एक दिन रवि ______ 🌧", language="hindi", seed=7, gamma=0.25, draft=(1, -1, 3), locked=(0,))


@pytest.fixture
def work(library: Library) -> Work:
    return library.add(finished("a", "एक दिन रवि नदी पर गया।\n\nquartet: not a recipe", REQUEST), REQUEST, [])


@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_dropping_an_exported_file_restores_every_setting(work: Work, tmp_path: Path, ending: str) -> None:
    path = tmp_path / file_name(work.title, ending)
    export_text(work, path)
    assert work.text in path.read_text(encoding="utf-8")
    assert read_dropped(path) == REQUEST


def test_a_text_is_not_exported_under_another_ending(work: Work, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.txt or \.md"):
        export_text(work, tmp_path / "work.wav")


def test_an_export_that_fails_says_why_and_leaves_nothing(work: Work, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Failure, match="choose another"):
        export_text(work, tmp_path / "file" / "work.txt")
    assert (tmp_path / "file").read_text() == "not a folder"


@pytest.mark.parametrize(
    "content", [b"", b"no recipe here", b"\xff\xfe\x00", b'quartet: {"version": 99, "request": {}}']
)
def test_dropping_anything_else_is_answered_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "dropped.txt"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_dropped(path)
    assert "\n" not in str(caught.value)


def test_dropping_a_folder_is_answered_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        read_dropped(tmp_path)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("One rainy evening, Meera…", "One rainy evening, Meera.txt"),
        ("एक दिन रवि", "एक दिन रवि.txt"),
        ('a/b\\c:d*e?f"g<h>i|j\nk', "a b c d e f g h i j k.txt"),
        ("con", "con-.txt"),
        ("...", "Untitled.txt"),
        ("", "Untitled.txt"),
    ],
)
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert file_name(title) == name


@given(st.text(max_size=400))
def test_no_title_makes_a_name_that_is_too_long_or_leaves_the_folder(title: str) -> None:
    name = file_name(title)
    assert Path(name).name == name
    assert len(name.encode()) <= NAME_LIMIT + 8
    assert not name.startswith((" ", "."))


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    (tmp_path / "River.txt").touch()
    (tmp_path / "River (2).txt").touch()
    assert free_path(tmp_path, "River.txt") == tmp_path / "River (3).txt"
    assert free_path(tmp_path, "Sea.txt") == tmp_path / "Sea.txt"
