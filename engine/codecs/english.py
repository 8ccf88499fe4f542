"""An American English word to Kokoro's phonemes: lexicon, endings of known stems, letters, then rules.

The pronunciations and the habits are misaki's (Apache-2.0), because Kokoro was trained on them: A I O W Y are the
diphthongs of day, eye, go, now, boy; T is a flap; a stress mark stands right before the vowel. Function words change
with what follows (the apple, the pear), capitals are stressed, and words that are written alike but spoken
differently are told apart by their neighbours.
"""

import re
import unicodedata
from dataclasses import dataclass

from engine.codecs.lexicons import pages

VOWELS = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɐeoɯᵊ")
PRIMARY, SECONDARY = "ˈ", "ˌ"
FLAPPED = frozenset("AIOWYiuæɑəɛɪɹʊʌ")  # a t between one of these and a vowel is a flap
LIGATURES = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ð": "th", "Ð": "Th", "þ": "th", "Þ": "Th", "ı": "i", "’": "'", "‘": "'"}
)

DETERMINERS = frozenset(
    "the a an this that these those my your his her its our their some any no every each another which whose".split()
)
BEFORE_NOUN = DETERMINERS | frozenset("of in on at by for with from into new old good bad great many few same".split())
BEFORE_VERB = frozenset(
    """to will would can could may might must shall should i you we they he she it who don't didn't doesn't let's not
    please won't can't couldn't wouldn't shouldn't cannot never always i'll you'll we'll they'll he'll she'll
    i'd you'd we'd they'd he'd she'd did do does and""".split()
)
BEFORE_PARTICIPLE = frozenset(
    "have has had having was were been be is are being i've you've we've they've he's she's it's get got".split()
)
OBJECTS = DETERMINERS | frozenset("me him them us it you up down out".split())
THAT_NOUN = frozenset("is was one way day night time man woman boy girl thing year place book house".split())
LIVE_AFTER = frozenset("in on at with here there together near by for under alone and through".split())


@dataclass(frozen=True)
class Around:
    """What stands beside a word: lower-case neighbours, "" at a pause; whether a vowel follows, None at a pause."""

    before: str = ""
    after: str = ""
    vowel: bool | None = None
    shouting: bool = False  # the whole sentence is in capitals


VERB = Around(before="to", vowel=False)


def pronounce(word: str, around: Around) -> str:
    """Phonemes of one word of Latin letters; with dots (U.S.) it is spelled. Never empty while there is a letter."""
    if "." in word:
        return spell(word)
    word = plain(word)
    lower = word.lower()
    sound = _special(word, lower, around) or _known(word, lower, around) or _parts(word, around)
    sound = sound or (spell(word) if word.isupper() and len(word) < 5 else guess(lower))
    return sound if lower in _UNSTRESSED else _capitals(sound, word)


def knows(word: str) -> bool:
    """Whether the lexicon has the word or a stem of it."""
    return _known(plain(word).lower(), plain(word).lower(), Around()) is not None


def has(word: str) -> bool:
    """Whether the lexicon has the word as it stands."""
    return _look_up(plain(word).lower(), Around()) is not None


def plain(word: str) -> str:
    """The word in the 26 letters, apostrophe and hyphen."""
    text = unicodedata.normalize("NFKD", word.translate(LIGATURES))
    return "".join(letter for letter in text if letter.isascii())


def spell(letters: str) -> str:
    """An acronym, letter by letter, the last one stressed."""
    gold = pages("english")[0]
    names = [gold[letter.upper()] for letter in letters if letter.isalpha()]
    return "".join(lower_stress(name) for name in names[:-1]) + names[-1] if names else ""


def lower_stress(sound: str) -> str:
    """Without a primary stress: what was primary is secondary."""
    return sound.replace(SECONDARY, "").replace(PRIMARY, SECONDARY) if PRIMARY in sound else sound


def stressed(sound: str, mark: str = SECONDARY) -> str:
    """With at least that stress, on the first vowel where there is none."""
    if PRIMARY in sound or (mark in sound):
        return sound
    if SECONDARY in sound:
        return sound.replace(SECONDARY, PRIMARY)
    first = next((i for i, phone in enumerate(sound) if phone in VOWELS), None)
    return sound if first is None else sound[:first] + mark + sound[first:]


