"""Text that distribution packages hold, cleaned into documents: help texts, verses, sayings, definitions.

Packages come by the system's own client (`apt-get download`, then `dpkg-deb -x`, neither needs root) into a cache
folder and are only read there. A document is a few sentences of plain prose; see `Document`.
"""

import html
import random
import re
import shutil
import struct
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.api.errors import Failure
from engine.training import grammar

LICENCES = {
    "libreoffice-help-en-us": "MPL-2.0",
    "libreoffice-help-hi": "MPL-2.0",
    "bible-kjv-text": "public domain (King James Version, 1611)",
    "wordnet-base": "WordNet 3.0 licence (permissive, Princeton University)",
    "fortunes": "BSD-3-Clause (the collection; short quotations of others)",
}

# The collections that are meant for everybody.
SAYINGS = "wisdom platitudes science education art pets food work kids humorists people law sports".split()
BOOKS = "Ge Ru Psa Pro Ecc Isa Jon Mat Mar Luk Joh Act Ro 1Co Eph Phi Jam".split()

# A document with one of these words is left out: a small net repeats what it read.
UNWANTED = re.compile(
    r"\b(?:"
    + "|".join(
        r"""
        sex\w* whor\w* harlot\w* fornicat\w* adulter\w* rape[ds]? rapist raping naked\w* nud[ei]\w* breasts? womb
        genital\w* penis vagina\w* testic\w* orgasm\w* erotic\w* porn\w* prostitut\w* homosexual\w* lesbian\w* fuck\w*
        shit\w* piss\w* ass asses arse\w* bastards? bitch\w* damn\w* hell crap nazi\w* hitler jews? jewish gentiles?
        negro\w* nigger\w* blacks? gays? slave\w* slavery kill\w* murder\w* slay slain slew slaughter\w* suicid\w*
        corpse\w* tortur\w* terroris\w* bomb\w* drugs? cocaine heroin marijuana opium drunk\w* virgin\w* concubin\w*
        circumcis\w* foreskin\w* sodom\w* loins dung menstru\w* excre\w* urin\w* fece\w* feces semen wife wives
        girlfriends? muslims? hindus? catholics? republicans? democrats? bush reagan nixon clinton
        idiots? moron\w* stupid fat ugly guns? shoot shot queer suckers? alcohol\w* die[ds]? dead death
        """.split()
    )
    + r")\b",
    re.IGNORECASE,
)

_DEVANAGARI = re.compile("[\u0900-\u097f]")
_LATIN = re.compile("[A-Za-z]")


@dataclass(frozen=True)
class Document:
    """A stretch of plain text. Documents of one `group` fall on the same side of the split."""

    language: str  # english, hindi, hinglish
    style: str  # story, verse, saying, guide, definition
    source: str  # package, or "grammar"
    group: str
    text: str


def from_packages(cache: Path) -> Iterator[Document]:
    """Every document of every package, uncut and in a fixed order. Raises Failure when a package cannot be had."""
    guides = [*guide("english", "en-US", "libreoffice-help-en-us", cache)]
    guides += guide("hindi", "hi", "libreoffice-help-hi", cache)
    yield from guides
    for document in guides:
        if document.language == "hindi":
            noise = random.Random(document.group)
            yield replace(
                document, language="hinglish", text=grammar.roman(document.text, grammar.load().office, noise)
            )
    yield from verses(cache)
    yield from sayings(cache)
    yield from definitions(cache)


def unpack(package: str, cache: Path) -> Path:
    """The unpacked files of a package, downloaded into `cache` unless they are there."""
    folder = cache / package
    if folder.is_dir():
        return folder
    for tool in ("apt-get", "dpkg-deb"):
        if shutil.which(tool) is None:
            raise Failure(f"The text corpus is made from Debian packages: run this where {tool} is installed.")
    cache.mkdir(parents=True, exist_ok=True)
    got = subprocess.run(["apt-get", "download", package], cwd=cache, capture_output=True, text=True)
    archives = sorted(cache.glob(f"{package}_*.deb"))
    if got.returncode or not archives:
        raise Failure(
            f"The package {package} could not be downloaded: run `apt-get update`, check the network, try again."
        )
    partial = cache / f"{package}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    if subprocess.run(["dpkg-deb", "-x", archives[-1], partial], capture_output=True).returncode:
        raise Failure(f"The package {archives[-1]} is damaged: delete it and try again.")
    return partial.rename(folder)


def guide(language: str, code: str, package: str, cache: Path) -> Iterator[Document]:
    """The paragraphs of the office suite's help pages that are really in `language`; one document a page."""
    root = unpack(package, cache) / "usr/share/libreoffice/help" / code / "text"
    keep = is_hindi if language == "hindi" else is_english
    for page in sorted(root.rglob("*.html")):
        if "sbasic" in page.parts:  # a programming language, not prose
            continue
        text = page.read_text(encoding="utf-8", errors="replace")
        text = re.sub(r"<(table|pre|code)\b.*?</\1>", " ", text, flags=re.DOTALL)
        found = re.findall(
            r'<p id="[^"]*" class="(?:paragraph|note|tip|warning)"[^>]*>(.*?)</p>', text, flags=re.DOTALL
        )
        paragraphs = [p for p in (_end(clean(strip_tags(p))) for p in found) if keep(p)]
        if paragraphs:
            name = str(page.relative_to(root))
            yield Document(language, "guide", package, f"guide/{name}", "\n".join(dict.fromkeys(paragraphs)))


