"""How pocket-pictures is made: captions cut into pieces, a small Show-o that draws and reads, its averages in fp16.

It begins from the corpus (engine/training/picture_corpus.py), its pictures as tokens and their tokenizer
(engine/training/picture_tokenizer.py). What is shipped is a Show-o under its published names: what the tables of codes
shared while they were trained is written out at the end.
"""

import dataclasses
import logging
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import nn

from engine.api.cards import CARD as CARD_FILE
from engine.api.cards import CardFile, CardPart, ModelCard, Source, read_card
from engine.api.errors import BadInput
from engine.api.files import write_atomically
from engine.networks.showo import ShowO, ShowOConfig
from engine.training.card import write_card
from engine.training.command_line import PACE, add_flags, configured, paced, parser_for, run
from engine.training.export import export
from engine.training.growth import grow
from engine.training.loop import LoopConfig, Run
from engine.training.picture_bits import share, write_out
from engine.training.picture_corpus import PictureCorpus
from engine.training.picture_objective import Lessons, ShowObjective
from engine.training.picture_rows import MOST, PictureRows, read_codes, vocabulary
from engine.training.resampler import LossSecondMomentResampler

log = logging.getLogger(__name__)

PIECES = 2500
TOKENIZER = "tokenizer.safetensors"
NETWORK = ShowOConfig(
    width=256,
    depth=6,
    heads=4,
    middle=1024,
    turned=1.0,
    text_vocab=PIECES,
    end=1,
    text_length=MOST + 2,
    across=16,
)
LOOP = LoopConfig(
    minutes=60.0,
    batch=16,
    learning_rate=3e-3,
    matrix_rate=2e-2,
    warmup=50,
    easy_share=0.1,
    matrices=r"layers\.",
    log_steps=20,
)
LESSONS = Lessons()
SHARPNESS = 1.5  # of normed queries and keys
NEAR = 0.5  # what they have in common at the beginning, which makes a token look at what is near it
CARD: dict[str, Any] = {
    "id": "pocket-pictures",
    "title": "Pocket Pictures",
    "modality": "image",
    "architecture": "showo",
    "codec": "prompt_words",
    "path": "showo",
    "prediction": "logits",
    "licence": "Apache-2.0",
    "description": (
        "A small Show-o, trained from nothing by this project on pictures composed of freely licensed drawings: it "
        "draws what a prompt in English or Hindi says in 128 pixels, flat, in lines or in a cartoon's manner, and "
        "says what a picture shows. It has seen drawings alone, and of those only so many."
    ),
    "guidance": "w, 1 is none; the unconditional side has no text",
    "languages": ("English", "Hindi"),
    "defaults": {"guidance": 3.0},
}


def begin(network: ShowO, rows: PictureRows, shared: bool) -> None:
    """Weights that a network of this size learns from at once: blocks that add nothing yet, words apart from each
    other, logits that say how often a token is there, and codes that say what their bits do."""
    config, ids = network.config, network.ids
    for name, weight in network.layers.named_parameters():
        if name.endswith(("dense.weight", "fc2.weight")):
            nn.init.zeros_(weight)
        elif weight.ndim == 2:
            nn.init.normal_(weight, std=0.6 * config.width**-0.5)
        elif "k_layernorm" in name or "q_layernorm" in name:
            nn.init.constant_(weight, SHARPNESS if name.endswith("weight") else NEAR)
    nn.init.normal_(network.embed_tokens.weight, std=0.3)
    nn.init.zeros_(network.lm_head.weight)
    if network.places is not None:
        nn.init.normal_(network.places.weight, std=0.1)
    codes, words = rows.frequencies(config.codes, config.text_vocab)
    network.lm_head.bias.data[ids.first_code : ids.mask] = torch.from_numpy(codes + 1e-6).log()
    network.lm_head.bias.data[: ids.text_vocab] = torch.from_numpy(words + 1e-6).log()
    if shared:
        network.embed_tokens.weight.data[ids.first_code : ids.mask] *= 0.1
        bits = config.codes.bit_length() - 1
        share(network.embed_tokens, ids.first_code, bits, 0.3)
        share(network.lm_head, ids.first_code, bits, 0.0)


