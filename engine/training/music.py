"""How pocket-music is made: corpus, vocabulary, a U-Net along time that predicts v, its averaged weights in fp16.

The loss is the mean squared error of the velocity over what is not given (Salimans & Ho 2022, as in Stable Audio). What
is told is dropped in three ways, as Mustango was trained (Melechovsky et al. 2024): all of it, each kind by itself, and
some of the captions' sentences (the corpus's captions come with some of them only). Some windows are given a part of
the music, which teaches going on and filling in. Beside each step's windows, captions of other pieces teach to read who
plays.

Shapes: B batch, T frames, C channels.
"""

import dataclasses
import logging
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.api.cards import CardFile, ModelCard, Source
from engine.api.files import write_atomically
from engine.codecs.prompt_words import PromptWords, plain
from engine.networks.music_unet import MusicUNet, MusicUNetConfig, Told
from engine.pipelines.music_told import LANGUAGES, Window, rows, told
from engine.training.card import write_card
from engine.training.command_line import paced, parser_for, run
from engine.training.export import export
from engine.training.loop import LoopConfig, Run
from engine.training.music_corpus import Entry, MusicCorpus
from engine.training.music_writer import tables
from engine.training.tokenizer import train_tokenizer

log = logging.getLogger(__name__)

FACTS = {
    "lead": tuple(tables()["instruments"]),
    "backing": tuple(tables()["instruments"]),
    "style": tuple(tables()["styles"]),
    "drums": (False, True),
}
"""What is read in a caption: the field of an entry, and what it may be."""
NETWORK = MusicUNetConfig(facts=tuple(len(kinds) for kinds in FACTS.values()))
LOOP = LoopConfig(
    minutes=90.0,
    batch=24,
    learning_rate=2e-3,
    matrix_rate=1e-2,
    warmup=100,
    easy_share=0.0,
    matrices=r"(words|first|last|down|middle|up)",
)
CARD: dict[str, Any] = {
    "id": "pocket-music",
    "title": "Pocket Music",
    "modality": "music",
    "architecture": "music_unet",
    "mel": "music",
    "codec": "prompt_words",
    "path": "cosine",
    "prediction": "v",
    "licence": "Apache-2.0",
    "description": (
        "A small U-Net along time, trained from nothing by this project on music that was written by rules and played "
        "by a soundfont. It keeps to chords, key, tempo, metre and sections, and plays in a dozen styles on twenty "
        "instruments, and the one that a prompt names leads in some three works of five; it has heard no "
        "recordings and cannot sing."
    ),
    "guidance": "w, 1 is none, of prompt and key; chords, beats and form have a guidance of their own",
    "languages": LANGUAGES,
    "companions": {"vocoder": "pocket-music-vocoder"},
    "defaults": {"guidance": 7.0, "lane_guidance": 3.0},  # by its judge: below, the wrong instrument leads more often
    "lacks": tuple(
        f"{stage}_{knob}" for stage in ("cascader", "upsampler") for knob in ("steps", "guidance", "gamma", "spacing")
    ),
}
WINDOW = 216  # frames, 2.5 s: many short windows teach sooner than few long ones, and long music is made as well
ALL_DROPPED = 0.08
DROPPED = {"words": 0.08, "harmony": 0.1, "chords": 0.15, "rhythm": 0.1, "beats": 0.15, "form": 0.2, "key": 0.1}
GIVEN = 0.3  # windows that are given some of the music
READ = 64  # captions a step that reading is taught by
READ_WEIGHT = 0.1
SAMPLED = 400  # pieces whose frames say the mean


class MusicObjective:
    """The mean squared error of the velocity over what was not given of each window."""

    def __init__(self, corpus: MusicCorpus, words: PromptWords, network: MusicUNetConfig, window: int = WINDOW) -> None:
        self.corpus, self.words, self.window = corpus, words, window
        self.entries = corpus.of(held_out=False)
        self.shares = np.cumsum([each.frames for each in self.entries])
        self.mean, self.deviation = (np.array(part, np.float32) for part in (network.mean, network.deviation))
        self.together = network.together

    def __call__(self, network: MusicUNet, t: Tensor, generator: torch.Generator) -> Tensor:  # (B,) -> (B,)
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        x0, condition = self.draw(len(t), rng)
        x0, condition = x0.to(t.device), Told(*(part.to(t.device) for part in condition))
        noise = torch.randn(x0.shape, generator=generator).to(t.device)
        angle = (0.5 * torch.pi * t)[:, None, None]
        x, v = angle.cos() * x0 + angle.sin() * noise, angle.cos() * noise - angle.sin() * x0
        error = (network(x, t, network.prepare(condition)).float() - v).square().mean(-1) * ~condition.kept
        return error.sum(1) / (~condition.kept).sum(1) + READ_WEIGHT * self.misread(network, rng)

    def misread(self, network: MusicUNet, rng: np.random.Generator) -> Tensor:  # -> ()
        """The cross-entropy of what some captions say."""
        chosen = [self.entries[place] for place in rng.integers(len(self.entries), size=READ)]
        texts = [each.captions[int(rng.integers(len(each.captions)))][1] for each in chosen]
        words = rows([self.words.encode(text) for text in texts]).to(next(network.parameters()).device)
        read = network.read_facts(words)
        wrong = [
            F.cross_entropy(
                logits, torch.tensor([kinds.index(getattr(each, name)) for each in chosen]).to(words.device)
            )
            for logits, (name, kinds) in zip(read, FACTS.items(), strict=True)
        ]
        return torch.stack(wrong).sum()

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Tensor, Told]:
        """Every second of every piece as often."""
        places = np.searchsorted(self.shares, rng.integers(self.shares[-1], size=count), "right")
        chosen = [self.entries[place] for place in places]
        windows = [self.cut(each, rng) for each in chosen]
        frames = [self.frames(each, window) for each, window in zip(chosen, windows, strict=True)]
        music = torch.from_numpy(np.stack(frames))
        given = [given_frames(self.window, rng) for _ in range(count)]
        return music, told(windows, self.words, music, torch.from_numpy(np.stack(given)), self.together)

    def cut(self, entry: Entry, rng: np.random.Generator) -> Window:
        """A stretch of a piece, with some of what is known of it left out."""
        room = max(1, entry.frames - self.window + 1)
        start = int(rng.integers(room)) // self.together * self.together
        text = entry.captions[int(rng.integers(len(entry.captions)))][1]
        if rng.random() < ALL_DROPPED:
            return Window(entry.score(), "", start, frozenset(DROPPED))
        out = frozenset(name for name, chance in DROPPED.items() if rng.random() < chance)
        return Window(entry.score(), "" if "words" in out else text, start, out)

    def frames(self, entry: Entry, window: Window) -> NDArray[np.float32]:  # -> (T, C), whitened
        cut = self.corpus.frames(entry)[window.start : window.start + self.window].astype(np.float32)
        white = (cut - self.mean) / self.deviation
        return np.pad(white, ((0, self.window - len(white)), (0, 0)), mode="edge")


