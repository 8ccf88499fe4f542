"""Chord charts as people write them."""

import pytest

from engine.api.errors import BadInput
from engine.api.requests import MusicRequest
from engine.api.score import score_of
from studio.sheets.charts import read_chart

CHORDPRO = """{title: Amazing Grace}
{key: G}
{tempo: 96}
{time: 3/4}
{start_of_verse: Verse 1}
A[G]mazing [G7]grace, how [C]sweet the [G]sound
{end_of_verse}
{soc}
[Em]That [D/F#]saved
{eoc}
{start_of_tab}
e|--0--3--|
{end_of_tab}
{chorus}
"""

OVER_WORDS = """Song of the road
Key: Eb   Tempo: 72 bpm   Time: 6/8

[Verse 1]
Eb        Cm
I walk a lonely road
Ab          Bb7
A day in the life

Chorus x2
Ab   Bb   Eb
Am I here?
"""


def test_plain_chords_last_a_bar_each() -> None:
    sheet = read_chart("Am F C G")
    assert (sheet.chords, sheet.bars, sheet.values()) == (
        "Am F C G",
        4,
        {"chords": "Am F C G", "sections": "", "bars": 4},
    )


def test_between_bar_lines_they_share_a_bar() -> None:
    assert read_chart("| Am F | C . . G7 | % | N.C. |").chords == "Am:2 F:2 C:3 G7:1 C:3 G7:1 N"
    assert read_chart("|Am / / F|C|", metre="3").chords == "Am:2.25 F:0.75 C"


@pytest.mark.parametrize("chart", ["|: Am F | C :|", "||: Am F | C :||", "Am F | C\n| Am F | C |", "| Am F | C | x2"])
def test_repeats_are_played(chart: str) -> None:
    sheet = read_chart(chart)
    assert (sheet.chords, sheet.bars) == ("Am:2 F:2 C", 4), "twice; the lane says it once, since it starts over"


def test_chordpro_brings_its_directives() -> None:
    sheet = read_chart(CHORDPRO)
    assert (sheet.key, sheet.tempo, sheet.metre) == ("G major", 96, "3")
    assert sheet.chords == "G G7 C G Em D/F# Em D/F#"
    assert (sheet.sections, sheet.bars) == ("verse:4 chorus:4", 8)


def test_a_capo_sounds_higher() -> None:
    sheet = read_chart("{capo: 3}\n{key: G}\n[G]one [D/F#]two [Em7]three")
    assert (sheet.key, sheet.chords) == ("Bb major", "Bb F/A Gm7")


def test_lines_of_chords_over_words() -> None:
    sheet = read_chart(OVER_WORDS)
    assert (sheet.key, sheet.tempo, sheet.metre) == ("Eb major", 72, "6/8")
    assert (sheet.chords, sheet.sections) == ("Eb Cm Ab Bb7 Ab Bb Eb", "verse:4 chorus:3")


def test_words_before_the_first_section_are_no_chords_and_chords_there_are_its_intro() -> None:
    sheet = read_chart("A calm song\nC G\nVerse:\nAm F\nअंतरा\nDm G7")
    assert (sheet.chords, sheet.sections) == ("C G Am F Dm G7", "intro:2 verse:4")


def test_what_is_not_known_is_made_simpler_or_left_out_and_said() -> None:
    sheet = read_chart("C13 F7#9/A H7 G")
    assert sheet.chords == "C9 F7/A G"
    assert sheet.notes == ("No chord is called H7 here; it was left out.", "Made simpler: C13 → C9, F7#9/A → F7/A.")


@pytest.mark.parametrize("text", ["", "nothing here", "A day in the life", "e|--0--2--|", "{title: x}", "| | |"])
def test_without_chords_there_is_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match=r"^song.txt holds no chords that can be read; write them like Am F C G"):
        read_chart(text, "song.txt")


def test_what_is_too_long_is_told() -> None:
    with pytest.raises(BadInput, match="has 300 bars; music here lasts up to 256"):
        read_chart("Am F C\n" * 100, "song.txt")
    with pytest.raises(BadInput, match="too long for a chord chart"):
        read_chart("Am " * 100_000, "song.txt")


def test_a_metre_that_is_not_known_is_told() -> None:
    with pytest.raises(BadInput, match="is in 7/8; music here is in 2, 3, 4, 6/8 beats"):
        read_chart("{time: 7/8}\n[Am]x")


def test_what_is_read_is_a_request() -> None:
    sheet = read_chart(OVER_WORDS)
    score = score_of(MusicRequest(**sheet.values()))
    assert [each.chord.name() for each in score.chords][:3] == ["D#", "Cm", "G#"]
    assert score.seconds == pytest.approx(7 * 2 * 60 / 72)
