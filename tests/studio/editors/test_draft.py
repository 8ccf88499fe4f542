"""What the note above the form says of what the next work goes on from."""

import pytest

from engine.api.params import fields
from engine.api.requests import ImageRequest, Request, TextRequest
from studio.editors.draft import told


@pytest.mark.parametrize(
    ("kind", "expected"), [(TextRequest, "not from what is written above"), (ImageRequest, "only what was hidden")]
)
def test_a_draft_of_words_takes_their_place_and_one_of_a_picture_does_not(kind: type[Request], expected: str) -> None:
    by_name = {field.name: field for field in fields(kind)}
    assert expected in told({"draft": (5, -1), "locked": ()}, by_name)
    assert told({"draft": (), "locked": ()}, by_name) == ""
