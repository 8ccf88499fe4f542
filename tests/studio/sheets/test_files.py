"""Lanes out of a file, by its ending."""

from pathlib import Path

import pytest

from engine.api.errors import BadInput
from engine.api.requests import MusicRequest
from studio.sheets.files import is_sheet, read_sheet
from studio.sheets.midi_out import write_lanes


def test_the_ending_says_what_it_is(tmp_path: Path) -> None:
    write_lanes(tmp_path / "A.MID", MusicRequest(chords="Am F", bars=2))
    (tmp_path / "a.cho").write_text("\ufeff[Am]x [F]y", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes("C G Ünder".encode("latin-1"))
    assert read_sheet(tmp_path / "A.MID", "4").chords == "Am F"
    assert read_sheet(tmp_path / "a.cho", "4").chords == "Am F"
    assert read_sheet(tmp_path / "b.txt", "4").chords == "C G"
    assert [is_sheet(Path(name)) for name in ("x.mid", "x.pro", "x.wav", "x.png")] == [True, True, False, False]


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\0\x80\0")
    with pytest.raises(BadInput, match="a.txt is no text; choose a MIDI file or a chord chart"):
        read_sheet(tmp_path / "a.txt", "4")
    with pytest.raises(BadInput, match="cannot be read"):
        read_sheet(tmp_path / "nowhere.cho", "4")