_UNSTRESSED = frozenset("the a an to in am i".split())


def _capitals(sound: str, word: str) -> str:
    if word == word.lower():
        return sound
    return stressed(sound, PRIMARY if len(word) > 1 and word == word.upper() else SECONDARY)


def _special(word: str, lower: str, around: Around) -> str | None:
    if lower == "the":
        return "ði" if around.vowel else "ðə"
    if lower == "a":
        return "ˈA" if around.vowel is None else "ɐ"
    if lower == "an":
        return "ɐn"
    if lower == "to":
        return {None: "tu", False: "tə", True: "tʊ"}[around.vowel]
    if lower == "in":
        return "ˈɪn" if around.vowel is None else "ɪn"
    if lower == "am" and (word != "AM" or around.shouting):
        return "æm" if around.vowel is None else "ɐm"
    if lower == "i":
        return "ˌI"
    return None


def _known(word: str, lower: str, around: Around) -> str | None:
    if len(word) > 1 and word.isupper() and word.isalpha() and not around.shouting and _is_acronym(word, lower):
        return spell(word)
    return _look_up(word, around) or _inflected(word, around) or (_look_up(lower, around) if word != lower else None)


def _is_acronym(word: str, lower: str) -> bool:
    """All capitals: a word in capitals where the checked lexicon knows it as a word (HELLO, NASA), else letters."""
    gold = pages("english")[0]
    if word in gold:
        return "NOUN=" in gold[word].split("\t")
    return lower not in gold and lower.capitalize() not in gold and _inflected(lower, Around()) is None


def _look_up(word: str, around: Around) -> str | None:
    gold, silver = pages("english")
    lower = word.lower()
    row = next(
        (page[form] for form in (word, lower, lower.capitalize()) for page in (gold, silver) if form in page), None
    )
    if row is None:
        return None
    default, *others = row.split("\t")
    if not others:
        return default
    sounds = dict(other.split("=") for other in others)
    tag = next((tag for tag in _parts_of_speech(lower, around) if sounds.get(tag)), "")
    return sounds.get(tag, default)


def _parts_of_speech(word: str, around: Around) -> list[str]:
    """Which of the lexicon's tags fit here, most certain first."""
    before, after = around.before, around.after
    tags = ["None"] if around.vowel is None else []
    if word == "that":
        return ["DT"] if after in THAT_NOUN or around.vowel is None else []
    if word == "used":
        return ["VBD"] if after == "to" and before not in BEFORE_PARTICIPLE - {"have", "had", "has"} else []
    if word == "live":
        return ["VERB"] if before in BEFORE_VERB or after in LIVE_AFTER else []
    if word == "lives":
        return ["VERB"] if after in LIVE_AFTER or before in {"he", "she", "who", "it", "that"} else []
    if before in BEFORE_PARTICIPLE:
        tags += ["VBN", "VBD"]
    if before in {"he", "she"} and not word.endswith("s"):
        tags += ["VBD"]
    if before in BEFORE_VERB:
        return [*tags, "VERB"]
    if before in BEFORE_NOUN or after == "of":
        return [*tags, "NOUN"]
    return [*tags, "VERB"] if after in OBJECTS else tags


def _inflected(word: str, around: Around) -> str | None:
    """A known stem with 's, s, ed or ing, or the bare apostrophe of a plural's possessive."""
    for shape, stems in _ENDINGS:
        if not (match := shape.fullmatch(word)):
            continue
        for stem in stems(match[1]):
            sound = _look_up(stem, VERB if match[2] in ("ed", "ing") else around) if len(stem) > 1 else None
            if sound:
                return _ENDING_SOUNDS[match[2]](sound)
    return None


def with_s(sound: str) -> str:
    """The plural, or the possessive."""
    if sound[-1] in "ptkfθ":
        return sound + "s"
    return sound + ("ᵻz" if sound[-1] in "szʃʒʧʤ" else "z")


