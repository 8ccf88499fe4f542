"""The player is as the settings want it, and as loud as it was."""

from studio.playback.player import Player
from studio.state.hearing import Hearing
from studio.state.session import Session
from studio.state.settings import Settings
from tests.studio.playback.sounds import FakeOutputs


def test_it_plays_on_what_is_set(settings: Settings, session: Session, outputs: FakeOutputs) -> None:
    settings.update(output="Headphones")
    hearing = Hearing(settings, session, Player(outputs, outputs.clock))
    assert hearing.player.output == "Headphones"
    settings.update(output="Loudspeakers")
    assert hearing.player.output == "Loudspeakers"


def test_it_is_as_loud_as_last_time(settings: Settings, session: Session, outputs: FakeOutputs) -> None:
    hearing = Hearing(settings, session, Player(outputs, outputs.clock))
    hearing.player.set_volume(0.3)
    session.flush()
    assert Hearing(settings, session, Player(outputs, outputs.clock)).player.volume == 0.3


def test_whether_it_plays_at_once_is_a_setting(settings: Settings, hearing: Hearing) -> None:
    assert not hearing.at_once
    settings.update(play_at_once=True)
    assert hearing.at_once
