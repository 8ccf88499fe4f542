"""How pocket-pictures is made: captions cut into pieces, a small Show-o that draws and reads, its averages in fp16.

It begins from the corpus (engine/training/picture_corpus.py), its pictures as tokens and their tokenizer
(engine/training/picture_tokenizer.py), and ships with the decoder that shows its steps (engine/training/
picture_preview.py). What is shipped is a Show-o under its published names: what the tables of codes shared while they
were trained is written out at the end. Other kinds are trained for comparison.
"""

import dataclasses
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.api.cards import CARD, read_card
from engine.api.errors import BadInput
from engine.api.files import write_atomically
from engine.networks.image_dit import ImageDiT
from engine.networks.showo import ShowO, ShowOConfig
from engine.networks.transfusion import Transfusion
from engine.training.card import write_card
from engine.training.command_line import PACE, add_flags, configured, paced, parser_for, run
from engine.training.export import export
from engine.training.growth import grow
from engine.training.loop import LoopConfig, Objective, Run
from engine.training.picture_bits import share, write_out
from engine.training.picture_card import KINDS, picture_card, weights, weights_of
from engine.training.picture_corpus import PictureCorpus
from engine.training.picture_latent import DIT, TRANSFUSION, LatentObjective, Teach, teach_dit, teach_transfusion
from engine.training.picture_objective import Lessons, ShowObjective
from engine.training.picture_rows import MOST, PictureRows, read_codes, vocabulary
from engine.training.picture_tokenizer import load_tokenizer
from engine.training.resampler import LossSecondMomentResampler

log = logging.getLogger(__name__)

PIECES = 2500
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
    easy_share=0.03,
    log_steps=20,
)
LESSONS = Lessons()
SHARPNESS = 1.5  # of normed queries and keys
NEAR = 0.7  # what all of them have in common at the beginning in every other block, which looks at what is near
TEACH: dict[str, Teach] = {"transfusion": teach_transfusion, "dit": teach_dit}
MATRICES = {"showo": r"layers\.", "transfusion": r"blocks\.", "dit": r"(blocks|prompt\.(attention|mix))\."}
"""What is trained → what Muon trains of it."""


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
            near = NEAR * (int(name.split(".")[0]) % 2 == 0)
            nn.init.constant_(weight, SHARPNESS if name.endswith("weight") else near)
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


@dataclass(frozen=True)
class Plan:
    """What is trained, and how; the choices are what the card compares."""

    kind: str = "showo"
    network: ShowOConfig = NETWORK
    lessons: Lessons = LESSONS
    resampled: bool = True
    """Times by their losses, and not evenly."""
    learned_null: bool = True
    """DiT's word in place of no prompt."""
    shared: bool = True
    """Tables of codes by their bits."""
    smaller: Path | None = None
    """Folder of a shallower Show-o to begin from."""
    preview: Path | None = None
    """Folder of the decoder that shows its steps."""


PLAN = Plan()


def train(folder: Path, corpus: Path, codes: Path, tokenizer: Path, loop: LoopConfig = LOOP, plan: Plan = PLAN) -> None:
    """From a corpus and its tokens to `folder`/{network, tokenizer}.safetensors, words.json and card.toml; what is
    there is gone on from."""
    pictures = PictureCorpus.load(corpus)
    before = {"tokenizer": tokenizer} | ({"preview": plan.preview} if plan.preview else {})
    parts = {role: read_card(place / CARD) for role, place in before.items()}
    for role, part in parts.items():
        bring(part.file("network"), folder / weights_of(role))
    if plan.smaller is not None:
        bring(plan.smaller / "words.json", folder / "words.json")
    words = vocabulary(folder, pictures, plan.network.text_vocab)
    rows = PictureRows.load(pictures, read_codes(codes, pictures), words, folder / "captions.npz")
    torch.manual_seed(loop.seed)
    net: Any = built(plan, words.size, rows)
    log.info("%.1f million weights; %d pictures", weights(net) / 1e6, len(rows.codes))
    objective: Objective
    if isinstance(net, ShowO):
        objective = ShowObjective(rows, net.ids, plan.lessons)
    else:
        objective = LatentObjective(pictures, rows, load_tokenizer(tokenizer), plan.lessons, TEACH[plan.kind])
    learnt = Run(net, objective, dataclasses.replace(loop, matrices=MATRICES[plan.kind]), folder)
    if not plan.resampled:
        learnt.resampler = LossSecondMomentResampler(uniform=1.0)
    learnt.train()
    write_out(net)
    export(net, folder)
    training: dict[str, Any] = {**learnt.progress.told(), "batch": loop.batch * loop.accumulate}
    training |= {"pictures": len(rows.codes), "resampled": plan.resampled}
    write_card(picture_card(plan.kind, net, folder, corpus, parts, training))


def built(plan: Plan, words: int, rows: PictureRows) -> nn.Module:
    """The network as its training begins."""
    if plan.kind == "transfusion":
        return Transfusion(dataclasses.replace(TRANSFUSION, words=words))
    if plan.kind == "dit":
        return ImageDiT(dataclasses.replace(DIT, words=words, learned_null=plan.learned_null))
    net = ShowO(dataclasses.replace(plan.network, text_vocab=words))
    begin(net, rows, plan.shared and plan.smaller is None)
    if plan.smaller is not None:
        grow(net, plan.smaller / "network.safetensors")
    return net


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
    parser.add_argument("--preview", type=Path, help="folder of the decoder that shows its steps")
    parser.add_argument("--kind", choices=tuple(KINDS), default="showo", help="what is trained")
    parser.add_argument("--zero-null", action="store_true", help="dit: zeros in place of no prompt")
    parser.add_argument("--smaller", type=Path, help="folder of a shallower checkpoint whose blocks to begin from")
    parser.add_argument("--even-times", action="store_true", help="draw times evenly, not by their losses")
    parser.add_argument("--own-codes", action="store_true", help="let codes share nothing of what their bits say")
    add_flags(parser, NETWORK, NETWORK_FLAGS)
    add_flags(parser, LESSONS, LESSON_FLAGS)
    options = parser.parse_args(args)
    loop = paced(LOOP, options, PACE_FLAGS)
    plan = Plan(
        kind=options.kind,
        network=configured(NETWORK, options, NETWORK_FLAGS),
        lessons=configured(LESSONS, options, LESSON_FLAGS),
        resampled=not options.even_times,
        learned_null=not options.zero_null,
        shared=not options.own_codes,
        smaller=options.smaller,
        preview=options.preview,
    )
    given = (options.folder, options.corpus, options.codes, options.tokenizer)
    return run(options, lambda: train(*given, loop, plan))
