"""EfficientNet: its padding against TensorFlow's rule, its shapes with random weights; its weights, where they are."""

import numpy as np
import pytest
import torch

from tests.quality import judges, picture_features
from tests.quality.picture_features import BLOCKS, STRIDES, Weights

WIDTHS = (16, 24, 24, 40, 40, 80, 80, 80, 112, 112, 112, 192, 192, 192, 192, 320)
KERNELS = (3, 3, 3, 5, 5, 3, 3, 3, 5, 5, 5, 5, 5, 5, 5, 3)


def random_weights(share: int = 8) -> Weights:
    """As the package has them, a fraction as wide."""
    found: Weights = {}

    def layer(name: str, norm: str, *shape: int) -> None:
        found[f"{name}.weight"] = torch.randn(shape) * 0.1
        for part in ("weight", "bias", "running_mean", "running_var"):
            found[f"{norm}.{part}"] = torch.ones(shape[0])

    before = 32 // share
    layer("_conv_stem", "_bn0", before, 3, 3, 3)
    for number, (width, kernel) in enumerate(zip(WIDTHS, KERNELS, strict=True)):
        name, wide = f"_blocks.{number}", before * (6 if number else 1)
        if number:
            layer(f"{name}._expand_conv", f"{name}._bn0", wide, before, 1, 1)
        layer(f"{name}._depthwise_conv", f"{name}._bn1", wide, 1, kernel, kernel)
        before, narrow = width // share, wide
        layer(f"{name}._project_conv", f"{name}._bn2", before, narrow, 1, 1)
    layer("_conv_head", "_bn1", 1280 // share, before, 1, 1)
    return found


def test_a_picture_becomes_a_vector() -> None:
    assert len(WIDTHS) == BLOCKS and sorted(STRIDES) == [1, 3, 5, 11]
    pixels = picture_features.prepared(np.random.default_rng(0).integers(0, 256, (2, 40, 40, 3), dtype=np.uint8))
    assert pixels.shape == (2, 3, 224, 224)
    assert picture_features.forward(pixels, random_weights()).shape == (2, 160)


@pytest.mark.parametrize(("side", "kernel", "stride"), [(8, 3, 2), (7, 3, 2), (8, 5, 2), (8, 5, 1), (7, 1, 1)])
def test_padding_is_tensorflows(side: int, kernel: int, stride: int) -> None:
    """ "SAME": as many answers as strides fit, what is padded too much stands at the end."""
    known = {"a.weight": torch.ones(1, 1, kernel, kernel)}
    known |= {
        f"n.{part}": torch.tensor([value])
        for part, value in {
            "running_mean": 0.0,
            "running_var": 1.0 - picture_features.EPSILON,
            "weight": 1.0,
            "bias": 0.0,
        }.items()
    }
    found = picture_features.convolved(torch.ones(1, 1, side, side), "a", "n", known, stride, bent=False)
    count = -(-side // stride)
    before = max(0, (count - 1) * stride + kernel - side) // 2
    covered = [sum(0 <= at * stride - before + step < side for step in range(kernel)) for at in range(count)]
    torch.testing.assert_close(found[0, 0], torch.tensor(covered).float()[:, None] * torch.tensor(covered).float())


@pytest.mark.quality
def test_it_knows_a_clock() -> None:
    from PIL import Image, ImageDraw

    if reason := judges.missing():
        pytest.skip(reason)
    if not (judges.folder() / "packages" / picture_features.PACKAGE).exists():
        pytest.skip("no EfficientNet is set up")
    clock = Image.new("RGB", (128, 128), "white")
    pen = ImageDraw.Draw(clock)
    pen.ellipse((10, 10, 118, 118), outline="black", width=6, fill="ivory")
    for turn in range(12):
        x, y = 64 + 44 * np.sin(turn * np.pi / 6), 64 - 44 * np.cos(turn * np.pi / 6)
        pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill="black")
    pen.line((64, 64, 64, 30), fill="black", width=5)
    pen.line((64, 64, 90, 70), fill="black", width=4)
    features = torch.from_numpy(picture_features.looked_at(np.asarray(clock)[None]))
    best = picture_features.classes(features, picture_features.weights())[0].topk(5).indices.tolist()
    assert {409, 892, 531} & set(best)  # analogue clock, wall clock, digital watch
