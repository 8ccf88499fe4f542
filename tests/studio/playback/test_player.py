"""The player, as the window knows it, on a loudspeaker that plays when it is told to."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.playback.player import LOST, Player
from tests.studio.playback.sounds import FakeOutputs, ramp, tone, write_floats

RATE = 8000


@pytest.fixture
def outputs() -> FakeOutputs:
    return FakeOutputs()


@pytest.fixture
def player(qtbot: QtBot, outputs: FakeOutputs, tmp_path: Path) -> Player:
    made = Player(outputs, outputs.clock)
    assert made.load(str(write_floats(tmp_path / "a.wav", tone(220, RATE, 2.0), RATE)))
    return made


def run(player: Player, outputs: FakeOutputs, seconds: float) -> None:
    """Time passes; the player looks at the clock every 30 ms."""
    for _ in range(round(seconds / 0.03)):
        outputs.stream.run(0.03)
        player.tick()


def test_a_sound_is_played_from_its_beginning_to_its_end(player: Player, outputs: FakeOutputs, qtbot: QtBot) -> None:
    moved: list[float] = []
    player.moved.connect(moved.append)
    player.play()
    assert player.playing
    with qtbot.waitSignal(player.ended):
        run(player, outputs, 2.1)
    assert not player.playing and player.position == player.seconds == 2.0
    assert moved == sorted(moved) and moved[10] == pytest.approx(0.33)
    assert outputs.stream.played[: 4 * RATE : 2].tolist() == pytest.approx(tone(220, RATE, 2.0))


def test_at_the_end_it_begins_again(player: Player, outputs: FakeOutputs) -> None:
    player.seek(2.0)
    player.play()
    run(player, outputs, 0.3)
    assert player.position == pytest.approx(0.3, abs=0.01)


def test_a_pause_stands_still_and_closes_the_device(player: Player, outputs: FakeOutputs) -> None:
    player.play()
    run(player, outputs, 0.6)
    player.toggle()
    assert not player.playing and outputs.stream.closed
    assert player.position == pytest.approx(0.6, abs=0.01)
    player.toggle()
    run(player, outputs, 0.3)
    assert player.position == pytest.approx(0.9, abs=0.02)


def test_one_can_jump_while_it_plays(player: Player, outputs: FakeOutputs) -> None:
    player.play()
    run(player, outputs, 0.3)
    player.seek(1.5)
    assert player.position == 1.5
    run(player, outputs, 0.3)
    assert player.position == pytest.approx(1.8, abs=0.02)
    player.seek(99)
    assert player.position == 2.0


def test_a_whole_sound_loops(player: Player, outputs: FakeOutputs) -> None:
    player.set_loop(True)
    player.play()
    run(player, outputs, 5.1)
    assert player.playing and player.position == pytest.approx(1.1, abs=0.02)


def test_a_span_is_played_alone(player: Player, outputs: FakeOutputs) -> None:
    player.select((0.5, 1.0))
    assert player.position == 0.5
    player.play()
    run(player, outputs, 0.6)
    assert not player.playing and player.position == 1.0
    player.set_loop(True)
    player.play()
    run(player, outputs, 1.2)
    assert 0.5 <= player.position <= 1.0 and player.position == pytest.approx(0.7, abs=0.03)


def test_a_span_that_is_chosen_while_it_plays_is_gone_to(player: Player, outputs: FakeOutputs) -> None:
    player.play()
    run(player, outputs, 0.3)
    player.select((1.0, 1.5))
    run(player, outputs, 0.3)
    assert player.position == pytest.approx(1.3, abs=0.02)


@pytest.mark.parametrize("speed", [0.5, 2.0])
def test_speed_holds_at_once(player: Player, outputs: FakeOutputs, speed: float) -> None:
    player.play()
    run(player, outputs, 0.3)
    player.set_speed(speed)
    run(player, outputs, 0.3)
    assert player.position == pytest.approx(0.3 + 0.3 * speed, abs=0.04)


def test_speed_keeps_within_half_and_double(player: Player) -> None:
    player.set_speed(9)
    assert player.speed == 2.0
    player.set_speed(0)
    assert player.speed == 0.5


def test_volume_is_in_steps_that_sound_alike(player: Player, outputs: FakeOutputs) -> None:
    player.set_volume(0.5)
    player.play()
    run(player, outputs, 0.3)
    assert max(outputs.stream.played) == pytest.approx(0.125, abs=1e-3)


def test_the_level_is_told_and_falls_to_nothing(player: Player, outputs: FakeOutputs, qtbot: QtBot) -> None:
    heard: list[tuple[float, ...]] = []
    player.levelled.connect(lambda levels: heard.append(tuple(level.peak for level in levels)))
    player.play()
    run(player, outputs, 0.3)
    assert heard[-1] == pytest.approx((0.5, 0.5), abs=1e-2)
    player.pause()
    assert heard[-1] == (0.0,)


def test_a_lost_device_pauses_and_says_so_once(player: Player, outputs: FakeOutputs) -> None:
    said: list[str] = []
    player.complained.connect(said.append)
    player.play()
    run(player, outputs, 0.3)
    outputs.stream.active = False
    player.tick()
    player.tick()
    assert said == [LOST] and not player.playing
    before = outputs.refreshed
    player.play()
    assert player.playing and outputs.refreshed == before + 1, "it looks for devices again"
    run(player, outputs, 0.3)
    assert player.position == pytest.approx(0.6, abs=0.02)


def test_a_device_that_asks_for_nothing_any_more_is_lost(player: Player, outputs: FakeOutputs, qtbot: QtBot) -> None:
    player.play()
    run(player, outputs, 0.3)
    outputs.clock.now += 3
    with qtbot.waitSignal(player.complained):
        player.tick()
    assert not player.playing and outputs.stream.closed


def test_without_a_device_play_says_why_and_can_be_tried_again(player: Player, outputs: FakeOutputs) -> None:
    said: list[str] = []
    player.complained.connect(said.append)
    outputs.broken = "There is no sound device."
    player.play()
    player.play()
    assert said == [outputs.broken] * 2 and not player.playing
    outputs.broken = ""
    player.play()
    assert player.playing


def test_another_device_goes_on_where_the_first_was(player: Player, outputs: FakeOutputs) -> None:
    player.play()
    run(player, outputs, 0.3)
    first = outputs.stream
    player.set_output("Headphones")
    assert first.closed and player.playing and outputs.opened == ["", "Headphones"]
    run(player, outputs, 0.3)
    assert player.position == pytest.approx(0.6, abs=0.02)


def test_devices_are_looked_for_only_while_nothing_plays(player: Player, outputs: FakeOutputs) -> None:
    player.play()
    assert player.outputs() == ["Loudspeakers", "Headphones"] and outputs.refreshed == 0
    player.pause()
    player.outputs()
    assert outputs.refreshed == 1


def test_a_device_with_a_rate_of_its_own_plays_at_the_right_pace(player: Player, outputs: FakeOutputs) -> None:
    outputs.rate = 44100
    player.play()
    run(player, outputs, 0.6)
    assert player.position == pytest.approx(0.6, abs=0.02)


def test_another_sound_stops_the_first(player: Player, outputs: FakeOutputs, tmp_path: Path) -> None:
    player.play()
    run(player, outputs, 0.3)
    player.select((0.1, 0.2))
    other = write_floats(tmp_path / "b.wav", ramp(800), RATE)
    assert player.load(str(other))
    assert (player.path, player.position, player.span, player.playing) == (str(other), 0.0, None, False)
    assert player.seconds == 0.1


def test_a_sound_that_is_gone_is_said_to_be(player: Player, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(player.complained) as said:
        assert not player.load(str(tmp_path / "gone.wav"))
    assert "gone.wav cannot be read" in said.args[0]
    player.play()
    assert not player.playing and player.path == "" and player.seconds == 0
