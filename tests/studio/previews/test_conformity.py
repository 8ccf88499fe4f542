"""What is said of finished music."""

from msgspec.structs import replace

from studio.previews.conformity import CAUTION, in_a_line, particulars
from tests.studio.previews.played import conformity, score

HEARD = conformity()


def test_what_is_as_asked_is_said_calmly() -> None:
    assert in_a_line(HEARD) == "Heard: chords 84 % as asked · 120 BPM · A minor"


def test_what_is_otherwise_is_said_beside_what_was_asked() -> None:
    other = replace(HEARD, tempo_heard=98.2, key_heard="C# major", key_agrees=False)
    assert in_a_line(other) == "Heard: chords 84 % as asked · 98 BPM instead of 120 · C# major instead of A minor"


def test_what_was_not_asked_is_only_told() -> None:
    free = replace(HEARD, chords_right=None, chords=(), key_asked="any", tempo_heard=0.0)
    assert in_a_line(free) == "Heard: no beat · A minor"
    assert "none asked" in particulars(free, score())


def test_particulars_name_the_chords_that_are_heard_otherwise() -> None:
    lines = particulars(conformity(wrong=5), score()).splitlines()
    assert lines[0] == "Tempo 120.4 BPM, 120 asked; 97 % of the beats are where they were asked."
    assert lines[2] == "Bar 6: F asked, C#m heard." and lines[-1] == CAUTION


def test_many_of_them_are_counted() -> None:
    wrong = replace(HEARD, chords=tuple(replace(each, heard="Bb", share=0.0) for each in HEARD.chords))
    long = score().__class__(**{**vars(score()), "chords": score().chords * 3})
    assert "and 12 more chords that are heard otherwise." in particulars(wrong, long)
