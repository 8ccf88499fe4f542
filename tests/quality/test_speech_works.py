"""What is judged: held-out sentences, spoken by the engine or read by the teachers."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.api import paths
from engine.api.cards import CARD
from engine.api.errors import BadInput
from engine.api.recipe import read_recipe
from engine.api.voices import find_voices
from engine.training.speech_corpus import HELD_SENTENCE, HELD_VOICE, TRAIN, Corpus, Utterance
from engine.training.speech_sentences import is_held_out
from tests.quality import speech_works
from tests.quality.speech_works import Sentence
from tests.tiny_speech import tiny_speech, tiny_speech_template

__all__ = ["tiny_speech", "tiny_speech_template"]


def test_what_is_judged_was_never_trained_on() -> None:
    sentences = speech_works.read_sentences()
    assert all(is_held_out(sentence.text) for sentence in sentences)
    counts = {
        language: sum(sentence.language == language for sentence in sentences)
        for language in ("english", "hindi", "hinglish")
    }
    assert counts["english"] == 60 and min(counts.values()) >= 24
    assert len({sentence.text for sentence in sentences}) == len(sentences)


def test_digits_of_hindi_are_not_judged_since_a_skeleton_cannot_read_them() -> None:
    hindi = [sentence.text for sentence in speech_works.read_sentences() if sentence.language != "english"]
    assert not any(letter.isdigit() for text in hindi for letter in text)


def test_every_voice_says_all_or_the_voices_take_turns() -> None:
    sentences = [Sentence(text=text, language="english") for text in "abc"] + [Sentence(text="d", language="hinglish")]
    shipped = {voice.id: voice for voice in find_voices(paths.assets() / "voices")[0].values()}
    voices = {"english": [shipped["heart"], shipped["emma"]], "hindi": [shipped["psi"]]}

    def said(in_turns: bool) -> list[tuple[str, str]]:
        return [(sentence.text, voice.id) for sentence, voice in speech_works.assigned(sentences, voices, in_turns)]

    assert said(True) == [("a", "heart"), ("b", "emma"), ("c", "heart"), ("d", "psi")]
    assert said(False) == [(text, voice) for text in "abc" for voice in ("heart", "emma")] + [("d", "psi")]
    with pytest.raises(BadInput, match="No voice speaks"):
        list(speech_works.assigned(sentences[3:], {"english": [shipped["heart"]]}, True))


def test_the_engine_finds_the_judged_checkpoint_and_the_untrained_voice(tmp_path: Path) -> None:
    checkpoint = tmp_path / "run" / "best"
    checkpoint.mkdir(parents=True)
    (checkpoint / CARD).touch()
    with speech_works.home_of(checkpoint):
        shipped, users = paths.models()
        assert shipped.exists() and [path.parent.resolve() for path in users.glob(f"*/{CARD}")] == [checkpoint]
        assert [voice.id for voice in speech_works.speakers("pocket-speech", ["aoede"])["english"]] == ["aoede"]
        trained = speech_works.speakers("pocket-speech", [])
        assert {voice.id for voices in trained.values() for voice in voices} >= {"heart", "emma", "alpha", "psi"}
        assert "aoede" not in {voice.id for voices in trained.values() for voice in voices}


def test_the_engine_speaks_what_is_to_be_judged(tiny_speech: Path, tmp_path: Path) -> None:
    sentences = [Sentence(text=text, language="english") for text in ("One boat came.", "Two boats went home.")]
    sentences.append(Sentence(text="एक नाव आयी।", language="hindi"))
    checkpoint, works = tiny_speech / "models" / "pocket-speech", tmp_path / "works"
    speech_works.speak(checkpoint, sentences, works, voices=["anna"], flags=["--steps=4", "--device=cpu"])
    made = speech_works.read_works(works)
    assert [(work.text, work.voice) for work in made] == [(sentence.text, "anna") for sentence in sentences[:2]]
    for seed, work in enumerate(made):
        sound, rate = soundfile.read(works / work.file)
        recipe = read_recipe(works / work.file).request
        assert rate == 24_000 and len(sound) > 0.2 * rate and work.seconds
        assert (recipe.text, recipe.seed, recipe.steps) == (work.text, seed, 4)
        assert soundfile.info(work.reference).duration == 2.0


def test_held_out_readings_are_written_with_a_reference_of_their_voice(tmp_path: Path) -> None:
    seconds = 24_000 // 600
    kinds = [("heart", TRAIN, 1), ("heart", TRAIN, 5), ("heart", HELD_SENTENCE, 2), ("heart", HELD_SENTENCE, 3)]
    kinds += [("aoede", HELD_VOICE, 6), ("aoede", HELD_VOICE, 2)]
    readings = tuple(
        Utterance(f"text {place}", "english", voice, split, "_a_", (1, length * seconds - 2, 1))
        for place, (voice, split, length) in enumerate(kinds)
    )
    shards = tuple(np.full(reading.samples, 1000 * place, np.int16) for place, reading in enumerate(readings))
    speech_works.export(Corpus(readings, tuple((place, 0) for place in range(6)), shards), tmp_path, most=1)
    heart, aoede = speech_works.read_works(tmp_path)
    assert (heart.text, aoede.text) == ("text 2", "text 5")
    for work, own, reference in ((heart, 2, 1), (aoede, 5, 4)):
        for file, place in ((work.file, own), (work.reference, reference)):
            sound, rate = soundfile.read(tmp_path / file)
            assert rate == 24_000 and sound.max() == pytest.approx(1000 * place / 32767, abs=1e-4)
