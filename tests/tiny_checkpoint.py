"""A checkpoint of the shipped kind, small enough to be made for a test: random weights, few tokens."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from engine.api.files import sha256

SENTENCES = [
    "She crossed the river and sang.",
    "One evening the old musician played.",
    "एक दिन रवि बाज़ार गया।",
    "Ek din Ravi gaya.",
]
CARD = """
id = "pocket-text"
title = "Tiny text"
modality = "text"
architecture = "masked_lm"
codec = "text_tokens"
path = "masked"
prediction = "logits"
licence = "CC0-1.0"
parameters = {parameters}
languages = ["english"]
options = {{language = ["english", "hindi"], style = ["story", "verse"]}}
defaults = {{length = 24, steps = 4}}

[network]
{network}

[files.network]
name = "network.safetensors"
sha256 = "{network_hash}"
size = {network_size}

[files.codec]
name = "tokenizer.json"
sha256 = "{codec_hash}"
"""


def make(
    folder: Path,
    texts: Sequence[str] = SENTENCES * 20,
    vocab_size: int = 400,
    window: int = 64,
    width: int = 16,
    depth: int = 2,
    heads: int = 2,
) -> None:
    """Write network.safetensors, tokenizer.json and card.toml into `folder`."""
    import torch
    from safetensors.torch import save_file

    from engine.networks.masked_lm import MaskedLM, MaskedLMConfig
    from engine.training.tokenizer import train_tokenizer

    folder.mkdir(parents=True)
    tokenizer = train_tokenizer(texts, vocab_size)
    config = MaskedLMConfig(tokenizer.get_vocab_size(), window, width, depth, heads)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = MaskedLM(config)
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=2 * width**-0.5)
    weights, codec = folder / "network.safetensors", folder / "tokenizer.json"
    save_file(network.state_dict(), weights)
    tokenizer.save(str(codec))
    described = "\n".join(f"{name} = {value}" for name, value in asdict(config).items())
    card = CARD.format(
        network=described,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        network_hash=sha256(weights),
        network_size=weights.stat().st_size,
        codec_hash=sha256(codec),
    )
    (folder / "card.toml").write_text(card, encoding="utf-8")


@pytest.fixture(scope="session")
def tiny_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once a run, never written to."""
    folder = tmp_path_factory.mktemp("template") / "tiny"
    make(folder)
    return folder


@pytest.fixture
def no_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing is shipped: only what a test puts there is there."""
    folder = tmp_path / "assets"
    monkeypatch.setenv("QUARTET_ASSETS", str(folder))
    return folder


@pytest.fixture
def tiny_checkpoint(tiny_template: Path, quartet_home: Path, no_assets: Path) -> Path:
    """The folder of the only checkpoint there is, among the user's; its id is that of the shipped one."""
    folder = quartet_home / "models" / "tiny"
    shutil.copytree(tiny_template, folder)
    return folder
