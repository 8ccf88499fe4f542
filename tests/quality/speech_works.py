"""Works for the judge of speech: sentences spoken by the engine, or by the teachers that it learnt from.

    python -m tests.quality.speech_works --corpus FOLDER --works FOLDER

writes the corpus's held-out readings as works: judged, they show what can be reached.

A folder of works holds sounds and `manifest.jsonl`, a line of JSON for each: a `Work`.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from unittest.mock import patch

import msgspec
import soundfile

from engine.api import paths
from engine.api.cards import CARD, read_card
from engine.api.errors import BadInput, Failure
from engine.api.messages import Finished
from engine.api.voices import Voice, find_voices
from engine.commands.flags import request_from
from engine.commands.make import Teller, finish, whole_parser
from engine.runtime.jobs import Job
from engine.runtime.start import start
from engine.training.speech_corpus import HELD_SENTENCE, HELD_VOICE, RATE, TRAIN, Corpus

if TYPE_CHECKING:
    from engine.runtime.shelf import Shelf

MANIFEST = "manifest.jsonl"
REFERENCE = 4.0  # seconds that a teacher's own reference lasts at least
SENTENCES = Path(__file__).with_name("sentences.jsonl")
"""Held out by their hash; of WordNet 3.0 (Princeton University), the King James Version and this project's patterns.

Spoken by hibari, Whisper base hears 1.7 % of the English words wrong, most of them names.
"""
VOICES = Path(__file__).with_name("voices")
"""Voices that no shipped checkpoint was trained on."""
VOICED_BY = {"hinglish": "hindi"}
"""Language → that of the voices which speak it, where it has none of its own."""


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said, and in which language."""

    text: str
    language: str


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A sound, what it should say, in whose voice; paths are relative to the manifest's folder.

    `reference` is another sound of the same voice, `seconds` the time that the work took.
    """

    file: str
    text: str
    language: str
    voice: str
    reference: str = ""
    seconds: float | None = None


def read_sentences(path: Path = SENTENCES) -> list[Sentence]:
    return [msgspec.json.decode(line, type=Sentence) for line in path.read_text(encoding="utf-8").splitlines()]


def first_of_each(sentences: Iterable[Sentence], most: int | None) -> list[Sentence]:
    """At most so many of each language; all where no number is given."""
    taken: Counter[str] = Counter()
    chosen = []
    for sentence in sentences:
        taken[sentence.language] += 1
        if most is None or taken[sentence.language] <= most:
            chosen.append(sentence)
    return chosen


def read_works(folder: Path) -> list[Work]:
    lines = (folder / MANIFEST).read_text(encoding="utf-8").splitlines()
    return [msgspec.json.decode(line, type=Work) for line in lines if line.strip()]


def write_works(works: Iterable[Work], folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"".join(msgspec.json.encode(work) + b"\n" for work in works))


def speak(
    checkpoint: Path,
    sentences: Sequence[Sentence],
    folder: Path,
    voices: Sequence[str] = (),
    in_turns: bool = False,
    flags: Sequence[str] = (),
) -> None:
    """Have the checkpoint of a folder say the sentences into `folder`, as `python -m engine speech` would.

    Every voice that was trained on their language says all of them, or the voices take turns. Raises BadInput or
    Failure with the engine's own sentence.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with home_of(checkpoint):
        name = read_card(checkpoint / CARD).id
        tasks = list(assigned(sentences, speakers(name, voices), in_turns))
        shelf = start()
        say(tasks[0], name, 0, folder, flags, shelf)  # the first loads the weights, and its time would say so
        write_works([say(task, name, seed, folder, flags, shelf) for seed, task in enumerate(tasks)], folder)


@contextmanager
def home_of(checkpoint: Path) -> Iterator[None]:
    """A home in which the engine finds this checkpoint and the untrained voices, beside all that was there before."""
    links = {f"models/{path.name}": path for path in (paths.data() / "models").glob("*")}
    links |= {f"voices/{path.name}": path for folder in (VOICES, paths.data() / "voices") for path in folder.glob("*")}
    links["models/~judged"] = checkpoint  # of two with one id, the last by name is taken
    with TemporaryDirectory() as home, patch.dict(os.environ, QUARTET_HOME=home):
        for link, path in links.items():
            (Path(home) / link).parent.mkdir(exist_ok=True)
            (Path(home) / link).symlink_to(path.resolve())
        yield


