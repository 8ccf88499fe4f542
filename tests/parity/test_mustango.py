"""MuNet against diffusers: block by block, whole, and through the 200 steps of DDPM.

The fork that Mustango was trained with has one block that diffusers has not, the layer that looks at text, then beats,
then chords. So three of diffusers' transformers stand where its own U-Net has one.
"""

from collections.abc import Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from diffusers import DDPMScheduler, Transformer2DModel, UNet2DConditionModel
from diffusers.models.resnet import ResnetBlock2D
from torch import Tensor, nn

from engine.denoiser import denoiser, doubled, guided
from engine.networks.munet import MuNet, MuNetConfig
from engine.networks.munet_blocks import HIDDEN, ResBlock, Told, Transformer
from engine.samplers import SAMPLERS
from engine.samplers.paths import PATHS
from engine.samplers.spacings import leading, times
from tests.parity.references import difference

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore:`Transformer2DModelOutput`:FutureWarning")]

TINY = MuNetConfig(
    in_channels=4,
    out_channels=4,
    block_out_channels=(16, 32, 32, 32),
    heads=(1, 2, 4, 4),
    layers_per_block=2,
    cross_attention_dim=24,
    norm_num_groups=8,
)
LENGTHS = (5, 7, 3)  # of text, beats and chords


@pytest.fixture(autouse=True)
def no_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


def drawn(network: nn.Module) -> Any:
    """With random weights, small enough to stay numbers and large enough to matter."""
    torch.manual_seed(7)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.15)
    return network.eval()


def told(batch: int = 2) -> tuple[Told, Told, Told]:
    """Text, beats and chords of a request and of nothing: of the latter no beat is seen, one chord and one word."""
    torch.manual_seed(8)
    masks = [torch.ones(batch, length, dtype=torch.bool) for length in LENGTHS]
    masks[0][1:, 1:], masks[1][1:], masks[2][1:, 1:] = False, False, False
    masks[1][0, 5:] = False
    features = [torch.randn(batch, length, TINY.cross_attention_dim) for length in LENGTHS]
    text, beats, chords = (Told(each, mask) for each, mask in zip(features, masks, strict=True))
    return text, beats, chords


class Three(nn.Module):
    """In place of one of diffusers' transformers: three, one after the other."""

    def __init__(self, one: Transformer2DModel, others: list[Told]) -> None:
        super().__init__()
        self.parts = nn.ModuleList([one, *(deepcopy(one) for _ in others)])
        self.others = others

    def forward(self, x: Tensor, encoder_hidden_states: Tensor, **given: Any) -> tuple[Tensor]:
        mask = given.pop("encoder_attention_mask")
        looked_at = [(encoder_hidden_states, mask), *((each.features, added(each)) for each in self.others)]
        for part, (features, bias) in zip(self.parts, looked_at, strict=True):
            (x,) = part(x, encoder_hidden_states=features, encoder_attention_mask=bias, return_dict=False)
        return (x,)


def added(each: Told) -> Tensor:  # -> (B, 1, L)
    """A mask as what is added to the scores: three dimensions, so that diffusers takes it as it is."""
    return ((1 - each.mask.float()) * HIDDEN)[:, None]


def reference(others: list[Told]) -> Any:
    """diffusers' U-Net of Stable Diffusion 2.1, tiny, with three transformers in each layer."""
    cross, plain = "CrossAttnDownBlock2D", "DownBlock2D"
    unet = UNet2DConditionModel(
        in_channels=TINY.in_channels,
        out_channels=TINY.out_channels,
        block_out_channels=TINY.block_out_channels,
        attention_head_dim=TINY.heads,
        layers_per_block=TINY.layers_per_block,
        cross_attention_dim=TINY.cross_attention_dim,
        norm_num_groups=TINY.norm_num_groups,
        down_block_types=(cross, cross, cross, plain),
        up_block_types=("UpBlock2D", *["CrossAttnUpBlock2D"] * 3),
        use_linear_projection=True,
        upcast_attention=True,
    )
    for block in [*unet.down_blocks, unet.mid_block, *unet.up_blocks]:
        if hasattr(block, "attentions"):
            block.attentions = nn.ModuleList(Three(each, others) for each in block.attentions)
    return drawn(unet)