def picture_card(
    network: ShowO, folder: Path, corpus: Path, tokenizer: ModelCard, progress: dict[str, Any]
) -> ModelCard:
    """The card of the checkpoint in `folder`, without its judges' figures."""
    credits = msgspec.json.decode((corpus / "sources.json").read_bytes())
    sources = tuple(Source(name=each["name"], licence=each["licence"], note=note(each)) for each in credits)
    part = CardPart(architecture=tokenizer.architecture, network=tokenizer.network)
    files = {"network": "network.safetensors", "tokenizer": TOKENIZER, "codec": "words.json"}
    return ModelCard(
        **CARD,
        network=dataclasses.asdict(network.config),
        parts={"tokenizer": part},
        files={role: CardFile(name=name) for role, name in files.items()},
        parameters=tokenizer.parameters + sum(weight.numel() for weight in network.parameters()),
        sources=sources,
        figures={"training": progress, "tokenizer": tokenizer.figures},
        folder=str(folder),
    )


def note(credit: dict[str, Any]) -> str:
    """What a source gave: "in 3,201 pictures"."""
    pictures = credit.get("pictures")
    return f"in {pictures:,} pictures" if pictures else ""


def train(
    folder: Path,
    corpus: Path,
    codes: Path,
    tokenizer: Path,
    network: ShowOConfig = NETWORK,
    loop: LoopConfig = LOOP,
    lessons: Lessons = LESSONS,
    *,
    resampled: bool = True,
    shared: bool = True,
    smaller: Path | None = None,
) -> None:
    """From a corpus and its tokens to `folder`/{network, tokenizer}.safetensors, words.json and card.toml; what is
    there is gone on from. `shared`: tables of codes by their bits; `smaller`: a shallower checkpoint to begin from."""
    pictures = PictureCorpus.load(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    coder = read_card(tokenizer / CARD_FILE)
    bring(coder.file("network"), folder / TOKENIZER)
    if smaller is not None:
        bring(smaller / "words.json", folder / "words.json")
    words = vocabulary(folder, pictures, network.text_vocab)
    rows = PictureRows.load(pictures, read_codes(codes, pictures), words, folder / "captions.npz")
    torch.manual_seed(loop.seed)
    net = ShowO(dataclasses.replace(network, text_vocab=words.size))
    log.info("%.1f million weights; %d pictures", sum(w.numel() for w in net.parameters()) / 1e6, len(rows.codes))
    begin(net, rows, shared and smaller is None)
    if smaller is not None:
        grow(net, smaller / "network.safetensors")
    learnt = Run(net, ShowObjective(rows, net.ids, lessons), loop, folder)
    if not resampled:
        learnt.resampler = LossSecondMomentResampler(uniform=1.0)
    learnt.train()
    write_out(net)
    export(net, folder)
    progress = {"steps": learnt.progress.step, "minutes": round(learnt.progress.seconds / 60, 1)}
    write_card(picture_card(net, folder, corpus, coder, progress | {"pictures": len(rows.codes)}))


def bring(source: Path, target: Path) -> None:
    """The same file there, unless there is one. Raises BadInput where there is none to bring."""
    if not target.exists():
        try:
            write_atomically(target, source.read_bytes())
        except OSError as error:
            raise BadInput(f"{source} cannot be read: {error.strerror}; give the folder it is in.") from error


NETWORK_FLAGS = ("width", "depth", "heads", "middle")
PACE_FLAGS = (*PACE, "easy_share")
LESSON_FLAGS = ("dropped", "ground", "read", "reading")


def main(args: list[str]) -> int:
    """`python -m engine train image`: 0 when the checkpoint is made."""
    corpus = "folder that engine.training.picture_corpus made"
    parser = parser_for("image", "Train the pocket pictures.", LOOP, corpus, pace=PACE_FLAGS)
    parser.add_argument("--codes", type=Path, required=True, help="the corpus's tokens, as its tokenizer encoded it")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder of the tokenizer")
    parser.add_argument("--smaller", type=Path, help="folder of a shallower checkpoint whose blocks to begin from")
    parser.add_argument("--even-times", action="store_true", help="draw times evenly, not by their losses")
    parser.add_argument("--own-codes", action="store_true", help="let codes share nothing of what their bits say")
    add_flags(parser, NETWORK, NETWORK_FLAGS)
    add_flags(parser, LESSONS, LESSON_FLAGS)
    options = parser.parse_args(args)
    network = configured(NETWORK, options, NETWORK_FLAGS)
    loop = paced(LOOP, options, PACE_FLAGS)
    lessons = configured(LESSONS, options, LESSON_FLAGS)
    switches = {"resampled": not options.even_times, "shared": not options.own_codes, "smaller": options.smaller}
    given = (options.folder, options.corpus, options.codes, options.tokenizer)
    return run(options, lambda: train(*given, network, loop, lessons, **switches))
