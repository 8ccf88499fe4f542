"""A step of F5-TTS against the authors' own network, in turns in one process: the same weights, a guided step each."""

import importlib.util

from tests.bench.size import Size
from tests.bench.studio import child
from tests.bench.table import Row


def rows(size: Size) -> list[Row]:
    """Nothing where the reference is not installed (packaging/references.txt)."""
    if importlib.util.find_spec("f5_tts") is None:
        return []
    seen = child("f5_steps", size.f5_depth, size.f5_frames, size.f5_turns)
    ours, theirs = min(seen["ours"]), min(seen["theirs"])
    beside = f"ours {ours:.2f} s, theirs {theirs:.2f} s; the job's conditions once {1000 * seen['prepared']:.0f} ms"
    what = f"F5-TTS, {size.f5_depth} blocks, {size.f5_frames} frames: a step, of theirs"
    return [Row(what, 100 * ours / theirs, "%", 90, beside)]
