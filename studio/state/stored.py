"""Requests as they are stored, and read back by a Quartet whose requests may have changed meanwhile.

JSON in ASCII: a half-typed prompt may hold what UTF-8 cannot (half of a surrogate pair), and must come back all the
same.
"""

import json
from typing import Any

import msgspec

from engine.api.params import fields
from engine.api.requests import REQUESTS, Request


def request_to_json(request: Request) -> str:
    """The request as one line of ASCII."""
    return json.dumps(
        {name: getattr(request, name) for name in request.__struct_fields__} | {"modality": modality(request)}
    )


def request_from_json(text: str) -> Request | None:
    """The request; unknown fields are dropped and unusable ones take their default. None for an unknown modality."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return None
    kind = REQUESTS.get(str(values.get("modality"))) if isinstance(values, dict) else None
    if kind is None:
        return None
    return kind(**{field.name: _converted(values[field.name], field) for field in fields(kind) if field.name in values})


def modality(request: Request) -> str:
    """ "text", "image", …: what REQUESTS calls this kind of request."""
    return str(type(request).__struct_config__.tag)


def _converted(value: Any, field: Any) -> Any:
    try:
        return msgspec.convert(value, field.type)
    except msgspec.ValidationError:
        return field.default
