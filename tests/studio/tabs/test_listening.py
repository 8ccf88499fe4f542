"""What a view asks for is heard, on loudspeakers that are only a test's."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.api.messages import Failed, Heard, Listen, Rendered, SoundWork
from studio.playback.player import Player
from studio.previews.sound_view import SoundView
from studio.state.hearing import Hearing
from studio.state.jobs import Jobs
from studio.state.settings import Settings
from studio.tabs.listening import Listening
from tests.studio.fake_engine import FakeEngineClient
from tests.studio.playback.sounds import FakeOutputs, tone, write_floats
from tests.studio.previews.spoken import spectrogram, work

RATE = 8000


@pytest.fixture
def view(qtbot: QtBot) -> SoundView:
    made = SoundView()
    qtbot.addWidget(made)
    made.resize(800, 500)
    made.show()
    return made


@pytest.fixture
def listening(view: SoundView, hearing: Hearing, jobs: Jobs) -> Listening:
    return Listening(view, hearing, jobs, lambda: "pocket-vocoder")


@pytest.fixture
def player(hearing: Hearing) -> Player:
    return hearing.player


def sound(folder: Path, name: str, *sentences: str) -> SoundWork:
    """A work whose file is there."""
    made = work(sentences or ("The kettle sang.", "Nobody was in a hurry!"))
    path = write_floats(folder / name, tone(220, RATE, made.seconds), RATE)
    return msgspec.structs.replace(made, path=str(path))


def finish(view: SoundView, made: SoundWork) -> SoundWork:
    view.show_preview(spectrogram(made.seconds))
    view.set_phase("done")
    view.show_work(made)
    return made


def run(player: Player, outputs: FakeOutputs, seconds: float) -> None:
    for _ in range(round(seconds / 0.05)):
        if player.playing:
            outputs.stream.run(0.05)
            player.tick()


def test_the_work_is_played_and_the_view_told(
    view: SoundView, listening: Listening, player: Player, outputs: FakeOutputs, tmp_path: Path
) -> None:
    finish(view, sound(tmp_path, "a.wav"))
    assert player.path == "", "nothing is read before it is wanted"
    view.toggle_requested.emit()
    run(player, outputs, 1.0)
    assert player.playing and view.canvas.position == pytest.approx(1.0, abs=0.05)
    assert view.transport.meter.accessibleDescription() == "-6 dB"
    view.toggle_requested.emit()
    assert not player.playing and view.transport.meter.accessibleDescription() == "silence"


def test_words_spans_loops_speed_and_volume_reach_the_player(
    view: SoundView, listening: Listening, player: Player, tmp_path: Path
) -> None:
    finish(view, sound(tmp_path, "a.wav"))
    view.reader.word_chosen.emit(3)
    assert player.playing and player.position == 1.5
    view.span_chosen.emit((1.0, 99.0))
    assert player.span == (1.0, 4.0) and view.canvas.chosen == (1.0, 4.0)
    view.transport.loop_chosen.emit(True)
    view.transport.speed_chosen.emit(1.5)
    view.transport.volume_chosen.emit(0.25)
    assert (player.loop, player.speed, player.volume) == (True, 1.5, 0.25)


def test_going_somewhere_else_gives_the_span_up(
    view: SoundView, listening: Listening, player: Player, tmp_path: Path
) -> None:
    finish(view, sound(tmp_path, "a.wav"))
    view.span_chosen.emit((1.0, 2.0))
    view.sought.emit(1.5)
    assert player.span == (1.0, 2.0)
    view.start_requested.emit()
    assert player.position == 1.0, "the start of the span"
    view.sought.emit(3.0)
    assert player.span is None and view.canvas.chosen is None
    view.start_requested.emit()
    assert player.position == 0.0


def test_what_another_view_plays_is_none_of_its_business(
    view: SoundView, listening: Listening, player: Player, outputs: FakeOutputs, tmp_path: Path
) -> None:
    finish(view, sound(tmp_path, "a.wav"))
    view.toggle_requested.emit()
    player.load(sound(tmp_path, "b.wav").path)
    player.select((0.5, 1.0))
    player.play()
    run(player, outputs, 0.2)
    assert view.canvas.position == 0.0 and view.canvas.chosen is None
    view.toggle_requested.emit()
    assert player.path.endswith("a.wav") and player.playing


def test_another_step_silences_the_work(view: SoundView, listening: Listening, player: Player, tmp_path: Path) -> None:
    finish(view, sound(tmp_path, "a.wav"))
    view.toggle_requested.emit()
    view.set_phase("held")
    assert not player.playing


def ask(view: SoundView, engine: FakeEngineClient) -> Listen:
    """The user wants to hear the step that is shown."""
    view.show_preview(spectrogram(4.0))
    view.set_phase("held")
    view.hear()
    return engine.commands(Listen)[-1]


def test_the_sound_of_a_step_is_made_and_played(
    view: SoundView, listening: Listening, player: Player, fake_engine: FakeEngineClient, tmp_path: Path
) -> None:
    asked = ask(view, fake_engine)
    assert (asked.preview, asked.vocoder) == (spectrogram(4.0), "pocket-vocoder")
    made = sound(tmp_path, "step.wav")
    fake_engine.say(Heard(job=asked.job, work=made))
    assert player.playing and player.path == made.path
    player.pause()
    view.hear()
    assert player.playing and len(fake_engine.commands(Listen)) == 1
    listening.forget()
    assert not Path(made.path).exists(), "nobody needs it any more"


def test_a_step_that_is_not_looked_at_any_more_is_not_played(
    view: SoundView, listening: Listening, player: Player, fake_engine: FakeEngineClient, tmp_path: Path
) -> None:
    asked = ask(view, fake_engine)
    view.show_preview(spectrogram(4.0, band=33))
    fake_engine.say(Heard(job=asked.job, work=sound(tmp_path, "step.wav")))
    assert not player.playing


def test_why_a_step_cannot_be_heard_is_said(
    view: SoundView, listening: Listening, player: Player, fake_engine: FakeEngineClient
) -> None:
    asked = ask(view, fake_engine)
    fake_engine.say(Failed(job="another", sentence="Something else."))
    assert not view.toggles()[0].isEnabled()
    fake_engine.say(Failed(job=asked.job, sentence="The vocoder is missing; download it."))
    shown = [label.text() for label in view.findChildren(QLabel) if label.isVisible()]
    assert "The vocoder is missing; download it." in shown and view.toggles()[0].isEnabled()


def parts(tmp_path: Path, view: SoundView) -> list[Rendered]:
    view.show_preview(spectrogram(1.5))
    return [
        Rendered(job="a", part=part, parts=3, work=sound(tmp_path, f"{part}.wav", sentence))
        for part, sentence in enumerate(("One two three.", "Four five.", "Six."), start=1)
    ]


def test_sentences_are_heard_one_after_the_other(
    view: SoundView, listening: Listening, player: Player, outputs: FakeOutputs, tmp_path: Path
) -> None:
    first, second, _ = parts(tmp_path, view)
    listening.add_part(first)
    assert not player.playing, "unasked, nothing is played"
    listening.add_part(second)
    view.listen()
    assert player.path.endswith("1.wav")
    run(player, outputs, 1.6)
    assert player.playing and player.path.endswith("2.wav")


def test_a_sentence_that_was_waited_for_is_played_when_it_comes(
    view: SoundView, listening: Listening, player: Player, outputs: FakeOutputs, tmp_path: Path
) -> None:
    first, second, third = parts(tmp_path, view)
    listening.add_part(first)
    view.listen()
    run(player, outputs, 1.7)
    assert not player.playing
    listening.add_part(second)
    assert player.playing and player.path.endswith("2.wav")
    view.toggle_requested.emit()
    listening.add_part(third)
    assert not player.playing, "who pauses does not wait"


def test_the_listening_goes_on_in_the_finished_work(
    view: SoundView, listening: Listening, player: Player, outputs: FakeOutputs, tmp_path: Path
) -> None:
    first, second, _ = parts(tmp_path, view)
    listening.add_part(first)
    listening.add_part(second)
    view.listen()
    run(player, outputs, 1.8)
    assert player.path.endswith("2.wav") and player.position == pytest.approx(0.3, abs=0.1)
    view.show_work(sound(tmp_path, "whole.wav", "One two three.", "Four five.", "Six."))
    view.set_phase("done")
    assert player.playing and player.path.endswith("whole.wav")
    assert player.position == pytest.approx(1.8, abs=0.1)


def test_sentences_and_works_are_played_at_once_if_one_wants_that(
    view: SoundView, listening: Listening, player: Player, settings: Settings, tmp_path: Path
) -> None:
    made = finish(view, sound(tmp_path, "a.wav"))
    listening.finish()
    assert not player.playing
    settings.update(play_at_once=True)
    listening.finish()
    assert player.playing and player.path == made.path
    view.clear()
    view.set_phase("moving")
    listening.add_part(parts(tmp_path, view)[0])
    assert player.playing and player.path.endswith("1.wav")


def test_what_was_heard_already_is_not_played_again(
    view: SoundView, listening: Listening, player: Player, settings: Settings, tmp_path: Path
) -> None:
    finish(view, sound(tmp_path, "a.wav"))
    view.toggle_requested.emit()
    view.toggle_requested.emit()
    settings.update(play_at_once=True)
    listening.finish()
    assert not player.playing


def test_a_file_that_is_gone_is_complained_of(
    view: SoundView, listening: Listening, player: Player, qtbot: QtBot, tmp_path: Path
) -> None:
    finish(view, msgspec.structs.replace(work(), path=str(tmp_path / "gone.wav")))
    with qtbot.waitSignal(player.complained):
        view.toggle_requested.emit()
    with qtbot.waitSignal(player.complained):
        view.reader.word_chosen.emit(1)
