"""Pictures painted in latents: by class or prompt, by every sampler, around what stays, from part of the noise."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.api.cards import find_cards
from engine.api.errors import BadInput
from engine.api.messages import PictureWork
from engine.api.requests import ImageRequest
from engine.codecs.pictures import read_picture, scaled, seen, shown
from engine.pipelines.contract import Live
from engine.runtime.device import choose
from engine.runtime.shelf import Shelf
from engine.samplers.paths import linear_beta
from engine.samplers.spacings import spaced, times
from tests.engine.pipelines.drawn import made
from tests.tiny_pictures import GRID, SIDE, make, make_latent, painted

CLASS = ImageRequest(prompt="goldfish", steps=4, seed=1, sampler="ddim", checkpoint="classes")
IDS = ("classes", "tiny-image_dit", "tiny-transfusion")
SAMPLERS = ("ddim", "euler", "heun", "dpmpp_2m")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("latents")
    make_latent(folder, "image_dit", "sd_vae", id="classes")
    make_latent(folder, "image_dit", "sd_vae", id="numbered", codec="")
    make_latent(folder, "image_dit")
    make_latent(folder, "transfusion")
    make(folder)
    return folder


@pytest.fixture
def shelf(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    monkeypatch.setenv("QUARTET_HOME", str(home))
    monkeypatch.setenv("QUARTET_ASSETS", str(tmp_path / "nothing"))
    yield Shelf(choose("cpu"))


@pytest.fixture
def given(tmp_path: Path) -> tuple[str, NDArray[np.uint8]]:
    return str(tmp_path / "given.png"), painted(tmp_path / "given.png", 80, 64)


def pixels_of(work: PictureWork) -> NDArray[np.uint8]:
    return read_picture(Path(work.path))[0]


def asked(**fields: Any) -> ImageRequest:
    return msgspec.structs.replace(CLASS, **fields)


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("checkpoint", IDS)
def test_every_sampler_paints_with_every_network(shelf: Shelf, checkpoint: str, sampler: str) -> None:
    work, told = made(asked(checkpoint=checkpoint, sampler=sampler), shelf)
    assert (work.width, work.height, work.codes, work.grid) == (SIDE, SIDE, (), (0, 0))
    assert [each.step for each in told] == [1, 2, 3, 4] and told[-1].level == 0
    last = told[-1].preview()
    assert last.pixels == pixels_of(work).tobytes() and (last.grid, last.codes, last.confidence) == ((0, 0), (), b"")
    assert last.pixels != told[0].preview().pixels


@pytest.mark.parametrize("checkpoint", IDS)
def test_guidance_is_the_same_in_one_batch_and_in_two_passes(shelf: Shelf, checkpoint: str) -> None:
    request = asked(checkpoint=checkpoint)
    batch, passes, none = (
        pixels_of(made(request, shelf, Live(guidance=w, batched=batched))[0]).astype(int)
        for w, batched in ((4.0, True), (4.0, False), (1.0, True))
    )
    assert np.abs(batch - passes).max() <= 1 and not np.array_equal(batch, none)


def test_a_class_has_a_name_and_a_number(shelf: Shelf) -> None:
    named, numbered, other = (pixels_of(made(asked(prompt=each), shelf)[0]) for each in ("goldfish", "2", "tench"))
    assert np.array_equal(named, numbered) and not np.array_equal(named, other)
    assert np.array_equal(named, pixels_of(made(asked(prompt="2", checkpoint="numbered"), shelf)[0]))


def test_ddim_with_all_its_randomness_is_the_authors_ddpm(shelf: Shelf) -> None:
    """By hand: Nichol & Dhariwal's step with the variance that the network says, guided in three of four channels."""
    from engine.pipelines.noise import normal

    card = find_cards()[0]["classes"]
    network: Any = shelf.network(card)
    levels = spaced(linear_beta(), times("uniform", 4))
    noise = normal(1)
    x = levels[0].sigma * noise(torch.zeros(1, 4, GRID, GRID))
    told = network.prepare(torch.tensor([2, 5]))
    with torch.inference_mode():
        for level, after in zip(levels, levels[1:], strict=False):
            cond, uncond = network(x.repeat(2, 1, 1, 1), round(level.t * 1000) - 1, told)
            eps = cond[:4].clone()
            eps[:3] = uncond[:3] + 3.0 * (cond[:3] - uncond[:3])
            x0 = (x - level.sigma * eps[None]) / level.alpha
            kept, kept_after = level.alpha**2, after.alpha**2
            beta = 1 - kept / kept_after
            mean = (kept_after**0.5 * beta * x0 + (kept / kept_after) ** 0.5 * (1 - kept_after) * x) / (1 - kept)
            x = mean
            if after.sigma > 0:
                least = torch.tensor(beta * (1 - kept_after) / (1 - kept)).log()
                share = (cond[4:] + 1) / 2
                variance = (share * torch.tensor(beta).log() + (1 - share) * least).exp()
                x = mean + variance.sqrt() * noise(x)
        vae: Any = shelf.network(card, role="vae")
        expected = shown(vae(x)).astype(int)
    found = pixels_of(made(asked(gamma=1.0), shelf, Live(guidance=3.0, gamma=1.0))[0])
    assert np.abs(found - expected).max() <= 1


