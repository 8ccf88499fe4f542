"""Judges speech: are its words understood, does it sound well, is the voice kept, how fast was it made.

    python -m tests.quality.speech_judge --works FOLDER
    python -m tests.quality.speech_judge --works FOLDER --checkpoint FOLDER [--turns] [--note] [-- --steps=8 …]

The first judges the sounds of a folder, of whatever origin, by its `manifest.jsonl` (see `tests.quality.speech_works`).
The second has the engine fill that folder first: held-out sentences, each by every voice that the checkpoint was
trained on, or with --turns by one of them. Both print a table and the works understood worst, write what was heard
into FOLDER/verdicts.jsonl and, with --note, the figures into the checkpoint's card.

The judges are independent programs: `tests.quality.judges` says which, and where from.

- wer: of 100 English words, how many Whisper base hears wrong, after its own normalisation (0 is best).
- skeleton_cer: the same of the plain consonants of Hindi and Hinglish (`tests.quality.skeleton`).
- dnsmos: the overall mean opinion score, 1 to 5.
- speaker_cosine: Resemblyzer's, between the work and the reference. Two sentences of one voice have about 0.91, two
  voices 0.4 to 0.83, so that it cannot tell like voices apart.
- voice_recognised: the share of works that are nearer to their own reference than to that of any other voice.
- real_time_factor: seconds taken for each second of speech.

Error rates are of all works together (errors over words), the others are means over works.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from engine.api.cards import CARD, read_card
from engine.training.card import write_card
from tests.quality import judges
from tests.quality.skeleton import skeleton
from tests.quality.speech_works import SENTENCES, Work, first_of_each, read_sentences, read_works, speak

VERDICTS = "verdicts.jsonl"
COLUMNS = ("works", "wer", "skeleton_cer", "dnsmos", "speaker_cosine", "voice_recognised", "real_time_factor")

Figures = dict[str, float]
Voices = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Verdict:
    """What the judges say of one work: `errors` of `length` words (English) or consonants (Hindi, Hinglish)."""

    work: Work
    heard: str
    errors: int
    length: int
    dnsmos: float
    cosines: dict[str, float]  # with the reference of each voice
    duration: float  # seconds

    @property
    def recognised(self) -> bool:
        """Whether no other voice's reference is nearer."""
        return max(self.cosines, key=self.cosines.__getitem__) == self.work.voice


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein's: the fewest insertions, deletions and replacements. One word written as two is none."""
    cost = np.add.outer(np.arange(len(said) + 1), np.arange(len(heard) + 1))
    for i, j in np.ndindex(len(said), len(heard)):
        replaced = cost[i, j] + (said[i] != heard[j])
        ways = [cost[i, j + 1] + 1, cost[i + 1, j] + 1, replaced]
        if i and said[i - 1] + said[i] == heard[j]:
            ways.append(cost[i - 1, j])
        if j and heard[j - 1] + heard[j] == said[i]:
            ways.append(cost[i, j - 1])
        cost[i + 1, j + 1] = min(ways)
    return int(cost[-1, -1])


def units(text: str, language: str, normalise: Callable[[str], str]) -> list[str]:
    """What is counted: normalised words of English, consonants of Hindi and Hinglish."""
    if language != "english":
        return list(skeleton(text))
    return normalise(re.sub(r"[()\[\]]", " ", text)).split()  # Whisper's normaliser drops what stands in brackets


def judge(folder: Path, listener: str = "whisper-base", threads: int = 1) -> list[Verdict]:
    """Everything in the folder's manifest before every judge; verdicts.jsonl there has each as soon as it is known."""
    hear, works, verdicts = judges.listener(listener, threads), read_works(folder), []
    voices = {work.voice: judges.voice(judges.read_sound(folder / work.reference)) for work in references(works)}
    with (folder / VERDICTS).open("w", encoding="utf-8", buffering=1) as file:
        for work in works:
            verdicts.append(_verdict(work, folder, hear, voices))
            file.write(json.dumps(msgspec.to_builtins(verdicts[-1]), ensure_ascii=False) + "\n")
    return verdicts


def references(works: Iterable[Work]) -> list[Work]:
    """A work of each voice that has a reference."""
    return list({work.voice: work for work in works if work.reference}.values())


