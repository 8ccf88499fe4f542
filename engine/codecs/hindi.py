"""A Hindi word in Devanagari to the phonemes that Kokoro's Hindi voices were trained on, by rule.

A word is a row of syllables: onset, vowel, nasal. Every bare consonant carries a schwa; the one at the end of a word
is silent, and inside it the one between two sounded vowels with single consonants around (Ohala 1983: laRakA -> laRkA,
samajhanA -> samajhnA). The schwa is written ʌ under stress and ə without. Stress falls on the heaviest syllable, the
last of equals, a final syllable counting for one mora less, and is echoed on every second syllable from there.
The symbols are those of IPA, where च is c and ज is ɟ; a nasal vowel is a vowel and U+0303.
"""

import re
import unicodedata
from dataclasses import dataclass, field

NUKTA, VIRAMA, NASAL = "\u093c", "\u094d", "\u0303"

CONSONANTS = {
    **dict(zip("कखगघङचछजझञटठडढण", "k kʰ ɡ ɡʰ ŋ c cʰ ɟ ɟʰ ɲ ʈ ʈʰ ɖ ɖʰ ɳ".split(), strict=True)),
    **dict(zip("तथदधनपफबभमयरलळवशषसह", "t tʰ d dʰ n p pʰ b bʰ m j ɾ l l ʋ ʃ ʂ s h".split(), strict=True)),
    **{"क़": "q", "ख़": "x", "ग़": "ɣ", "ज़": "z", "ड़": "ɽ", "ढ़": "ɽʰ", "फ़": "f", "झ़": "ʒ"},
}
SIGNS = dict(zip("ािीुूृॄेैोौॉॅॆॊ", "aː ɪ iː ʊ uː ɾɪ ɾɪ eː ɛː oː ɔː ɔ ɛ e o".split(), strict=True))
VOWELS = dict(zip("आइईउऊऋॠऌएऐओऔऑऍऎऒॲ", "aː ɪ iː ʊ u ɾɪ ɾɪ lɪ eː ɛː oː ɔː ɔ ɛ e o ɛ".split(), strict=True)) | {
    "अ": "ʌ",
    "ॐ": "oː",
}
DOTTED = "".join(map(chr, (0x929, 0x931, 0x934, *range(0x958, 0x960))))  # letter and nukta in one
FIRST = "".join(sorted({letter[0] for letter in (*CONSONANTS, *VOWELS, *SIGNS)})) + DOTTED
LATER = FIRST + NUKTA + VIRAMA + "ंँःऽ\u200c\u200d"
HOMORGANIC = {
    **dict.fromkeys(("k", "kʰ", "ɡ", "ɡʰ", "q"), "ŋ"),
    **dict.fromkeys(("c", "cʰ", "ɟ", "ɟʰ", "j"), "ɲ"),
    **dict.fromkeys(("ʈ", "ʈʰ", "ɖ", "ɖʰ"), "ɳ"),
    **dict.fromkeys(("p", "pʰ", "b", "bʰ", "m"), "m"),
}
KEEPS_SCHWA = frozenset("ɾjʋnmɳ")  # a final cluster that ends so keeps its schwa: putra, satya, krishna
LONGEST = 60  # letters; a longer row of letters is no word, and is said in pieces

# Words of grammar are said without stress, or with little.
UNSTRESSED = frozenset("की का के को से में था थी थे थीं है हैं हूँ हूं हो मैं तू ये वे क्या और".split())
WEAK = frozenset(
    """तुम आप हम यह वह मेरा मेरी मेरे तेरा हमारा हमारी हमारे तुम्हारा तुम्हारी तुम्हारे उसका उसकी उसके उनका उनकी उनके
    इसका इनका आपका आपकी आपके मुझे तुझे तुम्हें इन्हें आपको तक रहा रही रहे अगर यदि बिना""".split()
)


