"""The speech a pocket network is trained on: sentences read by the teachers, with the length of every symbol.

    python -m engine.training.speech_corpus FOLDER --texts TEXTS [--minutes 95] [--part 0/2]

`FOLDER/shards` holds pairs NAME.npy (int16, mono, 24 kHz, utterances one after the other) and NAME.json (what they
are). The JSON is written last: a shard is there when its JSON is. A stopped run goes on where it was, and the stream
of which least is done comes next, so that a run may be stopped at any time. Lengths are in frames of 600 samples.

Never trained on: sentences chosen by their hash, whatever voice reads them, and the voice of the stream "stranger".
"""

import argparse
import io
import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.api import paths
from engine.api.errors import BadInput
from engine.api.files import write_atomically
from engine.codecs.phonemes import FILLER, Word, phonemes
from engine.training.speech_sentences import SHORTEST, is_held_out, sentences
from engine.training.teachers import FRAME, Hibari, Kokoro, Teacher

RATE = 24_000
LOUDEST = 32767
MOST_SYMBOLS = 400
TRAIN, HELD_SENTENCE, HELD_VOICE = "train", "held-out sentence", "held-out voice"
PEOPLE = ("af_bella", "am_michael", "bf_emma", "am_fenrir", "af_sarah", "bm_george")
HINDI = ("hf_alpha", "hm_omega", "hf_beta", "hm_psi")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stream:
    """Sentences of a language, read by some voices in turn, until there are so many minutes or utterances."""

    name: str
    teacher: str
    voices: tuple[str, ...]
    language: str
    split: str
    minutes: float
    most: int = 1_000_000
    shard: int = 48  # utterances a file
    first: int = 0  # sentence of the language to begin with


STREAMS = (
    Stream("heart", "hibari", ("af_heart",), "english", TRAIN, 420, shard=192),
    Stream("judge-heart", "hibari", ("af_heart",), "english", HELD_SENTENCE, 10, most=96),
    Stream("judge-hindi", "kokoro", HINDI, "hindi", HELD_SENTENCE, 10, most=48, shard=24),
    Stream("judge-hinglish", "kokoro", HINDI, "hinglish", HELD_SENTENCE, 10, most=48, shard=24),
    Stream("stranger", "kokoro", ("af_aoede",), "english", HELD_VOICE, 10, most=60, shard=20),
    Stream("judge-people", "kokoro", PEOPLE, "english", HELD_SENTENCE, 10, most=90, shard=30),
    Stream("people", "kokoro", PEOPLE, "english", TRAIN, 45, first=12_000),
    Stream("hindi", "kokoro", HINDI, "hindi", TRAIN, 27),
    Stream("hinglish", "kokoro", HINDI, "hinglish", TRAIN, 18),
)


@dataclass(frozen=True)
class Utterance:
    """One reading. symbols begin and end with the filler: the silence before and after. sum(frames)·600 samples."""

    text: str
    language: str
    voice: str
    split: str
    symbols: str
    frames: tuple[int, ...]

    @property
    def samples(self) -> int:
        return FRAME * sum(self.frames)


Line = tuple[str, str, str]  # text, language, voice
Reading = tuple[Utterance, NDArray[np.int16]]


@dataclass(frozen=True)
class Corpus:
    """The finished shards of a folder. Sounds are read from the disk when they are asked for."""

    utterances: tuple[Utterance, ...]
    places: tuple[tuple[int, int], ...]  # shard, first sample
    shards: tuple[NDArray[np.int16], ...] = field(repr=False)

    @staticmethod
    def load(folder: Path) -> "Corpus":
        """Raises BadInput where there is no corpus."""
        found = sorted((folder / "shards").glob("*.json"))
        if not found:
            raise BadInput(f"There is no speech corpus in {folder}: build one first.")
        utterances: list[Utterance] = []
        places: list[tuple[int, int]] = []
        for number, path in enumerate(found):
            start = 0
            for utterance in read_shard(path):
                utterances.append(utterance)
                places.append((number, start))
                start += utterance.samples
        sounds = tuple(np.load(path.with_suffix(".npy"), mmap_mode="r") for path in found)
        return Corpus(tuple(utterances), tuple(places), sounds)

    def __len__(self) -> int:
        return len(self.utterances)

    def sound(self, index: int) -> NDArray[np.float32]:  # (samples,), -1 to 1
        shard, start = self.places[index]
        cut = self.shards[shard][start : start + self.utterances[index].samples]
        return np.divide(cut, LOUDEST, dtype=np.float32)

    def of(self, split: str) -> list[int]:
        """The places of the utterances of a split."""
        return [i for i, utterance in enumerate(self.utterances) if utterance.split == split]


def build(
    folder: Path,
    texts: dict[str, list[str]],
    teachers: Callable[[str], Teacher],
    streams: Sequence[Stream] = STREAMS,
    part: tuple[int, int] = (0, 1),
) -> None:
    """Make what is missing of the corpus. `part` (k, n): this process makes every n-th shard, from the k-th on."""
    ready: dict[str, Teacher] = {}
    left = {stream: _shards(folder, stream, texts, part) for stream in streams}
    done = dict.fromkeys(streams, 0.0)
    while left:
        stream = min(left, key=lambda s: done[s] / s.minutes)
        path, lines = next(left[stream], (None, []))
        if path is None or done[stream] >= stream.minutes / part[1]:
            del left[stream]
            continue
        if not path.is_file():
            teacher = ready.get(stream.teacher) or teachers(stream.teacher)
            ready[stream.teacher] = teacher
            write_shard(path, [read for line in lines if (read := speak(line, stream.split, teacher))])
        done[stream] += sum(utterance.samples for utterance in read_shard(path)) / RATE / 60
        log.info("%s: %.1f of %.0f minutes", path.stem, done[stream], stream.minutes / part[1])


