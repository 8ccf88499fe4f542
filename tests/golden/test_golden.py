"""What leaves this program is read by its later versions: its formats change only where somebody means it."""

import pytest

from engine.api import wire
from engine.api.messages import Generate
from engine.api.recipe import read_recipe
from tests.golden.make import FOLDER, IMAGE, REQUEST, STEPPED, files


@pytest.mark.parametrize("name", files())
def test_what_is_written_has_not_changed(name: str) -> None:
    assert files()[name] == (FOLDER / name).read_bytes()


@pytest.mark.parametrize("name", ["recipe-1.json", "work-1.txt", "work-1.md"])
def test_a_file_of_version_1_gives_back_its_request(name: str) -> None:
    assert read_recipe(FOLDER / name).request == REQUEST


def test_a_picture_of_version_1_gives_back_its_request() -> None:
    assert read_recipe(FOLDER / "work-1.png").request == IMAGE


def test_frames_of_protocol_1_are_understood() -> None:
    commands, events = wire.command_decoder(), wire.event_decoder()
    assert list(commands.feed((FOLDER / "generate-1.frame").read_bytes())) == [
        (Generate(job="j1", request=REQUEST), b"")
    ]
    assert list(events.feed((FOLDER / "stepped-1.frame").read_bytes())) == [(STEPPED, b"\x00\xff")]