def speakers(checkpoint: str, wanted: Sequence[str]) -> dict[str, list[Voice]]:
    """By language, the wanted voices; those that the checkpoint was trained on where none is named."""
    found: dict[str, list[Voice]] = {}
    for voice in find_voices()[0].values():
        if voice.id in wanted if wanted else checkpoint in voice.trained:
            found.setdefault(voice.language, []).append(voice)
    return found


def assigned(
    sentences: Sequence[Sentence], voices: dict[str, list[Voice]], in_turns: bool
) -> Iterator[tuple[Sentence, Voice]]:
    """Who says what: everybody everything in their language, or one voice after the other. Raises BadInput."""
    said: dict[str, int] = {}
    for sentence in sentences:
        able = voices.get(VOICED_BY.get(sentence.language, sentence.language), [])
        turn = said.setdefault(sentence.language, 0)
        said[sentence.language] += 1
        yield from ((sentence, voice) for voice in ([able[turn % len(able)]] if able and in_turns else able))
    if not any(voices.get(VOICED_BY.get(language, language)) for language in said):
        raise BadInput("No voice speaks any of the sentences; name other voices.")


def say(
    task: tuple[Sentence, Voice], checkpoint: str, seed: int, folder: Path, flags: Sequence[str], shelf: "Shelf"
) -> Work:
    """One work, made by the engine's own command in this process."""
    from engine.runtime.worker import run

    sentence, voice = task
    out = folder / f"{seed:04}-{voice.id}.wav"
    fixed = {"text": sentence.text, "language": sentence.language, "voice": voice.id, "checkpoint": checkpoint}
    written = [f"--{name}={value}" for name, value in {**fixed, "seed": seed, "out": out}.items()]
    options = whole_parser("speech").parse_args([*written, *flags])
    teller = Teller(as_json=False)
    run(Job(out.stem, request_from("speech", options)[0], previews=False), shelf, teller)
    assert teller.end is not None
    finish(teller.end, options)
    if not isinstance(teller.end, Finished):
        raise Failure(f"{out.name} was not made.")
    return Work(
        file=out.name,
        text=sentence.text,
        language=sentence.language,
        voice=voice.id,
        reference=str(voice.path().resolve()),
        seconds=teller.end.elapsed,
    )


def export(corpus: Corpus, folder: Path, most: int) -> None:
    """At most so many held-out readings of each voice in each language, with a reference that is not among them."""
    folder.mkdir(parents=True, exist_ok=True)
    references: dict[str, int] = {}
    for index in corpus.of(TRAIN) + corpus.of(HELD_VOICE):
        if corpus.utterances[index].samples >= REFERENCE * RATE:
            references.setdefault(corpus.utterances[index].voice, index)
    files = {voice: _write(corpus, index, folder, f"reference-{voice}") for voice, index in references.items()}
    taken: Counter[tuple[str, str]] = Counter()
    works = []
    for index in sorted({*corpus.of(HELD_SENTENCE), *corpus.of(HELD_VOICE)} - set(references.values())):
        reading = corpus.utterances[index]
        if reading.language != "english" and any(letter.isdigit() for letter in reading.text):
            continue  # the judge of Hindi reads no numbers
        taken[reading.language, reading.voice] += 1
        if (count := taken[reading.language, reading.voice]) <= most:
            works.append(
                Work(
                    file=_write(corpus, index, folder, f"{reading.language}-{reading.voice}-{count:03}"),
                    text=reading.text,
                    language=reading.language,
                    voice=reading.voice,
                    reference=files.get(reading.voice, ""),
                )
            )
    write_works(works, folder)


def _write(corpus: Corpus, index: int, folder: Path, name: str) -> str:
    soundfile.write(folder / f"{name}.wav", corpus.sound(index), RATE)
    return f"{name}.wav"


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Write a corpus's held-out readings as works for the judge.")
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--works", type=Path, required=True)
    parser.add_argument("--most", type=int, default=12, help="of each voice in each language")
    options = parser.parse_args(args)
    export(Corpus.load(options.corpus), options.works, options.most)
    return 0


if __name__ == "__main__":
    sys.exit(main())
