"""Checkpoints that speak, small enough to be made for a test: random weights, a voice that hums."""

import io
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

TEXT = "She crossed the river."
SECONDS = 2.0


def make(home: Path) -> None:
    """Into `home`: a pocket voice with its prosody and vocoder, and the voice "Anna"."""
    import torch

    from engine.api.cards import CardFile, ModelCard
    from engine.codecs.phonemes import SYMBOLS
    from engine.networks.f5 import DiT, F5Config
    from engine.networks.prosody import Prosody, ProsodyConfig
    from engine.networks.vocos import Vocos, VocosConfig
    from engine.training.card import write_card
    from engine.training.export import export

    size: dict[str, Any] = dict(dim=32, depth=2, heads=2, dim_head=16, text_dim=16, conv_layers=1)
    f5 = F5Config(
        **size,
        text_num_embeds=len(SYMBOLS),
        frames_per_token=2,
        position="convnext",
        aligned=True,
        learned_null=True,
        mel_mean=-2.0,
        mel_deviation=2.0,
    )
    prosody = ProsodyConfig(symbols=len(SYMBOLS), width=16, depth=1)
    vocos = VocosConfig(width=16, middle=32, depth=1)
    common: dict[str, Any] = dict(
        licence="CC0-1.0", parameters=1, files={"network": CardFile(name="network.safetensors")}
    )
    cards: list[tuple[Any, Any, dict[str, Any]]] = [
        (DiT, f5, dict(id="pocket-speech", modality="speech", architecture="f5", codec="phonemes", path="flow")),
        (Prosody, prosody, dict(id="pocket-prosody", modality="prosody", architecture="prosody")),
        (Vocos, vocos, dict(id="pocket-vocoder", modality="vocoder", architecture="vocos")),
    ]
    for network, config, about in cards:
        folder = home / "models" / about["id"]
        folder.mkdir(parents=True)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            made = network(config)
            for parameter in made.parameters():
                torch.nn.init.normal_(parameter, std=0.1)
            if isinstance(made, Prosody):
                made.usual.fill_(2.0)  # e² frames a symbol, and a pause
        export(made, folder)
        companions = {"prosody": "pocket-prosody"} if about["modality"] == "speech" else {}
        card = ModelCard(
            **common, **about, title=about["id"], network=asdict(config), companions=companions, folder=str(folder)
        )
        write_card(card)
    add_voice(home, "anna", "Anna", TEXT)


def add_voice(home: Path, id: str, title: str, transcript: str, seconds: float = SECONDS, pitch: float = 220.0) -> None:
    """A voice that hums its words."""
    import soundfile

    folder = home / "voices" / id
    folder.mkdir(parents=True)
    time = np.arange(round(seconds * 24_000)) / 24_000
    hum = 0.4 * np.sin(2 * np.pi * pitch * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time))
    file = io.BytesIO()
    soundfile.write(file, hum.astype(np.float32), 24_000, format="WAV", subtype="PCM_16")
    (folder / "voice.wav").write_bytes(file.getvalue())
    voice = dict(id=id, title=title, language="english", transcript=transcript, sound={"name": "voice.wav"})
    (folder / "voice.toml").write_text(tomli_w.dumps(voice), encoding="utf-8")


@pytest.fixture(scope="session")
def tiny_speech_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once a run, never written to."""
    folder = tmp_path_factory.mktemp("speech")
    make(folder)
    return folder


@pytest.fixture
def tiny_speech(tiny_speech_template: Path, quartet_home: Path) -> Path:
    """The user's folder, with checkpoints that speak under the names of the shipped ones."""
    shutil.copytree(tiny_speech_template, quartet_home, dirs_exist_ok=True)
    return quartet_home


def add_published(home: Path, architecture: str, mel: str = "vocos") -> str:
    """A network that reads letters, "f5" or "e2", as published ones do; its id."""
    import torch

    from engine.api.cards import CardFile, ModelCard
    from engine.networks.e2 import E2Config, UNetT
    from engine.networks.f5 import DiT, F5Config
    from engine.training.card import write_card
    from engine.training.export import export

    folder = home / "models" / f"tiny-{architecture}-{mel}"
    folder.mkdir(parents=True)
    letters = " abcdefghijklmnopqrstuvwxyzASTN.,"
    (folder / "vocab.txt").write_text("".join(f"{letter}\n" for letter in letters), encoding="utf-8")
    size: dict[str, Any] = dict(dim=32, depth=2, heads=2, dim_head=16, text_num_embeds=len(letters))
    network = DiT(F5Config(**size, text_dim=16, conv_layers=1)) if architecture == "f5" else UNetT(E2Config(**size))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for parameter in network.parameters():
            torch.nn.init.normal_(parameter, std=0.05)
    export(network, folder)
    card = ModelCard(
        id=folder.name,
        title=folder.name,
        modality="speech",
        architecture=architecture,
        codec="letters",
        path="flow",
        mel=mel,
        licence="CC0-1.0",
        parameters=1,
        network=asdict(network.config),
        files={"network": CardFile(name="network.safetensors"), "codec": CardFile(name="vocab.txt")},
        folder=str(folder),
    )
    write_card(card)
    return folder.name