def _ed(sound: str) -> str:
    if sound[-1] in "pkfθʃsʧ":
        return sound + "t"
    if sound[-1] == "t" and len(sound) > 1 and sound[-2] in FLAPPED:
        return sound[:-1] + "Tᵻd"
    return sound + ("ᵻd" if sound[-1] in "dt" else "d")


def _ing(sound: str) -> str:
    sound = stressed(sound)
    return (sound[:-1] + "T" if sound[-1] == "t" and len(sound) > 1 and sound[-2] in FLAPPED else sound) + "ɪŋ"


_DOUBLED = re.compile(r"(.*)([bcdgklmnprstvxz])\2")


def _verb_stems(stem: str) -> list[str]:
    doubled = _DOUBLED.fullmatch(stem)
    return [stem, stem + "e", *([doubled[1] + doubled[2]] if doubled else [])]


_ENDINGS = [
    (re.compile(r"(.+)('s)"), lambda stem: [stem]),
    (re.compile(r"(.+s)(')"), lambda stem: [stem, stem[:-1]]),
    (re.compile(r"(.{2,}i)(es)"), lambda stem: [stem[:-1] + "y"]),
    (re.compile(r"(.{2,})(es)"), lambda stem: [stem + "e", stem]),
    (re.compile(r"(.+[^s'])(s)"), lambda stem: [stem]),
    (re.compile(r"(.{2,}i)(ed)"), lambda stem: [stem[:-1] + "y"]),
    (re.compile(r"(.{2,})(ed)"), _verb_stems),
    (re.compile(r"(.{2,})(ing)"), _verb_stems),
]
_ENDING_SOUNDS = {
    **{"'s": with_s, "es": with_s, "s": with_s, "ed": _ed, "ing": _ing},
    "'": lambda sound: sound if sound[-1] in "sz" else with_s(sound),
}
_HUMP = re.compile(r"[A-Z]?[a-z']+|[A-Z]+(?![a-z])|[A-Z]")


def _parts(word: str, around: Around) -> str | None:
    """Joined by hyphens or written LikeThis: each part by itself, one main stress for every two parts."""
    parts = [part for piece in word.split("-") for part in _HUMP.findall(piece)]
    if len(parts) < 2:
        return None
    sounds = [pronounce(part, Around(vowel=False, shouting=around.shouting)) for part in parts]
    weak = sorted(range(len(sounds)), key=lambda i: (PRIMARY in sounds[i], len(sounds[i])))[: len(sounds) // 2]
    if sum(PRIMARY in sound for sound in sounds) > (len(sounds) + 1) // 2:
        sounds = [lower_stress(sound) if i in weak else sound for i, sound in enumerate(sounds)]
    return "".join(sounds)


# Where a letter looks, in the order in which it helps: itself, then letters after and before it.
ORDER = (0, 1, -1, 2, -2, 3, -3, 4, -4)


def context(word: str, i: int) -> str:
    """The letters of ORDER around letter i, "#" outside the word."""
    return "".join(word[i + step] if 0 <= i + step < len(word) else "#" for step in ORDER)


def guess(word: str) -> str:
    """Letters to sounds where no lexicon helps: engine/training/letters.py made the table. No vowel: spelled."""
    word = "".join(letter for letter in word if letter.isalpha())
    if not VOWEL_LETTERS & set(word):
        return spell(word)
    table = pages("letters")[0]
    sound = "".join(_sound_of(table, context(word, i)) for i in range(len(word)))
    return _one_stress(sound) or spell(word)


VOWEL_LETTERS = frozenset("aeiouy")


def _sound_of(table: dict[str, str], key: str) -> str:
    return next((table[key[:end]] for end in range(len(key), 0, -1) if key[:end] in table), "")


def _one_stress(sound: str) -> str:
    """The last primary stress stays, the others before it are secondary; without any, the first vowel has it."""
    *heads, tail = sound.rsplit(PRIMARY, 1)
    return heads[0].replace(PRIMARY, SECONDARY) + PRIMARY + tail if heads else stressed(sound, PRIMARY)
