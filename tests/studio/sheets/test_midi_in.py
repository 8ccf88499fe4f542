"""MIDI files are read into lanes; what is no use is told in one sentence."""

import random
from pathlib import Path

import pytest

from engine.api.errors import BadInput
from engine.api.requests import MusicRequest
from studio.sheets.midi_in import read_midi
from studio.sheets.midi_out import midi_of, write_lanes
from tests.studio.sheets import midi_files as midi
from tests.studio.sheets.midi_files import chord

AM, F, C, G = (45, 57, 60, 64), (41, 57, 60, 65), (48, 55, 60, 64), (43, 55, 59, 62)


def test_tempo_metre_key_chords_and_length_are_read(tmp_path: Path) -> None:
    head = [(0, midi.tempo(92)), (0, midi.metre(4, 2)), (0, midi.key(0, minor=True))]
    path = midi.write(tmp_path / "a.mid", head, [*chord(*AM), *chord(*F), *chord(*C), *chord(*G)])
    sheet = read_midi(path)
    assert (sheet.chords, sheet.tempo, sheet.metre, sheet.key, sheet.bars) == ("Am F C G", 92.0, "4", "A minor", 4)


def test_what_is_said_again_is_written_once(tmp_path: Path) -> None:
    path = midi.write(tmp_path / "a.mid", [*chord(*AM), *chord(*F)] * 4)
    assert read_midi(path).chords == "Am F"
    assert read_midi(path).bars == 8


def test_basses_other_than_the_root_are_heard(tmp_path: Path) -> None:
    path = midi.write(tmp_path / "a.mid", [*chord(52, 60, 64, 67), *chord(47, 59, 62, 67, 65)])
    assert read_midi(path).chords == "C/E G7/B"


def test_chords_are_found_inside_bars_and_drums_do_not_disturb(tmp_path: Path) -> None:
    drums = [each for _ in range(8) for each in chord(38, 42, ticks=96, channel=9)]
    path = midi.write(tmp_path / "a.mid", [*chord(*AM, ticks=192), *chord(*G, ticks=192), *chord(*F)], drums)
    assert read_midi(path).chords == "Am:2 G:2 F"


@pytest.mark.parametrize(
    ("numerator", "power", "metre", "tempo", "bars"),
    [(3, 2, "3", 120, 4), (6, 3, "6/8", 80, 4), (12, 3, "6/8", 80, 4), (2, 1, "2", 60, 3)],
)
def test_metres_are_counted_in_their_own_beats(
    tmp_path: Path, numerator: int, power: int, metre: str, tempo: float, bars: int
) -> None:
    head = [(0, midi.tempo(120)), (0, midi.metre(numerator, power))]
    path = midi.write(tmp_path / "a.mid", head, chord(*AM, ticks=96 * 12))
    sheet = read_midi(path)
    assert (sheet.metre, sheet.tempo, sheet.bars) == (metre, tempo, bars)


def test_of_several_tempi_the_one_that_lasts_is_taken_and_said(tmp_path: Path) -> None:
    path = midi.write(tmp_path / "a.mid", [(0, midi.tempo(60)), *chord(*AM), (0, midi.tempo(90)), *chord(*F) * 2])
    sheet = read_midi(path)
    assert sheet.tempo == 90 and sheet.notes == ("Its tempo changes; 90 BPM holds longest.",)


def test_a_tempo_that_no_request_has_is_halved(tmp_path: Path) -> None:
    sheet = read_midi(midi.write(tmp_path / "a.mid", [(0, midi.tempo(300)), *chord(*AM, ticks=96 * 16)]))
    assert (sheet.tempo, sheet.bars, sheet.chords) == (150, 2, "Am")


def test_a_key_that_its_notes_do_not_keep_to_is_not_believed(tmp_path: Path) -> None:
    foreign = [*chord(49, 56, 61, 65), *chord(54, 58, 61, 66)]
    assert read_midi(midi.write(tmp_path / "a.mid", [(0, midi.key(0)), *foreign])).key == "any"


def test_markers_name_sections_and_chords(tmp_path: Path) -> None:
    marked = [(0, midi.marker("Verse 1")), (0, midi.marker("Am9")), (768, midi.marker("CHORUS")), (0, midi.marker("F"))]
    path = midi.write(tmp_path / "a.mid", marked, [*chord(*C, ticks=384 * 4)])
    sheet = read_midi(path)
    assert (sheet.sections, sheet.chords) == ("verse:2 chorus:2", "Am9:8 F:8")


def test_what_was_exported_comes_back(tmp_path: Path) -> None:
    request = MusicRequest(
        prompt="शांत गिटार", key="Eb major", tempo=73.5, metre="6/8", chords="| Eb Cm7 | Ab/C Bb7sus4 |", bars=12,
        sections="intro:2 verse:8 outro:2",
    )  # fmt: skip
    write_lanes(tmp_path / "a.mid", request)
    sheet = read_midi(tmp_path / "a.mid")
    asked = (request.key, request.tempo, request.metre, request.sections, request.bars)
    assert (sheet.key, sheet.tempo, sheet.metre, sheet.sections, sheet.bars) == asked
    assert sheet.chords == "Eb:1 Cm7:1 Ab/C:1 Bb7sus4:1"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("long", "long.mid lasts 3 h 2 min; music here lasts up to 5 minutes: save a part of it as a file of its own."),
        ("silent", "silent.mid holds no notes; choose another MIDI file."),
        ("odd", "odd.mid is in 7/8; music here is in 2, 3, 4, 6/8 beats."),
        ("film", "film.mid counts in frames of film, not in beats; save it with beats."),
        ("garbage", "garbage.mid is no MIDI file, or a damaged one; choose another."),
        ("huge", "huge.mid is too large for a song (1 MB and more); choose a shorter one."),
    ],
)
def test_what_is_no_use_is_told_in_one_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    hours = [chord(*AM, ticks=96 * 2)[0], (96 * 2 * 60 * 182, b"\x80\x2d\x00")]
    midi.write(tmp_path / "long.mid", hours)
    midi.write(tmp_path / "silent.mid", [(0, midi.tempo(90))])
    midi.write(tmp_path / "odd.mid", [(0, midi.metre(7, 3)), *chord(*AM)])
    midi.write(tmp_path / "film.mid", chord(*AM), ticks=-6360)
    (tmp_path / "garbage.mid").write_bytes(random.Random(0).randbytes(4000))
    (tmp_path / "huge.mid").write_bytes(bytes(2**20 + 1))
    with pytest.raises(BadInput) as caught:
        read_midi(tmp_path / f"{name}.mid")
    assert str(caught.value) == sentence


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere.mid cannot be read"):
        read_midi(tmp_path / "nowhere.mid")


def test_damage_anywhere_is_borne(tmp_path: Path) -> None:
    whole, chance = midi_of(MusicRequest(key="A minor", chords="Am F", bars=2, sections="verse:2")), random.Random(0)
    for _ in range(200):
        damaged = bytearray(whole[: chance.randrange(8, len(whole) + 1)])
        for _ in range(chance.randrange(5)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        (tmp_path / "a.mid").write_bytes(damaged)
        try:
            read_midi(tmp_path / "a.mid")
        except BadInput as error:
            assert str(error).startswith("a.mid ")