def _shards(
    folder: Path, stream: Stream, texts: dict[str, list[str]], part: tuple[int, int]
) -> Iterator[tuple[Path, list[Line]]]:
    lines = list(islice(_lines(stream, texts), stream.most))
    pieces = [lines[i : i + stream.shard] for i in range(0, len(lines), stream.shard)]
    for number in range(part[0], len(pieces), part[1]):
        yield folder / "shards" / f"{stream.name}-{number:04}.json", pieces[number]


def _lines(stream: Stream, texts: dict[str, list[str]]) -> Iterator[Line]:
    """Who reads what: the voices take turns."""
    for text, voice in zip(_sentences(stream, texts[stream.language]), cycle(stream.voices), strict=False):
        yield text, stream.language, voice


def _sentences(stream: Stream, texts: list[str]) -> list[str]:
    """Only such as belong to the stream's split; judges are spared single words."""
    if stream.split == TRAIN:
        kept = [text for text in texts if not is_held_out(text)]
    else:
        kept = [text for text in texts if is_held_out(text) and len(text) >= SHORTEST]
    return kept[stream.first :] + kept[: stream.first]


def speak(line: Line, split: str, teacher: Teacher) -> Reading | None:
    """The utterance and its sound; None where the text holds what has no sound or what the teacher does not know."""
    text, language, voice = line
    said = phonemes(text, language)
    if said.unknown or not 0 < len(said.symbols) <= MOST_SYMBOLS or any(map(_is_spelt, said.words)):
        return None
    try:
        spoken = teacher(said.symbols, voice)
    except KeyError:
        return None
    frames = tuple(int(count) for count in spoken.frames)
    utterance = Utterance(text, language, voice, split, FILLER + said.symbols + FILLER, frames)
    louder = max(1.0, float(np.abs(spoken.sound).max()))  # Kokoro overshoots now and then
    return utterance, np.round(spoken.sound / louder * LOUDEST).astype(np.int16)


def _is_spelt(word: Word) -> bool:
    """Whether a Latin word was said letter by letter, for want of anything better."""
    lower = word.text.isascii() and word.text.isalpha() and not word.text.isupper()
    return lower and word.last - word.first > 2 * len(word.text)


def write_shard(path: Path, readings: list[Reading]) -> None:
    """The sounds first: a shard whose JSON is there is whole."""
    sounds = io.BytesIO()
    np.save(sounds, np.concatenate([np.zeros(0, np.int16), *(sound for _, sound in readings)]))
    write_atomically(path.with_suffix(".npy"), sounds.getvalue())
    write_atomically(path, json.dumps([asdict(utterance) for utterance, _ in readings], ensure_ascii=False))


def read_shard(path: Path) -> list[Utterance]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [Utterance(**{**row, "frames": tuple(row["frames"])}) for row in rows]


def totals(corpus: Corpus) -> list[str]:
    """One line a voice and split: utterances, minutes, symbols a second."""
    count, samples, symbols = Counter[str](), Counter[str](), Counter[str]()
    for utterance in corpus.utterances:
        key = f"{utterance.voice} {utterance.language} {utterance.split}"
        count[key] += 1
        samples[key] += utterance.samples
        symbols[key] += len(utterance.symbols) - 2
    seconds = {key: samples[key] / RATE for key in sorted(count)}
    return [
        f"{key}: {count[key]} utterances, {length / 60:.1f} min, {symbols[key] / length:.1f} symbols/s"
        for key, length in seconds.items()
    ]


def teacher(name: str, cache: Path) -> Teacher:
    return Hibari() if name == "hibari" else Kokoro(cache)


def _is_slow(stream: Stream) -> bool:
    """The training speech that takes nearly all of the time."""
    return stream.teacher == "kokoro" and stream.split == TRAIN


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the speech corpus, or what is missing of it.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--texts", type=Path, required=True, help="folder of a built text corpus")
    parser.add_argument("--part", default="0/1", help="k/n: make every n-th shard from the k-th on, one process each")
    parser.add_argument("--streams", nargs="+", default=[s.name for s in STREAMS], help="only these")
    parser.add_argument("--minutes", type=float, default=90, help="of training speech from Kokoro's voices together")
    parser.add_argument(
        "--cache", type=Path, default=paths.data() / "corpora", help="where downloaded packages are kept"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    share = options.minutes / sum(stream.minutes for stream in STREAMS if _is_slow(stream))
    chosen = [
        replace(stream, minutes=stream.minutes * share) if _is_slow(stream) else stream
        for stream in STREAMS
        if stream.name in options.streams
    ]
    k, n = map(int, options.part.split("/"))
    build(options.folder, sentences(options.texts), partial(teacher, cache=options.cache), chosen, (k, n))
    for line in totals(Corpus.load(options.folder)):
        log.info(line)


if __name__ == "__main__":
    main()
