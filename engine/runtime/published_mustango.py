"""Mustango as its authors publish it: the folders `ldm/ vae/ stft/ beats/ chords/ configs/`, and two tokenizers.

The authors' code fetches the tokenizers of FLAN-T5 and DeBERTa when it runs; here they lie beside the other folders,
under the names that they are published with: `flan-t5-large/` and `deberta-v3-large/`. `stft/` holds tables that
nothing is learned in, and is left there. Without `beats/` or `chords/` these cannot come from the prompt.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from engine.api.cards import WEIGHTS, CardFile, CardPart, ModelCard
from engine.api.errors import BadInput, Failure
from engine.conditioners.beat_prediction import BeatPredictorConfig
from engine.conditioners.flan_t5 import FlanT5Config
from engine.networks.audioldm_vae import AudioLDMVAEConfig
from engine.networks.hifigan import HiFiGANConfig
from engine.networks.munet import MuNetConfig
from engine.pipelines.mustango_network import MustangoConfig
from engine.runtime import weights

Shapes = Mapping[str, tuple[int, ...]]
Sources = dict[str, Path]

TITLES = {
    "mustango": "Mustango",
    "mustango-pretrained": "Mustango, pretrained",
}
LICENCE = "as its authors say at declare-lab/mustango; the autoencoder and vocoder in it are AudioLDM's"

FOLDERS = {"network": "ldm", "vae": "vae", "vocoder": "vae", "beats": "beats", "chords": "chords"}
"""What a network does → the folder that it lies in."""

TOKENIZERS = {
    "codec": (("flan-t5-large", "tokenizer"), ("tokenizer.json", "spiece.model")),
    "beats-codec": (("deberta-v3-large",), ("tokenizer.json", "spm.model")),
}
"""What a tokenizer is for → folders and names of its file."""

STAGES = tuple(
    f"{stage}_{knob}" for stage in ("cascader", "upsampler") for knob in "steps guidance gamma spacing".split()
)


def found(folder: Path) -> tuple[ModelCard, Sources] | None:
    """Its card, and where the file in each role lies; None where the folder holds something else."""
    if not all((folder / name).is_dir() for name in ("ldm", "vae", "configs")):
        return None
    sources = {role: weights_in(folder / name) for role, name in FOLDERS.items() if (folder / name).is_dir()}
    parts = {role: part(folder, role, path) for role, path in sources.items()}
    sources["codec"] = tokenizer(folder, "codec")
    if "beats" in sources:
        sources["beats-codec"] = tokenizer(folder, "beats-codec")
    files = {role: CardFile(name=name_of(role, path), size=path.stat().st_size) for role, path in sources.items()}
    return card(folder, parts, files), sources


def card(folder: Path, parts: dict[str, CardPart], files: dict[str, CardFile]) -> ModelCard:
    return ModelCard(
        id=re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "mustango",
        title=TITLES.get(folder.name.lower(), folder.name),
        modality="music",
        architecture=parts["network"].architecture,
        network=parts["network"].network,
        layout=parts["network"].layout,
        parts={role: each for role, each in parts.items() if role != "network"},
        codec="pieces",
        path="scaled-linear",
        prediction="v",
        mel="audioldm",
        files=files,
        licence=LICENCE,
        parameters=0,
        description=(
            "Follows a prompt in English, its beats and its chords, for 10.24 s at most, mono at 16 kHz. Its authors "
            "sample in 200 steps; fewer are faster, and not their setting."
        ),
        languages=("english",),
        lacks=("lane_guidance", "sections", "loop", "recording", "anew", *STAGES),
        options={"metre": ("2", "3", "4")},
        defaults={
            "steps": 200,
            "guidance": 3.0,
            "gamma": 1.0,
            "sampler": "ddim",
            "spacing": "uniform",
            "seconds": 10.0,
        },
        guidance="the authors' number: their 3 is our 3",
        folder=str(folder),
    )


def part(folder: Path, role: str, path: Path) -> CardPart:
    """One network with the settings that are not the usual ones. Raises Failure where tensors are missing."""
    architecture, layout = KINDS[role]
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.read(path).items()}
    try:
        config = SIZES[role](shapes, folder / "configs")
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, ZeroDivisionError) as error:
        raise Failure(f"{path} is cut short or of another kind: {error} is missing; download it again.") from error
    return CardPart(architecture=architecture, network=unusual(config), layout=layout)


KINDS = {
    "network": ("mustango", "mustango"),
    "vae": ("audioldm_vae", "audioldm-vae"),
    "vocoder": ("hifigan", "audioldm-vocoder"),
    "beats": ("beat_predictor", "mustango-beats"),
    "chords": ("chord_predictor", "mustango-chords"),
}
"""What a network does → its architecture, and the layout of the names in its file."""


def munet(shapes: Shapes, configs: Path) -> MustangoConfig:
    """The U-Net by its authors' settings, the text encoder by its tensors."""
    told = settings(configs / "music_diffusion_model_config.json")
    named = {"attention_head_dim": "heads"}  # which it is not, but the number of heads
    known = {named.get(name, name): frozen(value) for name, value in told.items()}
    unet = MuNetConfig(**{each.name: known[each.name] for each in fields(MuNetConfig) if each.name in known})
    prefix = "text_encoder."
    text = {name.removeprefix(prefix): shape for name, shape in shapes.items() if name.startswith(prefix)}
    return MustangoConfig(unet, FlanT5Config.told_by(text))


