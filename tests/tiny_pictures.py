"""A checkpoint of pocket pictures, small enough to be made for a test: random weights, pictures of 32 × 32."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

TEXTS = ("two red apples on a white ground", "एक लाल घर", "a blue boat, flat")
SIDE, GRID, BITS = 32, 8, 6
CLASSES = {"0": "tench, Tinca tinca", "1": "crane", "2": "goldfish", "3": "crane", "4": "tabby, tabby cat"}


def magvit() -> Any:
    from engine.networks.magvit import MagvitConfig

    levels: dict[str, Any] = dict(
        encoder_mult=(1, 1, 1), encoder_blocks=(1, 1, 1), decoder_mult=(1, 1, 1), decoder_blocks=(1, 1, 1)
    )
    return MagvitConfig(ch=16, bits=BITS, norm_num_groups=4, **levels)


def make(
    home: Path,
    path: str = "showo",
    sizes: dict[str, Any] | None = None,
    coder: Any = None,
    preview: bool = False,
    **about: Any,
) -> str:
    """Into the user's folder: pocket-pictures, or another checkpoint of its kind; its id.

    `sizes` of the transformer, and the configuration of its tokenizer, where they are others than the tiny ones;
    `preview`: with a decoder that shows its steps.
    """
    import torch

    from engine.api.cards import CardFile, CardPart, ModelCard
    from engine.api.files import write_atomically
    from engine.networks.magvit import Magvit
    from engine.networks.showo import ShowO, ShowOConfig
    from engine.networks.tiny_decoder import TinyDecoder, TinyDecoderConfig
    from engine.training.card import write_card
    from engine.training.export import export
    from engine.training.tokenizer import train_tokenizer

    id: str = about.pop("id", "pocket-pictures")
    folder = home / "models" / id
    folder.mkdir(parents=True)
    words = train_tokenizer(TEXTS, 300)
    write_atomically(folder / "words.json", words.to_str())
    small = dict(width=32, depth=2, heads=2, middle=48, codes=2**BITS, end=1, text_length=24, picture=GRID**2)
    config = ShowOConfig(**(small | dict(text_vocab=words.get_vocab_size()) | (sizes or {})))
    coder = coder or magvit()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network, tokenizer = ShowO(config), Magvit(coder)
        for weight in (each for part in (network, tokenizer) for each in part.parameters() if each.ndim > 1):
            torch.nn.init.normal_(weight, std=0.35)
    export(network, folder)
    export(tokenizer, folder, "tokenizer.safetensors")
    names = {"network": "network.safetensors", "tokenizer": "tokenizer.safetensors", "codec": "words.json"}
    parts = {"tokenizer": CardPart(architecture="magvit", network=asdict(coder))}
    if preview:
        small_decoder = TinyDecoder(TinyDecoderConfig(bits=BITS, width=8, scale=SIDE // GRID))
        export(small_decoder, folder, "preview.safetensors")
        names["preview"] = "preview.safetensors"
        parts["preview"] = CardPart(architecture="tiny_decoder", network=asdict(small_decoder.config))
    fields: dict[str, Any] = (
        dict(
            id=id,
            title=id,
            modality="image",
            architecture="showo",
            network=asdict(config),
            parts=parts,
            codec="prompt_words",
            path=path,
            files={role: CardFile(name=name) for role, name in names.items()},
            licence="CC0-1.0",
            parameters=1,
            languages=("english", "hindi"),
            lacks=("question",),
            folder=str(folder),
        )
        | about
    )
    write_card(ModelCard(**fields))
    return id


def make_latent(home: Path, architecture: str, vae: str = "", **about: Any) -> str:
    """Into the user's folder: a checkpoint that paints in latents, of "sd_vae" for one that knows classes; its id."""
    import torch

    from engine.api.cards import CardFile, CardPart, ModelCard
    from engine.api.files import write_atomically
    from engine.networks.image_dit import DiTConfig, ImageDiT
    from engine.networks.magvit import Magvit
    from engine.networks.sd_vae import SDVAE, SDVAEConfig
    from engine.networks.transfusion import Transfusion, TransfusionConfig
    from engine.training.card import write_card
    from engine.training.export import export
    from engine.training.picture_rows import caption_tokenizer

    id: str = about.pop("id", f"tiny-{architecture}")
    folder = home / "models" / id
    folder.mkdir(parents=True)
    words = caption_tokenizer(TEXTS, 300)
    write_atomically(folder / "words.json", words.to_str())
    (folder / "model_index.json").write_text(json.dumps({"id2label": CLASSES}))
    size = words.get_vocab_size()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        configs: dict[str, Any] = {
            "classes": DiTConfig(size=GRID, width=32, depth=2, heads=2, classes=len(CLASSES)),
            "image_dit": DiTConfig(
                size=GRID,
                patch=1,
                channels=BITS,
                width=32,
                depth=2,
                heads=2,
                classes=0,
                words=size,
                memory=16,
                text_depth=1,
                text_heads=2,
                learns_range=False,
                guided=0,
            ),
            "transfusion": TransfusionConfig(
                words=size, channels=BITS, size=GRID, width=32, depth=2, heads=2, inner=48
            ),
        }
        config = configs["classes" if vae else architecture]
        network = Transfusion(config) if architecture == "transfusion" else ImageDiT(config)
        small = SDVAEConfig(widths=(8, 8, 8), groups=4, blocks=1)
        coder = SDVAE(small) if vae else Magvit(magvit())
        for weight in (*network.parameters(), *coder.parameters()):
            if weight.ndim > 1 and weight.requires_grad:
                torch.nn.init.normal_(weight, std=0.2)
    export(network, folder)
    export(coder, folder, "coder.safetensors")
    role = "vae" if vae else "tokenizer"
    names = {"network": "network.safetensors", role: "coder.safetensors"}
    names["codec"] = "model_index.json" if vae else "words.json"
    part = CardPart(architecture=vae or "magvit", network=asdict(small if vae else magvit()))
    fields: dict[str, Any] = (
        dict(
            id=id,
            title=id,
            modality="image",
            architecture=architecture,
            network=asdict(config),
            parts={role: part},
            codec="class_names" if vae else "prompt_words",
            path="linear-beta",
            prediction="eps",
            files={role: CardFile(name=name) for role, name in names.items()},
            licence="CC0-1.0",
            parameters=1,
            folder=str(folder),
        )
        | about
    )
    write_card(ModelCard(**fields))
    return id


def painted(path: Path, width: int = 40, height: int = 32, seed: int = 0) -> NDArray[np.uint8]:
    """A picture of soft colours at `path`; its pixels (H, W, 3)."""
    from PIL import Image

    small = np.random.default_rng(seed).integers(0, 256, (3, 4, 3), dtype=np.uint8)
    image = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)
    return np.asarray(image)


@pytest.fixture(scope="session")
def tiny_pictures_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once a run, never written to."""
    folder = tmp_path_factory.mktemp("pictures")
    make(folder)
    return folder


@pytest.fixture
def tiny_pictures(tiny_pictures_template: Path, quartet_home: Path, no_assets: Path) -> Path:
    """The user's folder with the checkpoint in it."""
    shutil.copytree(tiny_pictures_template, quartet_home, dirs_exist_ok=True)
    return quartet_home