@dataclass
class Syllable:
    """onset: consonants; vowel: a symbol, "ə" for the schwa of a bare consonant, "" for none; nose: the nasal sign."""

    onset: list[str] = field(default_factory=list)
    vowel: str = ""
    nose: str = ""
    breath: bool = False  # visarga
    bare: bool = False  # the vowel is its own letter
    mark: str = ""


def pronounce(word: str) -> str:
    """Phonemes of one word; letters that are not Devanagari are passed over."""
    word = unicodedata.normalize("NFC", word)
    if len(word) > LONGEST:
        return "".join(pronounce(word[i : i + LONGEST]) for i in range(0, len(word), LONGEST))
    rows = syllables(word)
    if rows:
        drop_final_schwa(rows)
    sound = speak(rows)
    if word in UNSTRESSED:
        return re.sub("[ˈˌ]", "", sound)
    if word in WEAK:
        return re.sub("(?<=.)ˈʌ", "ˌə", sound).replace("ˈ", "ˌ")
    return sound


def is_hindi(word: str) -> bool:
    """Whether the word begins with a Devanagari letter."""
    return "\u0900" <= word[:1] <= "\u097f"


def speak(rows: list[Syllable]) -> str:
    """Phonemes of syllables: stress is set and inner schwas are dropped in `rows` itself."""
    _stress(rows)
    drop_schwas(rows)
    return _spell(rows)


def syllables(word: str) -> list[Syllable]:
    """The word as written: every consonant that carries a vowel begins a syllable."""
    rows: list[Syllable] = []
    joined = False
    for letter in re.findall(f".{NUKTA}?", _composed(word)):
        if letter in CONSONANTS or letter[0] in CONSONANTS:
            if not joined:
                rows.append(Syllable())
            rows[-1].onset.append(CONSONANTS.get(letter) or CONSONANTS[letter[0]])
            rows[-1].vowel, joined = "ə", False
        elif letter == VIRAMA and rows and rows[-1].vowel == "ə":
            rows[-1].vowel, joined = "", True
        elif letter in SIGNS and rows and rows[-1].vowel == "ə":
            rows[-1].vowel = SIGNS[letter]
        elif letter in VOWELS or letter in SIGNS:
            rows.append(Syllable(vowel=VOWELS.get(letter) or SIGNS[letter], bare=True))
            rows[-1].nose = "ं" if letter == "ॐ" else ""
            joined = False
        elif letter in "ंँ" and rows:
            rows[-1].nose = letter
        elif letter == "ः" and rows:
            rows[-1].breath = True
    return rows


def _composed(word: str) -> str:
    """Letters with a dot as letter and nukta, in one way."""
    return unicodedata.normalize("NFD", word)


def drop_final_schwa(rows: list[Syllable]) -> None:
    """The last schwa is silent, but for a word of one syllable and after clusters that could not be said without."""
    last = rows[-1]
    needed = len(last.onset) > 1 and last.onset[-1] in KEEPS_SCHWA
    if len(rows) > 1 and last.vowel == "ə" and not last.nose and not last.breath and not needed:
        last.vowel = ""


def drop_schwas(rows: list[Syllable]) -> None:
    """Inside a word, from right to left: VC_CV."""
    for before, here, after in reversed(list(zip(rows, rows[1:], rows[2:], strict=False))):
        deletable = here.vowel == "ə" and not here.nose and not here.breath and here.mark != "ˈ"
        if deletable and len(here.onset) == 1 and len(after.onset) == 1 and after.vowel and before.vowel:
            here.vowel = here.mark = ""


def _stress(rows: list[Syllable]) -> None:
    sounded = [i for i, row in enumerate(rows) if row.vowel]
    if not sounded:
        return
    weights = [_weight(rows, i) for i in sounded]
    weights[-1] = max(weights[-1] - 1, 0) if len(weights) > 1 else weights[-1]
    heaviest = max(weights)
    main = len(weights) - 1 - weights[::-1].index(heaviest) if heaviest else 0
    for i, row in enumerate(sounded):
        rows[row].mark = "ˈ" if i == main else "ˌ" if (i - main) % 2 == 0 and i > main else ""
    for i in range(0, main - 1, 2):
        rows[sounded[i]].mark = "ˌ"


