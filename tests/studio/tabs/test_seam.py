"""The seam of a loop is heard as the loop will play it."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from studio.playback.player import Player
from studio.tabs.seam import SeamCheck
from tests.studio.playback.sounds import FakeOutputs, tone, write_floats


@pytest.fixture
def outputs() -> FakeOutputs:
    return FakeOutputs()


@pytest.fixture
def player(qtbot: QtBot, outputs: FakeOutputs, tmp_path: Path) -> Player:
    made = Player(outputs, outputs.clock)
    made.load(str(write_floats(tmp_path / "a.wav", tone(220, seconds=5))))
    return made


def heard(player: Player, outputs: FakeOutputs) -> list[float]:
    """Where it was, until it stops by itself."""
    places: list[float] = []
    player.moved.connect(places.append)
    for _ in range(200):
        if player.playing:
            outputs.stream.run(0.05)
            player.tick()
    return places


@pytest.mark.parametrize("looped", [True, False])
def test_it_plays_the_last_second_and_the_first_and_leaves_the_loop_as_it_was(
    player: Player, outputs: FakeOutputs, looped: bool
) -> None:
    player.set_loop(looped)
    player.select((1.0, 2.0))
    owner = QObject()
    SeamCheck(player, owner).hear()
    places = heard(player, outputs)
    assert places[0] >= 4.0 and max(places) > 4.8 and 0.9 <= places[-1] <= 1.2
    assert not player.playing and player.loop is looped and player.span is None


def test_pausing_on_the_way_ends_it(player: Player, outputs: FakeOutputs) -> None:
    owner = QObject()
    SeamCheck(player, owner).hear()
    outputs.stream.run(0.3)
    player.tick()
    player.pause()
    assert not player.loop
    player.play()
    assert max(heard(player, outputs)) == 5.0, "to the end, as ever"


def test_of_a_short_loop_a_third_is_played(outputs: FakeOutputs, player: Player, tmp_path: Path) -> None:
    player.load(str(write_floats(tmp_path / "b.wav", tone(220, seconds=1.2))))
    owner = QObject()
    SeamCheck(player, owner).hear()
    places = heard(player, outputs)
    assert places[0] >= 0.8 and not player.playing and 0.4 <= places[-1] <= 0.6
