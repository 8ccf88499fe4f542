"""Where a bench works: a folder of its own, with the shipped checkpoints or random ones of their size."""

import compileall
import os
import random
from pathlib import Path
from typing import Any

from engine.api import paths
from tests import tiny_checkpoint, tiny_pictures
from tests.engine_process import ROOT

CHECKPOINT, PICTURES = "pocket-text", "pocket-pictures"
COMPILED = "engine", "studio", "tests"
DRAWING = dict(width=256, depth=8, heads=4, middle=1024, turned=1.0, codes=8192, picture=256, text_length=48, across=16)
LEVELS: dict[str, Any] = dict(encoder_mult=(1, 2), encoder_blocks=(1, 1), decoder_mult=(1, 2), decoder_blocks=(2, 1))
POCKET = {"vocab_size": 6144, "window": 132, "width": 256, "depth": 6, "heads": 4}


def prepare(home: Path, threads: int, tiny: bool = False) -> str:
    """Point this process and its children to `home`; what checkpoint is measured, in words."""
    os.environ.update(QT_QPA_PLATFORM="offscreen", QUARTET_HOME=str(home), OMP_NUM_THREADS=str(threads))
    home.mkdir(parents=True, exist_ok=True)
    for part in COMPILED:  # as the set-up does; Python may have been told to keep no bytecode of what it imports
        compileall.compile_dir(ROOT / part, quiet=2)
    folder = home / "models" / CHECKPOINT
    prepare_pictures(home, tiny)
    if tiny:
        tiny_checkpoint.make(folder)
        return "a tiny random checkpoint"
    if (paths.assets() / "models" / CHECKPOINT / "network.safetensors").exists():
        return "the shipped pocket-text"
    tiny_checkpoint.make(folder, texts=made_up(), **POCKET)
    return "a random checkpoint of pocket-text's size"


def prepare_pictures(home: Path, tiny: bool) -> None:
    """What draws: the shipped one, or a random one of its size."""
    from engine.networks.magvit import MagvitConfig

    if tiny:
        tiny_pictures.make(home)
    elif not (paths.assets() / "models" / PICTURES / "network.safetensors").exists():
        coder = MagvitConfig(ch=64, **LEVELS, norm_num_groups=16, fold=4)
        tiny_pictures.make(home, sizes=DRAWING, coder=coder)


def made_up() -> list[str]:
    """Texts of enough different words for a large vocabulary."""
    draw = random.Random(0)
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    words = ["".join(draw.choices(syllables, k=draw.randint(2, 4))) for _ in range(20_000)]
    return [" ".join(draw.choices(words, k=40)) for _ in range(2_000)]