def _verdict(work: Work, folder: Path, hear: Callable[[judges.Waveform, str], str], voices: Voices) -> Verdict:
    sound = judges.read_sound(folder / work.file)
    heard = hear(sound, work.language)
    said, understood = (units(text, work.language, judges.normaliser()) for text in (work.text, heard))
    own = judges.voice(sound)
    return Verdict(
        work,
        heard,
        errors=distance(said, understood),
        length=len(said),
        dnsmos=judges.opinion(sound),
        cosines={voice: float(own @ other) for voice, other in voices.items()},
        duration=len(sound) / judges.SAMPLE_RATE,
    )


def figures(verdicts: Sequence[Verdict]) -> Figures:
    """Of works in one language."""
    rate = "wer" if verdicts[0].work.language == "english" else "skeleton_cer"
    referred = [verdict for verdict in verdicts if verdict.work.voice in verdict.cosines]
    timed = [(verdict.work.seconds, verdict.duration) for verdict in verdicts if verdict.work.seconds is not None]
    found = {
        "works": len(verdicts),
        rate: sum(verdict.errors for verdict in verdicts) / max(1, sum(verdict.length for verdict in verdicts)),
        "dnsmos": fmean(verdict.dnsmos for verdict in verdicts),
    }
    if referred:
        found["speaker_cosine"] = fmean(verdict.cosines[verdict.work.voice] for verdict in referred)
    if referred and len(referred[0].cosines) > 1:
        found["voice_recognised"] = fmean(verdict.recognised for verdict in referred)
    if timed:
        found["real_time_factor"] = float(np.divide(*np.sum(timed, axis=0)))
    return {name: round(value, 4) for name, value in found.items()}


def summary(verdicts: Iterable[Verdict]) -> dict[str, dict[str, Any]]:
    """By language: the figures of all its works and, under `voices`, those of each voice."""
    groups: dict[str, dict[str, list[Verdict]]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.work.language, {}).setdefault(verdict.work.voice, []).append(verdict)
    return {
        language: {
            **figures([verdict for each in voices.values() for verdict in each]),
            "voices": {voice: figures(each) for voice, each in sorted(voices.items())},
        }
        for language, voices in sorted(groups.items())
    }


def table(found: dict[str, dict[str, Any]]) -> str:
    rows = [("language", "voice", *COLUMNS)]
    for language, whole in found.items():
        for voice, each in (("all", whole), *whole["voices"].items()):
            rows.append((language, voice, *(f"{each[name]:g}" if name in each else "-" for name in COLUMNS)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def worst(verdicts: Sequence[Verdict], most: int) -> str:
    """The works understood worst, a line each."""
    wrong = sorted((verdict for verdict in verdicts if verdict.errors), key=lambda verdict: -verdict.errors)
    return "\n".join(
        f"{each.errors:3} of {each.length}  {each.work.voice}  {each.work.file}  {each.work.text} | {each.heard}"
        for each in wrong[:most]
    )


def note(found: dict[str, dict[str, Any]], folder: Path) -> None:
    """Put the figures of each language into the card in `folder`, in place of those before; others stay."""
    card = read_card(folder / CARD)
    write_card(msgspec.structs.replace(card, figures={**card.figures, **found}))


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge speech.")
    parser.add_argument("--works", type=Path, required=True, help="the folder of the sounds and their manifest.jsonl")
    parser.add_argument("--checkpoint", type=Path, help="have the checkpoint of this folder speak first")
    parser.add_argument("--sentences", type=Path, default=SENTENCES, help="what it says: lines of {text, language}")
    parser.add_argument("--most", type=int, help="of them in each language")
    parser.add_argument("--voices", nargs="+", default=[], help="ids; else all that it was trained on")
    parser.add_argument("--turns", action="store_true", help="each sentence by one voice only, the voices in turns")
    parser.add_argument("--listener", choices=judges.LISTENERS, default="whisper-base")
    parser.add_argument("--threads", type=int, default=1, help="of the listener")
    parser.add_argument("--worst", type=int, default=10, help="how many of the works understood worst to print")
    parser.add_argument("--note", action="store_true", help="write the figures into the checkpoint's card")
    parser.add_argument("flags", nargs="*", help="after --, flags of python -m engine speech")
    options = parser.parse_args(args)
    if reason := judges.missing(options.listener):
        parser.error(reason)
    if options.note and not options.checkpoint:
        parser.error("--note needs --checkpoint, whose card is to be written")
    if options.checkpoint:
        sentences = first_of_each(read_sentences(options.sentences), options.most)
        speak(options.checkpoint, sentences, options.works, options.voices, options.turns, options.flags)
    verdicts = judge(options.works, options.listener, options.threads)
    found = summary(verdicts)
    if options.note:
        note(found, options.checkpoint)
    print(table(found), worst(verdicts, options.worst), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
