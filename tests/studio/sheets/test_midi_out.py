"""Lanes leave as MIDI files that other programs read."""

from pathlib import Path

import mido
import pytest

from engine.api.chords import parse_chord
from engine.api.errors import BadInput
from engine.api.requests import MusicRequest
from studio.sheets.midi_out import midi_of, voiced, write_lanes

SONG = MusicRequest(
    prompt="A calm piano", key="G minor", tempo=96, metre="3", chords="Gm Eb D7/F#", sections="verse:2", bars=3
)


def exported(folder: Path, request: MusicRequest) -> mido.MidiFile:
    write_lanes(folder / "a.mid", request)
    return mido.MidiFile(folder / "a.mid")


def test_it_lasts_exactly_as_long_as_the_music(tmp_path: Path) -> None:
    for request in (SONG, MusicRequest(seconds=11.3, tempo=101, chords="Am F"), MusicRequest(metre="6/8", bars=7)):
        file = exported(tmp_path, request)
        lengths = [sum(message.time for message in track) for track in file.tracks]
        assert len(set(lengths)) == 1
        seconds = request.seconds if not request.bars else request.bars * {"3": 3, "6/8": 2}[request.metre] * 60
        assert file.length == pytest.approx(seconds / (request.tempo if request.bars else 1), abs=0.002)


def test_tempo_metre_key_sections_and_chords_are_told(tmp_path: Path) -> None:
    file = exported(tmp_path, SONG)
    told = {message.type: message for message in file.tracks[0]}
    assert mido.tempo2bpm(told["set_tempo"].tempo) == pytest.approx(96, abs=0.001)
    assert (told["time_signature"].numerator, told["time_signature"].denominator) == (3, 4)
    assert told["key_signature"].key == "Gm"
    markers = [message.text for message in file.tracks[0] if message.type == "marker"]
    assert markers == ["Verse", "Gm", "Eb", "D7/F#"]


def test_beats_of_six_eight_are_dotted_crotchets(tmp_path: Path) -> None:
    file = exported(tmp_path, MusicRequest(metre="6/8", tempo=60, bars=2))
    told = {message.type: message for message in file.tracks[0]}
    assert mido.tempo2bpm(told["set_tempo"].tempo) == pytest.approx(90)
    clicks = [message for message in file.tracks[2] if message.type == "note_on"]
    assert len(clicks) == 4 and file.length == pytest.approx(4.0)


def test_the_click_tells_bars_from_beats(tmp_path: Path) -> None:
    clicks = [message for message in exported(tmp_path, SONG).tracks[2] if message.type == "note_on"]
    assert [message.note for message in clicks] == [76, 77, 77] * 3
    assert {message.channel for message in clicks} == {9}


def test_every_note_that_begins_ends(tmp_path: Path) -> None:
    for request in (SONG, MusicRequest(seconds=1.0, tempo=239.7, chords="Am:0.01 F:0.02 C"), MusicRequest()):
        held: set[tuple[int, int]] = set()
        for message in exported(tmp_path, request).merged_track:
            if message.type == "note_on":
                held.add((message.channel, message.note))
            elif message.type == "note_off":
                held.remove((message.channel, message.note))
        assert not held


def test_chords_sound_their_own_notes_with_the_bass_below() -> None:
    for name in ("C", "Am7/C", "F#m7b5", "Bb9", "G/A", "D5", "Emaj9", "Caug"):
        chord, pitches = parse_chord(name), voiced(parse_chord(name))
        assert {pitch % 12 for pitch in pitches} == set(chord.pitches)
        assert pitches[0] % 12 == chord.pitches[0] and pitches[0] < min(pitches[1:])


def test_voices_move_no_further_than_they_must() -> None:
    before = voiced(parse_chord("C"))
    for name in ("F", "G", "Am", "Dm7", "E7", "Ab", "C#m7b5"):
        after = voiced(parse_chord(name), before)
        assert abs(sum(after[1:]) / len(after[1:]) - sum(before[1:]) / len(before[1:])) <= 3.5
        before = after


def test_no_chord_is_silence() -> None:
    assert voiced(parse_chord("N")) == ()


def test_a_lane_that_cannot_be_read_is_told() -> None:
    with pytest.raises(BadInput, match="overlap"):
        midi_of(MusicRequest(chords="Am F@2"))
