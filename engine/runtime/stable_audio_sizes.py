"""How large the networks of a published Stable Audio are: from their tensors' shapes, under our names, to our settings.

What shapes do not tell (how many heads, how long the window is) stands in the authors' settings, or is usual.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from engine.conditioners.clap_text import ClapTextConfig
from engine.conditioners.t5 import T5Config
from engine.conditioners.timing import TimingConfig
from engine.networks.oobleck import OobleckConfig
from engine.networks.stable_audio import StableAudioConfig
from engine.networks.stable_audio_unet import StableAudioUNetConfig
from engine.runtime.published_cards import counted

Shapes = Mapping[str, tuple[int, ...]]
Settings = Mapping[str, Any]

HEAD = 64  # channels of a head where nothing says so


def transformer(shapes: Shapes, settings: Settings) -> StableAudioConfig:
    width, channels = shapes["project_in.weight"]
    heads = settings.get("num_heads") or width // HEAD
    return StableAudioConfig(
        io_channels=channels,
        embed_dim=width,
        depth=counted(shapes, r"layers\.(\d+)\..*"),
        num_heads=heads,
        shared_heads=shapes["layers.0.cross_attn.to_kv.weight"][0] // (2 * (width // heads)),
        cond_token_dim=shapes["to_cond_embed.0.weight"][1],
        global_cond_dim=shapes["to_global_embed.0.weight"][1],
        window=settings.get("window") or StableAudioConfig.window,
    )


def unet(shapes: Shapes, settings: Settings) -> StableAudioUNetConfig:
    """As its authors' settings say; only the number of latent channels and of places is told by shapes."""
    names = StableAudioUNetConfig.__dataclass_fields__
    known = {name: settings[name] for name in names if settings.get(name) is not None}
    told = {
        "in_channels": shapes["to_in.block.block1.project.weight"][1],
        "context_embedding_max_length": shapes["fixed_embedding.embedding.weight"][0],
    }
    return msgspec.convert(known | told, StableAudioUNetConfig)


def autoencoder(shapes: Shapes, settings: Settings) -> OobleckConfig:
    channels, sounds, _ = shapes["encoder.first.weight"]
    depth = counted(shapes, r"encoder\.blocks\.(\d+)\..*")
    strided = [shapes[f"encoder.blocks.{block}.conv.weight"] for block in range(depth)]
    return OobleckConfig(
        channels=channels,
        c_mults=tuple(wide // channels for wide, _, _ in strided),
        strides=tuple(kernel // 2 for _, _, kernel in strided),
        latent_dim=shapes["encoder.last.weight"][0] // 2,
        io_channels=sounds,
        sample_rate=settings.get("sample_rate") or OobleckConfig.sample_rate,
        final_tanh=bool(settings.get("final_tanh", False)),
    )


def timing(shapes: Shapes, settings: Settings) -> TimingConfig:
    if table := shapes.get("seconds_total.table.weight"):
        return TimingConfig(width=table[1], longest=table[0] - 1, discrete=True)
    return TimingConfig(width=shapes["seconds_total.out.weight"][0], longest=settings.get("max_val") or 512)


SIZES: dict[str, Callable[[Shapes, Settings], Any]] = {
    "stable_audio": transformer,
    "stable_audio_unet": unet,
    "oobleck": autoencoder,
    "timing": timing,
    "t5": lambda shapes, settings: T5Config.told_by(shapes),
    "clap_text": lambda shapes, settings: ClapTextConfig.told_by(shapes),
}
"""Architecture → its settings."""
