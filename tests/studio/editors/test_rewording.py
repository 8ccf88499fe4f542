"""Words changed in a recording: the engine is asked, the words are seen, dragged, heard and compared."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.api.errors import BadInput
from engine.api.requests import SpeechRequest
from studio.editors.form import Form
from studio.editors.rewording import LISTENING, Rewording
from studio.editors.ribbon import Ribbon
from studio.editors.surroundings import Surroundings
from tests.studio.company import FakePreparing, surroundings
from tests.studio.fake_engine import text_card

SAID = "the kettle sang and the rain went on"


@pytest.fixture
def company(qtbot: QtBot, tmp_path: Path) -> tuple[Surroundings, FakePreparing]:
    around, jobs, _ = surroundings(tmp_path)
    return around, jobs


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "recording.flac"
    path.write_bytes(b"fLaC")
    return str(path)


@pytest.fixture
def form(qtbot: QtBot, company: tuple[Surroundings, FakePreparing]) -> Form:
    card = text_card(id="pocket-speech", modality="speech", options={})
    form = Form(SpeechRequest, [card], around=company[0])
    qtbot.addWidget(form)
    form.resize(420, 900)
    form.show()
    rewording(form).set_open(True)
    return form


def editor(form: Form, name: str) -> Any:
    return form._page.rows[name].editor


def complaint(form: Form, name: str) -> str:
    return form._page.rows[name].complaint()


def rewording(form: Form) -> Rewording:
    (found,) = (each for each in form._page.together if isinstance(each, Rewording))
    return found


def lines(form: Form) -> str:
    return " ".join(label.text() for label in rewording(form).findChildren(QLabel) if label.isVisible())


def write(form: Form, name: str, words: str) -> None:
    """Type into a field."""
    field = editor(form, name).findChild(QPlainTextEdit)
    field.selectAll()
    field.insertPlainText(words)


def prepared(form: Form, jobs: FakePreparing, file: str, said: str = SAID) -> None:
    """A recording whose words are known."""
    editor(form, "recording").take(file)
    jobs.answer()
    write(form, "transcript", said)
    rewording(form)._typing.timeout.emit()
    jobs.answer(seconds=4.0)


def test_it_is_folded_away_until_there_is_a_recording(form: Form, file: str) -> None:
    rewording(form).set_open(False)
    assert not rewording(form).is_open() and not editor(form, "recording").isVisible()
    form.load(SpeechRequest(text="a", recording=file, transcript="b"))
    assert rewording(form).is_open() and editor(form, "transcript").isVisible()


def test_a_chosen_file_is_listened_to_as_a_whole(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    editor(form, "recording").take(file)
    assert company[1].asked == [(file, "", "english", False)] and LISTENING in lines(form)
    company[1].answer("Its 2 channels were mixed into one.")
    assert "Its 2 channels were mixed into one." in lines(form) and "Write down what the recording says" in lines(form)
    assert editor(form, "boundaries").isVisible()


def test_words_are_looked_for_once_the_transcript_rests(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str, qtbot: QtBot
) -> None:
    editor(form, "recording").take(file)
    company[1].answer()
    for end in range(1, len(SAID) + 1, 6):
        write(form, "transcript", SAID[:end])
    write(form, "transcript", SAID)
    qtbot.waitUntil(lambda: len(company[1].asked) > 1)
    assert company[1].asked[1:] == [(file, SAID, "english", False)]


def test_a_dropped_file_opens_the_group_and_is_listened_to(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    rewording(form).set_open(False)
    form.take_sound(Path(file))
    assert rewording(form).is_open() and company[1].asked == [(file, "", "english", False)]


def test_in_another_language_the_words_are_looked_for_again(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    prepared(form, company[1], file)
    editor(form, "language")._take(2)
    assert company[1].asked[-1] == (file, SAID, "hinglish", False)


def test_answers_that_come_too_late_are_dropped(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str, tmp_path: Path
) -> None:
    editor(form, "recording").take(file)
    editor(form, "recording").take("")
    work = company[1].answer()
    assert not editor(form, "boundaries").isVisible() and not Path(work.path).exists()


def test_the_copies_that_the_engine_made_do_not_pile_up(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str, tmp_path: Path
) -> None:
    prepared(form, company[1], file)
    assert len(list(tmp_path.glob("prepared-*"))) == 1
    editor(form, "recording").take("")
    assert list(tmp_path.glob("prepared-*")) == []


def test_what_is_wrong_with_the_file_is_said_under_it(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    editor(form, "recording").take(file)
    company[1].refuse("recording.flac is silent.")
    assert complaint(form, "recording") == "recording.flac is silent."


def test_what_is_wrong_with_the_transcript_is_said_under_that(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    editor(form, "recording").take(file)
    company[1].answer()
    write(form, "transcript", "much " * 50)
    rewording(form)._typing.timeout.emit()
    company[1].refuse("The transcript is too long.")
    assert complaint(form, "transcript") == "The transcript is too long." and not complaint(form, "recording")


def test_words_that_differ_are_marked_in_the_text_and_on_the_waveform(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    prepared(form, company[1], file)
    write(form, "text", "😀 the kettle hummed and the soft rain went on")
    marks = editor(form, "text").findChild(QPlainTextEdit).extraSelections()
    assert [mark.cursor.selectedText() for mark in marks] == ["hummed", "soft"]
    assert list(editor(form, "boundaries").findChild(Ribbon)._new) == [2]
    assert "2 words made anew; the rest stays as it is." in lines(form)
    assert "2 new" in rewording(form)._heading.text()
    write(form, "text", "the kettle sang and the rain")
    assert "2 words taken out; the rest stays as it is." in lines(form)


def test_the_transcript_can_be_copied_to_begin_with(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    prepared(form, company[1], file)
    button = next(b for b in rewording(form).findChildren(QPushButton) if b.text() == "Begin with these words")
    assert button.isVisible()
    button.click()
    assert form.request().text == SAID and not button.isVisible()
    assert "No word made anew" in lines(form)


def test_a_dragged_edge_is_in_the_request(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str, qtbot: QtBot
) -> None:
    prepared(form, company[1], file)  # eight words of half a second each
    write(form, "text", SAID)
    assert form.request().boundaries == ()
    ribbon = editor(form, "boundaries").findChild(Ribbon)
    x = round(ribbon._x(500))
    qtbot.mousePress(ribbon, Qt.MouseButton.LeftButton, pos=QPoint(x, 60))
    qtbot.mouseMove(ribbon, QPoint(x + 11, 60))
    qtbot.mouseRelease(ribbon, Qt.MouseButton.LeftButton, pos=QPoint(x + 11, 60))
    assert form.request().boundaries[:4] == (0, 600, 600, 1000)


def test_edges_are_moved_by_keys(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str, qtbot: QtBot
) -> None:
    prepared(form, company[1], file)
    ribbon = editor(form, "boundaries").findChild(Ribbon)
    ribbon.setFocus()
    qtbot.keyClick(ribbon, Qt.Key.Key_Right)
    qtbot.keyClick(ribbon, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert editor(form, "boundaries").value()[:4] == (0, 510, 510, 1000)
    assert "between “the” and “kettle” at 0.51 s" in ribbon.accessibleDescription()
    back = next(b for b in editor(form, "boundaries").findChildren(QPushButton) if b.text() == "As found")
    assert back.isVisible()
    back.click()
    assert editor(form, "boundaries").value() == () and not back.isVisible()


def test_a_word_is_heard_by_a_click_or_by_space(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str, qtbot: QtBot
) -> None:
    prepared(form, company[1], file)
    ribbon, player = editor(form, "boundaries").findChild(Ribbon), company[0].player
    qtbot.mouseClick(ribbon, Qt.MouseButton.LeftButton, pos=QPoint(round(ribbon._x(1250)), 60))
    assert player.playing and player.span == (1.0, 1.5)
    ribbon.setFocus()
    qtbot.keyClick(ribbon, Qt.Key.Key_Space)
    assert player.span == (0.0, 0.5)


def test_boundaries_of_other_words_are_forgotten(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    prepared(form, company[1], file)
    editor(form, "boundaries").set_value((0, 400, 500, 900))
    write(form, "transcript", "the kettle sang")
    assert editor(form, "boundaries").value() == ()


def test_what_was_loaded_is_what_is_asked_for(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str
) -> None:
    request = SpeechRequest(
        text="the dog sang", recording=file, transcript="the cat sang", boundaries=(0, 400, 500, 900, 900, 1300)
    )
    form.load(request)
    company[1].answer()
    asked = form.request()
    assert asked.boundaries == request.boundaries and asked.recording == file
    assert editor(form, "boundaries").findChild(Ribbon)._spans == [(0, 400), (500, 900), (900, 1300)]


def test_a_recording_that_is_gone_or_has_no_words_is_said_before_anything_is_made(form: Form, file: str) -> None:
    form.load(SpeechRequest(text="a word", recording="/nowhere/else.wav", transcript="a"))
    with pytest.raises(BadInput, match="There is no file /nowhere/else.wav any more"):
        form.request()
    form.load(SpeechRequest(text="a word", recording=file))
    with pytest.raises(BadInput, match="Write down what the recording says now"):
        form.request()
    assert complaint(form, "transcript")


def test_zooming_makes_the_ribbon_wider(
    form: Form, company: tuple[Surroundings, FakePreparing], file: str, qtbot: QtBot
) -> None:
    prepared(form, company[1], file)
    ribbon = editor(form, "boundaries").findChild(Ribbon)
    before = ribbon.sizeHint().width()
    ribbon.setFocus()
    qtbot.keyClicks(ribbon, "++")
    assert ribbon.sizeHint().width() > 1.5 * before
    qtbot.keyClicks(ribbon, "-" * 40)
    assert 0 < ribbon.sizeHint().width() < before