def given_frames(count: int, rng: np.random.Generator) -> NDArray[np.bool_]:  # -> (T,)
    """Which frames are given: mostly none; else the beginning, or all but a span."""
    given = np.zeros(count, bool)
    if rng.random() < GIVEN:
        start = int(rng.uniform(0.1, 0.8) * count)
        given[:start] = True
        if rng.random() < 0.5:
            given[start + int(rng.uniform(0.1, 0.6) * count) :] = True
    return given


def whitening(corpus: MusicCorpus) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and deviation of each channel."""
    entries = corpus.of(held_out=False)
    frames = np.concatenate([corpus.frames(each)[::7] for each in entries[:: max(1, len(entries) // SAMPLED)]])
    return tuple(frames.mean(0, dtype=np.float64).tolist()), tuple(frames.std(0, dtype=np.float64).tolist())


def vocabulary(folder: Path, corpus: MusicCorpus, size: int) -> PromptWords:
    path = folder / "words.json"
    if not path.exists():
        texts = (plain(text) for each in corpus.of(held_out=False) for _, text in each.captions)
        write_atomically(path, train_tokenizer(texts, size).to_str())
    return PromptWords.load(path)


def music_card(net: MusicUNet, folder: Path, corpus: MusicCorpus, steps: int) -> ModelCard:
    """The card of the checkpoint in `folder`, without its judges' figures."""
    sources = msgspec.json.decode((corpus.folder / "sources.json").read_bytes(), type=tuple[Source, ...])
    hours = sum(each.seconds for each in corpus.of(held_out=False)) / 3600
    written = Source(name="music written by rules", licence="Apache-2.0 (made for this project)", note=f"{hours:.1f} h")
    return ModelCard(
        **CARD,
        network=dataclasses.asdict(net.config),
        files={"network": CardFile(name="network.safetensors"), "codec": CardFile(name="words.json")},
        parameters=sum(weight.numel() for weight in net.parameters()),
        sources=(written, *sources),
        figures={"training": {"steps": steps, "hours": round(hours, 1)}},
        folder=str(folder),
    )


def train(
    folder: Path,
    corpus: Path,
    network: MusicUNetConfig = NETWORK,
    loop: LoopConfig = LOOP,
    window: int = WINDOW,
) -> None:
    """From a music corpus to `folder`/{network.safetensors, words.json, card.toml}; what is there is gone on from."""
    music = MusicCorpus.load(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    words = vocabulary(folder, music, network.words)
    mean, deviation = whitening(music)
    torch.manual_seed(loop.seed)
    net = MusicUNet(dataclasses.replace(network, words=words.size, mean=mean, deviation=deviation))
    log.info("%.1f million weights; %d pieces", sum(w.numel() for w in net.parameters()) / 1e6, len(music.entries))
    run = Run(net, MusicObjective(music, words, net.config, window), loop, folder)
    export(run.train(), folder)
    write_card(music_card(net, folder, music, run.progress.step))


def main(args: list[str]) -> int:
    """`python -m engine train music`: 0 when the checkpoint is made."""
    corpus = "folder that engine.training.music_corpus made"
    parser = parser_for("music", "Train the pocket music.", LOOP, corpus)
    parser.add_argument("--widths", type=int, nargs=3, default=NETWORK.widths)
    parser.add_argument("--window", type=int, default=WINDOW, help="frames of music learned from at once")
    options = parser.parse_args(args)
    network = dataclasses.replace(NETWORK, widths=tuple(options.widths))
    loop = paced(LOOP, options)
    return run(options, lambda: train(options.folder, options.corpus, network, loop, options.window))
