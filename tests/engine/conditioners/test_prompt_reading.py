"""Empty fields filled from prompts: by what is named, by what is usual, never over what is set."""

import msgspec
import pytest

from engine.api.errors import BadInput
from engine.api.params import complaints
from engine.api.requests import MusicRequest
from engine.api.score import score_of
from engine.conditioners.prompt_reading import Reading, read_prompt

PROMPTS = (
    "A calm piano piece with soft strings, no drums.",
    "Upbeat funk with electric bass, brass and drums.",
    "शांत गिटार, धीमी ताल के साथ।",
    "a slow sad waltz at 90 bpm in C# minor, 24 bars",
    "जैज़, बहुत तेज़, दस बार",
    "",
    "999 bpm 7/8 polka in A flat minor",
)


def read(prompt: str, **fields: object) -> Reading:
    return read_prompt(MusicRequest(prompt=prompt, **fields))  # type: ignore[arg-type]


def test_what_is_named_is_taken() -> None:
    found = read("A waltz at 132 BPM in E minor on Em Am B7 Em, 16 bars: intro 2 bars, verse 12 bars, outro 2 bars")
    assert (found.tempo, found.metre, found.key, found.chords) == (132, "3", "E minor", "Em Am B7 Em")
    assert (found.sections, found.bars, found.notes) == ("intro:2 verse:12 outro:2", 16, ())


def test_hindi_says_as_much() -> None:
    found = read("दादरा ताल में भजन, ७० बीपीएम, डी मेजर, आठ बार")
    assert (found.tempo, found.metre, found.key, found.bars) == (70, "6/8", "D major", 8)


@pytest.mark.parametrize(
    ("prompt", "low", "high"),
    [
        ("slow piano", 60, 78),
        ("fast piano", 126, 152),
        ("धीमी", 60, 78),
        ("drum and bass", 168, 176),
        ("slow rock", 78, 108),
        ("calm", 62, 84),
        ("energetic", 124, 150),
    ],
)
def test_words_suggest_a_tempo(prompt: str, low: float, high: float) -> None:
    assert all(low <= read(prompt, seed=seed).tempo <= high for seed in range(20))


@pytest.mark.parametrize(("prompt", "mode"), [("sad", "minor"), ("happy", "major"), ("उदास", "minor"), ("खुश", "major")])
def test_moods_suggest_a_mode(prompt: str, mode: str) -> None:
    assert all(read(prompt, seed=seed).key.endswith(mode) for seed in range(10))


def test_without_a_hint_tempo_and_metre_stay() -> None:
    found = read("violins")
    assert (found.tempo, found.metre) == (MusicRequest().tempo, MusicRequest().metre)


def test_what_is_set_stays_and_what_the_prompt_says_otherwise_is_told() -> None:
    found = read(
        "3/4 at 120 bpm in C major on C F G C",
        tempo=90.0,
        metre="6/8",
        key="A minor",
        chords="Am Dm",
        sections="verse:8",
        bars=4,
    )
    assert (found.tempo, found.metre, found.key, found.chords) == (90, "6/8", "A minor", "Am Dm")
    assert (found.sections, found.bars) == ("verse:8", 4)
    assert [note.split(";")[1].strip() for note in found.notes] == [
        "the metre stays 6/8 as set.",
        "the tempo stays 90 as set.",
        "the key stays A minor as set.",
    ]


def test_beats_from_the_prompt_may_be_changed() -> None:
    found = read("3/4 at 120 bpm", tempo=90.0, metre="2", beats="from the prompt")
    assert (found.tempo, found.metre, found.notes[:-1]) == (120, "3", ())


def test_the_key_suits_the_chords() -> None:
    assert read("piano", chords="F#m D A E").key == "F# minor"
    assert read("on Eb Ab Bb Eb").key == "Eb major"


def test_a_key_by_its_note_takes_its_mode_from_the_mood() -> None:
    assert read("sad song in E").key == "E minor" and read("country in E").key == "E major"


@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("fields", [{}, {"seconds": 60.0}, {"bars": 3}, {"loop": "on", "seconds": 45.0}])
def test_what_is_filled_in_can_be_played(prompt: str, fields: dict[str, object]) -> None:
    request = MusicRequest(prompt=prompt, **fields)  # type: ignore[arg-type]
    found = read_prompt(request)
    names = ("tempo", "metre", "key", "chords", "sections", "bars")
    filled = msgspec.structs.replace(request, **{name: getattr(found, name) for name in names})
    assert complaints(filled) == {} and found.key != "any" and found.chords and found.sections
    score = score_of(filled)
    assert score.chords[-1].stop == pytest.approx(score.seconds)
    assert all(note.endswith(".") and "\n" not in note for note in found.notes)


def test_prompt_and_seed_decide() -> None:
    assert read("sad rock", seed=3) == read("sad rock", seed=3)
    assert len({read("sad rock", seed=seed).chords for seed in range(12)}) > 4
    assert len({read("sad rock", seed=seed).tempo for seed in range(12)}) > 4


def test_the_usual_form_is_as_long_as_the_piece() -> None:
    for bars in (1, 7, 8, 15, 16, 31, 32, 100, 256):
        found = read("pop", bars=bars).sections
        assert sum(int(part.split(":")[1]) for part in found.split()) == bars, found
    assert read("pop", bars=12, loop="on").sections == "verse:12"
    assert "intro" not in read("pop, no intro", bars=16).sections


def test_a_choir_is_no_form() -> None:
    assert read("a chorus of voices", bars=4).sections == "verse:4"


def test_what_cannot_be_played_is_told() -> None:
    found = read("7/8 at 999 bpm")
    assert found.tempo == 240 and found.metre == "4" and "7/8" in found.notes[0] and "999" in found.notes[1]


def test_a_prompt_in_tamil_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadInput, match="written in Tamil letters.*write it in English or Hindi"):
        read("அமைதியான பியானோ")
