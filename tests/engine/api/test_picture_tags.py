"""What a picture says of itself is what other programs read: other readers of Exif and XML, the web UI's dialect."""

import json
import xml.etree.ElementTree as xml

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from engine.api.picture_tags import DESCRIPTION, PARAMETERS, RECIPE, SOFTWARE, exif, prompt_in, recipe_in_xmp, tags_of
from engine.api.picture_tags import xmp as written
from engine.api.recipe import recipe_for
from engine.api.requests import ImageRequest
from engine.api.works import PictureWork

REQUEST = ImageRequest(prompt="a red house, <big> & “old”\nपीली पृष्ठभूमि 🏠", seed=7, guidance=3.5, steps=18)
PICTURE = PictureWork(path="x.png", width=128, height=96)
TAGS = tags_of(REQUEST, PICTURE, "1.2.3", json.dumps(json.loads(recipe_for(REQUEST))))
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def test_the_dialect_of_galleries_says_how_the_picture_was_made() -> None:
    prompt, line = TAGS[PARAMETERS].rsplit("\n", 1)
    assert prompt == TAGS[DESCRIPTION] == REQUEST.prompt and TAGS[SOFTWARE] == "Quartet 1.2.3"
    assert line == (
        "Steps: 18, Sampler: unmask, CFG scale: 3.5, Seed: 7, Size: 128x96, Model: pocket-pictures, "
        "Version: Quartet 1.2.3"
    )


def test_of_a_picture_that_was_changed_it_says_how_much() -> None:
    tags = tags_of(ImageRequest(picture="a.png", change=0.4), PICTURE, "", "{}")
    assert "Denoising strength: 0.4" in tags[PARAMETERS] and tags[SOFTWARE] == "Quartet"
    assert DESCRIPTION not in tags


def test_another_implementation_of_exif_reads_it() -> None:
    block = Image.Exif()
    block.load(exif(TAGS))
    assert block[0x010E].encode("latin-1").decode() == REQUEST.prompt and block[0x0131] == "Quartet 1.2.3"
    comment = block.get_ifd(0x8769)[0x9286]
    assert comment[:8] == b"UNICODE\0" and comment[8:].decode("utf-16-be") == TAGS[PARAMETERS]


def test_another_implementation_of_xml_reads_it() -> None:
    packet = xml.fromstring(written(TAGS))
    assert packet.findtext(".//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li") == REQUEST.prompt
    assert packet.findtext(".//{http://ns.adobe.com/xap/1.0/}CreatorTool") == TAGS[SOFTWARE]
    assert packet.findtext(".//{urn:x-quartet:recipe}recipe") == TAGS[RECIPE]


@given(TEXT)
def test_whatever_the_prompt_xmp_is_well_formed_and_holds_the_recipe(prompt: str) -> None:
    recipe = json.dumps(prompt)
    packet = written({DESCRIPTION: prompt, RECIPE: recipe})
    xml.fromstring(packet)
    assert recipe_in_xmp(packet) == recipe


@pytest.mark.parametrize(
    "written",
    [
        '<quartet:recipe>{"a": "&lt;&amp;"}</quartet:recipe>',
        '<rdf:Description quartet:recipe=\'{"a": "&lt;&amp;"}\'/>',
        '<rdf:Description\nquartet:recipe = "{&quot;a&quot;: &#34;&lt;&#38;&quot;}"/>',
    ],
)
def test_the_recipe_is_found_however_another_program_wrote_it_down_again(written: str) -> None:
    assert recipe_in_xmp(written.encode()) == '{"a": "<&"}'


def test_another_program_s_packet_holds_none() -> None:
    assert recipe_in_xmp(b"<x:xmpmeta><rdf:RDF/></x:xmpmeta>") is None


@pytest.mark.parametrize(
    ("parameters", "prompt"),
    [
        ("a cat\nNegative prompt: blurry\nSteps: 20, Sampler: Euler", "a cat"),
        ("a cat,\non a mat\nSteps: 20", "a cat,\non a mat"),
        ("a cat", "a cat"),
        ("Steps: 20, Sampler: Euler", ""),
        ("Negative prompt: blurry\nSteps: 20", ""),
        ("", ""),
    ],
)
def test_the_prompt_of_another_program_is_found(parameters: str, prompt: str) -> None:
    assert prompt_in(parameters) == prompt
