"""The shipped examples: whole requests, so that the words come with the choices that suit them."""

from engine.api import paths
from engine.api.errors import BadInput
from engine.api.params import Choice, fields
from engine.api.recipe import read_recipe
from engine.api.requests import Request
from studio.editors.values import texts


def shipped(request_type: type[Request]) -> list[Request]:
    """The examples of one modality; one that cannot be read is left out."""
    found = []
    for path in sorted((paths.assets() / "examples").glob("*.toml")):
        try:
            request = read_recipe(path).request
        except BadInput:
            continue
        if isinstance(request, request_type):
            found.append(request)
    return sorted(found, key=_place)


def _place(request: Request) -> tuple[int, ...]:
    """As the request lists its choices, and among those alike the shorter first."""
    kinds = {field.name: field.kind for field in fields(type(request))}
    chosen = [kind.options.index(getattr(request, name)) for name, kind in kinds.items() if isinstance(kind, Choice)]
    return (*chosen, sum(map(len, texts(request))))
