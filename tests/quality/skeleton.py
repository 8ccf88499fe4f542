"""What is left of spoken Hindi when only its plain consonants are written, whichever script it was written in.

Whisper base hears Hindi best as Urdu and spells it by ear. Vowels, h (and with it every aspirate), v, y and n are too
unlike between the scripts to be compared: they are dropped. Sounds that one of the scripts does not tell apart fall
together (ṭ and t, ṛ and ḍ, ś and s, f and p, z and j), doubled consonants and the gaps between words are not counted.
"नमस्ते दोस्तों", "نمستے دوستو" and "namaste dosto" all become "mstdst". It is a sanity check, not a word error rate.
"""

import re
import unicodedata

DEVANAGARI = dict(zip("कखगघचछजझटठडढतथदधपफबभमरलळशषसऋृ", "kkggccjjttddttddppbbmrllsssrr", strict=True))
URDU = dict(zip("بپتٹثجچدڈذرڑزژسشصضطظغفقکكگلمۃة", "bpttsjcddjrdjjsssjtjgpkkkglmtt", strict=True)) | {"خ": "k"}
LATIN = dict(zip("bcdfgjklmpqrstz", "bkdpgjklmpkrstj", strict=True)) | {"x": "ks"}
LETTERS = DEVANAGARI | URDU | LATIN

SPELLINGS = (
    ("ज्ञ", "ग"),  # said gy
    ("[ंँ](?=[पफबभम])", "म"),  # मुंबई is said mumbai; elsewhere the sign is an n
    ("ch", "च"),
    ("10", "दस"),
    ("c(?=[eiy])", "s"),
)
"""What is not said letter by letter: pattern → what is said."""

NUMERALS = dict(zip("0123456789", ("s", "k", "d", "t", "cr", "pc", "c", "st", "t", ""), strict=True))
"""Digits as the skeletons of their names: shunya, ek, do, teen, chaar, paanch, chhah, saat, aath, nau."""


def skeleton(text: str) -> str:
    """The consonants of Hindi in Devanagari, Urdu or Latin letters, or in a mixture of them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(str(unicodedata.digit(letter, letter)) for letter in plain)
    for pattern, said in SPELLINGS:
        plain = re.sub(pattern, said, plain)
    bones = "".join(LETTERS.get(letter) or NUMERALS.get(letter, "") for letter in plain)
    return re.sub(r"(.)\1+", r"\1", bones)
