"""Show-o as its authors publish it: the folder of the transformer, that of its tokenizer of pictures, and Phi's words.

`show-o/` (or one of its kin) holds `config.json` and the weights. `magvitv2/`, the tokenizer of pictures, and
`phi-1_5/` with its `tokenizer.json` lie in it or beside it, under the names that they are published with. The variants
"w-clip-vit" bring a projector for CLIP's features, which the network then has as well.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.api.cards import WEIGHTS, CardFile, CardPart, ModelCard
from engine.api.errors import BadInput, Failure
from engine.codecs.byte_pairs import BytePairs
from engine.networks.magvit import MagvitConfig
from engine.networks.showo import ShowOConfig
from engine.networks.showo_layout import SPECIALS
from engine.runtime import weights
from engine.runtime.published_cards import counted
from engine.runtime.published_stable_audio import read_settings

Shapes = Mapping[str, tuple[int, ...]]
Sources = dict[str, Path]

SIGN, TOKENIZER_SIGN = "showo.model.embed_tokens.weight", "quantize.power_vals"
"""Tensors that only the one and the other have."""

TITLES = {
    "show-o": "Show-o",
    "show-o-512x512": "Show-o, 512 pixels",
    "show-o-512x512-wo-llava-tuning": "Show-o, 512 pixels, not tuned to converse",
    "show-o-w-clip-vit": "Show-o with CLIP",
    "show-o-w-clip-vit-512x512": "Show-o with CLIP, 512 pixels",
}
LICENCE = "as its authors say at showlab/show-o and showlab/magvitv2; Phi-1.5 is MIT"

PICTURES, WORDS = "magvitv2", ("phi-1_5", "phi-1.5", "tokenizer")
"""The folders of the two tokenizers."""

DEFAULTS: dict[int, dict[str, Any]] = {
    256: {"steps": 18, "guidance": 2.75, "temperature": 1.0},
    1024: {"steps": 50, "guidance": 6.0, "temperature": 1.0},
}
"""Tokens of a picture → what the authors make it with."""


def found(folder: Path) -> tuple[ModelCard, Sources] | None:
    """Its card, and where the file in each role lies; None where the folder holds something else."""
    own = dict(networks(folder))
    if SIGN not in own and TOKENIZER_SIGN in own:
        raise BadInput(f"{folder} is the tokenizer of Show-o's pictures: put it beside Show-o's folder and add that.")
    if SIGN not in own:
        return None
    sources = {"network": own[SIGN], "tokenizer": pictures(folder), "codec": words(folder)}
    settings = read_settings(folder / "config.json")
    network = sized(sources["network"], "showo", lambda shapes: showo(shapes, settings, folder, sources["codec"]))
    tokenizer = sized(sources["tokenizer"], "magvit", magvit)
    if (codes := network.get("codes", ShowOConfig.codes)) != 2 ** tokenizer.get("bits", MagvitConfig.bits):
        raise Failure(f"{sources['tokenizer']} is the tokenizer of another network, which has not {codes:,} codes.")
    names = {"network": sources["network"].name, "tokenizer": f"{PICTURES}{sources['tokenizer'].suffix}"}
    names["codec"] = sources["codec"].name
    files = {role: CardFile(name=names[role], size=path.stat().st_size) for role, path in sources.items()}
    return card(folder, network, CardPart(architecture="magvit", network=tokenizer, layout="magvit"), files), sources


def card(folder: Path, network: dict[str, Any], tokenizer: CardPart, files: dict[str, CardFile]) -> ModelCard:
    count = network.get("picture", ShowOConfig.picture)
    clip = " It was tuned to read pictures by CLIP's features." if network.get("features") else ""
    return ModelCard(
        id=re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "show-o",
        title=TITLES.get(folder.name.lower(), folder.name),
        modality="image",
        architecture="showo",
        network=network,
        layout="showo",
        parts={"tokenizer": tokenizer},
        codec="byte_pairs",
        path="showo",  # the authors' own schedule: engine.samplers.showo_schedule
        files=files,
        licence=LICENCE,
        parameters=0,
        description=f"Draws pictures after a prompt in English, and says in English what is in one.{clip}",
        languages=("english",),
        lacks=("spacing", "sway"),
        options={"sampler": ("unmask",)},
        defaults=DEFAULTS.get(count, DEFAULTS[256]),
        guidance="the authors' number and 1: their 1.75 is our 2.75",
        folder=str(folder),
    )


def networks(folder: Path) -> Iterator[tuple[str, Path]]:
    """By its sign, each file of weights in the folder that is one of Show-o's; of two kinds the safer comes last."""
    if not (folder / "config.json").is_file():
        return
    for path in (path for ending in reversed(WEIGHTS) for path in sorted(folder.glob(f"*{ending}"))):
        try:
            names = weights.read(path).keys()
        except Failure:
            continue  # whoever wants this file will say what is wrong with it
        yield from ((sign, path) for sign in (SIGN, TOKENIZER_SIGN) if sign in names)


