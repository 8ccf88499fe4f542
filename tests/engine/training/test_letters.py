"""Letters to sounds: aligned letter by letter, learned, and applied to words that were not there."""

from itertools import product

from engine.codecs.english import context
from engine.training import letters

# A made-up spelling: every letter has one sound, "sh" one for both, and "c" is s before i, else k.
SOUNDS = {"b": "b", "i": "ɪ", "o": "O", "t": "t", "sh": "ʃ", "ci": "sɪ", "co": "kO"}
LEXICON = {"".join(parts): "".join(SOUNDS[part] for part in parts) for parts in product(SOUNDS, repeat=4)}
HELD_OUT = dict(list(LEXICON.items())[::17])


def read(word: str, table: dict[str, str]) -> str:
    keys = [context(word, i) for i in range(len(word))]
    return "".join(next(table[key[:end]] for end in range(len(key), 0, -1) if key[:end] in table) for key in keys)


def test_a_stress_mark_belongs_to_its_vowel() -> None:
    assert letters.phones("həlˈO") == ["h", "ə", "l", "ˈO"]


def test_every_letter_has_a_share_of_the_sounds() -> None:
    costs = letters.learn_costs([(word, letters.phones(sound)) for word, sound in LEXICON.items()])
    parts = letters.align("shobit", letters.phones("ʃObɪt"), costs)
    assert parts is not None and len(parts) == 6
    assert "".join(parts) == "ʃObɪt" and parts[2:] == ["O", "b", "ɪ", "t"]


def test_a_word_too_short_for_its_sounds_is_left_out() -> None:
    assert letters.align("tv", letters.phones("tˈilɪvɪʒən"), {}) is None


def test_words_that_were_not_learned_are_read() -> None:
    learned = {word: sound for word, sound in LEXICON.items() if word not in HELD_OUT}
    table = dict(row.split("\t") for row in letters.table(learned))
    right = sum(read(word, table) == sound for word, sound in HELD_OUT.items())
    assert right >= 0.95 * len(HELD_OUT)
