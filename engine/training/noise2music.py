"""How the three networks of Noise2Music are trained: Huang et al. 2023, https://arxiv.org/abs/2302.03917

    python -m engine train noise2music --folder FOLDER --corpus CORPUS --stage generator --minutes 600

The generator hears whole pieces, the cascader and the super-resolution network stretches of 3 to 4 s. Each learns the
noise, its squared error weighed by σ² or by 1; of one clip in ten the prompt is withheld; the weights are averaged. A
stage can be trained at any time; the folder is a checkpoint once it holds a generator.
"""

import dataclasses
import logging
import re
from argparse import Namespace
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import torch
from torch import Tensor, nn

from engine.api.cards import CardFile, CardPart, ModelCard, Source
from engine.api.errors import BadInput
from engine.api.files import write_atomically
from engine.conditioners.music_lanes import LANES
from engine.networks.noise2music import GROUPS, Noise2Music, Noise2MusicConfig
from engine.samplers.paths import PATHS
from engine.training.card import write_card
from engine.training.command_line import paced, parser_for, run
from engine.training.export import export
from engine.training.loop import LoopConfig, Objective, Run
from engine.training.noise2music_data import Batch, Clips, Corruption, on_path, with_low
from engine.training.vocoder import credited

log = logging.getLogger(__name__)

PATH = "squaredcos_cap_v2"
TRAINED = "trained.json"  # beside a stage's state
PREDICTIONS = ("eps", "v")
SINGLE = (False, False, False, False)

LOOP = LoopConfig(
    minutes=600.0,
    batch=8,
    learning_rate=3e-4,
    matrix_rate=0.0,
    weight_decay=0.0,
    warmup=500,
    easy_share=0.0,
    average=0.9999,
    matrices=r"$",
)


@dataclass(frozen=True)
class Recipe:
    """A stage: its role on the card, its network, how its low-fidelity sound is spoilt, the seconds that it hears."""

    role: str
    network: Noise2MusicConfig
    seconds: tuple[float, float]
    corruption: Corruption | None = None
    weighted: bool = True  # by σ²


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """A stage that has been trained, as the card will tell of it."""

    role: str
    network: Noise2MusicConfig
    prediction: str
    parameters: int
    sources: tuple[Source, ...]
    figures: dict[str, Any]


STAGES = {
    "generator": Recipe("network", Noise2MusicConfig(rate=3_200, aligned=LANES), (4.0, 30.0)),
    "cascader": Recipe(
        "cascader",
        Noise2MusicConfig(rate=16_000, low_rate=3_200, self_attention=SINGLE),
        (3.0, 4.0),
        Corruption((0.1, 5.0), 0.5),
    ),
    "upsampler": Recipe(
        "upsampler",
        Noise2MusicConfig(
            rate=24_000,
            low_rate=16_000,
            text_width=0,
            widths=(16, 32, 64, 96, 128),
            strides=(4, 4, 3, 2),
            blocks=(1, 1, 2, 2),
            self_attention=SINGLE,
        ),
        (3.0, 4.0),
        Corruption(None, 1.0),
    ),
}

CARD_FACTS: dict[str, Any] = {
    "title": "Noise2Music",
    "modality": "music",
    "architecture": "noise2music",
    "path": PATH,
    "description": (
        "A cascade of diffusions of waveforms after Noise2Music: 3.2 kHz from the prompt and the lanes, 16 kHz from "
        "these and the prompt, 24 kHz from these."
    ),
    "guidance": "the authors' number: 1 is none",
}
DEFAULTS: dict[str, Any] = {"steps": 64, "guidance": 5.0, "gamma": 0.5, "spacing": "front-heavy"}
LATER: dict[str, dict[str, Any]] = {
    "cascader": {"cascader_steps": 100, "cascader_guidance": 2.0, "cascader_spacing": "back-heavy"},
    "upsampler": {"upsampler_steps": 50, "upsampler_spacing": "back-heavy"},
}
LACKS = ("lane_guidance", "loop", "recording", "anew")
KNOBS = ("steps", "guidance", "gamma", "spacing")


def objective(clips: Clips, recipe: Recipe, prediction: str) -> Objective:
    """The weighted error of the prediction, (B,), at the times it is given, (B,)."""
    path = PATHS[PATH]

    def losses(network: Noise2Music, t: Tensor, generator: torch.Generator) -> Tensor:
        batch = clips.draw(len(t), recipe.seconds, generator)
        if recipe.corruption is not None:
            batch = with_low(batch, recipe.network, recipe.corruption, path, generator)
        noise = torch.randn(batch.sound.shape, generator=generator).to(t.device)
        return errors(network, batch.to(t.device), t, noise, prediction, recipe.weighted)

    return losses


def errors(
    network: nn.Module, batch: Batch, t: Tensor, noise: Tensor, prediction: str, weighted: bool
) -> Tensor:  # -> (B,)
    alpha, sigma = on_path(PATHS[PATH], t)
    asked = network.ask(batch.ids, batch.lanes)  # type: ignore[operator]
    x = alpha * batch.sound + sigma * noise
    found = network(x, t, asked, batch.shown, batch.low, batch.low_noise)
    wanted = noise if prediction == "eps" else alpha * noise - sigma * batch.sound
    each = (found - wanted).square().mean((1, 2))
    return each * sigma[:, 0, 0].square() if weighted else each


