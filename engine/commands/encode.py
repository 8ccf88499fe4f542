"""A picture of the command line as WebP or JPEG, by Pillow; the studio has Qt for it."""

import io

from engine.api.errors import Failure
from engine.api.picture_files import WEBP

LOSSLESS = 100  # of WebP's qualities


def encode(png: bytes, ending: str, quality: int) -> bytes:
    """A PNG as a file of this ending; JPEG with colours as fine as its light. Raises Failure where it is too large."""
    from PIL import Image  # here, since a PNG needs none of it

    file = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        try:
            if ending == WEBP:
                picture.save(file, "WEBP", quality=quality, lossless=quality == LOSSLESS, exact=True)
            else:
                picture.convert("RGB").save(file, "JPEG", quality=quality, subsampling=0)
        except (OSError, ValueError) as error:  # more pixels to a side than the format has numbers for
            raise Failure(f"This picture does not fit into a {ending} ({error}); write it as .png.") from error
    return file.getvalue()
