"""A checkpoint of pocket music, small enough to be made for a test: random weights, an untaught vocoder."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

TEXTS = ("calm piano with soft strings", "fast funk, no drums", "शांत गिटार")


def make(home: Path) -> None:
    """Into `home`: pocket-music and its vocoder."""
    import torch

    from engine.api.cards import CardFile, ModelCard
    from engine.api.files import write_atomically
    from engine.codecs.music_bands import BANDS, HOP, WINDOW, filters
    from engine.networks.music_unet import MusicUNet, MusicUNetConfig
    from engine.networks.vocos import Vocos, VocosConfig
    from engine.training.card import write_card
    from engine.training.export import export
    from engine.training.music import CARD
    from engine.training.music_vocoder import CARD as VOCODER
    from engine.training.tokenizer import train_tokenizer

    music, vocoder = home / "models" / "pocket-music", home / "models" / "pocket-music-vocoder"
    for folder in (music, vocoder):
        folder.mkdir(parents=True)
    tokenizer = train_tokenizer(TEXTS, 300)
    write_atomically(music / "words.json", tokenizer.to_str())
    size: dict[str, Any] = dict(widths=(16, 16, 24), heads=2, told=16, memory=16, text_depth=1)
    config = MusicUNetConfig(words=tokenizer.get_vocab_size(), mean=(0.0,) * 160, deviation=(1.0,) * 160, **size)
    voice = VocosConfig(bands=BANDS, width=8, middle=8, depth=1, window=WINDOW, hop=HOP, anchored=True, refinements=1)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network, sound = MusicUNet(config), Vocos(voice)
        for weight in network.parameters():
            torch.nn.init.normal_(weight, std=0.05)
    sound.head.set_anchor(filters())
    export(network, music)
    export(sound, vocoder)
    file = CardFile(name="network.safetensors")
    files = {"network": file, "codec": CardFile(name="words.json")}
    write_card(ModelCard(**CARD, network=asdict(config), files=files, parameters=1, folder=str(music)))
    write_card(ModelCard(**VOCODER, network=asdict(voice), files={"network": file}, parameters=1, folder=str(vocoder)))
