"""The circle of fifths: neighbours are a fifth apart, relatives stand together, a click picks what it shows."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.api.chords import QUALITIES, Chord, parse_chord, parse_key
from studio.editors.chord_picker import ChordPicker
from studio.editors.circle_of_fifths import CircleOfFifths, chord_there, place_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def circle(qtbot: QtBot) -> CircleOfFifths:
    made = CircleOfFifths()
    qtbot.addWidget(made)
    made.resize(made.sizeHint())
    made.show_chord(parse_chord("C"), parse_key("C major"))
    made.show()
    return made


@pytest.fixture
def picker(qtbot: QtBot) -> Iterator[ChordPicker]:
    owner = QWidget()
    qtbot.addWidget(owner)
    made = ChordPicker(owner)
    made.pop_up(parse_chord("Am7"), parse_key("C major"), QPoint(10, 10))
    yield made
    made.hide()


def test_clockwise_is_a_fifth_up_and_within_are_the_relatives() -> None:
    majors = [chord_there((0, fifths)) for fifths in range(12)]
    minors = [chord_there((1, fifths)) for fifths in range(12)]
    assert majors[:4] == [parse_chord(name) for name in "CGDA"]
    for fifths in range(12):
        assert (majors[(fifths + 1) % 12].root or 0) == ((majors[fifths].root or 0) + 7) % 12
        assert ((minors[fifths].root or 0) + 3) % 12 == majors[fifths].root
    assert len(set(majors)) == len(set(minors)) == 12


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_chord_has_its_place_by_root_and_third(quality: str) -> None:
    for root in range(12):
        place = place_of(Chord(root, quality))
        assert place is not None and chord_there(place) == Chord(root, "m" if 3 in QUALITIES[quality] else "")
    assert place_of(Chord(None)) is None


def test_what_is_clicked_is_what_is_written_there(circle: CircleOfFifths, qtbot: QtBot) -> None:
    for place in ((0, 0), (0, 7), (1, 3), (1, 11)):
        with qtbot.waitSignal(circle.picked) as said:
            qtbot.mouseClick(circle, LEFT, pos=circle.middle(place).toPoint())
        assert said.args == [chord_there(place)]
    with qtbot.assertNotEmitted(circle.picked):
        qtbot.mouseClick(circle, LEFT, pos=QPoint(1, 1))
        qtbot.mouseClick(circle, LEFT, pos=circle.rect().center())


def test_the_keys_go_round_and_between_the_rings(circle: CircleOfFifths, qtbot: QtBot) -> None:
    picked: list[Chord] = []
    circle.picked.connect(picked.append)
    circle.picked.connect(lambda chord: circle.show_chord(chord, parse_key("C major")))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(circle, key)
    assert picked == [parse_chord(name) for name in ("G", "Em", "Am", "Dm", "F")]
    assert circle.accessibleDescription().startswith("F, IV.")


def test_a_quality_stays_where_the_next_chord_can_have_it(picker: ChordPicker) -> None:
    picked: list[Chord] = []
    picker.picked.connect(picked.append)
    picker.circle.picked.emit(parse_chord("Dm"))
    picker.circle.picked.emit(parse_chord("G"))
    assert picked == [parse_chord("Dm7"), parse_chord("G")]


def test_the_qualities_that_are_offered_fit_the_third(picker: ChordPicker, qtbot: QtBot) -> None:
    shown = {button.text(): button for button in picker._qualities.buttons() if not button.isHidden()}
    assert shown.keys() == {"Am", "Adim", "Am6", "Am7", "AmM7", "Adim7", "Am7b5", "Am9"}
    assert [name for name, button in shown.items() if button.isChecked()] == ["Am7"]
    with qtbot.waitSignal(picker.picked) as said:
        shown["Am9"].click()
    assert said.args == [parse_chord("Am9")]


def test_every_bass_can_be_chosen_the_chords_own_notes_first(picker: ChordPicker, qtbot: QtBot) -> None:
    entries = [picker._bass.itemText(index) for index in range(picker._bass.count())]
    assert entries[:4] == ["Bass: A, the root", "Bass: C, the third", "Bass: E, the fifth", "Bass: G, the seventh"]
    assert len(entries) == 12
    with qtbot.waitSignal(picker.picked) as said:
        picker._bass.setCurrentIndex(1)
        picker._bass.activated.emit(1)
    assert said.args == [parse_chord("Am7/C")]
