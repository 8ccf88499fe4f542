"""The judge's own arithmetic on works whose figures are known; the judges themselves, where there are any."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from engine.api import paths
from engine.api.cards import CARD, read_card
from engine.api.errors import BadInput
from engine.api.recipe import read_recipe
from engine.api.voices import find_voices
from engine.training.speech_corpus import HELD_SENTENCE, HELD_VOICE, TRAIN, Corpus, Utterance
from engine.training.speech_sentences import is_held_out
from tests.quality import judges, speech_judge, speech_works
from tests.quality.skeleton import skeleton
from tests.quality.speech_judge import Verdict
from tests.quality.speech_works import Sentence, Work
from tests.tiny_speech import tiny_speech, tiny_speech_template

__all__ = ["tiny_speech", "tiny_speech_template"]

WORK = Work(file="a.wav", text="one two", language="english", voice="heart")


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("kitten", "sitting", 3),
        ("the cat sat", "the cat sat", 0),
        ("the cat sat down", "the bat sat", 2),
        ("the cat", "", 2),
        ("", "the cat", 2),
        ("a b c d", "b c d e", 2),
    ],
)
def test_distance_is_the_fewest_changes(said: str, heard: str, errors: int) -> None:
    words = (list(said), list(heard)) if " " not in said + heard else (said.split(), heard.split())
    assert speech_judge.distance(*words) == errors == speech_judge.distance(*reversed(words))


@pytest.mark.parametrize(
    ("said", "heard", "errors"),
    [
        ("the pace setter won", "the pacesetter won", 0),
        ("a pacesetter", "a pace setter", 0),
        ("pacesetter", "pace set", 2),
        ("an ice cream cone", "an icecream bone", 1),
    ],
)
def test_a_compound_may_be_written_as_one_word_or_two(said: str, heard: str, errors: int) -> None:
    assert speech_judge.distance(said.split(), heard.split()) == errors


def test_words_in_brackets_are_counted() -> None:
    assert speech_judge.units("A (visible) sign [here]", "english", strip_brackets) == ["A", "visible", "sign", "here"]


def strip_brackets(text: str) -> str:
    """As Whisper's normaliser does it."""
    return re.sub(r"[\[(][^])]*[])]", "", text)


def test_english_is_counted_by_normalised_words_and_hindi_by_consonants() -> None:
    assert speech_judge.units("The CAT", "english", str.lower) == ["the", "cat"]
    assert speech_judge.units("मेरी बिल्ली", "hindi", str.lower) == list("mrbl")
    assert speech_judge.units("Meri billi", "hinglish", str.lower) == list("mrbl")


@pytest.mark.parametrize(
    ("devanagari", "urdu", "latin", "bones"),
    [
        ("नमस्ते दोस्तों", "نمستے دوستو", "Namaste dosto!", "mstdst"),
        ("यह ट्रेन से पहला सफ़र था।", "یہ ٹرین سے پہلا سفر تھا", "Yeh train se pehla safar tha.", "trsplsprt"),
        ("लड़की बड़ी ख़ुश हुई", "لڑکی بڑی خوش ہوئی", "ladki badi khush hui", "ldkbdks"),
        ("मुंबई का ज्ञान", "ممبئی کا گیان", "Mumbai ka gyaan", "mbkg"),
        ("बच्चों ने पाँच पत्थर चुने", "بچوں نے پانچ پتھر چنے", "bachchon ne paanch patthar chune", "bcpcptrc"),
        ("कृपा और रक्षा", "کرپا اور رکشا", "kripa aur raksha", "krprks"),
        ("१ ताला १० दिन", "۱ تالا ۱۰ دن", "ek taala das din", "ktldsd"),
    ],
)  # fmt: skip
def test_a_skeleton_is_the_same_in_three_scripts(devanagari: str, urdu: str, latin: str, bones: str) -> None:
    assert {skeleton(devanagari), skeleton(urdu), skeleton(latin)} == {bones}


