"""Mustango's network as its authors publish it: the U-Net, the text encoder and what beats and chords go through.

Melechovsky et al. 2023, https://arxiv.org/abs/2311.08355. One file holds them all, `ldm/pytorch_model_ldm.bin`; the
layout "mustango" says which of its names are the same tensor twice. A job asks it once for what it is told
(`prepare`) and then at every step for the velocity.

Shapes: B batch, Z channels, H frames and W bands of the latent, L word pieces, D width.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.conditioners.flan_t5 import FlanT5Config, text_encoder
from engine.conditioners.music_events import BeatEncoder, ChordEncoder, Places
from engine.networks.munet import Conditions, MuNet, MuNetConfig
from engine.networks.munet_blocks import Told


@dataclass(frozen=True)
class MustangoConfig:
    unet: MuNetConfig = field(default_factory=MuNetConfig)
    text: FlanT5Config = field(default_factory=FlanT5Config)
    frames: int = 1024
    """Of the spectrogram of a clip."""
    bands: int = 64
    shrinks: int = 4
    """Frames, and bands, that one place of the latent stands for."""

    @property
    def latent(self) -> tuple[int, int]:
        """H, W."""
        return self.frames // self.shrinks, self.bands // self.shrinks


class Mustango(nn.Module):
    def __init__(self, config: MustangoConfig) -> None:
        super().__init__()
        self.config = config
        width = config.unet.cross_attention_dim
        self.unet = MuNet(config.unet)
        self.text_encoder = text_encoder(config.text)
        self.beat_embedding_layer = BeatEncoder(width)
        self.chord_embedding_layer = ChordEncoder(width)

    def fuse(self) -> None:
        """T5 overflows in half precision of few exponents."""
        if next(self.text_encoder.parameters()).dtype == torch.float16:
            self.text_encoder.float()

    def prepare(self, ids: Tensor, mask: Tensor, beats: Places, chords: Places) -> Conditions:
        """(B, L) word pieces and where there are any, and as many items of beats and chords."""
        device = self.unet.conv_in.weight.device
        ids, mask, beats, chords = ids.to(device), mask.to(device), beats.to(device), chords.to(device)
        text = self.text_encoder(input_ids=ids, attention_mask=mask.long()).last_hidden_state
        return self.unet.prepare(
            Told(text.to(self.unet.conv_in.weight.dtype), mask),
            Told(self.beat_embedding_layer(beats), beats.mask),
            Told(self.chord_embedding_layer(chords), chords.mask),
        )

    def forward(self, x: Tensor, timestep: float, conditions: Conditions) -> Tensor:  # (B, Z, H, W) -> (B, Z, H, W)
        """The velocity, in single precision."""
        return self.unet(x.to(self.unet.conv_in.weight.dtype), timestep, conditions).float()
