"""Pictures in files: any of the usual kinds read as 8-bit sRGB, cut, scaled, blended, and written as PNG.

How large a picture is stands at the beginning of its file and is looked at before anything is unpacked, so that a small
file cannot ask for all memory. Kinds that are programs (PostScript, PDF) are not opened at all.

Shapes: H and W the sides of a picture, S the side of a square. Pixels are uint8 (H, W, 3), masks uint8 (H, W), what
networks see is float32 (B, 3, H, W) in [−1, 1].
"""

import io
import warnings
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps
from torch import Tensor

from engine.api.errors import BadInput

Pixels = NDArray[np.uint8]

MOST = 64_000_000  # pixels: more than any camera of a telephone makes of its own accord
LEAST = 8  # pixels of a side
KINDS = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
MIDDLE = 127.5  # of a byte


def read_picture(path: Path, ground: tuple[int, int, int] = WHITE) -> tuple[Pixels, list[str]]:
    """Its pixels, upright, laid on the ground where they are transparent; and what the user should know of it.

    Of several pictures in a file the first counts. Raises BadInput with one sentence.
    """
    if not path.is_file():
        what = "is a folder; choose a picture in it" if path.is_dir() else "is not there; choose the picture again"
        raise BadInput(f"{path} {what}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=known_kinds()) as image:
                check_size(image.size, path)
                notes = told_of(image, path)
                return np.asarray(in_srgb(ImageOps.exif_transpose(image), ground)), notes
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large(path) from error
    except Image.UnidentifiedImageError as error:
        raise BadInput(f"{path.name} is no picture that can be read; choose a PNG, JPEG or WebP.") from error
    except BadInput:
        raise
    except OSError as error:
        if error.errno:  # the system's; a decoder's own has no number
            raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
        raise damaged(path) from error
    except Exception as error:  # decoders raise whatever they stumble over
        raise damaged(path) from error


def known_kinds() -> list[str]:
    """Those of KINDS that this Pillow was built with."""
    Image.init()
    return [kind for kind in KINDS if kind in Image.OPEN]


def check_size(size: tuple[int, int], path: Path) -> None:
    if size[0] * size[1] > MOST:
        raise too_large(path)
    if min(size) < LEAST:
        raise BadInput(f"{path.name} has {size[0]} × {size[1]} pixels; choose a picture of at least {LEAST} a side.")


def too_large(path: Path) -> BadInput:
    return BadInput(f"{path.name} has more than {MOST // 10**6} million pixels; make it smaller first.")


def damaged(path: Path) -> BadInput:
    return BadInput(f"{path.name} is damaged or cut short; save it again where it comes from, or choose another.")


def told_of(image: Image.Image, path: Path) -> list[str]:
    several = image.format != "MPO" and getattr(image, "is_animated", False)  # a telephone's MPO is one picture
    return [f"{path.name} moves or has several pictures: the first one is used."] if several else []


def in_srgb(image: Image.Image, ground: tuple[int, int, int]) -> Image.Image:
    """8-bit RGB by the picture's own colour profile, where it has one that can be used."""
    profile = image.info.get("icc_profile")
    image = in_bytes(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        below = Image.new("RGBA", image.size, (*ground, 255))
        alpha = image.getchannel("A")
        image = profiled(image.convert("RGB"), profile)
        image.putalpha(alpha)
        return Image.alpha_composite(below, image).convert("RGB")
    return profiled(image, profile)


def profiled(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image.convert("RGB")
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(own).lower():
            return image.convert("RGB")
        turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):  # a profile that is damaged says nothing
        return image.convert("RGB")
    return image.convert("RGB") if turned is None else turned


def in_bytes(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits as 8 bits, which Pillow would cut off rather than scale."""
    if not image.mode.startswith(("I", "F")):
        return image
    grey = np.asarray(image).astype(np.float64)
    top = 65_535.0 if image.mode.startswith("I") else max(1.0, float(grey.max(initial=0.0)))
    return Image.fromarray(np.rint(np.clip(np.nan_to_num(grey) / top, 0, 1) * 255).astype(np.uint8))


def read_mask(path: Path, like: Pixels) -> Pixels:
    """How far each pixel is made anew: (H, W), white is wholly. Raises BadInput, also where the size is another."""
    pixels, _ = read_picture(path, BLACK)
    if pixels.shape != like.shape:
        raise BadInput(
            f"The mask has {size_of(pixels)} pixels and the picture {size_of(like)}; make them the same size."
        )
    return np.asarray(Image.fromarray(pixels).convert("L"))


def size_of(pixels: Pixels) -> str:
    return f"{pixels.shape[1]:,} × {pixels.shape[0]:,}"


def square(pixels: Pixels, left: int, top: int, side: int) -> Pixels:  # (H, W, …) -> (S, S, …)
    """What a frame shows; beyond the picture its edge goes on."""
    rows, columns = (
        np.clip(np.arange(first, first + side), 0, length - 1)
        for first, length in ((top, pixels.shape[0]), (left, pixels.shape[1]))
    )
    return pixels[rows][:, columns]


def scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    """Bicubic; what becomes smaller is smoothed first."""
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC))


def blended(below: Pixels, above: Pixels, share: Pixels) -> Pixels:  # 2 x (H, W, 3), (H, W) -> (H, W, 3)
    """`above` by its share, 255 is all of it; where that is 0 the one below, bit for bit."""
    weight = share[..., None].astype(np.float32) / 255
    return np.rint(below + (above.astype(np.float32) - below) * weight).astype(np.uint8)


def seen(pixels: Pixels) -> Tensor:  # (H, W, 3) -> (1, 3, H, W)
    """As a network sees it."""
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / MIDDLE - 1


def shown(x: Tensor) -> Pixels:  # (1, 3, H, W) -> (H, W, 3)
    """As we see it; what lies outside [−1, 1] is cut off."""
    levels = ((x[0].float().clamp(-1, 1) + 1) * MIDDLE).round().byte()
    return levels.permute(1, 2, 0).contiguous().cpu().numpy()


def png(pixels: Pixels) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
