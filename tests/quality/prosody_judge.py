"""Judges the prosody of pocket voices on held-out sentences: how far its lengths and its ears are from the teachers'.

    python -m tests.quality.prosody_judge --checkpoint assets/models/pocket-prosody --corpus FOLDER [--note]

- duration_error: milliseconds by which a symbol's length is wrong, in the mean, its pace heard in another sentence.
- length_ratio: how long a whole sentence becomes beside the teacher's.
- boundary_error: milliseconds by which a border between symbols is found wrong in the teacher's sound, in the mean.
"""

import argparse
from pathlib import Path
from statistics import fmean

import msgspec
import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.api.cards import CARD, read_card
from engine.codecs.mel import HOP, SAMPLE_RATE, mel
from engine.codecs.phonemes import encode
from engine.conditioners.alignment import aligned
from engine.networks.prosody import Prosody, ProsodyConfig
from engine.training.card import write_card
from engine.training.speech_corpus import FRAME, HELD_SENTENCE, TRAIN, Corpus

MS = 1000 * HOP / SAMPLE_RATE  # milliseconds a mel frame


def load(folder: Path) -> Prosody:
    """The checkpoint's network."""
    network = Prosody(msgspec.convert(read_card(folder / CARD).network, ProsodyConfig))
    network.load_state_dict({name: value.float() for name, value in load_file(folder / "network.safetensors").items()})
    return network.eval()


def lengths(corpus: Corpus, index: int) -> tuple[Tensor, Tensor]:
    """An utterance's symbols and their lengths in mel frames."""
    utterance = corpus.utterances[index]
    return torch.tensor(encode(utterance.symbols)), torch.tensor(utterance.frames).float() * (FRAME / HOP)


@torch.inference_mode()
def judge(network: Prosody, corpus: Corpus, every: int = 4) -> dict[str, float]:
    """Of every so many held-out sentences."""
    first = {corpus.utterances[index].voice: index for index in reversed(corpus.of(TRAIN))}
    durations, ratios, borders = [], [], []
    for index in corpus.of(HELD_SENTENCE)[::every]:
        ids, frames = lengths(corpus, index)
        pace = network.pace(*lengths(corpus, first[corpus.utterances[index].voice]))
        foretold = network(ids[None], pace[None])[0].exp()
        durations.append(float((foretold - frames).abs().mean()) * MS)
        ratios.append(float(foretold.sum() / frames.sum()))
        heard = network.recognise(mel(torch.from_numpy(corpus.sound(index))[None]))[0]
        found = np.cumsum(aligned(heard, ids.tolist()))[:-1] * network.config.frames_per_token
        borders.append(float(np.abs(found - np.cumsum(frames.numpy())[:-1]).mean()) * MS)
    figures = {"duration_error": durations, "length_ratio": ratios, "boundary_error": borders}
    return {name: round(fmean(values), 3) for name, values in figures.items()} | {"sentences": len(ratios)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Judge the prosody of pocket voices.")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, required=True, help="a speech corpus with its held-out sentences")
    parser.add_argument("--note", action="store_true", help="write the figures into the checkpoint's card")
    options = parser.parse_args()
    figures = judge(load(options.checkpoint), Corpus.load(options.corpus))
    for name, value in figures.items():
        print(f"{name:16} {value:g}")
    if options.note:
        card = read_card(options.checkpoint / CARD)
        write_card(msgspec.structs.replace(card, figures={**card.figures, "held_out": figures}))


if __name__ == "__main__":
    main()
