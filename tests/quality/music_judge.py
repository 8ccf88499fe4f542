"""Judges music: does it follow tempo, beats, key and chords, play what the caption names, and sound like its renders.

    QUARTET_JUDGES=FOLDER python -m tests.quality.music_judge --checkpoint FOLDER --works FOLDER
        [--count 12] [--threads 2] [--beside FOLDER …] [--note] [-- --steps=8 …]

has a checkpoint play held-out requests (`tests.quality.music_works` writes them), prints each figure beside what the
same judges read from the true renders of the same requests, writes what was heard into WORKS/verdicts.jsonl and, with
--note, the figures into the card. Without --checkpoint it judges what is in WORKS. What is heard of the renders is kept
beside them. Who listens: `tests.quality.music_hearing_judges`, `musicnn` and, a network of our own, `instruments`.

Shares of works, 1 is best, unless it says otherwise; the measures are described in `tests.quality.music_metrics`.

- tempo: within 3 %, the beats followed within half an octave of the tempo asked for. tempo_free: no octave is given.
- tb, tbt: the freely heard tempo in its bin, or in the next one.
- bm: as many beats a bar as asked for. bm_even: two and four count as one, which even people mix up.
- ck, ckd: the key; the key or its relative. Not of requests in any key.
- pcm, ecm, cmo, cmot: chords as a sequence. chords, bass: the share of time with the right root and third, bass note.
- instrument: the family of the lead that the caption names is the one that is heard to lead.
- length_error: samples by which the length is wrong, at the worst. silence_at_end: seconds, in the mean.
- high_share, high_flatness: energy above 4 kHz and its flatness. They should be like the renders'.
- mel_distance, network_distance: Fréchet distances to other renders, of statistics of mel bands over a second and of
  MusiCNN's features of three; for each, 0 is best and what the true renders have is as good as can be.
- seconds_for_ten: that ten seconds of music take. real_time_factor: of all works.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec
import numpy as np
import soundfile
import soxr
import torch
from numpy.typing import NDArray

from engine.api.cards import CARD, read_card
from engine.api.score import BEATS, Score, score_of
from engine.codecs.mel import HOP, mel
from engine.codecs.mel import SAMPLE_RATE as MEL_RATE
from engine.training.card import write_card
from tests.quality import instruments, musicnn
from tests.quality import music_metrics as metrics
from tests.quality.music_hearing_judges import Heard, hear, missing
from tests.quality.music_works import Case, Work, held_out, lacking, play, read_cases, read_works

VERDICTS = "verdicts.jsonl"
LENGTH_RATE = 44_100
BANDS = 20  # of mel statistics
WORST = ("length_error",)  # figures of which the largest is told, not the mean
ROUND = 4

Figures = dict[str, dict[str, float]]
Features = NDArray[np.float32]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is heard of one sound, and how near that comes to its request: figure → value."""

    number: int
    tempo: float
    bar: int
    key: str
    chords: str
    lead: str
    figures: dict[str, float]


@dataclass(frozen=True)
class Judged:
    """Verdicts of several sounds, and features of each: name → one array (N, D) a sound."""

    verdicts: list[Verdict]
    features: dict[str, list[Features]]


def judge(case: Case, path: Path) -> Verdict:
    """One sound before every judge."""
    score = score_of(case.request)
    heard = hear(path, score.tempo)
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    sound = np.nan_to_num(sound)
    lead = instruments.heard(sound, rate)
    return Verdict(
        number=case.number,
        tempo=round(heard.rhythm.free_tempo, 2),
        bar=heard.rhythm.bar,
        key=f"{heard.key}",
        chords=" ".join(f"{each.chord.name()}@{each.start:.1f}" for each in heard.chords),
        lead=lead,
        figures=followed(score, heard)
        | sounding(sound, rate, score)
        | {"instrument": float(lead == instruments.FAMILY[case.lead])},
    )


