"""Mustango as its authors publish it, small enough to be made for a test: random weights under the published names."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

CLIP = 1.28  # seconds: the tiny clip
UNET: dict[str, Any] = dict(
    in_channels=8,
    out_channels=8,
    block_out_channels=[16, 16, 32, 32],
    attention_head_dim=[1, 2, 4, 4],
    layers_per_block=1,
    cross_attention_dim=24,
    norm_num_groups=8,
)
VAE: dict[str, Any] = dict(
    ddconfig=dict(ch=32, ch_mult=[1, 1, 1], num_res_blocks=1, z_channels=8, attn_resolutions=[]),
    embed_dim=8,
    scale_factor=0.5,
)
T5: dict[str, Any] = dict(d_model=24, d_kv=8, d_ff=32, num_layers=2, num_heads=3)
WORDS = "calm piano with strings slow fast drums the key of this song is a major minor at n".split()


def make(folder: Path) -> None:
    """Into `folder`: `ldm/ vae/ stft/ beats/ chords/ configs/` and the two tokenizers."""
    import torch

    for name in ("ldm", "vae", "stft", "beats", "chords", "configs", "flan-t5-large", "deberta-v3-large"):
        (folder / name).mkdir(parents=True)
    (folder / "configs" / "music_diffusion_model_config.json").write_text(json.dumps(UNET))
    (folder / "configs" / "vae_config.json").write_text(json.dumps(VAE))
    words = t5_tokenizer(folder / "flan-t5-large" / "tokenizer.json")
    pieces = deberta_tokenizer(folder / "deberta-v3-large" / "spm.model")
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(0)
        torch.save(ldm(words), folder / "ldm" / "pytorch_model_ldm.bin")
        torch.save(sound(), folder / "vae" / "pytorch_model_vae.bin")
        torch.save({"mel_basis": torch.zeros(4, 4)}, folder / "stft" / "pytorch_model_stft.bin")
        torch.save(beats(pieces), folder / "beats" / "microsoft-deberta-v3-large.pt")
        torch.save(chords(words), folder / "chords" / "flan-t5-large.bin")


def drawn(network: Any, std: float = 0.1) -> dict[str, Any]:
    """Its tensors, all of random numbers."""
    import torch

    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=std)
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def ldm(words: int) -> dict[str, Any]:
    """U-Net, text encoder, and what beats and chords go through, of which the file has two copies."""
    import torch
    from transformers import T5Config, T5EncoderModel

    from engine.conditioners.music_events import BeatEncoder, ChordEncoder
    from engine.networks.munet import MuNet, MuNetConfig

    sizes = {"heads" if name == "attention_head_dim" else name: value for name, value in UNET.items()}
    width = UNET["cross_attention_dim"]
    text = T5EncoderModel(T5Config(**T5, vocab_size=words, feed_forward_proj="gated-gelu"))
    state = {f"unet.{name}": each for name, each in drawn(MuNet(MuNetConfig(**sizes))).items()}
    state |= {f"text_encoder.{name}": each for name, each in drawn(text, 0.3).items()}
    state |= {f"beat_embedding_layer.{name}": each for name, each in drawn(BeatEncoder(width)).items()}
    state |= {f"chord_embedding_layer.{name}": each for name, each in drawn(ChordEncoder(width)).items()}
    table = torch.zeros(5000, 1, width)
    state |= {f"{name}PE.pe": table for name in ("", "beat_embedding_layer.", "chord_embedding_layer.")}
    return state | {"FME.translation_bias": state["chord_embedding_layer.FME.translation_bias"]}


def sound() -> dict[str, Any]:
    """Autoencoder and vocoder."""
    from engine.networks.audioldm_vae import AudioLDMVAE, AudioLDMVAEConfig
    from engine.networks.hifigan import HiFiGAN, HiFiGANConfig

    config = AudioLDMVAEConfig(ch=32, ch_mult=(1, 1, 1), num_res_blocks=1)
    state = {name.replace("conv_shortcut", "nin_shortcut"): each for name, each in drawn(AudioLDMVAE(config)).items()}
    vocoder = drawn(HiFiGAN(HiFiGANConfig(upsample_initial_channel=64)))
    return state | {f"vocoder.{name}": each for name, each in vocoder.items()}


def beats(pieces: int) -> dict[str, Any]:
    """What predicts beats; about half a second lies between two."""
    import torch

    from engine.conditioners.beat_prediction import BeatPredictor, BeatPredictorConfig

    config = BeatPredictorConfig(pieces, 64, 32, 1, 1, 16)
    state = drawn(BeatPredictor(config), 0.02)
    state["regressor.bias"] = torch.tensor([0.5])
    return state | {"deberta.embeddings.position_ids": torch.arange(512)[None]}


def chords(words: int) -> dict[str, Any]:
    """What names chords. Its output layer is not its table of words."""
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    network = T5ForConditionalGeneration(T5Config(**T5, vocab_size=words, feed_forward_proj="gated-gelu"))
    state = drawn(network, 0.3)
    return state | {"lm_head.weight": torch.randn_like(state["lm_head.weight"])}


def t5_tokenizer(path: Path) -> int:
    """A table of words; how many it has."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    table = {word: number for number, word in enumerate(["<pad>", "</s>", "<unk>", *WORDS])}
    tokenizer = Tokenizer(WordLevel(table, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    path.write_text(tokenizer.to_str(), encoding="utf-8")
    return len(table)


def deberta_tokenizer(path: Path) -> int:
    """A table of pieces; how many it has, with the mark behind them that no text has."""
    import sentencepiece

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([" ".join(WORDS)] * 20),
        model_writer=written,
        vocab_size=48,
        hard_vocab_limit=False,
        pad_id=0,
        bos_id=1,
        eos_id=2,
        unk_id=3,
        minloglevel=3,
    )
    path.write_bytes(written.getvalue())
    return int(sentencepiece.SentencePieceProcessor(model_proto=written.getvalue()).vocab_size()) + 1


def added(folder: Path) -> str:
    """The checkpoint in the user's catalog, with a clip of 1.28 s in place of 10.24; its id."""
    import msgspec

    from engine.runtime.published import add
    from engine.training.card import write_card

    card = add(folder)
    write_card(msgspec.structs.replace(card, network=card.network | {"frames": 128}))
    return card.id


@pytest.fixture(scope="session")
def mustango_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once a run, never written to."""
    folder = tmp_path_factory.mktemp("published") / "mustango"
    make(folder)
    return folder


@pytest.fixture
def mustango_folder(mustango_template: Path, tmp_path: Path) -> Path:
    """The folders of the authors, to change as one likes."""
    return Path(shutil.copytree(mustango_template, tmp_path / "downloads" / "mustango"))
