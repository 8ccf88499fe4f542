"""What some editors need besides their field, and what the form needs to say what a request would come to."""

from dataclasses import dataclass

from studio.playback.player import Player
from studio.state.jobs import Jobs
from studio.state.pace import Pace
from studio.state.voices import Voices


@dataclass(frozen=True)
class Surroundings:
    """Who can speak, what plays, what the engine can be asked, and how fast it was."""

    voices: Voices
    player: Player
    jobs: Jobs
    pace: Pace