@pytest.mark.parametrize("checkpoint", IDS)
def test_what_the_mask_leaves_out_stays(shelf: Shelf, given: Any, tmp_path: Path, checkpoint: str) -> None:
    path, pixels = given
    mask = np.zeros((64, 80), np.uint8)
    mask[16:32, 24:40] = 255
    from PIL import Image

    Image.fromarray(mask).save(tmp_path / "m.png")
    work, _ = made(asked(checkpoint=checkpoint, picture=path, mask=str(tmp_path / "m.png")), shelf)
    after = pixels_of(work)
    assert np.array_equal(after[mask == 0], pixels[mask == 0])
    assert not np.array_equal(after[mask > 0], pixels[mask > 0]) and work.frame == (8, 0, 64)


@pytest.mark.parametrize("checkpoint", IDS)
def test_no_change_is_what_the_autoencoder_makes_of_it(shelf: Shelf, given: Any, checkpoint: str) -> None:
    work, told = made(asked(checkpoint=checkpoint, picture=given[0], frame=(0, 0, SIDE), change=0), shelf)
    card = find_cards()[0][checkpoint]
    coder: Any = shelf.network(card, role="vae" if checkpoint == "classes" else "tokenizer")
    x = seen(given[1][:SIDE, :SIDE])
    again = coder(coder.encode(x)) if checkpoint == "classes" else coder.pixels(coder.latent(x).clamp(-1, 1))
    assert np.array_equal(pixels_of(work)[:SIDE, :SIDE], shown(again)) and len(told) == 1


def test_the_less_change_the_nearer_to_the_picture(shelf: Shelf, given: Any) -> None:
    anew = [
        pixels_of(made(asked(picture=given[0], frame=(0, 0, SIDE), change=change, prompt=""), shelf)[0]).astype(int)
        for change in (0.0, 0.1, 1.0)
    ]
    assert 0 < np.abs(anew[1] - anew[0]).mean() < np.abs(anew[2] - anew[0]).mean()


def test_beyond_the_picture_all_is_painted(shelf: Shelf, given: Any) -> None:
    work, _ = made(asked(picture=given[0], frame=(48, 0, 64), change=0.2), shelf)
    assert (work.width, work.height) == (112, 64)
    assert np.array_equal(pixels_of(work)[:, :80], given[1])


def test_between_two_pictures_the_latents_are_mixed(shelf: Shelf, given: Any, tmp_path: Path) -> None:
    second = painted(tmp_path / "b.png", 64, 64, seed=3)
    request = asked(picture=given[0], towards=str(tmp_path / "b.png"), between=0.3, change=0)
    work, _ = made(request, shelf)
    vae: Any = shelf.network(find_cards()[0]["classes"], role="vae")
    both = [vae.encode(seen(scaled(each, SIDE, SIDE))) for each in (given[1][:, 8:72], second)]
    assert np.array_equal(pixels_of(work)[:, 8:72], scaled(shown(vae(both[0].lerp(both[1], 0.3))), 64, 64))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (dict(prompt="a red cat"), "“a red cat” is the name of no class; near it are: tabby cat, "),
        (dict(prompt="crane"), "“crane” is the name of the classes 1 and 3; write the number of one of them."),
        (dict(prompt="1000"), "classes knows the classes 0 to 4, not 1000."),
        (dict(prompt=""), "Say what the picture shows."),
        (dict(prompt="goldfish", checkpoint="numbered"), "numbered knows its classes by number alone, 0 to 4: write"),
        (
            dict(sampler="unmask"),
            "classes makes no tokens to unmask; choose the sampler ddim, euler, heun or dpmpp_2m.",
        ),
        (dict(draft=(-1,) * 64), "classes makes no tokens that a draft could hold; begin anew, or choose another"),
        (dict(checkpoint="pocket-pictures"), "pocket-pictures draws tokens, which are drawn by unmask; choose that"),
    ],
)
def test_what_cannot_be_asked_is_said(shelf: Shelf, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as error:
        made(asked(**fields), shelf)
    assert str(error.value).startswith(said)
