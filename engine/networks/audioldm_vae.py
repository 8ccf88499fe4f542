"""AudioLDM's autoencoder: a log-mel spectrogram as a picture a quarter as long and as high, with eight channels.

Liu et al. 2023, https://arxiv.org/abs/2301.12503, as Mustango uses it; the picture is Rombach et al.'s
(https://arxiv.org/abs/2112.10752). Parameters are named as in the published checkpoints, but that the shortcut of a
residual block has the name that it has elsewhere here (the layout "audioldm-vae" says so).

Shapes: B batch, T frames and M bands of the spectrogram, Z channels of the latent.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from engine.networks.autoencoder_blocks import Decoder, Encoder


@dataclass(frozen=True)
class AudioLDMVAEConfig:
    """As in Mustango's `configs/vae_config.json`, under the names that it has there."""

    ch: int = 128
    ch_mult: tuple[int, ...] = (1, 2, 4)
    num_res_blocks: int = 2
    z_channels: int = 8
    embed_dim: int = 8
    norm_num_groups: int = 32
    scale_factor: float = 0.9227914214134216
    """What a latent is multiplied by, so that its deviation is near 1."""

    @property
    def widths(self) -> list[int]:
        return [self.ch * factor for factor in self.ch_mult]


class AudioLDMVAE(nn.Module):
    def __init__(self, config: AudioLDMVAEConfig) -> None:
        super().__init__()
        self.config = config
        widths, groups, levels = config.widths, config.norm_num_groups, len(config.ch_mult)
        down, up = [config.num_res_blocks] * levels, [config.num_res_blocks + 1] * levels
        self.encoder = Encoder(1, widths, down, 2 * config.z_channels, groups)
        self.decoder = Decoder(config.z_channels, widths, up, 1, groups)
        self.quant_conv = nn.Conv2d(2 * config.z_channels, 2 * config.embed_dim, 1)
        self.post_quant_conv = nn.Conv2d(config.embed_dim, config.z_channels, 1)

    def encode(self, mel: Tensor) -> Tensor:  # (B, T, M) -> (B, Z, T/4, M/4)
        """The most likely latent, at the scale of the diffusion. T and M are multiples of 4."""
        mean, _ = self.quant_conv(self.encoder(mel[:, None])).chunk(2, 1)
        return mean * self.config.scale_factor

    def forward(self, latent: Tensor) -> Tensor:  # (B, Z, T/4, M/4) -> (B, T, M)
        """The spectrogram of a latent of the diffusion."""
        return self.decoder(self.post_quant_conv(latent / self.config.scale_factor))[:, 0]