def pictures(folder: Path) -> Path:
    """The file of the tokenizer of pictures. Raises BadInput where there is none."""
    for near in (folder / PICTURES, folder.parent / PICTURES):
        if path := dict(networks(near)).get(TOKENIZER_SIGN):
            return path
    raise BadInput(f"{folder} lacks the tokenizer of its pictures: put the published folder “{PICTURES}” beside it.")


def words(folder: Path) -> Path:
    """The file of the tokenizer of text. Raises BadInput where there is none."""
    places = [near / name / "tokenizer.json" for name in WORDS for near in (folder, folder.parent)]
    if path := next((place for place in places if place.is_file()), None):
        return path
    raise BadInput(f"{folder} lacks its tokenizer of text: put the folder “{WORDS[0]}” with tokenizer.json beside it.")


def sized(path: Path, layout: str, config: Any) -> dict[str, Any]:
    """What of the network's configuration is not as published. Raises Failure where tensors are missing."""
    state = {name: tensor.to("meta") for name, tensor in weights.read(path).items()}
    arranged = weights.arrange(state, weights.LAYOUTS[layout])
    try:
        told = config({name: tuple(each.shape) for name, each in arranged.items()})
    except (KeyError, IndexError, ValueError, TypeError, ZeroDivisionError) as error:
        raise Failure(f"{path} is cut short or of another kind: {error} is missing; download it again.") from error
    usual = asdict(type(told)())
    return {name: value for name, value in asdict(told).items() if usual[name] != value}


def showo(shapes: Shapes, settings: Mapping[str, Any], folder: Path, codec: Path) -> ShowOConfig:
    """Its size by its tensors; what they do not say, by the authors' settings, the tokenizer or the folder's name.

    Raises Failure where these do not belong together.
    """
    words = BytePairs.load(codec)
    vocabulary, width = shapes["embed_tokens.weight"]
    codes = settings.get("codebook_size", ShowOConfig.codes)
    config = ShowOConfig(
        width=width,
        depth=counted(shapes, r"layers\.(\d+)\..*"),
        heads=width // shapes["layers.0.self_attn.q_layernorm.weight"][0],
        middle=shapes["layers.0.mlp.fc1.weight"][0],
        codes=codes,
        text_vocab=settings.get("llm_vocab_size") or vocabulary - len(SPECIALS) - codes - 1,
        end=ShowOConfig.end if words.end is None else words.end,
        picture=settings.get("num_vq_tokens") or (1024 if "512" in folder.name else 256),
        features=shapes["mm_projector.0.weight"][1] if "mm_projector.0.weight" in shapes else 0,
    )
    if config.ids.vocab_size != vocabulary:
        raise Failure(
            f"{folder / 'config.json'} speaks of {config.ids.vocab_size:,} tokens and the network has {vocabulary:,}: "
            "get the one that came with the weights."
        )
    if max(words.size, config.end + 1) > config.text_vocab:
        raise Failure(f"{codec} is the tokenizer of another network; get the one of Phi-1.5.")
    return config


def magvit(shapes: Shapes) -> MagvitConfig:
    """Its size by its tensors."""
    ch = shapes["encoder.conv_in.weight"][0]
    levels = range(counted(shapes, r"encoder\.down\.(\d+)\..*"))

    def mult(way: str) -> tuple[int, ...]:
        return tuple(shapes[f"{way}.{level}.block.0.conv2.weight"][0] // ch for level in levels)

    def blocks(way: str) -> tuple[int, ...]:
        return tuple(counted(shapes, rf"{re.escape(way)}\.{level}\.block\.(\d+)\..*") for level in levels)

    return MagvitConfig(
        ch=ch,
        encoder_mult=mult("encoder.down"),
        encoder_blocks=blocks("encoder.down"),
        decoder_mult=mult("decoder.up"),
        decoder_blocks=blocks("decoder.up"),
        bits=shapes["quant_conv.weight"][0],
    )
