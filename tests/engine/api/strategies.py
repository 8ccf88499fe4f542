"""Hypothesis strategies from types: anything that a message or a request may hold by its type, in bounds or not."""

import types
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

WHOLE = st.integers(-(2**63), 2**64 - 1)  # what msgpack knows
REAL = st.floats(allow_nan=False)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: WHOLE,
    float: REAL,
    bool: st.booleans(),
    type(None): st.none(),
}
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | WHOLE | REAL | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
SIMPLE[Any] = ANYTHING


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type: of messages, requests, cards and what they are made of."""
    origin, parts = get_origin(kind), get_args(kind)
    if kind in SIMPLE:
        return SIMPLE[kind]
    if origin is Annotated:
        return of(parts[0])
    if origin in (Union, types.UnionType):
        return st.one_of(*(of(part) for part in parts))
    if origin is tuple:
        if Ellipsis not in parts:
            return st.tuples(*(of(part) for part in parts))
        return st.lists(of(parts[0]), max_size=4).map(tuple)
    if origin is dict:
        return st.dictionaries(of(parts[0]), of(parts[1]), max_size=3)
    if kind is bytes:
        return st.binary(max_size=50)
    assert issubclass(kind, msgspec.Struct), kind
    hints = get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{name: of(hints[name]) for name in kind.__struct_fields__})
