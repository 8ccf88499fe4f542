"""How the files of assets/lexicon were made: pronunciations for engine/codecs/phonemes.py.

    python -m engine.training.lexicon FOLDER [OUT]

FOLDER holds unpacked packages, each in a folder of its own name, as `pip download --no-deps NAME` and `unzip` leave
them: `misaki` (Apache-2.0: US English dictionaries, "gold" checked by hand and "silver" not).
"""

import gzip
import json
import sys
from pathlib import Path

from engine.api.files import write_atomically
from engine.api.paths import assets

Entry = str | dict[str, str | None]


def main(folder: Path, out: Path) -> None:
    gold, silver = (read_dictionary(folder / "misaki/misaki/data" / f"us_{name}.json") for name in ("gold", "silver"))
    silver = {word: entry for word, entry in silver.items() if word not in gold}
    pages = "\n\n".join("\n".join(line(*item) for item in sorted(page.items())) for page in (gold, silver))
    write_atomically(out / "english.tsv.gz", gzip.compress(pages.encode(), 9, mtime=0))


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


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else assets() / "lexicon")
