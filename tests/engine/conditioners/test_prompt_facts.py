"""What prompts say in so many words, in English and Hindi, and what only looks as if they did."""

import pytest

from engine.conditioners import prompt_facts as facts


def plain(text: str) -> str:
    return facts.plain(text)


@pytest.mark.parametrize(
    ("text", "tempo"),
    [
        ("a waltz at 120 bpm", 120),
        ("120BPM house", 120),
        ("The tempo of this song is 93.5 beats per minute.", 93.5),
        ("Tempo: 90", 90),
        ("♩ = 72, andante", 72),
        ("१२० बीपीएम", 120),
        ("गति 80", 80),
        ("from the 1990s, 12 bars", None),
        ("tempo 3/4", None),
    ],
)
def test_tempo(text: str, tempo: float | None) -> None:
    assert facts.tempo_of(plain(text)) == tempo


@pytest.mark.parametrize(
    ("text", "metre"),
    [
        ("in 3/4 time", ("3", "")),
        ("6/8 folk", ("6/8", "")),
        ("a 2 / 4 polka", ("2", "")),
        ("12/8 blues", (None, "12/8")),
        ("7/8 metal", (None, "7/8")),
        ("The beat counts to 3.", ("3", "")),
        ("three-four time", ("3", "")),
        ("recorded on 11/12/2024", (None, "")),
        ("piano", (None, "")),
    ],
)
def test_metre(text: str, metre: tuple[str | None, str]) -> None:
    assert facts.metre_of(plain(text)) == metre


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("slow, in A minor", "A minor"),
        ("a waltz in a minor, calm", "A minor"),
        ("The key is a minor.", "A minor"),
        ("C# minor techno", "C# minor"),
        ("F sharp major march", "F# major"),
        ("B♭ major", "Bb major"),
        ("B flat minor", "Bb minor"),
        ("e minor ballad", "E minor"),
        ("ए माइनर में", "A minor"),
        ("जी मेजर, तेज़", "G major"),
        ("A minor key piece", None),
        ("this is a minor hit", None),
        ("a major event", None),
        ("cheerful piano", None),
    ],
)
def test_key(text: str, key: str | None) -> None:
    found = facts.key_of(plain(text))
    assert (found.name if found else None) == key


@pytest.mark.parametrize(
    ("text", "tonic"),
    [("in Eb, swing", 3), ("key of G", 7), ("blues in E", 4), ("in A big hall", None), ("in C and D", 0)],
)
def test_a_key_may_be_named_by_its_note_alone(text: str, tonic: int | None) -> None:
    assert facts.tonic_of(text) == tonic


@pytest.mark.parametrize(("text", "mode"), [("in a minor key", "minor"), ("मेजर", "major"), ("a majority", None)])
def test_mode(text: str, mode: str | None) -> None:
    assert facts.mode_of(plain(text)) == mode


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("16 bars of funk", 16),
        ("an eight-bar loop", 8),
        ("आठ बार", 8),
        ("२४ बार", 24),
        ("a 12-bar blues", None),
        ("in bars and clubs", None),
        ("बारिश की शाम", None),
    ],
)
def test_bars(text: str, bars: int | None) -> None:
    assert facts.bars_of(plain(text)) == bars


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("intro 2 bars, 8 bar verse, chorus of 4 bars, outro", "intro:2 verse:8 chorus:4 outro"),
        ("Intro (4), verse: 16, refrain 8", "intro:4 verse:16 chorus:8"),
        ("with an intro and a coda", "intro outro"),
        ("आलाप, अंतरा, मुखड़ा", "intro verse chorus"),
        ("no intro, a verse at 120 bpm", "verse"),
        ("universe and abridged", ""),
    ],
)
def test_sections(text: str, sections: str) -> None:
    found = facts.sections_of(plain(text))
    assert " ".join(f"{name}:{count}" if count else name for name, count in found) == sections


def test_what_is_denied_is_not_said() -> None:
    assert facts.denied_sections("no intro, without an outro") == {"intro", "outro"}
    assert facts.suggested("paces", "not fast") is None and facts.suggested("paces", "fast") == "fast"
    assert facts.suggested("styles", "बिना जैज़") is None


@pytest.mark.parametrize(
    ("table", "text", "name"),
    [
        ("styles", "a Slow WALTZ", "waltz"),
        ("styles", "deep house with jazz chords", "house"),
        ("styles", "धीमी ग़ज़ल", "ghazal"),
        ("styles", "popular rocks", None),
        ("paces", "very slow", "very slow"),
        ("paces", "बहुत धीमी", "very slow"),
        ("paces", "तेज़ गिटार", "fast"),
        ("moods", "उदास वायलिन", "sad"),
        ("moods", "a sad, calming song", "calm"),
        ("moods", "darkness", None),
    ],
)
def test_what_words_suggest(table: str, text: str, name: str | None) -> None:
    assert facts.suggested(table, plain(text)) == name


def test_every_suggestion_can_be_used() -> None:
    tables = facts.words()
    for entry in [entry for table in ("paces", "moods", "styles") for entry in tables[table].values()]:
        low, high = entry.get("tempo", (40, 240))
        assert 40 <= low < high <= 240 and entry["words"]
        assert entry.get("metre", "4") in ("2", "3", "4", "6/8") and entry.get("mode", "major") in ("major", "minor")
        assert entry.get("family", "pop") in tables["families"]