def train(
    folder: Path,
    corpus: Path,
    stage: str,
    loop: LoopConfig = LOOP,
    recipe: Recipe | None = None,
    prediction: str = "eps",
) -> None:
    """One stage, gone on from if it was begun; the card is written anew. Raises BadInput."""
    recipe = recipe or STAGES[stage]
    check_prediction(folder, prediction)
    sources, clips = credited(corpus), Clips.load(corpus, recipe.network)
    torch.manual_seed(loop.seed)
    network = Noise2Music(recipe.network)
    parameters = sum(weight.numel() for weight in network.parameters())
    log.info("%s: %.1f million weights, %d clips", stage, parameters / 1e6, len(clips.clips))
    run = Run(network, objective(clips, recipe, prediction), loop, folder / stage)
    export(run.train(), folder, file_of(recipe.role))
    figures = run.progress.told() | {"clips": len(clips.clips)}
    made = Trained(
        role=recipe.role,
        network=recipe.network,
        prediction=prediction,
        parameters=parameters,
        sources=sources,
        figures=figures,
    )
    write_atomically(folder / stage / TRAINED, msgspec.json.encode(made))
    write_card_of(folder)


def file_of(role: str) -> str:
    return f"{role}.safetensors"


def stages_of(folder: Path) -> dict[str, Trained]:
    """The stages that have been trained in a folder, by name."""
    there = {stage: folder / stage / TRAINED for stage in STAGES}
    return {
        stage: msgspec.json.decode(path.read_bytes(), type=Trained) for stage, path in there.items() if path.exists()
    }


def check_prediction(folder: Path, prediction: str) -> None:
    """All stages predict the same, which the card says once. Raises BadInput."""
    for stage, made in stages_of(folder).items():
        if made.prediction != prediction:
            raise BadInput(
                f"The {stage} in {folder} predicts {made.prediction}; train with that, or in another folder."
            )


def write_card_of(folder: Path) -> None:
    """The card of all stages that are there; none as long as there is no generator."""
    stages = stages_of(folder)
    if "generator" not in stages:
        log.info("%s is no checkpoint yet: train the generator too", folder)
        return
    first, later = stages["generator"], {made.role: made for name, made in stages.items() if name != "generator"}
    absent = [f"{role}_{knob}" for role in LATER if role not in later for knob in KNOBS]
    defaults = DEFAULTS | {name: value for role in later for name, value in LATER[role].items()}
    card = ModelCard(
        **CARD_FACTS,
        id=re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "noise2music",
        network=dataclasses.asdict(first.network),
        parts={
            role: CardPart(architecture="noise2music", network=dataclasses.asdict(made.network))
            for role, made in later.items()
        },
        files={made.role: CardFile(name=file_of(made.role)) for made in stages.values()},
        prediction=first.prediction,
        parameters=sum(made.parameters for made in stages.values()),
        lacks=(*LACKS, *absent),
        defaults=defaults,
        licence="of whoever trained it",
        sources=tuple(dict.fromkeys(source for made in stages.values() for source in made.sources)),
        figures={"training": {name: made.figures for name, made in stages.items()}},
        folder=str(folder),
    )
    write_card(card)


PACE_FLAGS = ("batch", "accumulate", "warmup", "seed", "learning_rate")


def main(args: list[str]) -> int:
    """`python -m engine train noise2music`: 0 when the stage is trained. The budget is that of each stage."""
    corpus = "folder with sound files and pieces.jsonl"
    parser = parser_for("noise2music", "Train a Noise2Music.", LOOP, corpus, pace=PACE_FLAGS)
    parser.add_argument("--stage", choices=(*STAGES, "all"), default="all", help="with all, each has the whole budget")
    parser.add_argument("--prediction", choices=PREDICTIONS, default="eps", help="eps as in the paper, or v")
    parser.add_argument("--weighting", choices=("sigma2", "constant"), default="sigma2", help="of the squared error")
    parser.add_argument("--width", type=int, help="channels at the full rate, a multiple of 8; the levels double it")
    parser.add_argument("--channels", type=int, choices=(1, 2), default=2, help="mono or stereo")
    parser.add_argument("--seconds", type=float, default=30.0, help="the longest stretch that the generator hears")
    options = parser.parse_args(args)
    return run(options, lambda: train_stages(options))


def train_stages(options: Namespace) -> None:
    """One stage after the other."""
    loop = paced(LOOP, options, PACE_FLAGS)
    for stage in STAGES if options.stage == "all" else [options.stage]:
        recipe = changed(STAGES[stage], vars(options))
        train(options.folder, options.corpus, stage, loop, recipe, options.prediction)


def changed(recipe: Recipe, options: dict[str, Any]) -> Recipe:
    """The stage's recipe, as the command line wants it. Raises BadInput."""
    width, network = options["width"], replace(recipe.network, channels=options["channels"])
    if width is not None and (width < GROUPS or width % GROUPS):
        raise BadInput(f"The width must be a multiple of {GROUPS}, not {width}.")
    if width is not None:
        network = replace(network, widths=tuple(width * 2**i for i in range(len(network.widths))))
    seconds = recipe.seconds
    if recipe.role == "network":
        network, seconds = replace(network, longest=options["seconds"]), (seconds[0], options["seconds"])
    return replace(recipe, network=network, seconds=seconds, weighted=options["weighting"] == "sigma2")