def verses(cache: Path) -> Iterator[Document]:
    """Runs of three to five verses of the King James Version, numbers dropped. Long runs are cut later."""
    run: list[str] = []
    chapter = ""
    for name, verse in _bible(unpack("bible-kjv-text", cache) / "usr/lib/bible.data"):
        full = len(run) >= 3 + len(chapter) % 3
        if run and (name != chapter or full):
            yield Document("english", "verse", "bible-kjv-text", f"verse/{chapter}", " ".join(run))
            run = []
        chapter = name
        if name.rstrip("0123456789") in BOOKS:
            run.append(clean(verse))
    if run:
        yield Document("english", "verse", "bible-kjv-text", f"verse/{chapter}", " ".join(run))


def _bible(path: Path) -> Iterator[tuple[str, str]]:
    """(book and chapter, verse) pairs. The file is a table of blocks, each packed as compress(1) does."""
    data = path.read_bytes()
    count = struct.unpack(">I", data[0x58:0x5C])[0]
    starts = struct.unpack(f">{count + 1}I", data[0x5C : 0x5C + 4 * (count + 1)])
    plain = b"".join(_uncompress(data[a:b]) for a, b in zip(starts, starts[1:], strict=False))
    for line in plain.decode("ascii", errors="replace").splitlines():
        if match := re.fullmatch(r"(\w+):\d+ (.+)", line):
            yield match[1], match[2]


def _uncompress(block: bytes) -> bytes:
    return subprocess.run(["gzip", "-dc"], input=b"\x1f\x9d\x90" + block, capture_output=True).stdout


def sayings(cache: Path) -> Iterator[Document]:
    """Short sayings without their attributions; verse layouts and dialogue tables are left out."""
    root = unpack("fortunes", cache) / "usr/share/games/fortunes"
    for name in SAYINGS:
        for number, saying in enumerate((root / name).read_text(encoding="utf-8", errors="replace").split("\n%\n")):
            body = re.split(r"\n\s+--", saying)[0]
            text = clean(body)
            if len(text) < 600 and is_english(text) and not re.search(r"[<>=_|\\*\[\]]|\d\)|^\d|\b[A-Z][a-z]*: ", text):
                yield Document("english", "saying", "fortunes", f"saying/{name}/{number}", text)


def definitions(cache: Path) -> Iterator[Document]:
    """One document a synset: the word, its gloss, its examples as sentences."""
    root = unpack("wordnet-base", cache) / "usr/share/wordnet"
    for kind in ("noun", "verb", "adj", "adv"):
        for line in (root / f"data.{kind}").read_text(encoding="utf-8", errors="replace").splitlines():
            head, bar, gloss = line.partition(" | ")
            word = re.sub(r"\(\w+\)$", "", head.split()[4]).replace("_", " ") if bar else ""
            if word and word.islower() and not re.search(r"\d", word):
                text = _definition(word, gloss)
                if is_english(text):
                    yield Document("english", "definition", "wordnet-base", f"definition/{word}", text)


def _definition(word: str, gloss: str) -> str:
    examples = [e for e in re.findall(r'"([^"]+)"', gloss) if " " in e]
    meaning = clean(re.split(r';?\s*"', gloss)[0]).rstrip(";: ")
    text = f"{word}: {meaning}."
    return " ".join([text, *(_end(clean(e[:1].upper() + e[1:])) for e in examples)])


def strip_tags(markup: str) -> str:
    return html.unescape(re.sub("<[^>]+>", "", markup))


def clean(text: str) -> str:
    """NFC, one space between words, no invisible characters, plain quotation marks for TeX ones."""
    text = unicodedata.normalize("NFC", text).replace("``", '"').replace("''", '"').replace("\u00ad", "")
    text = "".join(" " if unicodedata.category(c)[0] in "ZC" and c not in "\u200c\u200d" else c for c in text)
    return re.sub(r" +([,.;:!?।])(?= |$)", r"\1", re.sub(" +", " ", text)).strip()


def _end(sentence: str) -> str:
    """With a full stop, Hindi ones with a danda."""
    if _DEVANAGARI.search(sentence):
        sentence = re.sub(r"(?<=[\u0900-\u097f])\.(?= |$)", "।", sentence)
        return sentence if sentence[-1] in "।?!:" else sentence + "।"
    return sentence if not sentence or sentence[-1] in '.?!:"' else sentence + "."


def is_english(text: str) -> bool:
    return _plain(text, _LATIN) and text.isascii() and not re.search(r"https?:|www\.|[{}<>\\|]|CommandCtrl", text)


def is_hindi(text: str) -> bool:
    return _plain(text, _DEVANAGARI) and len(_LATIN.findall(text)) < 0.15 * len(text)


def _plain(text: str, script: re.Pattern[str]) -> bool:
    """Prose: mostly letters of the script and spaces, few digits and symbols, and at least four words."""
    letters = len(script.findall(text))
    spaces = text.count(" ")
    return spaces >= 3 and letters > 0.66 * len(text) and letters + spaces > 0.85 * len(text) - 6