def _weight(rows: list[Syllable], i: int) -> int:
    """Morae beyond the first: a long vowel, and consonants that close the syllable (two only at the word's end)."""
    row = rows[i]
    long = row.vowel.endswith("ː") or row.vowel == "u"
    following = rows[i + 1] if i + 1 < len(rows) else None
    if following and not following.vowel:
        return long + min(len(following.onset) + bool(row.nose), 1 if long else 2)
    closed = bool(following and len(following.onset) > 1) or (bool(row.nose) and not long) or row.breath
    return long + closed


def _spell(rows: list[Syllable]) -> str:
    parts = []
    for i, row in enumerate(rows):
        following = rows[i + 1].onset[0] if i + 1 < len(rows) and rows[i + 1].onset else ""
        parts.append(_onset(row.onset) + ("ɾ" if row.vowel == "ɾɪ" else "") + row.mark)
        # A schwa before a final y is lowered: samay.
        lowered = row.vowel == "ə" and i == len(rows) - 2 and rows[-1].onset == ["j"] and not rows[-1].vowel
        parts.append(
            _nasal(row, following) if row.nose else _lowered(rows, i) if lowered else _vowel(row, i, len(rows))
        )
        if row.breath:
            parts.append("h")
    return "".join(parts)


def _lowered(rows: list[Syllable], i: int) -> str:
    return "ˌɛ" if not rows[i].mark and rows[i - 1].mark == "ˈ" else "ɛ"


def _vowel(row: Syllable, i: int, count: int) -> str:
    if row.vowel == "ɾɪ":  # ऋ
        return "ɪ"
    if row.vowel == "ə":
        return "ʌ" if row.mark == "ˈ" else "ə"
    if row.vowel == "ʌ":
        return "ʌ" if i == 0 or row.mark == "ˈ" else "ə"
    if row.vowel == "iː" and (i == count - 1 or not row.mark):
        return "i"
    return row.vowel


def _nasal(row: Syllable, following: str) -> str:
    """A short a is followed by the nasal of the next consonant's place; other vowels are nasal themselves."""
    if row.vowel in ("ə", "ʌ"):
        return ("ʌ" if row.mark == "ˈ" else row.vowel) + HOMORGANIC.get(following, "n")
    if row.bare and following and (row.nose == "ँ" or row.vowel in ("iː", "ɔ")):
        return row.vowel + (HOMORGANIC.get(following, "n") if row.nose == "ं" else "n")
    plain = {"ɪ": "i", "ʊ": "u"}.get(row.vowel, row.vowel.rstrip("ː"))
    return plain + NASAL + ("ː" if plain == "e" else "") + ("n" if row.nose == "ँ" and following else "")


def _onset(onset: list[str]) -> str:
    """Geminates are long, an aspirate's is said twice; r before a consonant that can be held is a trill."""
    sound = ""
    for consonant, after in zip(onset, [*onset, ""][1:], strict=True):
        sound += "r" if consonant == "ɾ" and after and after[0] in "mnɳjsʃʂlʋɾ" else consonant
    for whole, written in _CLUSTERS:
        sound = whole.sub(written, sound)
    return sound


_CLUSTERS = [
    (re.compile("ɟɲ"), "ɡj"),
    (re.compile("kʂ"), "kʃ"),
    (re.compile("([ktcɟɡdp])\\1(?!ʰ)"), "\\1ː"),
    (re.compile("([dt])\\1ʰ"), "\\1ʰː"),
    (re.compile("([cʈɖ])\\1ʰ"), "\\1ʰ\\1ʰ"),
    (re.compile("([ktp])j"), "\\1ːj"),
]
