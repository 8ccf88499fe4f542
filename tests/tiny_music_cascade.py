"""A checkpoint of three small networks that make music one after the other: random weights, 3.2, 16 and 24 kHz."""

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

ID = "tiny-cascade"
LONGEST = 4.0  # seconds


def configs() -> dict[str, Any]:
    """Role → its network's configuration; the two later ones hear a second at a time."""
    from engine.conditioners.music_lanes import LANES
    from engine.networks.noise2music import Noise2MusicConfig

    small: dict[str, Any] = dict(
        widths=(8, 8, 16), strides=(4, 4), blocks=(1, 1), cross_attention=(False, True), text_width=16, text_depth=1
    )
    alone: dict[str, Any] = small | dict(self_attention=(False, False), window=1.0)
    return {
        "network": Noise2MusicConfig(rate=3_200, aligned=LANES, **small, self_attention=(False, True), longest=LONGEST),
        "cascader": Noise2MusicConfig(rate=16_000, low_rate=3_200, **alone),
        "upsampler": Noise2MusicConfig(rate=24_000, low_rate=16_000, **alone | dict(text_width=0, low_noise=0.1)),
    }


def make(home: Path, roles: tuple[str, ...] = ("network", "cascader", "upsampler"), id: str = ID) -> None:
    """Into the user's folder: the checkpoint with these of its stages."""
    import torch

    from engine.api.cards import CardFile, CardPart, ModelCard
    from engine.networks.noise2music import Noise2Music
    from engine.training.card import write_card
    from engine.training.export import export

    folder = home / "models" / id
    folder.mkdir(parents=True)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for role in roles:
            network = Noise2Music(configs()[role])
            for parameter in network.parameters():
                torch.nn.init.normal_(parameter, std=0.3)
            export(network, folder, f"{role}.safetensors")
    settings = {role: asdict(configs()[role]) for role in roles}
    card = ModelCard(
        id=id,
        title=id,
        modality="music",
        architecture="noise2music",
        network=settings.pop("network"),
        parts={role: CardPart(architecture="noise2music", network=each) for role, each in settings.items()},
        path="squaredcos_cap_v2",
        prediction="eps",
        files={role: CardFile(name=f"{role}.safetensors") for role in roles},
        licence="CC0-1.0",
        parameters=1,
        folder=str(folder),
    )
    write_card(card)


@pytest.fixture(scope="session")
def tiny_cascade_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once a run, never written to."""
    folder = tmp_path_factory.mktemp("cascade")
    make(folder)
    return folder


@pytest.fixture
def tiny_cascade(tiny_cascade_template: Path, quartet_home: Path) -> Path:
    """The user's folder with the checkpoint in it."""
    shutil.copytree(tiny_cascade_template, quartet_home, dirs_exist_ok=True)
    return quartet_home
