"""Stable Audio as it is published: one file with all that its authors trained, or diffusers' folders, and T5 or CLAP.

`model.safetensors` (or `model.ckpt`) holds transformer, autoencoder and timing, and `model_config.json` beside it what
shapes do not tell; diffusers has them in `transformer/`, `vae/` and `projection_model/`. What reads the prompt is in
`text_encoder/` and `tokenizer/` in both.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from engine.api.cards import WEIGHTS, CardFile, CardPart, ModelCard
from engine.api.errors import BadInput, Failure
from engine.runtime import weights
from engine.runtime.stable_audio_sizes import SIZES

Sources = dict[str, Path]

SINGLE = ("model.safetensors", "model.ckpt")
FOLDERS = {"network": "transformer", "vae": "vae", "timing": "projection_model"}
TOKENIZERS = ("tokenizer.json", "spiece.model")

TITLES = {
    "stable-audio-open-1.0": ("Stable Audio Open 1.0", "Stability AI Community Licence (free below US$ 1M a year)")
}
UNKNOWN_LICENCE = "unknown: ask whoever you have it from"

STAGES = tuple(
    f"{stage}_{knob}" for stage in ("cascader", "upsampler") for knob in "steps guidance gamma spacing".split()
)
DEFAULTS: dict[str, dict[str, Any]] = {
    "stable_audio": {"steps": 100, "guidance": 7.0, "gamma": 1.0, "sampler": "dpmpp_3m_sde"},
    "stable_audio_unet": {"steps": 100, "guidance": 6.0, "gamma": 1.0, "sampler": "dpmpp_2m"},
}


@dataclass(frozen=True)
class Part:
    """One network: its file, its architecture, the layout of its names, and what its authors' settings say."""

    path: Path
    architecture: str
    layout: str
    settings: dict[str, Any]

    def card_part(self) -> CardPart:
        """With the settings that are not the usual ones. Raises Failure where tensors are missing."""
        state = {name: tensor.to("meta") for name, tensor in weights.read(self.path).items()}
        found = weights.arrange(state, weights.LAYOUTS[self.layout])
        try:
            config = SIZES[self.architecture]({name: tuple(each.shape) for name, each in found.items()}, self.settings)
        except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError, msgspec.ValidationError) as error:
            raise Failure(
                f"{self.path} is cut short or of another kind: {error} is missing; download it again."
            ) from error
        usual = asdict(type(config)())
        network = {name: value for name, value in asdict(config).items() if usual[name] != value}
        return CardPart(architecture=self.architecture, network=network, layout=self.layout)


def found(folder: Path) -> tuple[ModelCard, Sources] | None:
    """Its card, and where the file in each role lies; None where the folder holds something else."""
    parts = in_one_file(folder) or in_folders(folder)
    if parts is None:
        return None
    parts = parts | {"text": text_encoder(folder)}
    sources = {role: part.path for role, part in parts.items()} | {"codec": tokenizer(folder)}
    described = {role: part.card_part() for role, part in parts.items()}
    return card(folder, described, files(folder, sources)), sources


def card(folder: Path, parts: dict[str, CardPart], files: dict[str, CardFile]) -> ModelCard:
    title, licence = TITLES.get(folder.name.lower(), (folder.name, UNKNOWN_LICENCE))
    first = parts["network"]
    return ModelCard(
        id=re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "stable-audio",
        title=title,
        modality="music",
        architecture=first.architecture,
        network=first.network,
        layout=first.layout,
        parts={role: part for role, part in parts.items() if role != "network"},
        companions={"vocoder": "pocket-vocoder"},  # of previews, for a step to be heard
        codec="pieces",
        path="polyexponential",
        prediction="v",
        files=files,
        licence=licence,
        parameters=0,
        description=(
            "Follows a prompt in English and a length, stereo at 44.1 kHz. Key and tempo are told as words of the "
            "prompt and mostly kept; chords, sections and loops it does not know."
        ),
        languages=("english",),
        lacks=("lane_guidance", "chords", "sections", "loop", *STAGES),
        defaults=DEFAULTS[first.architecture],
        guidance="the authors' number",
        folder=str(folder),
    )


