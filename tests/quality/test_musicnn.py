"""TensorFlow's files are read as they were written; where the judges are, the network hears what it should."""

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.quality import judges, musicnn
from tests.quality.music_hearing_judges import missing


def varint(value: int) -> bytes:
    parts = []
    while True:
        value, low = value >> 7, value & 127
        parts.append(low | (128 if value else 0))
        if not value:
            return bytes(parts)


def field(number: int, value: int | bytes) -> bytes:
    """Of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """Entries that share the beginnings of their keys, one restart, and the mark that nothing is compressed."""
    out, before = b"", b""
    for key, value in entries:
        shared = common(before, key)
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    return out + struct.pack("<II", 0, 1)


def common(one: bytes, other: bytes) -> int:
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))


def bundle(folder: Path, tensors: dict[str, np.ndarray]) -> tuple[Path, Path]:
    entries, offset = [(b"", b"\x08\x01")], 0
    for name, value in sorted(tensors.items()):
        shape = b"".join(field(2, field(1, size)) for size in value.shape)
        entries.append((name.encode(), field(1, 1) + field(2, shape) + field(4, offset) + field(5, value.nbytes)))
        offset += value.nbytes
    data = block(entries)
    index = block([(b"~", varint(0) + varint(len(data)))])
    start = len(data) + 5  # the kind of compression and a checksum
    footer = varint(0) + varint(0) + varint(start) + varint(len(index))
    (folder / "a.index").write_bytes(data + bytes(5) + index + bytes(5) + footer.ljust(musicnn.FOOTER, b"\0"))
    (folder / "a.data").write_bytes(b"".join(value.tobytes() for _, value in sorted(tensors.items())))
    return folder / "a.index", folder / "a.data"


def test_a_bundle_of_tensors_is_read_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    tensors = {
        "conv/bias": rng.normal(size=300).astype(np.float32),
        "conv/kernel": rng.normal(size=(7, 3, 1, 2)).astype(np.float32),
        "count": np.array(5, np.float32),
    }
    found = musicnn.read_bundle(*bundle(tmp_path, tensors))
    assert set(found) == set(tensors)
    for name, value in tensors.items():
        np.testing.assert_array_equal(found[name].numpy(), value)


@pytest.mark.quality
def test_a_held_note_is_no_drum_and_clicks_are() -> None:
    if reason := missing():
        pytest.skip(reason)
    labels = judges.package("musicnn.configuration").MTT_LABELS
    times = np.arange(4 * musicnn.SAMPLE_RATE) / musicnn.SAMPLE_RATE
    note = sum(np.sin(2 * np.pi * 220 * partial * times) / partial for partial in range(1, 9)) * 0.2
    noise = np.random.default_rng(0).normal(0, 0.3, len(times)) * np.exp(-30 * (times % 0.25))
    chances = {}
    for name, sound in (("note", note), ("clicks", noise)):
        heard = musicnn.heard(sound.astype(np.float32))
        assert heard.shape == (2, 200)
        chances[name] = musicnn.tags(torch.from_numpy(heard)).mean(0)[labels.index("drums")]
    assert chances["clicks"] > chances["note"]
