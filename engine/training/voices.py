"""The voices that ship: of each that the pocket network was trained on, one reading that shows it well.

    python -m engine.training.voices CORPUS [--folder assets/voices]

A reference is short, since network and reference share a window, and whole: it ends where its sentence ends.
"""

import argparse
import io
from pathlib import Path

import msgspec
import soundfile
import tomli_w

from engine.api import paths
from engine.api.cards import CardFile
from engine.api.errors import BadInput
from engine.api.files import sha256, write_atomically
from engine.api.voices import VOICE, Voice
from engine.training.speech_corpus import FRAME, RATE, TRAIN, Corpus

READINGS = {
    "af_bella": "From that day on, the tortoise and the frog were friends.",
    "af_heart": "And I suppose the little things are harder to get used to than the big ones.",
    "af_sarah": "We all like praise, but a hike in our pay is the best kind of ways.",
    "am_fenrir": "On his birthday his brother had given him a golden ball.",
    "am_michael": "He asked everybody, but nobody had seen the necklace.",
    "bf_emma": "At four we know all the questions, at eighteen all the answers.",
    "bm_george": "The property of being easy to see and understand.",
    "hf_alpha": "रानी आम के बाग़ में खेलने गयी और दुपट्टा वहीं भूल गयी।",
    "hf_beta": "सोनू ने उसे थोड़ा पानी और रोटी का एक टुकड़ा दिया।",
    "hm_omega": "छुट्टियों में रानी पिता जी के साथ आगरा गयी।",
    "hm_psi": "एक समय की बात है, एक घने जंगल में एक शेर रहता था।",
}
"""Teacher's voice → the sentence that it is known by: three to four seconds of everyday words."""
TRAINED_BY = "pocket-speech"
LANGUAGES = {"a": "english", "b": "english", "h": "hindi"}  # by the first letter of the teacher's name
LICENCE = "Apache-2.0"
CONSENT = "A synthetic voice of Kokoro-82M (Apache-2.0); nobody's own."


def chosen(corpus: Corpus, voice: str) -> int:
    """The place of the voice's reading. Raises BadInput where the corpus lacks it."""
    for index in corpus.of(TRAIN):
        if corpus.utterances[index].voice == voice and corpus.utterances[index].text == READINGS[voice]:
            return index
    raise BadInput(f"This corpus has no reading of “{READINGS[voice]}” by {voice}; choose another sentence for it.")


def write(corpus: Corpus, index: int, folder: Path) -> None:
    """The voice's folder, named like it: its sound as WAV, its words, and the length of each symbol."""
    utterance = corpus.utterances[index]
    name = utterance.voice.split("_")[1]
    target = folder / name
    sound = io.BytesIO()
    soundfile.write(sound, corpus.sound(index), RATE, format="WAV", subtype="PCM_16")
    path = target / "voice.wav"
    write_atomically(path, sound.getvalue())
    voice = Voice(
        id=name,
        title=name.capitalize(),
        language=utterance.language,
        transcript=utterance.text,
        sound=CardFile(name=path.name, sha256=sha256(path), size=path.stat().st_size),
        licence=LICENCE,
        consent=CONSENT,
        symbols=utterance.symbols,
        durations=tuple(round(count * FRAME * 1000 / RATE) for count in utterance.frames),
        trained=(TRAINED_BY,),
    )
    filled = {key: value for key, value in msgspec.to_builtins(voice).items() if value not in ("", [], ())}
    write_atomically(
        target / VOICE, tomli_w.dumps({key: list(v) if isinstance(v, tuple) else v for key, v in filled.items()})
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the voices that ship from a speech corpus.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--folder", type=Path, default=paths.assets() / "voices")
    options = parser.parse_args()
    corpus = Corpus.load(options.corpus)
    for voice in READINGS:
        write(corpus, chosen(corpus, voice), options.folder)


if __name__ == "__main__":
    main()