def as_published(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The reference's tensors under the names of the published checkpoint."""
    found = {}
    for name, tensor in state.items():
        for i, list_name in enumerate(("attentions", "attentions2", "attentions3")):
            parts = name.split(f".parts.{i}.")
            if len(parts) == 2:
                head, number = parts[0].rsplit(".", 1)
                name = f"{head.removesuffix('attentions')}{list_name}.{number}.{parts[1]}"
                break
        found[name] = tensor
    return found


def both() -> tuple[Any, MuNet, tuple[Told, Told, Told]]:
    given = told()
    theirs, ours = reference([given[1], given[2]]), MuNet(TINY)
    ours.load_state_dict(as_published(theirs.state_dict()), strict=True)
    return theirs, ours.eval(), given


def test_a_residual_block() -> None:
    theirs = drawn(ResnetBlock2D(in_channels=8, out_channels=16, temb_channels=12, groups=4, eps=1e-5))
    ours = ResBlock(8, 16, 12, 4)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    x, time = torch.randn(2, 8, 6, 4), torch.randn(2, 12)
    assert difference(ours(x, time), theirs(x, time)) < 1e-5


@pytest.mark.parametrize("which", [0, 1, 2], ids=["text", "beats, none of them seen", "chords"])
def test_a_transformer_with_what_it_looks_at_prepared_once(which: int) -> None:
    theirs = drawn(
        Transformer2DModel(
            2, 8, in_channels=16, num_layers=1, cross_attention_dim=24, norm_num_groups=4, use_linear_projection=True
        )
    )
    ours = Transformer(16, 2, 24, 4)
    ours.load_state_dict(theirs.state_dict(), strict=True)
    x, given = torch.randn(2, 16, 6, 4), told()[which]
    expected = theirs(x, encoder_hidden_states=given.features, encoder_attention_mask=added(given)).sample
    assert difference(ours(x, ours.keys(given)), expected) < 1e-5


def test_where_all_is_masked_all_is_seen_alike() -> None:
    """A boolean mask would give nothing there, and the network was trained to get a mean of 50 equal places."""
    ours = drawn(Transformer(16, 2, 24, 4))
    x, given = torch.randn(1, 16, 6, 4), told()[1]
    hidden = Told(given.features[:1], torch.zeros(1, LENGTHS[1], dtype=torch.bool))
    seen = Told(given.features[:1], torch.ones(1, LENGTHS[1], dtype=torch.bool))
    assert torch.allclose(ours(x, ours.keys(hidden)), ours(x, ours.keys(seen)), atol=1e-3)


@pytest.mark.parametrize("timestep", [0, 5, 995])
def test_the_whole_network(timestep: int) -> None:
    theirs, ours, given = both()
    x = torch.randn(2, TINY.in_channels, 16, 8)
    (expected,) = theirs(x, timestep, given[0].features, encoder_attention_mask=added(given[0]), return_dict=False)
    conditions = ours.prepare(*given)
    assert difference(ours(x, timestep, conditions), expected) < 1e-4
    for item in (slice(0, 1), slice(1, 2)):
        assert difference(ours(x[item], timestep, conditions.rows(item)), expected[item]) < 1e-4


def test_each_of_the_three_is_heard() -> None:
    _, ours, given = both()
    x = torch.randn(2, TINY.in_channels, 16, 8)
    usual = ours(x, 500, ours.prepare(*given))
    for which in range(3):
        other = list(given)
        other[which] = Told(given[which].features + 1, given[which].mask)
        assert (ours(x, 500, ours.prepare(*other)) - usual).abs().max() > 1e-3


def test_the_innermost_blocks_have_no_attention() -> None:
    names = MuNet(TINY).state_dict()
    with_attention = {name.split(".attentions")[0] for name in names if ".attentions" in name}
    cross = {f"{way}_blocks.{i}" for way, numbers in (("down", (0, 1, 2)), ("up", (1, 2, 3))) for i in numbers}
    assert with_attention == cross | {"mid_block"}


@pytest.mark.parametrize("steps", [200, 30, 7])
def test_ddim_with_full_randomness_is_the_authors_ddpm(steps: int) -> None:
    """With Stable Diffusion 2.1's numbers, offset 0 as the authors' fork has it, and the guidance 3."""
    scheduler = DDPMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        clip_sample=False,
        timestep_spacing="leading",
        steps_offset=0,
    )
    scheduler.set_timesteps(steps)
    torch.manual_seed(3)
    start, mix = torch.randn(1, 2, 4, 4), torch.randn(2, 2)

    def velocity(x: Tensor, timestep: float, said: float) -> Tensor:
        return torch.einsum("bchw,cd->bdhw", x, mix).tanh() * 0.3 + said * timestep / 1000

    x, drawing = start, torch.Generator().manual_seed(4)
    for timestep in scheduler.timesteps:
        cond, uncond = velocity(x, float(timestep), 0.2), velocity(x, float(timestep), 0.0)
        x = scheduler.step(uncond + 3 * (cond - uncond), timestep, x, generator=drawing).prev_sample

    path, drawing_again = PATHS["scaled-linear"], torch.Generator().manual_seed(4)

    def told_so(said: Tensor) -> Any:
        return denoiser(lambda x, time: velocity(x, time, said), "v", lambda level: path.timestep(level.t))  # type: ignore[arg-type]

    cond_only, uncond_only = told_so(torch.tensor(0.2)), told_so(torch.tensor(0.0))
    pair = doubled(told_so(torch.tensor([0.2, 0.0])[:, None, None, None]))
    denoise = guided(cond_only, uncond_only, SimpleNamespace(guidance=3.0, batched=True), pair=pair)
    stops = leading(path, times("uniform", steps))
    noise = lambda like: torch.randn(like.shape, generator=drawing_again)  # noqa: E731
    *_, last = SAMPLERS["ddim"](denoise, start, stops, noise, 1.0)
    assert difference(last.x, x) < 1e-3
