"""The word lists of assets/lexicon: gzip'd rows of tab-separated values, read once, at the first use.

engine/training/lexicon.py says what they hold and how they were made.
"""

import gzip
from functools import cache

from engine.api.errors import Failure
from engine.api.paths import assets

Pages = tuple[dict[str, str], ...]


@cache
def pages(name: str) -> Pages:
    """The file's pages, parted by an empty line: word -> the rest of its row."""
    file = assets() / "lexicon" / f"{name}.tsv.gz"
    try:
        text = gzip.decompress(file.read_bytes()).decode("utf-8")
    except (OSError, EOFError, ValueError) as error:
        raise Failure(f"The word list {file} cannot be read ({error}). Install Quartet again.") from error
    return tuple(dict(row.split("\t", 1) for row in page.split("\n")) for page in text.split("\n\n"))