def followed(score: Score, heard: Heard) -> dict[str, float]:
    """What was asked for in notes."""
    rhythm, bar = heard.rhythm, BEATS[score.metre]
    bins = metrics.tempo_bin(rhythm.free_tempo) - metrics.tempo_bin(score.tempo)
    found = {
        "tempo": metrics.is_near(rhythm.tempo, score.tempo),
        "tempo_free": metrics.is_near(rhythm.free_tempo, score.tempo),
        "tb": bins == 0,
        "tbt": abs(bins) <= 1,
        "bm": rhythm.bar == bar,
        "bm_even": rhythm.bar % 2 == bar % 2 and rhythm.bar > 0,
    }
    if score.key:
        found |= {"ck": heard.key == score.key, "ckd": metrics.same_or_relative(heard.key, score.key)}
    shares = metrics.chord_matches(score.chords, heard.chords) | {
        "chords": metrics.frames_right(score, heard.chords),
        "bass": metrics.frames_right(score, heard.chords, bass=True),
    }
    return {name: float(value) for name, value in found.items()} | shares


def sounding(sound: metrics.Sound, rate: int, score: Score) -> dict[str, float]:
    """Length and timbre."""
    resampled = sound if rate == LENGTH_RATE else soxr.resample(sound, rate, LENGTH_RATE)
    power = metrics.spectrum(resampled)
    return {
        "length_error": float(abs(len(sound) - score.samples(rate))),
        "silence_at_end": metrics.silence_at_end(sound, rate),
        "high_share": metrics.high_share(power, LENGTH_RATE),
        "high_flatness": metrics.high_flatness(power, LENGTH_RATE),
    }


def features(path: Path) -> dict[str, Features]:
    """What distances are measured between: a row a second."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = np.nan_to_num(sound).mean(-1)
    return {
        "mel": mel_statistics(soxr.resample(mono, rate, MEL_RATE)),
        "network": musicnn.heard(soxr.resample(mono, rate, musicnn.SAMPLE_RATE)),
    }


def mel_statistics(mono: metrics.Sound) -> Features:  # (S,) -> (N, 2 BANDS)
    """Mean and deviation of each band over each second."""
    bands = mel(torch.from_numpy(mono.astype(np.float32))[None])[0]
    bands = bands.reshape(len(bands), BANDS, -1).mean(-1)
    second = MEL_RATE // HOP
    seconds = bands[: max(1, len(bands) // second) * second].split(second)
    return torch.stack([torch.cat([each.mean(0), each.std(0)]) for each in seconds]).numpy()


def judged(cases: Sequence[Case], files: Sequence[Path], folder: Path) -> Judged:
    """All of them; each verdict stands in the folder's verdicts.jsonl as soon as it is known."""
    verdicts: list[Verdict] = []
    found: dict[str, list[Features]] = {"mel": [], "network": []}
    with (folder / VERDICTS).open("wb", buffering=0) as file:
        for case, path in zip(cases, files, strict=True):
            verdicts.append(judge(case, path))
            file.write(msgspec.json.encode(verdicts[-1]) + b"\n")
            for name, rows in features(path).items():
                found[name].append(rows)
    return Judged(verdicts, found)


def renders(folder: Path, cases: Sequence[Case]) -> tuple[Judged, dict[str, Features]]:
    """What is heard of the cases' true renders, and the features of the other ones; kept in the folder.

    Only what was not heard before is listened to.
    """
    kept = folder / "heard"
    kept.mkdir(exist_ok=True)
    verdicts, found = [], dict[str, list[Features]](mel=[], network=[])
    others = dict[str, list[Features]](mel=[], network=[])
    for case in cases:
        verdicts.append(kept_verdict(case, folder / case.true, kept / f"{case.number:03}.json"))
        for part, side in (("true", found), ("others", others)):
            sound = folder / part / f"{case.number:03}.flac"
            for name, rows in kept_features(sound, kept / f"{part}-{case.number:03}.npz").items():
                side[name].append(rows)
    return Judged(verdicts, found), {name: np.concatenate(rows) for name, rows in others.items()}


def kept_verdict(case: Case, sound: Path, path: Path) -> Verdict:
    if not path.exists():
        path.write_bytes(msgspec.json.encode(judge(case, sound)))
    return msgspec.json.decode(path.read_bytes(), type=Verdict)


def kept_features(sound: Path, path: Path) -> dict[str, Features]:
    if not path.exists():
        np.savez(path, **features(sound))  # type: ignore[arg-type]
    with np.load(path) as found:
        return dict(found)


def figures(found: Judged, others: dict[str, Features]) -> dict[str, float]:
    """Of several sounds together."""
    names = dict.fromkeys(name for verdict in found.verdicts for name in verdict.figures)
    values = {name: [each.figures[name] for each in found.verdicts if name in each.figures] for name in names}
    told = {name: max(each) if name in WORST else fmean(each) for name, each in values.items()}
    for name, rows in found.features.items():
        told[f"{name}_distance"] = metrics.frechet(np.concatenate(rows), others[name])
    return {name: round(value, ROUND) for name, value in told.items()}


