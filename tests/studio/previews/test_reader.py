"""What is spoken, to read along."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from studio import theme
from studio.previews.reader import Reader, as_written
from tests.studio.previews.spoken import work

pytestmark = pytest.mark.gui
LONG = tuple(f"Sentence number {number} goes on for quite a while, as they do." for number in range(30))


@pytest.fixture
def reader(qtbot: QtBot) -> Reader:
    made = Reader()
    qtbot.addWidget(made)
    made.resize(500, 110)
    made.show_sound(work())
    made.show()
    return made


def test_words_stand_as_they_were_written() -> None:
    assert "".join(as_written(work())) == " The kettle sang. Nobody was in a hurry!"
    assert len(as_written(work())) == len(work().words)


def test_devanagari_stands_as_it_was_written() -> None:
    spoken = work(("आज बारिश हुई।", "क्षमा करें!"))
    assert "".join(as_written(spoken)).strip() == "आज बारिश हुई। क्षमा करें!"


def test_another_voice_begins_a_line() -> None:
    assert "".join(as_written(work(voices=("Heart", "Emma")))) == " The kettle sang.\nNobody was in a hurry!"


def test_where_the_sentences_do_not_tell_there_are_only_words() -> None:
    odd = msgspec.structs.replace(work(), parts=())
    assert as_written(odd) == [f" {word.text}" for word in odd.words]
    moved = tuple(msgspec.structs.replace(word, first=word.first + 1) for word in work().words[1:])
    wrong = msgspec.structs.replace(work(), words=(work().words[0], *moved))
    assert as_written(wrong) == [f" {word.text}" for word in wrong.words]


def test_the_word_that_is_heard_is_lit(reader: Reader) -> None:
    reader.show_word(2)
    [box] = reader.boxes(2)
    picture = reader.viewport().grab().toImage()
    assert QColor(picture.pixelColor(int(box.left()) - 1, int(box.top()) + 2)).name() == theme.colours().accent_soft


def test_a_click_on_a_word_asks_for_it(reader: Reader, qtbot: QtBot) -> None:
    with qtbot.waitSignal(reader.word_chosen) as asked:
        qtbot.mouseClick(reader.viewport(), Qt.MouseButton.LeftButton, pos=reader.boxes(4)[0].center().toPoint())
    assert asked.args == [4]


def test_arrow_keys_go_from_word_to_word(reader: Reader, qtbot: QtBot) -> None:
    asked: list[int] = []
    reader.word_chosen.connect(asked.append)
    reader.word_chosen.connect(reader.show_word)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        qtbot.keyClick(reader, key)
    assert asked == [0, 1, 0, 0]


def test_a_long_text_follows_the_voice(reader: Reader) -> None:
    reader.show_sound(work(LONG))
    last = len(work(LONG).words) - 1
    assert reader.boxes(last)[0].top() > reader.viewport().height()
    reader.show_word(last)
    assert 0 <= reader.boxes(last)[0].top() <= reader.viewport().height() - 10
    assert reader.sizeHint().height() < 140


def test_without_words_it_is_not_there(reader: Reader) -> None:
    reader.show_sound(msgspec.structs.replace(work(), words=(), parts=()))
    assert reader.isHidden()
    reader.show_sound(work())
    assert reader.accessibleDescription() == "The kettle sang. Nobody was in a hurry!"
