"""MAGVIT-v2's tokenizer: bits and numbers, sizes, gradients."""

from dataclasses import replace

import pytest
import torch

from engine.networks.magvit import Magvit, MagvitConfig, codes, quantised, signs

TINY = MagvitConfig(
    ch=8,
    encoder_mult=(1, 2, 2),
    encoder_blocks=(1, 1, 1),
    decoder_mult=(1, 1, 2),
    decoder_blocks=(1, 2, 1),
    bits=5,
    norm_num_groups=4,
)


def network() -> Magvit:
    torch.manual_seed(0)
    return Magvit(TINY).eval()


def test_the_first_channel_is_the_highest_bit() -> None:
    latent = torch.tensor([0.5, -1.0, 0.0, 2.0])[None, :, None, None]
    assert codes(latent).item() == 0b1001
    assert signs(torch.tensor([[[0b1001]]]), 4).flatten().tolist() == [1, -1, -1, 1]


def test_every_code_is_its_signs_again() -> None:
    every = torch.arange(8192).reshape(1, 64, 128)
    assert torch.equal(codes(signs(every, 13)), every)


def test_a_picture_of_any_shape_becomes_its_grid_in_raster_order() -> None:
    tokenizer = network()
    pixels = torch.rand(2, 3, 16, 24) * 2 - 1
    tokens = tokenizer.encode(pixels)
    assert tokens.shape == (2, 24) and tokens.dtype == torch.int64 and tokens.min() >= 0 and tokens.max() < 32
    assert torch.equal(tokens[:, :6], codes(tokenizer.latent(pixels))[:, 0])
    assert tokenizer.decode(tokens, height=4).shape == pixels.shape
    assert TINY.scale == 4 and MagvitConfig().scale == 16


def test_pictures_stay_within_their_range() -> None:
    tokenizer = network()
    torch.nn.init.normal_(tokenizer.decoder.conv_out.weight, std=5)
    picture = tokenizer.decode(torch.arange(16)[None])
    assert picture.shape == (1, 3, 16, 16) and picture.abs().max() == 1


def test_there_and_back_is_encode_and_decode() -> None:
    tokenizer = network()
    pixels = torch.rand(1, 3, 16, 16) * 2 - 1
    assert torch.allclose(tokenizer(pixels).clamp(-1, 1), tokenizer.decode(tokenizer.encode(pixels)), atol=1e-5)


def test_gradients_pass_the_quantisation_as_they_are() -> None:
    latent = torch.tensor([[0.3, -0.2, 0.0]]).requires_grad_()
    signs_of = quantised(latent)
    assert signs_of.tolist() == [[1, -1, -1]]
    (signs_of * torch.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert latent.grad is not None and latent.grad.tolist() == [[1, 2, 3]]


def test_every_parameter_learns() -> None:
    tokenizer = network()
    pixels = torch.rand(1, 3, 16, 16) * 2 - 1
    (tokenizer(pixels) - pixels).square().mean().backward()
    assert all(parameter.grad is not None for parameter in tokenizer.parameters())


def test_folded_pixels_come_back_where_they_were() -> None:
    """Squares of 4 x 4 pixels: a token is 8 wide, and what one square shows depends on its own channels."""
    folded = replace(
        TINY, encoder_mult=(1, 2), encoder_blocks=(1, 1), decoder_mult=(1, 2), decoder_blocks=(1, 1), fold=4
    )
    torch.manual_seed(0)
    tokenizer = Magvit(folded).eval()
    pixels = torch.rand(2, 3, 16, 32) * 2 - 1
    seen = []
    tokenizer.encoder.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    tokenizer.decoder.register_forward_hook(lambda module, given, made: seen[0])
    assert folded.scale == 8 and tokenizer.encode(pixels).shape == (2, 8)
    assert seen[0].shape == (2, 48, 4, 8)
    assert torch.equal(seen[0][0, :16, 1, 2], pixels[0, 0, 4:8, 8:12].flatten())
    assert torch.equal(tokenizer.pixels(torch.ones(2, 5, 2, 4)), pixels)


def test_levels_without_blocks_are_refused() -> None:
    with pytest.raises(ValueError, match="as many levels"):
        MagvitConfig(encoder_mult=(1, 2))
