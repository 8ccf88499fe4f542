"""What a picture says of itself, in the words by which other programs know them.

PNG: the keywords Description and Software of ISO/IEC 15948, `parameters` as the Stable Diffusion web UI began it and
galleries read it, and `quartet` with the recipe. WebP and JPEG know no keywords: there the same stands in Exif 2.32
(ImageDescription, Software, UserComment, which holds the parameters) and, with the recipe, in XMP (ISO 16684-1).
"""

import html
import re
import struct
from collections.abc import Mapping

from engine.api.image_request import ImageRequest
from engine.api.requests import Request
from engine.api.works import PictureWork

DESCRIPTION, PARAMETERS, SOFTWARE, RECIPE = "Description", "parameters", "Software", "quartet"
ASCII, LONG, UNDEFINED = 2, 4, 7  # kinds of Exif values
IMAGE_DESCRIPTION, CREATOR, MORE, USER_COMMENT = 0x010E, 0x0131, 0x8769, 0x9286  # numbers of Exif fields
UNICODE = b"UNICODE\0"
FIRST = 8  # the byte at which the first directory of Exif begins
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" \
xmlns:quartet="urn:x-quartet:recipe">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{prompt}</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>{software}</xmp:CreatorTool>
<quartet:recipe>{recipe}</quartet:recipe>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
IN_XMP = re.compile(rb"""quartet:recipe(?:>([^<]*)<|\s*=\s*"([^"]*)"|\s*=\s*'([^']*)')""")
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0
BEHIND_PROMPT = re.compile(r"(?:^|\n)(?:Negative prompt|Steps):")


def tags_of(request: Request, picture: PictureWork, version: str, recipe: str) -> dict[str, str]:
    """Keyword → text; `recipe` is JSON in ASCII. A picture without a prompt has no description."""
    software = f"Quartet {version}".strip()
    found = {DESCRIPTION: getattr(request, "prompt", ""), SOFTWARE: software, RECIPE: recipe}
    if isinstance(request, ImageRequest):
        found[PARAMETERS] = parameters(request, picture, software)
    return {keyword: text for keyword, text in found.items() if text}


def parameters(request: ImageRequest, picture: PictureWork, software: str) -> str:
    """The prompt, and below it "name: value" in one line."""
    said = {
        "Steps": request.steps,
        "Sampler": request.sampler,
        "CFG scale": f"{request.guidance:g}",
        "Seed": request.seed,
        "Size": f"{picture.width}x{picture.height}",
        "Model": request.checkpoint,
    }
    if request.picture:
        said["Denoising strength"] = f"{request.change:g}"
    line = ", ".join(f"{name}: {value}" for name, value in (said | {"Version": software}).items())
    return f"{request.prompt}\n{line}"


def prompt_in(parameters: str) -> str:
    """The prompt of a picture that another program made."""
    return BEHIND_PROMPT.split(parameters, maxsplit=1)[0].strip()


def xmp(tags: Mapping[str, str]) -> bytes:
    """A packet of XMP."""
    names = {"prompt": DESCRIPTION, "software": SOFTWARE, "recipe": RECIPE}
    written = {name: html.escape(UNWRITABLE.sub("", tags.get(key, "")), quote=False) for name, key in names.items()}
    return XMP.format(**written).encode()


def recipe_in_xmp(packet: bytes) -> str | None:
    """The recipe, whichever of the two ways of XMP to write a value another program has left it in."""
    found = IN_XMP.search(packet)
    return html.unescape(next(filter(None, found.groups()), b"").decode(errors="replace")) if found else None


def exif(tags: Mapping[str, str]) -> bytes:
    """A block of Exif: big-endian, two directories one behind the other; texts are UTF-8, the comment is UTF-16."""
    comment = UNICODE + tags.get(PARAMETERS, "").encode("utf-16-be")
    texts = {IMAGE_DESCRIPTION: tags.get(DESCRIPTION, ""), CREATOR: tags.get(SOFTWARE, "")}
    first = [(number, ASCII, text.encode() + b"\0") for number, text in texts.items()]
    behind = FIRST + len(_directory([*first, (MORE, LONG, bytes(4))], FIRST))
    pointer = MORE, LONG, struct.pack(">I", behind)
    head = b"MM\0*" + struct.pack(">I", FIRST)
    return head + _directory([*first, pointer], FIRST) + _directory([(USER_COMMENT, UNDEFINED, comment)], behind)


def _directory(fields: list[tuple[int, int, bytes]], start: int) -> bytes:
    """A count; of each field its number, kind, length and its value, or where that begins; no further directory."""
    values, at = b"", start + 2 + 12 * len(fields) + 4
    entries = struct.pack(">H", len(fields))
    for number, kind, value in fields:
        inside = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(">I", at + len(values))
        entries += struct.pack(">HHI", number, kind, 1 if kind == LONG else len(value)) + inside
        values += b"" if len(value) <= 4 else value + bytes(len(value) % 2)
    return entries + bytes(4) + values
