"""Where a bench works: a folder of its own, with the shipped text checkpoint or a random one of its size."""

import compileall
import os
import random
from pathlib import Path

from engine.api import paths
from tests import tiny_checkpoint
from tests.engine_process import ROOT

CHECKPOINT = "pocket-text"
COMPILED = "engine", "studio", "tests"
POCKET = {"vocab_size": 6144, "window": 132, "width": 256, "depth": 6, "heads": 4}


def prepare(home: Path, threads: int, tiny: bool = False) -> str:
    """Point this process and its children to `home`; what checkpoint is measured, in words."""
    os.environ.update(QT_QPA_PLATFORM="offscreen", QUARTET_HOME=str(home), OMP_NUM_THREADS=str(threads))
    home.mkdir(parents=True, exist_ok=True)
    for part in COMPILED:  # as the set-up does; Python may have been told to keep no bytecode of what it imports
        compileall.compile_dir(ROOT / part, quiet=2)
    folder = home / "models" / CHECKPOINT
    if tiny:
        tiny_checkpoint.make(folder)
        return "a tiny random checkpoint"
    if (paths.assets() / "models" / CHECKPOINT / "network.safetensors").exists():
        return "the shipped pocket-text"
    tiny_checkpoint.make(folder, texts=made_up(), **POCKET)
    return "a random checkpoint of pocket-text's size"


def made_up() -> list[str]:
    """Texts of enough different words for a large vocabulary."""
    draw = random.Random(0)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    words = ["".join(draw.choices(syllables, k=draw.randint(2, 4))) for _ in range(20_000)]
    return [" ".join(draw.choices(words, k=40)) for _ in range(2_000)]
