"""DiT as it is published: `DiT-XL-2-256x256.pt`, or what its training saves, and Stable Diffusion's autoencoder.

The authors' code fetches the autoencoder when it runs; here it lies in the folder of the weights or beside that folder:
a folder as it is published (`sd-vae-ft-ema`, `sd-vae-ft-mse`, or `vae`), or one file of latent diffusion
(`vae-ft-mse-840000-ema-pruned.ckpt`). The names of the classes stand in `model_index.json`, as diffusers publishes
it; without it they are known by their numbers.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.api.cards import WEIGHTS, CardFile, CardPart, ModelCard
from engine.api.errors import BadInput, Failure
from engine.networks.image_dit import DiTConfig
from engine.networks.sd_vae import SDVAEConfig
from engine.runtime import weights

Shapes = Mapping[str, tuple[int, ...]]
Sources = dict[str, Path]

NAMED = re.compile(r"dit-.*|\d{7}", re.IGNORECASE)  # a published file, or one by the number of its training step
SIGNS = {"x_embedder.proj.weight", "y_embedder.embedding_table.weight", "final_layer.linear.weight"}
FOLDERS = ("vae", "sd-vae-ft-ema", "sd-vae-ft-mse")
INDEX = "model_index.json"
FILES = ("vae-ft-*.safetensors", "vae-ft-*.ckpt", "vae-ft-*.pt")
HEADS = {384: 6, 768: 12, 1024: 16, 1152: 16}
"""Width → heads of the published sizes S, B, L and XL, which no tensor tells."""

TITLES = {32: "DiT-XL/2 256 × 256", 64: "DiT-XL/2 512 × 512"}
SAMPLERS = ("ddim", "euler", "heun", "dpmpp_2m")
"""The first is, with a randomness of 1, the authors' DDPM."""

LICENCE = "CC-BY-NC-4.0; the autoencoder is Stability AI's, MIT"


def found(folder: Path) -> tuple[ModelCard, Sources] | None:
    """Its card, and where the file in each role lies; None where the folder holds something else."""
    path = network_file(folder)
    if path is None:
        return None
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.read(path).items()}
    if not shapes.keys() >= SIGNS:
        return None
    config, (vae, part) = sized(path, shapes), autoencoder(folder)
    sources = {"network": path, "vae": vae}
    names = {"network": path.name, "vae": vae.name if vae.name != path.name else f"vae{vae.suffix}", "codec": INDEX}
    if index := class_names(folder, config.classes):
        sources["codec"] = index
    files = {role: CardFile(name=names[role], size=source.stat().st_size) for role, source in sources.items()}
    return card(folder, config, part, files), sources


def card(folder: Path, config: DiTConfig, part: CardPart, files: dict[str, CardFile]) -> ModelCard:
    published = DiTConfig(size=config.size)
    name = Path(files["network"].name).stem if config == published else folder.name
    return ModelCard(
        id=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "dit",
        title=TITLES.get(config.size, name) if config == published else name,
        modality="image",
        architecture="image_dit",
        network=unusual(config),
        parts={"vae": part},
        codec="class_names" if "codec" in files else "",
        path="linear-beta",
        prediction="eps",
        files=files,
        licence=LICENCE,
        parameters=0,
        description=(
            f"Paints one of {config.classes:,} classes, {8 * config.size} × {8 * config.size} pixels: the prompt is "
            f"{'the name or ' if 'codec' in files else ''}the number of one. Its authors sample in 250 steps; fewer "
            "are faster, and not their setting."
        ),
        lacks=("temperature", "reveal_noise", "reveal_order", "draft", "locked"),
        options={"sampler": SAMPLERS},
        defaults={"steps": 200, "guidance": 4.0, "gamma": 1.0, "sampler": "ddim", "spacing": "uniform"},
        guidance="the authors' number: their 4 is our 4, of three of the four channels",
        folder=str(folder),
    )


def class_names(folder: Path, classes: int) -> Path | None:
    """The file with the names of so many classes, in the folder or beside it."""
    places = [near / INDEX for near in (folder, folder.parent)]
    return next((each for each in places if len(read_settings(each).get("id2label", ())) == classes), None)


