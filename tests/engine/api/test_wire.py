"""Every message survives the wire; nothing that comes over it raises anything but the wire's own error."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.messages import PROTOCOL, Cancel, Command, Event, Generate
from engine.api.requests import TextRequest
from engine.api.wire import (
    BLOB_CAP,
    HEAD_CAP,
    HEADER,
    MAGIC,
    Decoder,
    WireError,
    command_decoder,
    encode,
    event_decoder,
)
from tests.engine.api.strategies import of


def decoders() -> list[Decoder[Any]]:
    return [command_decoder(), event_decoder()]


def drain(decoder: Decoder[Any], data: bytes) -> None:
    """Feed it; a WireError is as good an end as any."""
    try:
        for _ in decoder.feed(data):
            pass
    except WireError:
        pass


@given(st.lists(st.tuples(of(Command), st.binary(max_size=50)), max_size=3), st.data())
def test_commands_survive_in_pieces_of_any_size(sent: list[tuple[Command, bytes]], data: st.DataObject) -> None:
    stream = b"".join(encode(message, blob) for message, blob in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    decoder = command_decoder()
    heard = [frame for start, stop in pairwise([0, *cuts, len(stream)]) for frame in decoder.feed(stream[start:stop])]
    assert heard == sent


@given(of(Event), st.binary(max_size=50))
def test_events_survive(event: Event, blob: bytes) -> None:
    assert list(event_decoder().feed(encode(event, blob))) == [(event, blob)]


@given(st.binary(max_size=200))
def test_random_bytes_raise_only_the_wires_own_error(noise: bytes) -> None:
    for decoder in decoders():
        drain(decoder, noise)


@given(st.binary(max_size=200))
def test_a_random_head_raises_only_the_wires_own_error(noise: bytes) -> None:
    for decoder in decoders():
        drain(decoder, HEADER.pack(MAGIC, PROTOCOL, 0, 0, len(noise), 0) + noise)


@given(of(Command) | of(Event), st.data())
def test_a_damaged_frame_raises_only_the_wires_own_error(message: Command | Event, data: st.DataObject) -> None:
    frame = bytearray(encode(message))
    for place in data.draw(st.lists(st.integers(0, len(frame) - 1), min_size=1, max_size=4)):
        frame[place] = data.draw(st.integers(0, 255))
    for decoder in decoders():
        drain(decoder, bytes(frame) + encode(Cancel(job="next")))


def test_a_head_nested_beyond_measure_is_a_wire_error() -> None:
    deep = b"\x91" * 100_000
    with pytest.raises(WireError):
        list(event_decoder().feed(HEADER.pack(MAGIC, PROTOCOL, 0, 0, len(deep), 0) + deep))
    card = b"\x82\xa4type\xa9Announced\xa5cards\x91\x81\xa7network\x81\xa1a" + deep
    with pytest.raises(WireError):
        list(event_decoder().feed(HEADER.pack(MAGIC, PROTOCOL, 0, 0, len(card), 0) + card))


@pytest.mark.parametrize(
    "header",
    [
        HEADER.pack(b"HTTP", PROTOCOL, 0, 0, 1, 0),
        HEADER.pack(MAGIC, PROTOCOL + 1, 0, 0, 1, 0),
        HEADER.pack(MAGIC, PROTOCOL, 1, 0, 1, 0),
        HEADER.pack(MAGIC, PROTOCOL, 0, 0, HEAD_CAP + 1, 0),
        HEADER.pack(MAGIC, PROTOCOL, 0, 0, 1, BLOB_CAP + 1),
        b"GET",
    ],
)
def test_another_protocol_is_known_by_its_first_bytes(header: bytes) -> None:
    with pytest.raises(WireError):
        list(command_decoder().feed(header))


def test_half_a_frame_waits_for_the_rest() -> None:
    frame = encode(Cancel(job="a"))
    decoder = command_decoder()
    assert list(decoder.feed(frame[:-1])) == []
    assert list(decoder.feed(frame[-1:])) == [(Cancel(job="a"), b"")]


def test_an_event_is_no_command() -> None:
    with pytest.raises(WireError):
        list(event_decoder().feed(encode(Cancel(job="a"))))


@pytest.mark.parametrize("request_", [TextRequest(prompt="\ud800"), TextRequest(seed=10**30)])
def test_what_cannot_be_sent_is_said_before_it_is(request_: TextRequest) -> None:
    with pytest.raises(WireError):
        encode(Generate(job="a", request=request_))


def test_a_frame_over_the_cap_is_not_sent() -> None:
    with pytest.raises(WireError):
        encode(Cancel(job="a" * (HEAD_CAP + 1)))
