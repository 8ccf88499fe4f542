"""Pieces written by rules: what their labels say is what their notes do."""

from itertools import pairwise

import numpy as np
import pytest

from engine.api.chords import parse_key, parse_lane
from engine.api.score import BEATS, score_of
from engine.training.music_captions import LANGUAGES, caption
from engine.training.music_corpus import entry, is_held_out
from engine.training.music_parts import BACKING, BASS, DRUMS, LEAD
from engine.training.music_writer import Piece, moved, sped, tables, varied, written

PIECES = [written(np.random.default_rng(number)) for number in range(60)]


def sounding(piece: Piece, beat: float) -> tuple[int, ...]:
    return next(span.chord.pitches for span in piece.spans if span.start <= beat + 1e-6 < span.stop)


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.style)
def test_the_lane_covers_the_piece_without_gaps(piece: Piece) -> None:
    whole = piece.bars * BEATS[piece.metre]
    assert piece.spans[0].start == 0
    assert piece.spans[-1].stop == whole == sum(bars for _, bars in piece.sections) * BEATS[piece.metre]
    assert all(before.stop == after.start for before, after in pairwise(piece.spans))
    assert parse_lane(piece.lane, BEATS[piece.metre]) == piece.spans


def test_accompaniments_play_notes_of_their_chord_alone() -> None:
    for piece in PIECES:
        for note in piece.notes:
            if note.track in (BACKING, BASS):
                assert note.pitch % 12 in sounding(piece, note.start) or note.track == BASS
    strays = [
        note.pitch % 12 not in sounding(piece, note.start)
        for piece in PIECES
        for note in piece.notes
        if note.track == BASS
    ]
    assert np.mean(strays) < 0.1  # fifths of chords that have none


def test_the_bass_begins_each_chord_below_it() -> None:
    for piece in PIECES:
        starts = {note.start: note.pitch % 12 for note in piece.notes if note.track == BASS}
        for span in piece.spans:
            if span.start in starts:
                assert starts[span.start] == span.chord.pitches[0]


def test_notes_end_after_they_begin_and_within_their_range() -> None:
    for piece in PIECES:
        instrument = tables()["instruments"][piece.lead]
        for note in piece.notes:
            assert note.stop > note.start >= 0
            assert 1 <= note.velocity <= 127
            if note.track == LEAD:
                assert instrument["low"] <= note.pitch <= instrument["high"]


def test_a_piece_without_drums_has_none() -> None:
    assert {piece.drums for piece in PIECES} == {True, False}
    for piece in PIECES:
        assert piece.drums or not any(note.track == DRUMS for note in piece.notes)


def test_a_piece_moved_up_moves_its_key_and_chords_with_it_but_not_its_drums() -> None:
    piece = next(piece for piece in PIECES if piece.drums)
    higher = moved(piece, 2)
    assert parse_key(higher.key).tonic == (parse_key(piece.key).tonic + 2) % 12
    for before, after in zip(piece.notes, higher.notes, strict=True):
        assert after.pitch - before.pitch == (0 if before.track == DRUMS else 2)
    for before_span, after_span in zip(piece.spans, higher.spans, strict=True):
        assert after_span.chord.pitches == tuple((pitch + 2) % 12 for pitch in before_span.chord.pitches)


def test_a_piece_sped_up_is_shorter_by_as_much() -> None:
    piece = PIECES[0]
    faster = sped(piece, 1.25)
    assert faster.seconds == pytest.approx(piece.seconds * piece.tempo / faster.tempo)
    assert faster.tempo == pytest.approx(piece.tempo * 1.25, abs=0.5)


def test_variations_are_of_three_kinds_and_keep_the_form() -> None:
    kinds = set()
    for number, piece in enumerate(PIECES):
        other = varied(piece, np.random.default_rng(number))
        kinds |= {name for name in ("key", "tempo", "dynamics") if getattr(other, name) != getattr(piece, name)}
        assert (other.sections, other.bars, other.metre) == (piece.sections, piece.bars, piece.metre)
    assert kinds == {"key", "tempo", "dynamics"}


def test_a_caption_says_the_key_and_tempo_of_its_piece_or_none() -> None:
    for number, piece in enumerate(PIECES):
        rng = np.random.default_rng(number)
        for language in LANGUAGES:
            text = caption(piece, language, rng)
            assert "{" not in text
            for other in ("C major", "A minor"):
                assert other == piece.key or other not in text
            if "BPM" in text:
                assert f"{piece.tempo:g} BPM" in text


def test_an_entry_asks_for_its_own_piece() -> None:
    piece = PIECES[3]
    found = entry(3, False, piece, np.random.default_rng(0))
    score = score_of(found.request())
    assert score.seconds == pytest.approx(piece.seconds)
    beat = 60 / piece.tempo
    assert [each.chord for each in score.chords] == [span.chord for span in piece.spans]
    assert [each.start for each in score.chords] == pytest.approx([span.start * beat for span in piece.spans])


def test_the_same_number_writes_the_same_piece() -> None:
    assert written(np.random.default_rng(5)) == PIECES[5]
    assert sum(map(is_held_out, range(1000))) == 20
