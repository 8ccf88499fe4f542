"""What can be done with lanes before anything is generated."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.api.messages import Audition, Failed, Heard, Predict, Predicted, SoundWork
from engine.api.requests import MusicRequest
from studio.playback.player import Player
from studio.sheets.midi_in import read_midi
from studio.sheets.midi_out import write_lanes
from studio.state.hearing import Hearing
from studio.state.jobs import Jobs
from studio.tabs.score_tools import ScoreTools
from tests.studio.fake_engine import FakeEngineClient
from tests.studio.playback.sounds import tone, write_floats

SONG = MusicRequest(prompt="A calm piano.", chords="Am F C G", bars=4, tempo=92)


class Desk:
    """The tools, what the form says, and what they have said."""

    def __init__(self, jobs: Jobs, player: Player, folder: Path) -> None:
        self.request, self.player, self._folder = SONG, player, folder
        self.tools = ScoreTools(lambda: self.request, jobs, player)
        self.said: list[Any] = []
        self.tools.filled.connect(lambda values, remark: self.said.append((values, remark)))
        self.tools.complained.connect(lambda sentence: self.said.append(sentence))
        self.tools.remarked.connect(lambda sentence: self.said.append(sentence))

    def sound(self, name: str = "a.wav") -> SoundWork:
        path = write_floats(self._folder / name, tone(220, seconds=2))
        return SoundWork(path=str(path), sample_rate=8000, channels=1, seconds=2, peaks=b"")


@pytest.fixture
def desk(qtbot: QtBot, jobs: Jobs, hearing: Hearing, tmp_path: Path) -> Desk:
    made = Desk(jobs, hearing.player, tmp_path)
    qtbot.addWidget(made.tools)
    made.tools.show()
    return made


def test_an_audition_is_made_played_and_stopped(desk: Desk, fake_engine: FakeEngineClient) -> None:
    desk.tools._audition.click()
    (asked,) = fake_engine.commands(Audition)
    assert (asked.request, asked.chords, asked.click) == (SONG, True, False)
    assert desk.tools._audition.text() == "Making…" and not desk.tools._audition.isEnabled()
    fake_engine.say(Heard(job=asked.job, work=desk.sound()))
    assert desk.player.playing and desk.tools._audition.text() == "Stop"
    desk.tools._audition.click()
    assert not desk.player.playing and desk.tools._audition.text() == "Audition"


def test_what_was_made_is_played_again_until_the_lanes_change(desk: Desk, fake_engine: FakeEngineClient) -> None:
    desk.tools.audition()
    first = desk.sound()
    fake_engine.say(Heard(job=fake_engine.commands(Audition)[-1].job, work=first))
    desk.player.pause()
    desk.request = replace(SONG, prompt="A harp.", seed=9)
    desk.tools.audition()
    assert desk.player.playing and len(fake_engine.commands(Audition)) == 1
    desk.player.pause()
    desk.request = replace(SONG, chords="Dm G")
    desk.tools.audition()
    fake_engine.say(Heard(job=fake_engine.commands(Audition)[-1].job, work=desk.sound("b.wav")))
    assert desk.player.path.endswith("b.wav") and not Path(first.path).exists(), "nobody needs the first any more"


@pytest.mark.parametrize(
    ("chords", "wanted", "asked"),
    [("Am F", True, (True, True)), ("", False, (False, True)), (" ", True, (False, True))],
)
def test_the_click_sounds_where_it_is_wanted_and_where_there_are_no_chords(
    desk: Desk, fake_engine: FakeEngineClient, chords: str, wanted: bool, asked: tuple[bool, bool]
) -> None:
    desk.request = replace(SONG, chords=chords)
    desk.tools._click.setChecked(wanted)
    desk.tools.audition()
    (command,) = fake_engine.commands(Audition)
    assert (command.chords, command.click) == asked


def test_what_cannot_be_played_is_told(desk: Desk, fake_engine: FakeEngineClient) -> None:
    desk.request = replace(SONG, chords="Am Hx")
    desk.tools.audition()
    assert "“Hx”" in desk.said[0] and not fake_engine.commands(Audition)
    desk.request = SONG
    desk.tools.audition()
    fake_engine.say(Failed(job=fake_engine.commands(Audition)[-1].job, sentence="There is no memory left."))
    assert desk.said[-1] == "There is no memory left." and desk.tools._audition.isEnabled()


def test_a_prediction_fills_the_form_and_says_what_it_read(desk: Desk, fake_engine: FakeEngineClient) -> None:
    desk.tools._predict.click()
    (asked,) = fake_engine.commands(Predict)
    assert asked.request == SONG and desk.tools._predict.text() == "Reading…"
    lanes: dict[str, Any] = {"tempo": 92.0, "metre": "3", "key": "A minor", "chords": "Am F C G", "sections": ""}
    fake_engine.say(Predicted(job=asked.job, **lanes, notes=("A waltz is in 3.", "Calm is slow.")))
    assert desk.said == [(lanes, "A waltz is in 3. Calm is slow.")] and desk.tools._predict.isEnabled()


def test_bars_are_filled_where_they_are_known(desk: Desk, fake_engine: FakeEngineClient) -> None:
    desk.tools.predict()
    job = fake_engine.commands(Predict)[0].job
    fake_engine.say(Predicted(job=job, tempo=90, metre="4", key="any", chords="", sections="", bars=8))
    assert desk.said[0][0]["bars"] == 8


def test_without_a_prompt_nothing_is_predicted(desk: Desk, fake_engine: FakeEngineClient) -> None:
    desk.request = replace(SONG, prompt=" ")
    desk.tools.predict()
    assert desk.said == ["Write a prompt first; what it says and suggests is then filled in."]
    assert not fake_engine.commands(Predict)


def test_lanes_come_out_of_files(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    write_lanes(tmp_path / "song.mid", replace(SONG, key="A minor"))
    (tmp_path / "song.cho").write_text("{tempo: 80}\n| Am F | H7 |")
    for name in ("song.mid", "song.cho"):
        with qtbot.wait_signal(desk.tools.filled):
            desk.tools.bring(tmp_path / name)
    (midi, told), (chart, remark) = desk.said
    assert midi == {"chords": "Am F C G", "tempo": 92.0, "metre": "4", "key": "A minor", "sections": "", "bars": 4}
    assert told == "From song.mid: 4 bars, 92 BPM, A minor."
    assert chart == {"chords": "Am:2 F:2", "tempo": 80.0, "sections": "", "bars": 1}
    assert remark == "From song.cho: 1 bar, 80 BPM. No chord is called H7 here; it was left out."


def test_a_file_that_is_no_use_is_told(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(b"garbage")
    with qtbot.wait_signal(desk.tools.complained):
        desk.tools.bring(tmp_path / "song.mid")
    assert desk.said == ["song.mid is no MIDI file, or a damaged one; choose another."]


def test_lanes_are_written_as_midi(desk: Desk, tmp_path: Path) -> None:
    desk.tools.write(tmp_path / "song.mid")
    assert read_midi(tmp_path / "song.mid").chords == "Am F C G" and desk.said == ["Written to song.mid"]
    desk.request = replace(SONG, chords="Am Hx")
    desk.tools.write(tmp_path / "other.mid")
    assert "Hx" in desk.said[-1] and not (tmp_path / "other.mid").exists()


@pytest.mark.parametrize("ask", [ScoreTools.ask_what, ScoreTools.ask_where])
def test_dialogs_ask_for_files(desk: Desk, ask: Callable[[ScoreTools], QFileDialog], tmp_path: Path) -> None:
    dialog = ask(desk.tools)
    assert dialog.isVisible() and any("*.mid" in each for each in dialog.nameFilters())
    dialog.reject()


def test_everything_has_a_name(desk: Desk) -> None:
    for button in (desk.tools._audition, desk.tools._click, desk.tools._predict, desk.tools._more):
        assert button.accessibleName() and button.accessibleDescription()