def test_a_skeleton_tells_words_apart_and_holds_nothing_but_consonants() -> None:
    words = "किताब कमल घोड़ा मछली सड़क बारिश दरवाज़ा फूल".split()
    assert len({skeleton(word) for word in words}) == len(words)
    assert skeleton("अहा, आओ! हाँ… 「」 😀 ‍") == ""


def verdict(errors: int, length: int, **fields: object) -> Verdict:
    known = {"dnsmos": 3.0, "cosines": {"heart": 0.9}, "duration": 2.0, "heard": ""} | fields
    work = msgspec.structs.replace(WORK, **{name: known.pop(name) for name in WORK.__struct_fields__ if name in known})
    return Verdict(work, errors=errors, length=length, **known)  # type: ignore[arg-type]


def test_error_rates_are_of_all_works_together_and_opinions_are_means() -> None:
    figures = speech_judge.figures(
        [verdict(1, 2, dnsmos=2.0, cosines={"heart": 0.6}), verdict(0, 8, dnsmos=3.0, cosines={"heart": 0.8})]
    )
    assert figures == {"works": 2, "wer": 0.1, "dnsmos": 2.5, "speaker_cosine": 0.7}


def test_the_real_time_factor_is_of_all_seconds_together() -> None:
    slow, fast = verdict(0, 1, seconds=1.0, duration=1.0), verdict(0, 1, seconds=1.0, duration=9.0)
    assert speech_judge.figures([slow, fast, verdict(0, 1)])["real_time_factor"] == pytest.approx(0.2)


def test_a_voice_is_recognised_where_no_other_is_nearer() -> None:
    kept, lost = {"heart": 0.9, "emma": 0.8}, {"heart": 0.8, "emma": 0.9}
    found = speech_judge.figures(
        [verdict(0, 1, cosines=kept), verdict(0, 1, cosines=kept), verdict(0, 1, cosines=lost)]
    )
    assert found["voice_recognised"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["speaker_cosine"] == pytest.approx(2.6 / 3, abs=1e-4)


def test_what_was_not_measured_has_no_figure() -> None:
    assert set(speech_judge.figures([verdict(0, 1, cosines={})])) == {"works", "wer", "dnsmos"}


def test_languages_and_voices_are_summed_up_apart() -> None:
    found = speech_judge.summary(
        [verdict(1, 4), verdict(3, 4, voice="emma"), verdict(1, 10, language="hindi", voice="alpha")]
    )
    assert found["english"]["wer"] == 0.5 and found["hindi"]["skeleton_cer"] == 0.1
    assert {name: each["wer"] for name, each in found["english"]["voices"].items()} == {"heart": 0.25, "emma": 0.75}
    rows = speech_judge.table(found).splitlines()
    assert [row.split()[:3] for row in rows[1:]] == [
        ["english", "all", "2"],
        ["english", "emma", "1"],
        ["english", "heart", "1"],
        ["hindi", "all", "1"],
        ["hindi", "alpha", "1"],
    ]


def test_the_worst_understood_come_first_and_the_well_understood_not_at_all() -> None:
    lines = speech_judge.worst([verdict(1, 9), verdict(0, 9), verdict(4, 9), verdict(2, 9)], most=2).splitlines()
    assert [line.split()[0] for line in lines] == ["4", "2"]


def test_figures_are_noted_in_the_card_beside_those_of_others(tmp_path: Path) -> None:
    (tmp_path / CARD).write_text(
        """
        id = "tiny"
        title = "Tiny"
        modality = "speech"
        architecture = "f5"
        network = {width = 8}
        codec = "mel"
        path = "flow"
        prediction = "flow"
        licence = "CC0-1.0"
        parameters = 1
        [files.network]
        name = "weights"
        [figures]
        training = {hours = 3}
        english = {old = 1}
        """
    )
    (tmp_path / "weights").touch()
    speech_judge.note(speech_judge.summary([verdict(1, 4)]), tmp_path)
    figures = read_card(tmp_path / CARD).figures
    assert figures["training"] == {"hours": 3}
    assert figures["english"]["wer"] == 0.25 and "old" not in figures["english"]


def test_a_manifest_is_judged_from_beginning_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tone(tmp_path / "a.wav", 220.0)
    tone(tmp_path / "voice.wav", 220.0)
    speech_works.write_works([msgspec.structs.replace(WORK, reference="voice.wav", seconds=0.5)], tmp_path)
    monkeypatch.setattr(judges, "listener", lambda name, threads: lambda waveform, language: "One, TOO!")
    monkeypatch.setattr(judges, "normaliser", lambda: lambda text: text.lower().replace(",", "").replace("!", ""))
    monkeypatch.setattr(judges, "opinion", lambda waveform: 3.5)
    monkeypatch.setattr(judges, "voice", lambda waveform: np.array([0.6, 0.8], np.float32))
    verdicts = speech_judge.judge(tmp_path)
    assert speech_judge.figures(verdicts) == {
        "works": 1, "wer": 0.5, "dnsmos": 3.5, "speaker_cosine": 1.0, "real_time_factor": 0.5,
    }  # fmt: skip
    written = json.loads((tmp_path / speech_judge.VERDICTS).read_text(encoding="utf-8"))
    assert written["heard"] == "One, TOO!" and written["work"]["file"] == "a.wav"


def tone(path: Path, frequency: float, seconds: float = 1.0, rate: int = 24_000, channels: int = 1) -> None:
    wave = 0.5 * np.sin(2 * math.pi * frequency * np.arange(round(seconds * rate)) / rate)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate, subtype="FLOAT")