def autoencoder(shapes: Shapes, configs: Path) -> AudioLDMVAEConfig:
    told = settings(configs / "vae_config.json")
    told = told.get("ddconfig", {}) | told
    known = {each.name: frozen(told[each.name]) for each in fields(AudioLDMVAEConfig) if each.name in told}
    return AudioLDMVAEConfig(**known)


def generator(shapes: Shapes, configs: Path) -> HiFiGANConfig:
    wide, bands, _ = shapes["vocoder.conv_pre.weight"]
    return HiFiGANConfig(num_mels=bands, upsample_initial_channel=wide)


SIZES: dict[str, Any] = {
    "network": munet,
    "vae": autoencoder,
    "vocoder": generator,
    "beats": lambda shapes, configs: BeatPredictorConfig.told_by(shapes),
    "chords": lambda shapes, configs: FlanT5Config.told_by(shapes),
}
"""What a network does → its size, by the shapes of its tensors and the authors' settings."""


def unusual(config: Any) -> dict[str, Any]:
    """The fields of a configuration that are not as published."""
    usual = type(config)()
    told = {each.name: getattr(config, each.name) for each in fields(config)}
    told = {name: value for name, value in told.items() if value != getattr(usual, name)}
    return {
        name: asdict(value) if isinstance(value, MuNetConfig | FlanT5Config) else value for name, value in told.items()
    }


def weights_in(folder: Path) -> Path:
    """The file of weights in a folder. Raises BadInput where there is none."""
    there = sorted(folder.iterdir())
    if path := next((path for ending in WEIGHTS for path in there if path.suffix == ending), None):
        return path
    raise BadInput(f"{folder} holds no weights; put the file there that is published in the folder “{folder.name}”.")


def tokenizer(folder: Path, role: str) -> Path:
    """In the folder or beside it. Raises BadInput where there is none."""
    inside, names = TOKENIZERS[role]
    places = [near / name / file for name in inside for near in (folder, folder.parent) for file in names]
    if path := next((place for place in places if place.is_file()), None):
        return path
    raise BadInput(f"{places[0].parent} lacks the tokenizer; put {' or '.join(names)} of {inside[0]} there.")


def name_of(role: str, path: Path) -> str:
    """As it is named beside the card: two tokenizers may have one name."""
    return f"{role}{path.suffix}" if role in TOKENIZERS else path.name


def settings(path: Path) -> dict[str, Any]:
    """Of a file of settings; nothing where there is none. Raises Failure where it is damaged."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Failure(f"{path} cannot be read ({error}); download it again.") from error
    return found if isinstance(found, dict) else {}


def frozen(value: Any) -> Any:
    return tuple(frozen(inner) for inner in value) if isinstance(value, list) else value
