"""Stable Audio as it is published, small enough to be made for a test: random weights under the published names.

Once as its authors' one file and once as diffusers' folders, with the same weights.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.stable_audio_names import authors_autoencoder, authors_timing, authors_transformer

WINDOW = 132  # frames of 512 samples: 1.53 s
WORDS = "a calm piano with strings 100 120 BPM C minor A major , .".split()
TRANSFORMER: dict[str, Any] = dict(
    io_channels=4,
    embed_dim=32,
    depth=2,
    num_heads=4,
    shared_heads=2,
    cond_token_dim=16,
    global_cond_dim=32,
    window=WINDOW,
)
AUTOENCODER: dict[str, Any] = dict(channels=4, c_mults=(1, 2, 2), strides=(8, 8, 8), latent_dim=4)
UNET: dict[str, Any] = dict(
    in_channels=4,
    channels=32,
    multipliers=(1, 1, 2),
    factors=(1, 2),
    num_blocks=(1, 1),
    attentions=(1, 1, 1),
    attention_heads=4,
    resnet_groups=8,
    context_embedding_features=64,
    window=WINDOW,
)
CLAP: dict[str, Any] = dict(
    hidden_size=64, intermediate_size=32, num_hidden_layers=2, num_attention_heads=1, max_position_embeddings=90
)
T5: dict[str, Any] = dict(d_model=16, d_kv=4, d_ff=24, num_layers=2, num_heads=4)

Names = list[tuple[str, str]]

TO_DIFFUSERS: Names = [
    (r"time_rates", "time_proj.weight"),
    (r"to_timestep_embed", "timestep_proj"),
    (r"to_cond_embed", "cross_attention_proj"),
    (r"to_global_embed", "global_proj"),
    (r"project_", "proj_"),
    (r"layers\.", "transformer_blocks."),
    (r"pre_norm", "norm1"),
    (r"cross_attend_norm", "norm2"),
    (r"ff_norm", "norm3"),
    (r"self_attn\.to_out", "attn1.to_out.0"),
    (r"self_attn", "attn1"),
    (r"cross_attn\.to_out", "attn2.to_out.0"),
    (r"cross_attn", "attn2"),
    (r"ff\.up", "ff.net.0.proj"),
    (r"ff\.down", "ff.net.2"),
]
TO_DIFFUSERS_SOUND: Names = [
    (r"coder\.first", "coder.conv1"),
    (r"coder\.last", "coder.conv2"),
    (r"coder\.snake", "coder.snake1"),
    (r"blocks\.(\d+)\.snake", r"blocks.\1.snake1"),
    (r"encoder\.blocks\.(\d+)\.conv\.", r"encoder.blocks.\1.conv1."),
    (r"decoder\.blocks\.(\d+)\.conv\.", r"decoder.blocks.\1.conv_t1."),
    (r"units\.0", "res_unit1"),
    (r"units\.1", "res_unit2"),
    (r"units\.2", "res_unit3"),
    (r"blocks\.", "block."),
]
TO_DIFFUSERS_TIMING: Names = [
    (r"seconds_start", "start_number_conditioner"),
    (r"seconds_total", "end_number_conditioner"),
    (r"\.rates", ".time_positional_embedding.0.weights"),
    (r"\.out", ".time_positional_embedding.1"),
]
CONFIG: dict[str, Any] = {
    "sample_rate": 44_100,
    "sample_size": WINDOW * 512,
    "model": {
        "pretransform": {"config": {"downsampling_ratio": 512}},
        "conditioning": {"configs": [{"id": "seconds_total", "config": {"min_val": 0, "max_val": 512}}]},
        "diffusion": {"type": "dit", "config": {"num_heads": 4, "project_cond_tokens": False}},
    },
}


def make(folder: Path) -> None:
    """Into `folder`: `model.safetensors`, `model_config.json`, and what reads the prompt."""
    from safetensors.torch import save_file

    transformer, autoencoder, timing = networks()
    state = authors_transformer(transformer) | authors_autoencoder(autoencoder) | authors_timing(timing)
    folder.mkdir(parents=True)
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, folder / "model.safetensors")
    (folder / "model_config.json").write_text(json.dumps(CONFIG))
    make_reader(folder)


def make_folders(folder: Path) -> None:
    """Into `folder`: `transformer/ vae/ projection_model/`, and what reads the prompt."""
    from safetensors.torch import save_file

    configs = (
        {"sample_size": WINDOW, "num_attention_heads": 4},
        {"sampling_rate": 44_100},
        {"min_value": 0, "max_value": 512},
    )
    for name, state, config in zip(("transformer", "vae", "projection_model"), networks(), configs, strict=True):
        (folder / name).mkdir(parents=True)
        plain = {key: tensor.contiguous() for key, tensor in state.items()}
        save_file(plain, folder / name / "diffusion_pytorch_model.safetensors")
        (folder / name / "config.json").write_text(json.dumps(config))
    make_reader(folder)


def make_first(folder: Path) -> None:
    """As the first paper has it: a U-Net told by CLAP, every whole second a vector of its own, in one file."""
    from safetensors.torch import save_file

    from engine.conditioners.clap_text import ClapText, ClapTextConfig
    from engine.conditioners.timing import Timing, TimingConfig
    from engine.networks.stable_audio_unet import StableAudioUNet, StableAudioUNetConfig

    settings = {name: value for name, value in UNET.items() if name != "window"}
    unet = drawn(StableAudioUNet(StableAudioUNetConfig(**UNET)), 0.1)
    seconds = drawn(Timing(TimingConfig(width=64, discrete=True)), 0.3)
    state = {f"model.model.{name}": tensor for name, tensor in unet.items()} | authors_autoencoder(networks()[1])
    for name, tensor in seconds.items():
        state[f"conditioner.conditioners.{name.replace('table', 'int_embedder')}"] = tensor
    for name in ("text_encoder", "tokenizer"):
        (folder / name).mkdir(parents=True)
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, folder / "model.safetensors")
    diffusion = {"type": "adp_cfg_1d", "config": settings}
    config = CONFIG | {"model": CONFIG["model"] | {"diffusion": diffusion}}
    (folder / "model_config.json").write_text(json.dumps(config))
    words = tokenizer(folder / "tokenizer" / "tokenizer.json")
    clap = ClapText(ClapTextConfig(**CLAP, vocab_size=words))
    save_file(drawn(clap, 0.3), folder / "text_encoder" / "model.safetensors")


def make_reader(folder: Path) -> None:
    """T5's encoder and a table of words."""
    from safetensors.torch import save_file

    from engine.conditioners.t5 import T5 as Encoder
    from engine.conditioners.t5 import T5Config

    for name in ("text_encoder", "tokenizer"):
        (folder / name).mkdir()
    words = tokenizer(folder / "tokenizer" / "tokenizer.json")
    state = drawn(Encoder(T5Config(**T5, vocab_size=words)), 0.3)
    state["shared.weight"] = state.pop("encoder.embed_tokens.weight")
    save_file(state, folder / "text_encoder" / "model.safetensors")