def test_any_sound_is_heard_as_one_channel_at_16_khz(tmp_path: Path) -> None:
    tone(tmp_path / "a.wav", 1000.0, rate=44_100, channels=2)
    heard = judges.read_sound(tmp_path / "a.wav")
    assert heard.shape == (16_000,) and heard.dtype == np.float32
    assert np.abs(np.fft.rfft(heard)).argmax() == 1000


def test_what_is_hardly_a_sound_can_be_heard(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([np.nan, 3.0, -3.0]), 16_000, subtype="FLOAT")
    heard = judges.read_sound(tmp_path / "a.wav")
    assert len(heard) == judges.SHORTEST
    assert heard[:3].tolist() == [0.0, 1.0, -1.0] and not heard[3:].any()


def test_a_missing_judge_is_told_with_what_brings_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUARTET_JUDGES", raising=False)
    assert "QUARTET_JUDGES" in judges.missing()
    monkeypatch.setenv("QUARTET_JUDGES", str(tmp_path))
    assert f"tests.quality.judges {tmp_path}" in judges.missing()


def test_a_listener_is_put_together_from_its_parts_in_order(tmp_path: Path) -> None:
    parts = [tmp_path / "one", tmp_path / "two"]
    for part, data in zip(parts, (b"first ", b"second"), strict=True):
        part.mkdir()
        (part / f"model.bin.{part.name}").write_bytes(data)
    (parts[0] / "config.json").write_text("{}")
    judges.put_together(parts, tmp_path / "whole")
    assert {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir()} == {
        "model.bin": b"first second",
        "config.json": b"{}",
    }


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


@pytest.fixture
def known() -> Callable[[str], judges.Waveform]:
    """The shipped voices' sounds, by the voice's id."""
    if reason := judges.missing():
        pytest.skip(reason)
    return lambda voice: judges.read_sound(paths.assets() / "voices" / voice / "voice.flac")


@pytest.mark.quality
def test_the_judges_hear_what_is_said_how_well_and_by_whom(known: Callable[[str], judges.Waveform]) -> None:
    voices = find_voices(paths.assets() / "voices")[0]
    said, heard = (
        speech_judge.units(text, "english", judges.normaliser())
        for text in (voices["heart"].transcript, judges.listener()(known("heart"), "english"))
    )
    assert speech_judge.distance(said, heard) <= len(said) * 0.1
    noise = 0.1 * np.random.default_rng(0).standard_normal(48_000).astype(np.float32)
    assert judges.opinion(known("heart")) > 2.8 > 1.8 > judges.opinion(noise)
    first, second = np.split(known("heart")[: len(known("heart")) // 2 * 2], 2)
    assert judges.voice(first) @ judges.voice(second) > 0.75 > judges.voice(first) @ judges.voice(known("george"))
