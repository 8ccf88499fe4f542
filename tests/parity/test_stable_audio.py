"""Stable Audio against diffusers: the same random weights, by the published names, give the same numbers.

The authors' own names are checked by renaming diffusers' weights back to them.
"""

import importlib
import math
import sys
from types import ModuleType
from typing import Any

import pytest
import torch
from diffusers import AutoencoderOobleck, StableAudioDiTModel
from diffusers.models.embeddings import get_1d_rotary_pos_embed
from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel
from torch import Tensor, nn

from engine.conditioners.timing import Timing, TimingConfig
from engine.networks.oobleck import Oobleck, OobleckConfig
from engine.networks.stable_audio import StableAudio, StableAudioConfig
from engine.pipelines.contract import Live
from engine.pipelines.music_stable_audio import Said, guess
from engine.runtime.weights import LAYOUTS, NothingDrawn, arrange
from engine.samplers.dpmpp_2m import dpmpp_2m
from engine.samplers.paths import PATHS
from engine.samplers.spacings import levels, times
from tests.parity.references import difference
from tests.stable_audio_names import authors_autoencoder, authors_timing, authors_transformer

pytestmark = [pytest.mark.parity, pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm`:FutureWarning")]

TINY = StableAudioConfig(
    io_channels=6, embed_dim=64, depth=2, num_heads=4, shared_heads=2, cond_token_dim=32, global_cond_dim=64, window=20
)
SMALL = OobleckConfig(channels=8, c_mults=(1, 2, 3), strides=(2, 4, 4), latent_dim=4)


def drawn(network: nn.Module, deviation: float = 0.3) -> Any:
    torch.manual_seed(5)
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=deviation if parameter.ndim > 1 else 0.1)
    return network.eval().requires_grad_(False)


def their_transformer() -> Any:
    config = TINY
    network = StableAudioDiTModel(
        sample_size=config.window,
        in_channels=config.io_channels,
        out_channels=config.io_channels,
        num_layers=config.depth,
        num_attention_heads=config.num_heads,
        attention_head_dim=config.embed_dim // config.num_heads,
        num_key_value_attention_heads=config.shared_heads,
        cross_attention_dim=config.cond_token_dim,
        cross_attention_input_dim=config.cond_token_dim,
        global_states_input_dim=config.global_cond_dim,
    )
    torch.manual_seed(4)
    network.time_proj.weight.data.normal_()
    rates = network.time_proj.weight.data.clone()
    drawn(network, 0.15).time_proj.weight.data.copy_(rates)
    return network


def their_autoencoder(config: OobleckConfig) -> Any:
    return drawn(
        AutoencoderOobleck(
            encoder_hidden_size=config.channels,
            downsampling_ratios=list(config.strides),
            channel_multiples=list(config.c_mults),
            decoder_channels=config.channels,
            decoder_input_channels=config.latent_dim,
        )
    )


def ours_with(network: nn.Module, state: dict[str, Tensor], layout: str) -> Any:
    network.load_state_dict(arrange(state, LAYOUTS[layout]), strict=True)
    return network.eval().requires_grad_(False)


@pytest.mark.parametrize("names", ["stable-audio-diffusers", "stable-audio"])
@pytest.mark.parametrize("angle", [0.0, 0.37, 0.999])
@torch.no_grad()
def test_the_transformer_predicts_the_same_velocity(names: str, angle: float) -> None:
    theirs = their_transformer()
    state = theirs.state_dict()
    ours = ours_with(StableAudio(TINY), authors_transformer(state) if names == "stable-audio" else state, names)
    x, tokens, timing = torch.randn(1, 6, 20), torch.randn(1, 9, 32), torch.randn(1, 64)
    rotary = get_1d_rotary_pos_embed(8, 21, use_real=True, repeat_interleave_real=False)
    expected = theirs(
        x.expand(2, -1, -1),
        torch.full((2,), angle),
        encoder_hidden_states=torch.cat([tokens, torch.zeros_like(tokens)]),
        global_hidden_states=timing[:, None].expand(2, -1, -1),
        rotary_embedding=rotary,
    ).sample
    mask = torch.ones(1, 9, dtype=torch.bool)
    both = ours.prepare(tokens, mask, timing, 20, dropped=(False, True))
    assert difference(ours(x.expand(2, -1, -1), angle, both), expected) < 1e-4
    assert (expected[0] - expected[1]).abs().max() > 0.1
    for item, dropped in enumerate((False, True)):
        alone = ours.prepare(tokens, mask, timing, 20, dropped=(dropped,))
        assert difference(ours(x, angle, alone), expected[item : item + 1]) < 1e-4


@pytest.mark.parametrize("names", ["oobleck-diffusers", "oobleck"])
@torch.no_grad()
def test_the_autoencoder_codes_and_sounds_the_same(names: str) -> None:
    theirs = their_autoencoder(SMALL)
    state = theirs.state_dict()
    ours = ours_with(Oobleck(SMALL), authors_autoencoder(state) if names == "oobleck" else state, names)
    sound, latents = torch.randn(2, 2, 32 * 24), torch.randn(2, 4, 24)
    expected = theirs.encode(sound).latent_dist
    mean, deviation = ours.encode(sound)
    assert difference(mean, expected.mean) < 1e-4
    assert difference(deviation, expected.std) < 1e-4
    assert difference(ours(latents), theirs.decode(latents).sample) < 1e-4


@pytest.mark.parametrize("names", ["timing-diffusers", "timing"])
@torch.no_grad()
def test_seconds_are_told_the_same(names: str) -> None:
    theirs = drawn(StableAudioProjectionModel(32, 32, 0, 512))
    state = theirs.state_dict()
    ours = ours_with(Timing(TimingConfig(width=32)), authors_timing(state) if names == "timing" else state, names)
    start, total = torch.tensor([0.0, 14.0, 600.0]), torch.tensor([47.55, 180.0, -3.0])
    expected = theirs(start_seconds=start, end_seconds=total)
    told = ours(start, total)
    assert difference(told[:, :1], expected.seconds_start_hidden_states) < 1e-4
    assert difference(told[:, 1:], expected.seconds_end_hidden_states) < 1e-4


def size(network: nn.Module) -> int:
    return sum(tensor.numel() for tensor in network.state_dict().values())


def test_the_published_sizes() -> None:
    """Counted in the published files, in which weight norm has a length for each output channel besides."""
    with torch.device("meta"), NothingDrawn():
        theirs, ours = AutoencoderOobleck().state_dict(), Oobleck(OobleckConfig())
        transformer, timing = StableAudio(StableAudioConfig()), Timing(TimingConfig())
    lengths = sum(tensor.numel() for name, tensor in theirs.items() if name.endswith("weight_g"))
    assert size(transformer) == 1_056_939_136
    assert size(ours) == 156_112_514 - lengths
    assert size(timing) == 396_544
    assert math.isclose(OobleckConfig().hop * StableAudioConfig().window / 44_100, 47.55, abs_tol=0.01)


def their_scheduler() -> Any:
    """Imported without the library of Brownian noise, since the noise is given."""
    sys.modules.setdefault("torchsde", ModuleType("torchsde"))
    try:
        module = importlib.import_module("diffusers.schedulers.scheduling_cosine_dpmsolver_multistep")
    finally:
        if not hasattr(sys.modules["torchsde"], "__file__"):
            del sys.modules["torchsde"]
    return module.CosineDPMSolverMultistepScheduler()


@torch.no_grad()
def test_a_run_of_ten_steps_ends_in_the_same_latents() -> None:
    """diffusers' sampling, of second order and as an SDE: levels, denoiser, guidance, sampler, with the same noise."""
    theirs = their_transformer()
    theirs_in = {name: tensor * 0.5 for name, tensor in theirs.state_dict().items()}
    theirs.load_state_dict(theirs_in)
    ours = ours_with(StableAudio(TINY), theirs_in, "stable-audio-diffusers")
    tokens, timing, draws = torch.randn(1, 9, 32), torch.randn(1, 64), [torch.randn(1, 6, 20) for _ in range(11)]
    scheduler = their_scheduler()
    scheduler.set_timesteps(10)
    noises = iter(draws[1:])
    scheduler.noise_sampler = lambda *_: next(noises)
    latents = draws[0] * scheduler.init_noise_sigma
    rotary = get_1d_rotary_pos_embed(8, 21, use_real=True, repeat_interleave_real=False)
    for now in scheduler.timesteps:
        both = theirs(
            scheduler.scale_model_input(torch.cat([latents] * 2), now),
            now[None],
            encoder_hidden_states=torch.cat([torch.zeros_like(tokens), tokens]),
            global_hidden_states=timing[:, None].expand(2, -1, -1),
            rotary_embedding=rotary,
        ).sample
        without, told = both.chunk(2)
        latents = scheduler.step(without + 4 * (told - without), now, latents).prev_sample
    said = Said(tokens, torch.ones(1, 9, dtype=torch.bool), timing)
    again = iter(draws[1:])
    stops = levels(PATHS["polyexponential"], times("uniform", 10))
    denoise = guess(ours, said, "v", Live(guidance=4.0, gamma=1.0))
    *_, last = dpmpp_2m(denoise, draws[0] * stops[0].sigma, stops, lambda like: next(again), 1.0)
    assert difference(last.x, latents) < 1e-4 * max(1.0, float(latents.abs().max()))
