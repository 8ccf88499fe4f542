"""Text as F5-TTS reads it: letters, and for Chinese pinyin syllables with their tones, as numbers of vocab.txt's lines.

Chen et al. 2024, https://arxiv.org/abs/2410.06885. Curly quotes become straight and semicolons commas. A space goes
before every Chinese syllable, and before a word of plain letters that follows neither a space nor a colon nor a quote;
what is a word there is what the segmenter of the training (jieba) took for one. It is needed for Chinese alone: how it
cuts other scripts is known, and done here. What the vocabulary lacks becomes line 0, the space, as in training.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.api.errors import BadInput, Failure

SAME = str.maketrans({";": ",", "“": '"', "”": '"', "‘": "'", "’": "'"})

CHINESE = re.compile("[\u2e80-\u2fff\u3005-\u3007\u3100-\u9fff\ue815-\ue864\uf900-\ufaff\U00020000-\U0003ffff]")
"""What a syllable may be found for."""
SPACED = re.compile("[\u3100-\u9fff]")
"""What a space goes before."""

BLOCK = re.compile(r"[a-zA-Z0-9+#&._%\-]+|\r\n|.", re.DOTALL)
NAMES = re.compile(r"(AT&T|[cC]\+\+|[cC]#)")
WORD = re.compile(r"([a-zA-Z0-9]+(?:[-._][a-zA-Z0-9]+)*%?)")

UNKNOWN = 0
JOINED_BEFORE = (" ", ":", "'", '"')  # after these a word needs no space


@dataclass(frozen=True)
class Letters:
    """`ids`: of each letter or syllable, the number of its line."""

    ids: Mapping[str, int]

    @classmethod
    def load(cls, path: Path) -> "Letters":
        """From a vocab.txt: one letter or syllable a line. Raises Failure with one sentence."""
        try:
            lines = path.read_bytes().decode("utf-8").replace("\r\n", "\n").removesuffix("\n").split("\n")
        except OSError as error:
            raise Failure(f"{path} cannot be read ({error.strerror}); put the checkpoint's vocab.txt there.") from error
        except UnicodeDecodeError as error:
            raise Failure(f"{path} is not a text file; put the checkpoint's vocab.txt there.") from error
        if " " not in lines or max(map(len, lines)) > 16:
            raise Failure(f"{path} is no vocabulary of one letter a line; put the checkpoint's vocab.txt there.")
        return cls({letter: number for number, letter in enumerate(lines)})

    def encode(self, text: str) -> list[int]:
        """Raises BadInput for Chinese where the packages for it are missing."""
        return [self.ids.get(symbol, UNKNOWN) for symbol in symbols(text)]

    def unknown(self, text: str) -> tuple[str, ...]:
        """Which letters and syllables of the text the vocabulary lacks, each once, in their order."""
        return tuple(dict.fromkeys(symbol for symbol in symbols(text) if symbol not in self.ids))


def symbols(text: str) -> list[str]:
    """The text's letters and syllables, with the spaces that training had. Raises BadInput."""
    text = text.translate(SAME)
    found: list[str] = []
    for word in chinese_words(text) if CHINESE.search(text) else words(text):
        if not word.isascii():
            found += spelt(word)
            continue
        if len(word) > 1 and found and found[-1] not in JOINED_BEFORE:
            found.append(" ")
        found += word
    return found


def words(text: str) -> Iterator[str]:
    """As the segmenter cuts text without Chinese: words with their dots and hyphens, runs of other signs, the rest."""
    for block in BLOCK.findall(text):
        for name_or_rest in NAMES.split(block):
            if len(name_or_rest) < 2 or NAMES.fullmatch(name_or_rest):
                yield from filter(None, [name_or_rest])
            else:
                yield from filter(None, WORD.split(name_or_rest))


def spelt(word: str) -> Iterator[str]:
    """A word that is not of plain letters: Chinese as syllables, each after a space, anything else letter by letter."""
    for letter, sound in zip(word, syllables(word), strict=True):
        if SPACED.match(letter):
            yield " "
        yield sound


def syllables(word: str) -> Iterable[str]:
    """One for each letter; what has none is its own. A word all of Chinese is read as a whole: tones depend on it."""
    if not CHINESE.search(word):
        return word
    from pypinyin import Style, lazy_pinyin

    if all(len(letter.encode()) == 3 for letter in word):
        together = lazy_pinyin(word, style=Style.TONE3, tone_sandhi=True)
        if len(together) == len(word):
            return together
    alone = (lazy_pinyin(letter, style=Style.TONE3, tone_sandhi=True)[0] for letter in word)
    return [sound if SPACED.match(letter) else letter for letter, sound in zip(word, alone, strict=True)]


def chinese_words(text: str) -> list[str]:
    try:
        import pypinyin  # noqa: F401
        import rjieba
    except ImportError as error:
        raise BadInput(
            "Chinese needs two more packages: run .venv/bin/python -m pip install pypinyin rjieba, and start again."
        ) from error
    return rjieba.cut(text)