def tokenizer(path: Path) -> int:
    """How many words it has."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    table = {word: number for number, word in enumerate(["<pad>", "</s>", "<unk>", *WORDS])}
    table_of_words = Tokenizer(WordLevel(table, unk_token="<unk>"))
    table_of_words.pre_tokenizer = Whitespace()
    path.write_text(table_of_words.to_str(), encoding="utf-8")
    return len(table)


def networks() -> tuple[dict[str, Any], ...]:
    """Transformer, autoencoder and timing, by diffusers' names."""
    from engine.conditioners.timing import Timing, TimingConfig
    from engine.networks.oobleck import Oobleck, OobleckConfig
    from engine.networks.stable_audio import StableAudio, StableAudioConfig

    transformer = drawn(StableAudio(StableAudioConfig(**TRANSFORMER)), 0.2)
    autoencoder = drawn(Oobleck(OobleckConfig(**AUTOENCODER)), 0.15)
    timing = drawn(Timing(TimingConfig(width=TRANSFORMER["cond_token_dim"])), 0.3)
    return (
        renamed(apart(transformer), TO_DIFFUSERS),
        renamed(normed(autoencoder), TO_DIFFUSERS_SOUND),
        renamed(timing, TO_DIFFUSERS_TIMING),
    )


def drawn(network: Any, std: float) -> dict[str, Any]:
    """Its tensors, all of random numbers."""
    import torch

    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(3)
        return {name: torch.randn(tensor.shape) * std for name, tensor in network.state_dict().items()}


def apart(state: dict[str, Any]) -> dict[str, Any]:
    """Queries, keys and values in matrices of their own."""
    found = {}
    for name, tensor in state.items():
        letters = {"to_qkv": "qkv", "to_kv": "kv"}.get(name.split(".")[-2], "") if "." in name else ""
        for letter, piece in zip(letters, tensor.chunk(len(letters)) if letters else (), strict=True):
            found[re.sub(r"to_q?kv", f"to_{letter}", name)] = piece
        if not letters:
            found[name] = tensor
    return found


def normed(state: dict[str, Any]) -> dict[str, Any]:
    """Weights under weight norm, whose directions are of no particular length; activations with three dimensions."""
    found = {}
    for name, tensor in state.items():
        if name.endswith("weight"):
            found[f"{name}_g"], found[f"{name}_v"] = tensor.norm(dim=(1, 2), keepdim=True), 1.7 * tensor
        else:
            found[name] = tensor[None, :, None] if name.endswith(("alpha", "beta")) else tensor
    return found


def renamed(state: dict[str, Any], names: Names) -> dict[str, Any]:
    found = {}
    for name, tensor in state.items():
        for pattern, replacement in names:
            name = re.sub(pattern, replacement, name)
        found[name] = tensor
    return found


@pytest.fixture(scope="session")
def stable_audio_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both forms, made once a run, never written to."""
    folder = tmp_path_factory.mktemp("published")
    make(folder / "tiny-stable-audio")
    make_folders(folder / "tiny-stable-audio-folders")
    return folder


@pytest.fixture
def stable_audio_folders(stable_audio_template: Path, tmp_path: Path) -> Path:
    """Both forms, to change as one likes: "tiny-stable-audio" and "tiny-stable-audio-folders"."""
    return Path(shutil.copytree(stable_audio_template, tmp_path / "downloads"))
