"""DiT, Stable Diffusion's autoencoder and DDPM's learned range against diffusers, and the published sizes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import diffusers
import pytest
import torch
from diffusers import AutoencoderKL, DiTTransformer2DModel
from torch import Tensor, nn

from engine.denoiser import apart, doubled, guided, ranged
from engine.networks.image_dit import DiTConfig, ImageDiT
from engine.networks.sd_vae import SDVAE, SDVAEConfig
from engine.runtime.weights import LAYOUTS, NothingDrawn, arrange
from engine.samplers.ddpm import ddpm
from engine.samplers.paths import PATHS
from engine.samplers.spacings import spaced, times
from tests.parity.references import difference

pytestmark = pytest.mark.parity

TINY = DiTConfig(size=8, width=32, depth=2, heads=4, classes=5)
VAE = SDVAEConfig(widths=(8, 8, 16, 16), groups=4, scale=2.0)

TO_DIFFUSERS = (
    (r"x_embedder\.(.*)", r"pos_embed.\1"),
    (r"blocks\.(\d+)\.attn\.(to_.)\.(.*)", r"transformer_blocks.\1.attn1.\2.\3"),
    (r"blocks\.(\d+)\.attn\.proj\.(.*)", r"transformer_blocks.\1.attn1.to_out.0.\2"),
    (r"blocks\.(\d+)\.mlp\.fc1\.(.*)", r"transformer_blocks.\1.ff.net.0.proj.\2"),
    (r"blocks\.(\d+)\.mlp\.fc2\.(.*)", r"transformer_blocks.\1.ff.net.2.\2"),
    (r"blocks\.(\d+)\.adaLN_modulation\.1\.(.*)", r"transformer_blocks.\1.norm1.linear.\2"),
    (r"final_layer\.adaLN_modulation\.1\.(.*)", r"proj_out_1.\1"),
    (r"final_layer\.linear\.(.*)", r"proj_out_2.\1"),
)
EACH_BLOCKS_OWN = (
    ("t_embedder.mlp.0", "timestep_embedder.linear_1"),
    ("t_embedder.mlp.2", "timestep_embedder.linear_2"),
    ("y_embedder", "class_embedder"),
)
"""The authors' names → diffusers', which gives every block the same time and classes again."""


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def drawn(network: nn.Module, std: float = 0.1) -> nn.Module:
    torch.manual_seed(5)
    for parameter in network.parameters():
        if parameter.requires_grad:
            nn.init.normal_(parameter, std=std)
    return network.eval()


def for_diffusers(state: dict[str, Tensor]) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for name, tensor in state.items():
        own = next(((ours, theirs) for ours, theirs in EACH_BLOCKS_OWN if name.startswith(ours)), None)
        if own:
            for i in range(TINY.depth):
                found[f"transformer_blocks.{i}.norm1.emb.{name.replace(*own)}"] = tensor
        elif ".qkv." in name:
            for part, piece in zip("qkv", tensor.chunk(3), strict=True):
                found[renamed(name.replace("qkv", f"to_{part}"))] = piece
        elif name != "pos_embed":  # diffusers keeps its own out of the file
            found[renamed(name)] = tensor
    return found


def renamed(name: str) -> str:
    return next(match.expand(new) for old, new in TO_DIFFUSERS if (match := re.fullmatch(old, name)))


def both() -> tuple[Any, ImageDiT]:
    ours = ImageDiT(TINY)
    drawn(ours)
    theirs = DiTTransformer2DModel(
        num_attention_heads=4,
        attention_head_dim=8,
        in_channels=4,
        out_channels=8,
        num_layers=2,
        sample_size=8,
        num_embeds_ada_norm=5,
        norm_eps=1e-6,
    ).eval()
    theirs.load_state_dict(for_diffusers(ours.state_dict()), strict=True)
    for block in theirs.transformer_blocks:  # the authors' slowest frequency is one step short of where diffusers' is
        block.norm1.emb.time_proj.downscale_freq_shift = 0
    return theirs, ours


@pytest.mark.parametrize("time", [0, 5, 999])
def test_the_transformer(time: int) -> None:
    theirs, ours = both()
    x, labels = torch.randn(2, 4, 8, 8), torch.tensor([3, TINY.classes])
    expected = theirs(x, torch.full((2,), time), labels).sample
    assert expected.shape == (2, 8, 8, 8) and expected.std() > 0.1
    assert difference(ours(x, time, ours.prepare(labels)), expected) < 1e-4


def test_places_are_told_across_before_down() -> None:
    theirs, ours = both()
    assert difference(ours.pos_embed, theirs.pos_embed.pos_embed) < 1e-6


def scheduler(steps: int) -> Any:
    """With our table in float64, for theirs is multiplied in float32 and here the steps are compared."""
    made = diffusers.DDPMScheduler(
        beta_start=1e-4,
        beta_end=0.02,
        variance_type="learned_range",
        clip_sample=False,
        timestep_spacing="linspace",
    )
    made.alphas_cumprod = torch.tensor([PATHS["linear-beta"]((i + 1) / 1000).alpha ** 2 for i in range(1000)]).double()
    made.set_timesteps(steps)
    return made


@pytest.mark.parametrize("steps", [7, 50, 250])
def test_steps_stand_where_the_authors_have_them(steps: int) -> None:
    path = PATHS["linear-beta"]
    levels = spaced(path, times("uniform", steps))
    assert [path.timestep(level.t) for level in levels[:-1]] == scheduler(steps).timesteps.tolist()
    assert levels[-1].sigma == 0


def test_ddpm_with_a_learned_range() -> None:
    """From the same start with the same noise, through a network whose variances are far apart."""
    torch.manual_seed(11)
    layer = nn.Conv2d(2, 4, 3, padding=1).double()

    def network(x: Tensor, time: float) -> Tensor:
        return torch.tanh(layer(x) * 2 + time / 1000)

    path, start = PATHS["linear-beta"], torch.randn(1, 2, 4, 4, dtype=torch.float64)
    reference, draws = scheduler(20), torch.Generator().manual_seed(2)
    expected = start
    for time in reference.timesteps:
        answer = network(expected, float(time))
        expected = reference.step(answer, time, expected, generator=draws).prev_sample
    ours = torch.Generator().manual_seed(2)
    denoise = apart(ranged(network, "eps", lambda level: path.timestep(level.t)))
    walk = ddpm(
        denoise,
        start,
        spaced(path, times("uniform", 20)),
        lambda like: torch.randn(like.shape, generator=ours, dtype=like.dtype),
        1.0,
    )
    found = list(walk)[-1].x
    assert relative(found, expected) < 1e-5


def test_the_authors_whole_sampling() -> None:
    """Both rows in one batch, three channels guided, the learned range: with diffusers' transformer and scheduler, and
    with ours.

    Of diffusers' transformer the time is worked out in single precision whatever it is asked for.
    """
    theirs, ours = both()
    theirs, ours = theirs.double(), ours.double()
    path, labels, steps = PATHS["linear-beta"], torch.tensor([3, TINY.classes]), 8
    start = torch.randn(1, 4, 8, 8, dtype=torch.float64)
    reference, draws = scheduler(steps), torch.Generator().manual_seed(2)
    expected = start
    for time in reference.timesteps:
        answer = theirs(expected.repeat(2, 1, 1, 1), time.expand(2), labels).sample
        cond, uncond = answer[:1], answer[1:]
        noise = torch.cat([uncond[:, :3] + 4.0 * (cond[:, :3] - uncond[:, :3]), cond[:, 3:]], 1)
        expected = reference.step(noise, time, expected, generator=draws).prev_sample
    told, again = ours.prepare(labels), torch.Generator().manual_seed(2)

    def bound(which: slice) -> Any:
        rows = told.rows(which)
        return ranged(lambda x, time: ours(x, time, rows), "eps", lambda level: path.timestep(level.t))

    cond, uncond = bound(slice(0, 1)), bound(slice(1, 2))
    for batched in (True, False):
        again.manual_seed(2)
        denoise = guided(cond, uncond, Knobs(batched), pair=doubled(bound(slice(0, 2))), channels=DiTConfig().guided)
        levels = spaced(path, times("uniform", steps))
        walk = ddpm(
            apart(denoise), start, levels, lambda like: torch.randn(like.shape, generator=again, dtype=like.dtype), 1.0
        )
        assert relative(list(walk)[-1].x, expected) < 1e-4


@dataclass
class Knobs:
    batched: bool
    guidance: float = 4.0


def relative(found: Tensor, expected: Tensor) -> float:
    """The largest difference in units of the largest number, for at the low α of the noisiest steps x0 is large."""
    return float((found - expected).abs().max() / expected.abs().max())


def diffusers_vae() -> Any:
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 16, 16),
        layers_per_block=2,
        latent_channels=4,
        norm_num_groups=4,
    )


def older(name: str) -> str:
    """As diffusers named the attention when Stable Diffusion's autoencoders were published."""
    for new, old in (("to_q", "query"), ("to_k", "key"), ("to_v", "value"), ("to_out.0", "proj_attn")):
        name = name.replace(f"attentions.0.{new}.", f"attentions.0.{old}.")
    return name


