"""Show-o as its authors publish it, small enough to be made for a test: random weights under the published names."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.networks.magvit import MagvitConfig
from engine.networks.showo import ShowOConfig

WORDS = "a red cat on the blue sky".split()
SHOWO = ShowOConfig(width=64, depth=2, heads=2, middle=96, text_vocab=40, codes=8192, end=0, picture=16)
MAGVIT = MagvitConfig(
    ch=32, encoder_mult=(1, 2, 1), encoder_blocks=(2, 1, 1), decoder_mult=(1, 1, 2), decoder_blocks=(1, 2, 1)
)
NAMES = Path(__file__).parent / "parity" / "magvit.json"
"""What the tensors of a MAGVIT of this size are called, and their shapes, by the authors' code."""


def make(folder: Path, features: int = 0, ending: str = "bin") -> Path:
    """`show-o/`, `magvitv2/` and `phi-1_5/` in `folder`; returns the first."""
    import torch

    for name in ("show-o", "magvitv2", "phi-1_5"):
        (folder / name).mkdir(parents=True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        save(transformer(features), folder / "show-o", ending)
        save(tokenizer(), folder / "magvitv2", ending)
    settings = {
        "_class_name": "Showo",
        "codebook_size": SHOWO.codes,
        "llm_vocab_size": SHOWO.text_vocab,
        "mask_token_id": SHOWO.ids.mask,
        "num_vq_tokens": SHOWO.picture,
        "vocab_size": SHOWO.ids.vocab_size,
        "w_clip_vit": bool(features),
    }
    (folder / "show-o" / "config.json").write_text(json.dumps(settings))
    (folder / "magvitv2" / "config.json").write_text(json.dumps({"_class_name": "MAGVITv2"}))
    words(folder / "phi-1_5" / "tokenizer.json")
    return folder / "show-o"


def save(state: dict[str, Any], folder: Path, ending: str) -> None:
    import torch
    from safetensors.torch import save_file

    if ending == "safetensors":
        save_file(state, folder / "model.safetensors")
    else:
        torch.save(state, folder / "pytorch_model.bin")


def transformer(features: int) -> dict[str, Any]:
    from dataclasses import replace

    import torch

    from engine.networks.showo import ShowO

    state = ShowO(replace(SHOWO, features=features)).state_dict()
    outside = ("lm_head.", "mm_projector.")
    named = {name if name.startswith(outside) else f"model.{name}": each for name, each in state.items()}
    named = {name if name.startswith("mm_projector.") else f"showo.{name}": each for name, each in named.items()}
    return {name: torch.randn_like(each) * 0.1 for name, each in named.items()}


def tokenizer() -> dict[str, Any]:
    import torch

    shapes = json.loads(NAMES.read_text("utf-8"))["parameters"]
    return {name: torch.randn(shape) * 0.2 for name, shape in shapes.items()}


def words(path: Path) -> None:
    """Bytes as they are, and the words above as pairs of them."""
    from tokenizers import Tokenizer, decoders, pre_tokenizers, trainers
    from tokenizers.models import BPE

    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(set('!"'.join(WORDS)) - {" "})
    trainer = trainers.BpeTrainer(
        vocab_size=SHOWO.text_vocab, initial_alphabet=alphabet, special_tokens=["<|endoftext|>"], show_progress=False
    )
    tokenizer.train_from_iterator([" ".join(WORDS)] * 3, trainer)
    tokenizer.save(str(path))


@pytest.fixture
def showo_folder(tmp_path: Path) -> Path:
    return make(tmp_path / "published")
