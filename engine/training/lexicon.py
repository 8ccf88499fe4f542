"""How the files of assets/lexicon were made: pronunciations for engine/codecs/phonemes.py.

    python -m engine.training.lexicon FOLDER [OUT]

FOLDER holds unpacked packages, each in a folder of its own name, as `pip download --no-deps NAME` and `unzip` leave
them: `misaki` (Apache-2.0: US English dictionaries, "gold" checked by hand and "silver" not). Roman Hindi needs no
package: its words are those of the grammar of the text corpus and of `hindi_words.toml`, in the spelling that
`transliterate.py` gives them.
"""

import gzip
import json
import random
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from engine.api.files import write_atomically
from engine.api.paths import assets
from engine.codecs.hinglish import skeleton
from engine.training import grammar, letters
from engine.training.transliterate import IRREGULAR, romanise_word

Entry = str | dict[str, str | None]
Pages = list[list[str]]

STORIES = 4000  # of the grammar, to see which words are frequent
_HINDI = re.compile("[\u0900-\u0963\u0971-\u097f]+")


def main(folder: Path, out: Path) -> None:
    words = english(folder)
    write(out / "english.tsv.gz", words)
    write(out / "letters.tsv.gz", [letters.table(dict(row.split("\t")[:2] for page in words[::-1] for row in page))])
    write(out / "hinglish.tsv.gz", hinglish())


def write(file: Path, pages: Pages) -> None:
    text = "\n\n".join("\n".join(page) for page in pages)
    write_atomically(file, gzip.compress(text.encode(), 9, mtime=0))


def english(folder: Path) -> Pages:
    """The checked words, and the others."""
    gold, silver = (read_dictionary(folder / "misaki/misaki/data" / f"us_{name}.json") for name in ("gold", "silver"))
    silver = {word: entry for word, entry in silver.items() if word not in gold}
    return [[line(*item) for item in sorted(page.items())] for page in (gold, silver)]


def read_dictionary(file: Path) -> dict[str, Entry]:
    """Kokoro hears a flap as T and a glottal stop as t, as misaki writes them for it at the very end."""
    return json.loads(file.read_text("utf-8").replace("ɾ", "T").replace("ʔ", "t"))


def line(word: str, entry: Entry) -> str:
    """word, pronunciation, then the pronunciations of parts of speech; "NOUN=" alone: a noun in capitals is spelled."""
    if isinstance(entry, str):
        return f"{word}\t{entry}"
    default = entry["DEFAULT"]
    others = [f"{tag}={sound or ''}" for tag, sound in entry.items() if tag != "DEFAULT" and sound != default]
    return "\t".join([word, str(default), *others])


def hinglish() -> Pages:
    """Roman word -> Devanagari, skeleton -> Devanagari, and the words that are everyday English as well."""
    table = tomllib.loads(Path(__file__).with_name("hindi_words.toml").read_text("utf-8"))
    counts = Counter(dict.fromkeys([*inflected(table), *IRREGULAR], 1))
    counts.update(told())
    by_frequency = [word for word, _ in counts.most_common()]
    exact: dict[str, str] = dict(table["typed"]) | names()
    for word in by_frequency:
        exact.setdefault(romanise_word(word), word)
    loose: dict[str, str] = {}
    for word in by_frequency:
        loose.setdefault(skeleton(romanise_word(word)), word)
    both = sorted(word for word in table["english"].split() if word in exact)
    rows = [[f"{roman}\t{word}" for roman, word in sorted(page.items())] for page in (exact, loose)]
    return [*rows, [f"{word}\t" for word in both]]


def told() -> Iterator[str]:
    """The Hindi words of many stories."""
    known = grammar.load()
    for seed in range(STORIES):
        yield from _HINDI.findall(grammar.story(known, random.Random(seed)).hindi)


def names() -> dict[str, str]:
    """People, towns and festivals, which Hinglish spells as English does."""
    entries = (entry for name in ("person", "town", "festival") for entry in grammar.load().lexicon[name])
    return {entry.english.lower(): entry.hindi for entry in entries if entry.english.isalpha()}


PERFECT = "ा ी े ीं".split()
ENDINGS = "ना नी ने ता ती ते तीं कर के ो ूँ ूँगा ूँगी े ेगा ेगी ें ेंगे ेंगी ोगे ोगी िए िएगा".split()
LONG = {"ो": "ओ", "ूँ": "ऊँ", "े": "ए", "ें": "एँ", "ि": "इ"}  # after a vowel, a vowel is its own letter


def inflected(table: dict[str, str]) -> Iterator[str]:
    """The words of hindi_words.toml in their forms; words that no rule makes stand in the table themselves."""
    for root in table["verbs"].split():
        yield root
        yield from (_joined(root, ending) for ending in ENDINGS)
        yield from (_joined(root, ending) for ending in PERFECT)
    for noun in table["nouns_aa"].split():
        yield from (noun.removesuffix("ा") + ending for ending in ("ा", "े", "ों"))
    for noun in table["nouns_ii"].split():
        yield from (noun, noun.removesuffix("ी") + "ियाँ", noun.removesuffix("ी") + "ियों")
    for noun in [*table["nouns_m"].split(), *table["nouns_f"].split()]:
        yield from (noun, _joined(noun, "ों"), _joined(noun, "ें"))
    for word in table["adjectives"].split():
        yield from (word.removesuffix("ा") + ending for ending in "ा े ी".split())
    yield from table["plain"].split()


def _joined(root: str, ending: str) -> str:
    if not root.endswith(tuple("ािीुूेो")) and root not in ("आ", "जा"):
        return root + ending
    if ending in PERFECT:
        return root + {"ा": "या", "ी": "ई", "े": "ए", "ीं": "ईं"}[ending]
    first = next((sign for sign in ("ूँ", "ें", "ो", "े", "ि") if ending.startswith(sign)), "")
    return root + LONG.get(first, "") + ending[len(first) :]


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else assets() / "lexicon")