def network_file(folder: Path) -> Path | None:
    """The one that may be DiT's by its name: the published one, or that of the most training steps.

    Raises BadInput where several are published ones.
    """
    there = [path for path in sorted(folder.iterdir()) if path.suffix in WEIGHTS and NAMED.fullmatch(path.stem)]
    published = [path for path in there if not path.stem.isdigit()]
    if len(published) > 1:
        names = ", ".join(path.name for path in published)
        raise BadInput(f"{folder} holds several networks ({names}); put each into a folder of its own.")
    return next(iter(published or there[-1:]), None)


def sized(path: Path, shapes: Shapes) -> DiTConfig:
    """What the tensors tell. Raises Failure where some are missing."""
    try:
        width, channels, patch, _ = shapes["x_embedder.proj.weight"]
        rows, _ = shapes["y_embedder.embedding_table.weight"]
        _, patches, _ = shapes["pos_embed"]
        inner, _ = shapes["blocks.0.mlp.fc1.weight"]
        answers = shapes["final_layer.linear.weight"][0] // patch**2
    except (KeyError, ValueError) as error:
        raise Failure(f"{path} is cut short or of another kind: {error} is missing; download it again.") from error
    return DiTConfig(
        size=round(patches**0.5) * patch,
        patch=patch,
        channels=channels,
        width=width,
        depth=counted(shapes, r"blocks\.(\d+)\..*"),
        heads=HEADS.get(width, max(width // 64, 1)),
        expansion=inner / width,
        classes=rows - 1,
        learns_range=answers == 2 * channels,
    )


def autoencoder(folder: Path) -> tuple[Path, CardPart]:
    """Its file, and what it is. Raises BadInput where there is none, Failure where it is damaged."""
    path = autoencoder_file(folder)
    state = {name: tensor.to("meta") for name, tensor in weights.read(path).items()}
    layout = layout_of(state)
    shapes = {name: tuple(each.shape) for name, each in weights.arrange(state, weights.LAYOUTS[layout]).items()}
    settings = read_settings(path.parent / "config.json") if layout == "sd-vae-diffusers" else {}
    try:
        config = SDVAEConfig(
            widths=tuple(
                shapes[f"encoder.down.{i}.block.0.conv2.weight"][0]
                for i in range(counted(shapes, r"encoder\.down\.(\d+)\..*"))
            ),
            blocks=counted(shapes, r"encoder\.down\.0\.block\.(\d+)\..*"),
            channels=shapes["encoder.conv_in.weight"][1],
            latent=shapes["post_quant_conv.weight"][0],
            groups=int(settings.get("norm_num_groups", SDVAEConfig.groups)),
            scale=float(settings.get("scaling_factor", SDVAEConfig.scale)),
        )
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise Failure(f"{path} is cut short or of another kind: {error} is missing; download it again.") from error
    return path, CardPart(architecture="sd_vae", network=unusual(config), layout=layout)


def autoencoder_file(folder: Path) -> Path:
    for near in (folder, folder.parent):
        inside = [path for name in FOLDERS for ending in WEIGHTS for path in sorted((near / name).glob(f"*{ending}"))]
        alone = [path for pattern in FILES for path in sorted(near.glob(pattern))]
        if path := next(iter([*inside, *alone]), None):
            return path
    raise BadInput(
        f"{folder} lacks the autoencoder that DiT paints by; put the folder sd-vae-ft-ema or sd-vae-ft-mse there, as it"
        " is published."
    )


def layout_of(names: Mapping[str, Any]) -> str:
    if any(name.startswith("first_stage_model.") for name in names):
        return "sd-vae-within"
    return "sd-vae-diffusers" if any(name.startswith("decoder.up_blocks.") for name in names) else "sd-vae"


def counted(shapes: Shapes, pattern: str) -> int:
    """One more than the highest number that the pattern's group finds."""
    matches = (re.fullmatch(pattern, name) for name in shapes)
    return max((int(match[1]) + 1 for match in matches if match), default=0)


def unusual(config: Any) -> dict[str, Any]:
    """The fields of a configuration that are not as published."""
    usual = asdict(type(config)())
    return {name: value for name, value in asdict(config).items() if value != usual[name]}


def read_settings(path: Path) -> dict[str, Any]:
    """Of a file of settings; nothing where there is none. Raises Failure where it is damaged."""
    try:
        settings = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise Failure(f"{path} cannot be read ({error}); download it again.") from error
    return settings if isinstance(settings, dict) else {}
