"""Diffusion Policy's U-Net along time: Chi et al. 2023, https://arxiv.org/abs/2303.04137

Every residual block is conditioned by FiLM (Perez et al. 2018, https://arxiv.org/abs/1709.07871): a vector, here of the
diffusion step and of what is known globally, gives each channel a scale and a bias, scale·x + bias (without a 1 +).
Parameters have the authors' names. Two habits of the authors' are kept, since checkpoints were trained with them: both
ways up end in an upsampling, so that the skip of the finest level is never used; and of the two encodings of a local
condition only the first is added, the second being weights that nothing reads.

Shapes: B batch, T time (a multiple of 2^(levels − 1)), C channels, D values a frame, G and L widths of the global and
the local condition, W width of the vector.
"""

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class UNet1dConfig:
    """The defaults are the authors' settings, not their code's defaults."""

    input_dim: int
    local_cond_dim: int = 0
    global_cond_dim: int = 0
    diffusion_step_embed_dim: int = 256
    down_dims: tuple[int, ...] = (256, 512, 1024)
    kernel_size: int = 5
    n_groups: int = 8
    cond_predict_scale: bool = True  # without it FiLM has a bias alone


class StepEmbedding(nn.Module):
    """Sines, then cosines, of frequencies from 1 to 1/10,000 inclusive."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.pairs = dim // 2

    def forward(self, steps: Tensor) -> Tensor:  # (B,) -> (B, dim)
        places = torch.arange(self.pairs, device=steps.device)
        angles = steps[:, None] * torch.exp(places * (-log(10_000) / (self.pairs - 1)))
        return torch.cat([angles.sin(), angles.cos()], -1)


class ConvBlock(nn.Module):
    """Convolution, GroupNorm, Mish."""

    def __init__(self, dim_in: int, dim_out: int, kernel: int, groups: int = 8) -> None:
        super().__init__()
        convolution = nn.Conv1d(dim_in, dim_out, kernel, padding=kernel // 2)
        self.block = nn.Sequential(convolution, nn.GroupNorm(groups, dim_out), nn.Mish())

    def forward(self, x: Tensor) -> Tensor:  # (B, C, T) -> (B, C', T)
        out: Tensor = self.block(x)
        return out


class ResidualBlock(nn.Module):
    """Two convolutions with FiLM between them, beside a straight way."""

    def __init__(
        self, dim_in: int, dim_out: int, cond_dim: int, kernel: int = 5, groups: int = 8, scaled: bool = True
    ) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            [ConvBlock(dim_in, dim_out, kernel, groups), ConvBlock(dim_out, dim_out, kernel, groups)]
        )
        self.cond_encoder = nn.Sequential(nn.Mish(), nn.Linear(cond_dim, 2 * dim_out if scaled else dim_out))
        self.residual_conv = nn.Conv1d(dim_in, dim_out, 1) if dim_in != dim_out else nn.Identity()
        self.scaled = scaled

    def forward(self, x: Tensor, cond: Tensor) -> Tensor:  # (B, C, T), (B, W) -> (B, C', T)
        out: Tensor = self.blocks[1](self.modulated(self.blocks[0](x), self.cond_encoder(cond)[..., None]))
        return out + self.residual_conv(x)

    def modulated(self, x: Tensor, told: Tensor) -> Tensor:  # (B, C', T), (B, C' or 2C', 1) -> (B, C', T)
        if not self.scaled:
            return x + told
        scale, bias = told.chunk(2, 1)
        return scale * x + bias


class Downsample(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(dim, dim, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, T) -> (B, C, T/2)
        out: Tensor = self.conv(x)
        return out


class Upsample(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose1d(dim, dim, 4, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:  # (B, C, T) -> (B, C, 2T)
        out: Tensor = self.conv(x)
        return out


class ConditionalUnet1D(nn.Module):
    def __init__(self, config: UNet1dConfig) -> None:
        super().__init__()
        self.config = config
        dims, step_dim = (config.input_dim, *config.down_dims), config.diffusion_step_embed_dim
        cond_dim = step_dim + config.global_cond_dim

        def residual(dim_in: int, dim_out: int) -> ResidualBlock:
            return ResidualBlock(
                dim_in, dim_out, cond_dim, config.kernel_size, config.n_groups, config.cond_predict_scale
            )

        def level(dim_in: int, dim_out: int, change: nn.Module) -> nn.ModuleList:
            return nn.ModuleList([residual(dim_in, dim_out), residual(dim_out, dim_out), change])

        self.diffusion_step_encoder = nn.Sequential(
            StepEmbedding(step_dim), nn.Linear(step_dim, 4 * step_dim), nn.Mish(), nn.Linear(4 * step_dim, step_dim)
        )
        pairs = list(zip(dims, dims[1:], strict=False))
        self.local_cond_encoder = (
            nn.ModuleList([residual(config.local_cond_dim, dims[1]) for _ in range(2)])
            if config.local_cond_dim
            else None
        )
        self.mid_modules = nn.ModuleList([residual(dims[-1], dims[-1]) for _ in range(2)])
        self.down_modules = nn.ModuleList(
            [level(fine, coarse, Downsample(coarse)) for fine, coarse in pairs[:-1]]
            + [level(*pairs[-1], nn.Identity())]
        )
        self.up_modules = nn.ModuleList(
            [level(2 * coarse, fine, Upsample(fine)) for fine, coarse in reversed(pairs[1:])]
        )
        self.final_conv = nn.Sequential(
            ConvBlock(dims[1], dims[1], config.kernel_size), nn.Conv1d(dims[1], config.input_dim, 1)
        )

    def forward(
        self, x: Tensor, time: Tensor | float, local_cond: Tensor | None = None, global_cond: Tensor | None = None
    ) -> Tensor:  # (B, T, D), (B,) or a number, (B, T, L), (B, G) -> (B, T, D)
        """The prediction; `time` counts the authors' training steps, 0 to 99."""
        steps = torch.as_tensor(time, device=x.device).expand(len(x))
        cond = self.diffusion_step_encoder(steps)
        if global_cond is not None:
            cond = torch.cat([cond, global_cond], -1)
        local = None
        if local_cond is not None:
            assert self.local_cond_encoder is not None, "this network takes no local condition"
            local = self.local_cond_encoder[0](local_cond.mT, cond)
        x, skips = self.down(x.mT, cond, local)
        for block in self.mid_modules:
            x = block(x, cond)
        out: Tensor = self.final_conv(self.up(x, cond, skips))
        return out.mT

    def down(self, x: Tensor, cond: Tensor, local: Tensor | None) -> tuple[Tensor, list[Tensor]]:
        """(B, D, T) to the coarsest level, and what each level had before it was made coarser."""
        skips = []
        for level in self.down_modules:
            first, second, change = level.children()
            x = first(x, cond)
            if local is not None:
                x, local = x + local, None
            x = second(x, cond)
            skips.append(x)
            x = change(x)
        return x, skips

    def up(self, x: Tensor, cond: Tensor, skips: list[Tensor]) -> Tensor:
        """From the coarsest level back to (B, C, T); the skip of the finest level is left over."""
        for level in self.up_modules:
            first, second, change = level.children()
            x = torch.cat([x, skips.pop()], 1)
            x = change(second(first(x, cond), cond))
        return x