@pytest.mark.parametrize("named", [str, older], ids=["as now", "as published"])
def test_pictures_to_latents_and_back(named: Any) -> None:
    theirs = drawn(diffusers_vae(), 0.2)
    ours = SDVAE(VAE)
    published = {named(name): tensor for name, tensor in theirs.state_dict().items()}
    ours.load_state_dict(arrange(published, LAYOUTS["sd-vae-diffusers"]), strict=True)
    pixels = torch.randn(2, 3, 16, 24)
    spread: Any = theirs.encode(pixels).latent_dist  # type: ignore[operator]
    latent = spread.mode()
    assert latent.shape == (2, 4, 2, 3) and ours.config.shrink == 8
    assert difference(ours.encode(pixels), latent * VAE.scale) < 1e-4
    noise = torch.randn(latent.shape)
    assert difference(ours.encode(pixels, noise), (latent + spread.std * noise) * VAE.scale) < 1e-4
    assert difference(ours(latent * VAE.scale), theirs.decode(latent).sample) < 1e-4  # type: ignore[operator]


def test_the_file_of_latent_diffusion_is_read() -> None:
    """Whole checkpoints of it hold the U-Net and its averages too."""
    ours = SDVAE(VAE)
    file = {name.replace("conv_shortcut", "nin_shortcut"): tensor for name, tensor in ours.state_dict().items()}
    assert any("nin_shortcut" in name for name in file)
    alone = file | {"loss.logvar": torch.zeros(()), "model_ema.decay": torch.zeros(())}
    assert arrange(alone, LAYOUTS["sd-vae"]).keys() == ours.state_dict().keys()
    within = {f"first_stage_model.{name}": tensor for name, tensor in file.items()}
    within |= {"model.diffusion_model.out.0.weight": torch.zeros(4)}
    assert arrange(within, LAYOUTS["sd-vae-within"]).keys() == ours.state_dict().keys()


def test_the_published_sizes() -> None:
    with torch.device("meta"), NothingDrawn():
        networks = (ImageDiT(DiTConfig()), SDVAE(SDVAEConfig()))
        reference = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(128, 256, 512, 512),
            layers_per_block=2,
            latent_channels=4,
        )
    counted = [sum(each.numel() for each in network.parameters()) for network in (*networks, reference)]
    assert counted == [675_129_632, 83_653_863, 83_653_863]