def compared(works: dict[str, float], true: dict[str, float]) -> Figures:
    """By figure: of the works, of the true renders, and what part of the second the first is."""
    return {
        name: {"works": value, "renders": true[name]}
        | ({"of_renders": round(value / true[name], ROUND)} if true[name] else {})
        for name, value in works.items()
    }


def beside_renders(cases: Sequence[Case], folder: Path) -> tuple[Figures, list[Verdict]]:
    """What is heard of the works of these cases in a folder, beside what is heard of their renders."""
    works = {work.number: folder / work.file for work in read_works(folder)}
    made = [case for case in cases if case.number in works]
    heard = judged(made, [works[case.number] for case in made], folder)
    true, others = renders(held_out(), made)
    return compared(figures(heard, others), figures(true, others)), heard.verdicts


def pace(works: Sequence[Work], cases: Sequence[Case]) -> float | None:
    """Seconds taken for each second of music; none where it was not timed."""
    asked = {case.number: score_of(case.request).seconds for case in cases}
    timed = [(work.seconds, asked[work.number]) for work in works if work.seconds is not None and work.number in asked]
    return float(np.divide(*np.sum(timed, axis=0))) if timed else None


def table(found: Figures, times: dict[str, float]) -> str:
    rows: list[tuple[str, ...]] = [("figure", "works", "renders", "of renders")]
    rows += [
        (name, *(f"{each[part]:g}" if part in each else "-" for part in ("works", "renders", "of_renders")))
        for name, each in found.items()
    ]
    rows += [(name, f"{value:g}", "-", "-") for name, value in times.items()]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def worst(verdicts: Sequence[Verdict], cases: Sequence[Case], most: int) -> str:
    """The works whose chords are followed worst, a line each."""
    asked = {case.number: case for case in cases}
    chosen = sorted(verdicts, key=lambda each: each.figures["chords"])[:most]
    lines = []
    for each in chosen:
        request = asked[each.number].request
        lines.append(
            f"{each.number:03}  chords {each.figures['chords']:.2f}  {request.tempo:g} BPM, heard {each.tempo:.1f}  "
            f"{request.metre}, heard {each.bar}  {asked[each.number].lead}, heard {each.lead}  {request.chords[:60]}"
        )
    return "\n".join(lines)


def note(found: dict[str, Any], folder: Path) -> None:
    """Put the figures into the card in `folder`, in place of those before; others stay."""
    card = read_card(folder / CARD)
    write_card(msgspec.structs.replace(card, figures={**card.figures, "held_out": found}))


def main(args: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Judge music.")
    parser.add_argument("--works", type=Path, required=True, help="the folder of the sounds")
    parser.add_argument("--checkpoint", type=Path, help="have the checkpoint of this folder play first")
    parser.add_argument("--beside", type=Path, nargs="+", default=[], help="folders of checkpoints that it needs")
    parser.add_argument("--count", type=int, help="of the held-out requests, the first so many")
    parser.add_argument("--threads", type=int, default=2, help="for playing and listening")
    parser.add_argument("--worst", type=int, default=8, help="how many of the works followed worst to print")
    parser.add_argument("--note", action="store_true", help="write the figures into the checkpoint's card")
    parser.add_argument("flags", nargs="*", help="after --, flags of python -m engine music")
    options = parser.parse_args(args)
    if reason := missing() or lacking():
        parser.error(reason)
    if options.note and not options.checkpoint:
        parser.error("--note needs --checkpoint, whose card is to be written")
    torch.set_num_threads(options.threads)
    cases, times = read_cases(held_out())[: options.count], dict[str, float]()
    if options.checkpoint:
        taken = play(options.checkpoint, cases, options.works, options.flags, options.beside)
        times["seconds_for_ten"] = round(taken, 2)
    found, heard = beside_renders(cases, options.works)
    if (factor := pace(read_works(options.works), cases)) is not None:
        times["real_time_factor"] = round(factor, 3)
    if options.note:
        note({"works": len(heard), **found, **times}, options.checkpoint)
    print(table(found, times), worst(heard, cases, options.worst), sep="\n\n")
    (options.works / "figures.json").write_text(json.dumps({**found, **times}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
