"""The view of a sound: what is to be heard, and what is asked of whoever plays it."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.api.messages import Rendered, SoundWork
from studio.previews.elided import shortened
from studio.previews.sound_view import SoundView
from tests.studio.previews.spoken import spectrogram, work

pytestmark = pytest.mark.gui


@pytest.fixture
def view(qtbot: QtBot) -> SoundView:
    made = SoundView()
    qtbot.addWidget(made)
    made.resize(850, 600)
    made.show()
    made.activateWindow()
    return made


@pytest.fixture
def done(view: SoundView) -> SoundView:
    """With a finished work of two sentences."""
    view.show_preview(spectrogram(4.0))
    view.set_phase("done")
    view.show_work(work())
    return view


@pytest.fixture
def asked(view: SoundView) -> list[Any]:
    """What is asked for, in order."""
    said: list[Any] = []
    for name in ("play_requested", "toggle_requested", "start_requested", "heard_changed"):
        getattr(view, name).connect(lambda name=name: said.append(name))
    for name in ("sought", "span_chosen", "loop_chosen", "listen_requested", "redo_requested"):
        getattr(view, name).connect(lambda value, name=name: said.append((name, value)))
    return said


def buttons(view: SoundView) -> list[str]:
    return [each.text() for each in view.findChildren(QAbstractButton) if each.isVisible() and each.text()]


def words(view: SoundView) -> list[str]:
    return [label.text() for label in view.findChildren(QLabel) if label.isVisible() and label.text()]


def rendered(part: int, sound: SoundWork, parts: int = 3) -> Rendered:
    return Rendered(job="a", part=part, parts=parts, work=sound)


# --- what is heard ---


def test_steps_are_only_seen(view: SoundView) -> None:
    for band in (10, 20, 30):
        view.show_preview(spectrogram(2.0, band))
    assert view.canvas.scene.passages == (spectrogram(2.0, 30),) and view.heard is None
    assert not view.transport.isVisible() and not view.reader.isVisible()


def test_a_finished_work_is_heard_and_read(done: SoundView) -> None:
    assert done.heard is not None and done.heard.sound == work()
    assert done.transport.isVisible() and done.reader.isVisible()
    assert done.canvas.scene.sound == work()


def test_notes_are_shown(done: SoundView) -> None:
    assert not [text for text in words(done) if "☃" in text]
    done.show_work(work(notes=("“☃” cannot be spoken.", "It was made louder.")))
    assert "“☃” cannot be spoken.\nIt was made louder." in words(done)


def test_another_run_forgets_everything(done: SoundView) -> None:
    done.clear()
    assert done.heard is None and done.canvas.scene.passages == () and not done.transport.isVisible()


def test_what_can_be_heard_changes_with_the_step(done: SoundView, asked: list[Any]) -> None:
    done.set_phase("held")
    assert done.heard is None and asked == ["heard_changed"]
    done.set_phase("done")
    assert done.heard is not None and asked == ["heard_changed"] * 2


# --- the sound of a step ---


def test_the_sound_of_a_step_is_asked_for_once_and_kept(view: SoundView, asked: list[Any]) -> None:
    step, other = spectrogram(2.0, start=3.0), spectrogram(2.0, band=3)
    view.show_preview(step)
    view.set_phase("held")
    view.hear()
    view.hear()
    assert asked == [("listen_requested", step)]
    [hear] = view.toggles()
    assert hear.text() == "Making the sound…" and not hear.isEnabled()
    assert view.show_heard(work())
    assert hear.isEnabled() and view.heard is not None and view.heard.start == 3.0
    view.show_preview(other)
    assert view.heard is None
    view.show_preview(step)
    asked.clear()
    view.hear()
    assert asked == ["play_requested"], "it is there"


def test_a_step_that_is_held_offers_to_be_heard(done: SoundView, asked: list[Any]) -> None:
    assert "Hear this step" not in buttons(done), "the work is there to be played"
    done.set_phase("held")
    [hear] = [each for each in done.findChildren(QAbstractButton) if each.text() == "Hear this step"]
    assert hear.isVisible() and "Only seen so far" in words(done)
    hear.click()
    assert asked[-1] == ("listen_requested", spectrogram(4.0)) and hear.text() == "Making the sound…"
    done.show_heard(work())
    assert not hear.isVisible() and "Only seen so far" not in words(done)


def test_a_sound_that_comes_late_is_not_played_over_another_step(view: SoundView) -> None:
    view.show_preview(spectrogram(2.0))
    view.set_phase("held")
    view.hear()
    view.show_preview(spectrogram(2.0, band=7))
    assert not view.show_heard(work()) and view.heard is None


def test_a_sound_that_does_not_come_can_be_asked_for_again(view: SoundView, asked: list[Any]) -> None:
    view.show_preview(spectrogram(2.0))
    view.hear()
    view.give_up("The vocoder is missing.")
    assert "The vocoder is missing." in words(view)
    view.hear()
    assert "The vocoder is missing." not in words(view)
    assert [entry[0] for entry in asked] == ["listen_requested"] * 2


def test_hearing_a_step_takes_hold_of_it(view: SoundView, qtbot: QtBot) -> None:
    view.show_preview(spectrogram(2.0))
    with qtbot.waitSignal(view.edited):
        view.hear()


def test_h_hears(done: SoundView, asked: list[Any], qtbot: QtBot) -> None:
    qtbot.waitUntil(done.isActiveWindow)
    done.canvas.setFocus()
    qtbot.keyClick(done.canvas, Qt.Key.Key_H)
    assert asked == ["play_requested"], "at the end it is the work"


# --- sentences while the rest is made ---


def test_a_sentence_is_offered_as_soon_as_it_is_there(view: SoundView, asked: list[Any]) -> None:
    view.show_preview(spectrogram(1.5))
    view.show_part(rendered(1, work(("One two three.",), "1.wav")))
    assert "1 sentence can be heard" in words(view) and "Listen" in buttons(view)
    view.show_part(rendered(2, work(("Four five.",), "2.wav")))
    assert "2 sentences can be heard" in words(view)
    assert view.listen() and asked[-1] == "play_requested"
    assert view.heard is not None and (view.heard.sound.path, view.heard.part) == ("1.wav", 1)
    assert view.listen() and view.heard.start == 1.5
    assert not view.listen() and "Listen" not in buttons(view)


def test_steps_that_pass_by_do_not_stop_the_listening(view: SoundView, asked: list[Any]) -> None:
    view.show_part(rendered(1, work(("One two three.",), "1.wav")))
    view.listen()
    asked.clear()
    for band in (10, 20, 30):
        view.show_preview(spectrogram(2.0, band, start=1.5))
    assert asked == [] and view.heard is not None and view.heard.part == 1


def test_what_is_offered_ends_with_the_work(view: SoundView) -> None:
    view.show_part(rendered(1, work(("One two three.",), "1.wav")))
    view.show_work(work())
    assert "Listen" not in buttons(view)


# --- what the user asks ---


def test_a_word_is_heard_from_there(done: SoundView, asked: list[Any]) -> None:
    done.reader.word_chosen.emit(2)
    assert asked == [("sought", 1.0), "play_requested"]


def test_places_are_asked_for_in_the_seconds_of_the_sound(view: SoundView, asked: list[Any]) -> None:
    view.show_preview(spectrogram(4.0, start=10.0))
    view.set_phase("held")
    view.hear()
    view.show_heard(work())
    asked.clear()
    view.canvas.sought.emit(12.5)
    view.canvas.span_chosen.emit((9.0, 11.0))
    assert asked == [("sought", 2.5), ("span_chosen", (0.0, 1.0))]
    view.show_position(2.0, playing=True)
    view.show_span((1.0, 2.0))
    assert view.canvas.position == 12.0 and view.canvas.chosen == (11.0, 12.0)


def test_a_sentence_that_is_chosen_can_be_made_anew(done: SoundView, asked: list[Any], qtbot: QtBot) -> None:
    done.canvas.part_chosen.emit(1)
    assert asked == [("span_chosen", (1.5, 4.0))]
    done.show_span((1.5, 4.0))
    assert "Nobody was in a hurry!" in words(done) and "Redo this sentence" in buttons(done)
    qtbot.waitUntil(done.isActiveWindow)
    done.canvas.setFocus()
    qtbot.keyClick(done.canvas, Qt.Key.Key_R)
    assert asked[-1] == ("redo_requested", 1)
    done.show_span(None)
    assert "Redo this sentence" not in buttons(done)


def test_without_a_choice_it_is_the_sentence_at_the_playhead(done: SoundView, asked: list[Any], qtbot: QtBot) -> None:
    qtbot.waitUntil(done.isActiveWindow)
    done.canvas.setFocus()
    done.show_position(1.0, playing=False)
    qtbot.keyClick(done.canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert asked[-1] == ("redo_requested", 0)


def test_sentences_of_a_step_cannot_be_made_anew(done: SoundView, asked: list[Any]) -> None:
    done.set_phase("held")
    done._actions["redo"].trigger()
    assert [entry for entry in asked if "redo" in str(entry)] == []


@pytest.mark.parametrize("part", ["canvas", "reader"])
def test_space_plays_and_pauses(done: SoundView, asked: list[Any], qtbot: QtBot, part: str) -> None:
    qtbot.waitUntil(done.isActiveWindow)
    getattr(done, part).setFocus()
    qtbot.keyClick(getattr(done, part), Qt.Key.Key_Space)
    assert asked == ["toggle_requested"]


def test_space_on_a_button_presses_that_button(done: SoundView, asked: list[Any], qtbot: QtBot) -> None:
    done.show_player(playing=False, loop=False, speed=1.0, volume=1.0)
    [loop] = [each for each in done.findChildren(QAbstractButton) if each.accessibleName() == "Loop"]
    qtbot.waitUntil(done.isActiveWindow)
    loop.setFocus()
    qtbot.keyClick(loop, Qt.Key.Key_Space)
    assert asked == [("loop_chosen", True)]


def test_l_loops(done: SoundView, asked: list[Any], qtbot: QtBot) -> None:
    qtbot.waitUntil(done.isActiveWindow)
    done.canvas.setFocus()
    qtbot.keyClick(done.canvas, Qt.Key.Key_L)
    assert asked == [("loop_chosen", True)]


def test_how_far_it_is_is_told_everywhere(done: SoundView) -> None:
    done.show_position(1.1, playing=True)
    assert done.canvas.word == 2 and "0:01.1 / 0:04.0" in words(done)
    assert done.reader._lit == 2


def test_the_offer_stands_at_the_foot_of_the_spectrogram(done: SoundView, qtbot: QtBot) -> None:
    """Over the words and the sentences it would hide what it is about."""
    done.show_span((1.5, 4.0))
    bar, lanes = done._page.bar, done.canvas._frame().lanes
    assert bar.isVisible() and lanes.picture.top() < bar.y() and bar.geometry().bottom() < lanes.picture.bottom()
    done.set_phase("held")
    qtbot.waitUntil(lambda: done.canvas.viewport().height() - bar.geometry().bottom() < 40)


def test_long_sentences_are_named_by_their_first_words() -> None:
    assert shortened("Short.") == "Short."
    assert shortened("It was the sort of grin that, normally, is seen") == "It was the sort of grin that, normally…"


def test_everything_in_it_has_a_name(done: SoundView, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(done) == []