def files(folder: Path, sources: Sources) -> dict[str, CardFile]:
    """As they are named beside the card: of files with the same name, those in folders within take that of theirs."""
    paths = set(sources.values())
    names = {path: path.name for path in paths}
    alike = [path for path in paths if path.parent != folder and list(names.values()).count(path.name) > 1]
    names |= {path: f"{path.parent.name}{path.suffix}" for path in alike}
    return {role: CardFile(name=names[path], size=path.stat().st_size) for role, path in sources.items()}


def in_one_file(folder: Path) -> dict[str, Part] | None:
    """Of the authors' file; None where there is none. Raises BadInput for a later kind of Stable Audio."""
    path = next((folder / name for name in SINGLE if (folder / name).is_file()), None)
    names = weights.read(path).keys() if path else ()
    if path is None or not any(name.startswith("pretransform.model.decoder.") for name in names):
        return None
    settings = read_settings(folder / "model_config.json")
    model = settings.get("model", {})
    if (objective := model.get("diffusion", {}).get("diffusion_objective", "v")) != "v":
        raise BadInput(f"{folder} holds a Stable Audio of another kind ({objective}); Open 1.0 can be added.")
    unet = any(name.startswith("model.model.to_in.") for name in names)
    window = settings.get("sample_size", 0) // model.get("pretransform", {}).get("config", {}).get(
        "downsampling_ratio", 1
    )
    conditioners = {each.get("id"): each.get("config", {}) for each in model.get("conditioning", {}).get("configs", [])}
    return {
        "network": Part(
            path,
            "stable_audio_unet" if unet else "stable_audio",
            "stable-audio-unet" if unet else "stable-audio",
            model.get("diffusion", {}).get("config", {}) | {"window": window},
        ),
        "vae": Part(path, "oobleck", "oobleck", {"sample_rate": settings.get("sample_rate")}),
        "timing": Part(path, "timing", "timing", conditioners.get("seconds_total", {})),
    }


def in_folders(folder: Path) -> dict[str, Part] | None:
    """Of diffusers' folders; None where they are not all there."""
    if not all((folder / name).is_dir() for name in FOLDERS.values()):
        return None
    told = {role: read_settings(folder / name / "config.json") for role, name in FOLDERS.items()}
    network, vae, timing = told["network"], told["vae"], told["timing"]
    settings = {
        "network": {"num_heads": network.get("num_attention_heads"), "window": network.get("sample_size")},
        "vae": {"sample_rate": vae.get("sampling_rate")},
        "timing": {"max_val": timing.get("max_value")},
    }
    kinds = {"network": "stable-audio", "vae": "oobleck", "timing": "timing"}
    return {
        role: Part(weights_in(folder / name), kinds[role].replace("-", "_"), f"{kinds[role]}-diffusers", settings[role])
        for role, name in FOLDERS.items()
    }


def text_encoder(folder: Path) -> Part:
    """What reads the prompt: T5, or CLAP as laion publishes it."""
    path = weights_in(folder / "text_encoder")
    if any(name.startswith("text_model.") for name in weights.read(path)):
        return Part(path, "clap_text", "clap-text", {})
    return Part(path, "t5", "t5", {})


def tokenizer(folder: Path) -> Path:
    places = [folder / "tokenizer" / name for name in TOKENIZERS]
    if path := next((place for place in places if place.is_file()), None):
        return path
    raise BadInput(f"{places[0]} is missing; put the folder “tokenizer” there that is published beside the weights.")


def weights_in(folder: Path) -> Path:
    """The file of weights in a folder of one network."""
    there = sorted(folder.glob("*")) if folder.is_dir() else []
    if path := next((path for ending in WEIGHTS for path in there if path.suffix == ending), None):
        return path
    raise BadInput(
        f"{folder} holds no weights; put the folder “{folder.name}” there that is published beside the others."
    )


def read_settings(path: Path) -> dict[str, Any]:
    """Of a file of settings; nothing where there is none. Raises Failure where it is damaged."""
    try:
        settings = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Failure(f"{path} cannot be read ({error}); download it again.") from error
    return settings if isinstance(settings, dict) else {}
