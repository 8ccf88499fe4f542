"""Whether there is a screen is known before Qt is asked, which would end the program."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.screen import complaint


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: the name of a socket may have some hundred letters."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        yield Path(name)


@pytest.fixture
def listening(folder: Path) -> Iterator[Path]:
    """A display that answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as display:
        display.bind(str(folder / "wayland-7"))
        display.listen()
        yield folder / "wayland-7"


def test_no_display_is_said() -> None:
    said = complaint({}, "linux")
    assert said is not None and "DISPLAY" in said and "python -m engine" in said


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_always_have_one(platform: str) -> None:
    assert complaint({}, platform) is None


def test_who_names_a_platform_is_believed() -> None:
    assert complaint({"QT_QPA_PLATFORM": "offscreen"}, "linux") is None


@pytest.mark.parametrize("display", [":4242", "unix:4242", ":4242.0", "127.0.0.1:59000"])
def test_a_display_that_does_not_answer_is_said(display: str) -> None:
    said = complaint({"DISPLAY": display}, "linux")
    assert said is not None and f"{display} does not answer" in said


def test_a_display_that_qt_may_know_is_left_to_qt() -> None:
    assert complaint({"DISPLAY": "something:new"}, "linux") is None


def test_wayland_is_asked_where_it_listens(listening: Path) -> None:
    environment = {"XDG_RUNTIME_DIR": str(listening.parent), "WAYLAND_DISPLAY": listening.name}
    assert complaint(environment, "linux") is None
    assert complaint(environment | {"WAYLAND_DISPLAY": "wayland-8"}, "linux") is not None
    assert complaint({"WAYLAND_DISPLAY": str(listening)}, "linux") is None


def test_a_display_given_by_the_path_of_its_socket_is_asked(listening: Path) -> None:
    listening.rename(listening.parent / "launch:0")
    assert complaint({"DISPLAY": f"{listening.parent}/launch:0"}, "linux") is None


def test_a_far_display_is_asked_by_its_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1] - 6000
        assert complaint({"DISPLAY": f"127.0.0.1:{number}.0"}, "linux") is None
