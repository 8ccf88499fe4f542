"""What a published checkpoint's card says: of F5-TTS, E2-TTS, Vocos and BigVGAN, as their authors publish them.

The shapes of the tensors say how large a network of speech is; a vocoder's settings stand in a file beside it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import msgspec
import yaml

from engine.api.cards import CardFile, ModelCard
from engine.api.errors import BadInput, Failure
from engine.codecs.letters import Letters
from engine.networks import bigvgan, e2, f5, vocos

Shapes = Mapping[str, tuple[int, ...]]

VOCABULARY = "vocab.txt"

PREFIXES = {"ema_model.transformer.": "f5", "transformer.": "f5-plain", "": ""}
"""What the tensors' names begin with → the card's layout."""


@dataclass(frozen=True)
class Kind:
    """What `--as` may say, and what it says of a network that its shapes do not."""

    title: str
    architecture: str
    network: dict[str, Any] = field(default_factory=dict)


KINDS = {
    "f5-v1": Kind("F5-TTS v1", "f5"),
    "f5-v0": Kind("F5-TTS", "f5", {"text_mask_padding": False, "pe_attn_head": 1}),
    "f5-upsampled": Kind("F5-TTS with upsampled text", "f5", {"text_embedding_average_upsampling": True}),
    "e2": Kind("E2-TTS", "e2"),
    "vocos": Kind("Vocos", "vocos"),
    "bigvgan": Kind("BigVGAN", "bigvgan"),
}


def speech(card: ModelCard, kind: str, shapes: Shapes) -> ModelCard:
    """An F5 or E2 network with its letters."""
    prefix = next(each for each in PREFIXES if any(name.startswith(each) for name in shapes))
    own = {name.removeprefix(prefix): shape for name, shape in shapes.items() if name.startswith(prefix)}
    folder = Path(card.folder)
    vocabulary = folder / VOCABULARY
    symbols, rows = Letters.load(vocabulary).ids, own["text_embed.text_embed.weight"][0]
    if len(symbols) + 1 != rows:
        raise Failure(
            f"{vocabulary} has {len(symbols):,} letters and the network knows {rows - 1:,}: it is cut short or another "
            "checkpoint's; get the one that came with the weights."
        )
    settings = published_settings(folder).get("mel_spec", {})
    named = "bigvgan" in folder.name.lower()
    return msgspec.structs.replace(
        card,
        modality="speech",
        network=KINDS[kind].network | sizes(own, card.architecture),
        codec="letters",
        path="flow",
        prediction="flow",
        layout=PREFIXES[prefix],
        mel=settings.get("mel_spec_type", "bigvgan" if named else "vocos"),
        files=card.files | {"codec": CardFile(name=VOCABULARY, size=vocabulary.stat().st_size)},
        languages=languages(symbols),
        options={"language": languages(symbols)},
        defaults={"steps": 16, "guidance": 3.0, "spacing": "pruned", "sway": -1.0},
        guidance="the authors' number and 1: their 2 is our 3",
    )


def languages(symbols: Mapping[str, int]) -> tuple[str, ...]:
    """Those whose letters are all there, as far as one letter tells."""
    found = {"english": "e" in symbols, "hindi": "क" in symbols, "chinese": "ni3" in symbols}
    found["hinglish"] = found["hindi"] and found["english"]
    return tuple(name for name, there in found.items() if there)


def sizes(shapes: Shapes, architecture: str) -> dict[str, Any]:
    """The fields of the network's configuration that its shapes tell and that are not the usual ones."""
    first = {"f5": "transformer_blocks.0.attn.", "e2": "layers.0.2."}[architecture]
    middle = {"f5": "transformer_blocks.0.ff.", "e2": "layers.0.4."}[architecture] + "ff.0.0.weight"
    mel, dim = shapes["proj_out.weight"]
    rows, text_dim = shapes["text_embed.text_embed.weight"]
    head = 2 * shapes["rotary_embed.inv_freq"][0]
    told: dict[str, Any] = {
        "dim": dim,
        "depth": counted(shapes, r"(?:transformer_blocks|layers)\.(\d+)\..*"),
        "heads": shapes[first + "to_q.weight"][0] // head,
        "dim_head": head,
        "ff_mult": shapes[middle][0] / dim,
        "mel_dim": mel,
        "text_num_embeds": rows - 1,
        "text_dim": text_dim,
        "conv_layers": counted(shapes, r"text_embed\.text_blocks\.(\d+)\..*"),
    }
    if first + "q_norm.weight" in shapes:
        told["qk_norm"] = "rms_norm"
    if "long_skip_connection.weight" in shapes:
        told["long_skip_connection"] = True
    usual = {"f5": f5.F5Config, "e2": e2.E2Config}[architecture]()
    return {name: value for name, value in told.items() if getattr(usual, name) != value}


def counted(shapes: Shapes, pattern: str) -> int:
    """One more than the highest number that the pattern's group finds."""
    matches = (re.fullmatch(pattern, name) for name in shapes)
    return max((int(match[1]) + 1 for match in matches if match), default=0)


VOCODERS: dict[str, tuple[str, Callable[[str], Any], Callable[[Any], Any]]] = {
    "vocos": ("config.yaml", yaml.safe_load, vocos.published_config),
    "bigvgan": ("config.json", json.loads, bigvgan.published_config),
}
"""Kind → the authors' file of settings, how it is read, what it says."""


def vocoder(card: ModelCard, kind: str, shapes: Shapes) -> ModelCard:
    """A vocoder, whose size stands in a file beside it."""
    name, read, published_config = VOCODERS[kind]
    path = Path(card.folder) / name
    try:
        config = published_config(read(path.read_text("utf-8")))
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({error.strerror}); it belongs beside the weights.") from error
    except (ValueError, KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise BadInput(f"{path} is not usable ({' '.join(str(error).split())}); get it from the authors.") from error
    usual = {each.name: each.default for each in fields(config) if each.default is not MISSING}
    told = {key: value for key, value in asdict(config).items() if usual.get(key) != value}
    return msgspec.structs.replace(card, network=told, layout=kind, mel=kind)


def published_settings(folder: Path) -> dict[str, Any]:
    """`model` of the authors' own configuration, where one lies in the folder."""
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        try:
            found = yaml.safe_load(path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            continue
        if isinstance(found, dict) and isinstance(model := found.get("model"), dict) and "arch" in model:
            return model
    return {}
