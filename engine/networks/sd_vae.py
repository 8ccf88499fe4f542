"""Stable Diffusion's autoencoder: a picture as four channels an eighth as wide and as high.

Rombach et al. 2022, https://arxiv.org/abs/2112.10752; DiT paints in its latents, as its authors decode them by the
fine-tuned ones ("ft-ema", "ft-mse"). Parameters are named as in latent diffusion's own file (engine/networks/
autoencoder_blocks.py); the layouts "sd-vae" and "sd-vae-diffusers" read that file and diffusers' folder.

Shapes: B batch, H and W of the picture, multiples of f (8), Z channels of the latent. Pixels are in [−1, 1].
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.networks.autoencoder_blocks import Decoder, Encoder

LOG_VARIANCE = (-30.0, 20.0)  # beyond these it is no use


@dataclass(frozen=True)
class SDVAEConfig:
    widths: tuple[int, ...] = (128, 256, 512, 512)
    blocks: int = 2  # at each level of the way down; one more on the way up
    channels: int = 3
    latent: int = 4
    groups: int = 32
    scale: float = 0.18215
    """What a latent is multiplied by, so that its deviation is near 1."""

    @property
    def shrink(self) -> int:
        """f, how many times smaller a latent is than its picture."""
        return 2 ** (len(self.widths) - 1)


class SDVAE(nn.Module):
    precise = True  # bfloat16 has eight bits, and so has a pixel

    def __init__(self, config: SDVAEConfig) -> None:
        super().__init__()
        self.config = config
        down, up = [config.blocks] * len(config.widths), [config.blocks + 1] * len(config.widths)
        self.encoder = Encoder(config.channels, config.widths, down, 2 * config.latent, config.groups)
        self.decoder = Decoder(config.latent, config.widths, up, config.channels, config.groups)
        self.quant_conv = nn.Conv2d(2 * config.latent, 2 * config.latent, 1)
        self.post_quant_conv = nn.Conv2d(config.latent, config.latent, 1)

    def encode(self, pixels: Tensor, noise: Tensor | None = None) -> Tensor:  # (B, 3, H, W) -> (B, Z, H/8, W/8)
        """The latent at the scale of the diffusion: its mean, or a draw by a standard normal `noise` of its shape."""
        mean, spread = self.quant_conv(self.encoder(pixels)).chunk(2, 1)
        if noise is not None:
            mean = mean + torch.exp(spread.clamp(*LOG_VARIANCE) / 2) * noise
        return mean * self.config.scale

    def forward(self, latent: Tensor) -> Tensor:  # (B, Z, H/8, W/8) -> (B, 3, H, W)
        """The picture of a latent of the diffusion; pixels may lie a little outside [−1, 1]."""
        return self.decoder(self.post_quant_conv(latent / self.config.scale))
