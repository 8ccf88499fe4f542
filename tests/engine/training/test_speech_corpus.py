"""The speech corpus, made by a teacher that hums: what is held out, what is kept, and how a stopped run goes on."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.api.errors import BadInput
from engine.codecs.phonemes import phonemes
from engine.training import speech_corpus
from engine.training.speech_corpus import HELD_SENTENCE, HELD_VOICE, TRAIN, Corpus, Stream, build, totals
from engine.training.speech_sentences import deal, is_held_out, sentences, split
from engine.training.teachers import FRAME, Spoken, Teacher, added_up, as_taught, trimmed, with_output

WORDS = ("bird", "house", "river", "table", "stone", "bridge", "garden", "cup", "horse", "road")
TEXTS = {"english": [f"The {one} stands beside the old {two}." for one in WORDS for two in WORDS]}
STREAMS = (
    Stream("fast", "hum", ("anna",), "english", TRAIN, minutes=1, shard=8),
    Stream("many", "hum", ("bela", "carl"), "english", TRAIN, minutes=0.5, shard=4, first=10),
    Stream("judge", "hum", ("anna",), "english", HELD_SENTENCE, minutes=9, most=2),
    Stream("other", "hum", ("dora",), "english", HELD_VOICE, minutes=9, most=2),
)


class Hum:
    """Two frames a symbol; each symbol's frames hold its place in the sentence, so that a shift would show."""

    def __init__(self, breaks_after: int = 1_000_000) -> None:
        self.spoken: list[tuple[str, str]] = []
        self.breaks_after = breaks_after

    def __call__(self, symbols: str, voice: str) -> Spoken:
        if len(self.spoken) == self.breaks_after:
            raise KeyboardInterrupt
        self.spoken.append((symbols, voice))
        frames = np.full(len(symbols) + 2, 2, np.int16)
        return Spoken(np.repeat(np.arange(len(frames), dtype=np.float32) / 1000, 2 * FRAME), frames)


def make(folder: Path, hum: Hum, part: tuple[int, int] = (0, 1)) -> None:
    def teachers(name: str) -> Teacher:
        assert name == "hum"
        return hum

    build(folder, TEXTS, teachers, STREAMS, part)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    make(tmp_path, Hum())
    return Corpus.load(tmp_path)


def test_the_lengths_of_the_symbols_add_up_to_the_sound(corpus: Corpus) -> None:
    assert len(corpus) > 20
    for i, utterance in enumerate(corpus.utterances):
        assert len(utterance.symbols) == len(utterance.frames)
        assert utterance.symbols[0] == utterance.symbols[-1] == "_"
        assert len(corpus.sound(i)) == FRAME * sum(utterance.frames)


def test_every_sound_is_its_own_utterance_s(corpus: Corpus) -> None:
    for i, utterance in enumerate(corpus.utterances):
        want = np.repeat(np.arange(len(utterance.symbols)) / 1000, 2 * FRAME)
        assert np.abs(corpus.sound(i) - want).max() < 1e-4


def test_nothing_held_out_is_trained_on(corpus: Corpus) -> None:
    trained = [corpus.utterances[i] for i in corpus.of(TRAIN)]
    judged = [corpus.utterances[i] for i in (*corpus.of(HELD_SENTENCE), *corpus.of(HELD_VOICE))]
    assert judged and not {u.text for u in trained} & {u.text for u in judged}
    assert all(is_held_out(u.text) for u in judged)
    assert "dora" not in {u.voice for u in trained}


def test_voices_take_turns_and_a_stream_ends_near_its_minutes(corpus: Corpus) -> None:
    voices = [u.voice for u in corpus.utterances if u.voice in ("bela", "carl")]
    assert voices == ["bela", "carl"] * (len(voices) // 2)
    minutes = sum(u.samples for u in corpus.utterances if u.voice in ("bela", "carl")) / 24_000 / 60
    assert 0.5 <= minutes < 0.8


def test_a_stopped_run_goes_on_to_the_same_corpus(tmp_path: Path, corpus: Corpus) -> None:
    stopped = tmp_path / "stopped"
    with pytest.raises(KeyboardInterrupt):
        make(stopped, Hum(breaks_after=20))
    kept = len(Corpus.load(stopped))
    assert 0 < kept <= 20
    again = Hum()
    make(stopped, again)
    assert len(again.spoken) == len(corpus) - kept
    assert Corpus.load(stopped).utterances == corpus.utterances


def test_two_processes_make_different_shards(tmp_path: Path) -> None:
    one, two = Hum(), Hum()
    make(tmp_path, one, (0, 2))
    make(tmp_path, two, (1, 2))
    assert one.spoken and two.spoken and not set(one.spoken) & set(two.spoken)
    assert len(Corpus.load(tmp_path)) == len(one.spoken) + len(two.spoken)


def test_a_sound_without_its_description_is_no_shard(tmp_path: Path) -> None:
    make(tmp_path, Hum())
    whole = len(Corpus.load(tmp_path))
    (tmp_path / "shards" / "fast-0000.json").unlink()
    assert len(Corpus.load(tmp_path)) == whole - 8


def test_the_totals_give_every_voice_its_line(corpus: Corpus) -> None:
    assert [line.split(":")[0] for line in totals(corpus)] == [
        "anna english held-out sentence",
        "anna english train",
        "bela english train",
        "carl english train",
        "dora english held-out voice",
    ]


def test_no_corpus_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no speech corpus"):
        Corpus.load(tmp_path)
    with pytest.raises(BadInput, match="build the text corpus"):
        sentences(tmp_path)


def test_a_sentence_that_cannot_be_said_whole_is_left_out() -> None:
    teacher = Hum()
    assert speech_corpus.speak(("A bird 🐦 in the garden.", "english", "anna"), TRAIN, teacher) is None
    assert speech_corpus.speak(("...", "english", "anna"), TRAIN, teacher) is None or teacher.spoken
    assert speech_corpus.speak(("A bird in the garden.", "english", "anna"), TRAIN, teacher) is not None


def test_the_split_never_changes() -> None:
    share = np.mean([is_held_out(f"sentence {n}") for n in range(20_000)])
    assert 0.015 < share < 0.025
    assert [n for n in range(300) if is_held_out(f"sentence {n}")] == [28, 96, 130, 155, 171]


def test_paragraphs_are_cut_into_whole_sentences() -> None:
    text = 'He said, "Come in, please." Then he left the room, e.g. by the door. Short. What a lovely morning!'
    assert list(split(text)) == ['He said, "Come in, please."', "What a lovely morning!"]
    assert list(split("बारिश ख़त्म हो गयी थी। चारों ओर हरियाली थी।")) == ["बारिश ख़त्म हो गयी थी।", "चारों ओर हरियाली थी।"]


def test_styles_are_dealt_in_proportion() -> None:
    found = {("x", "often"): [f"a{n}" for n in range(40)], ("x", "seldom"): [f"b{n}" for n in range(10)]}
    dealt = deal(found, "x", {"often": 3, "seldom": 1})
    assert len(dealt) == 50
    assert [sentence[0] for sentence in dealt[:8]].count("b") == 2


def test_sentences_come_from_the_corpus_and_from_patterns(tmp_path: Path) -> None:
    rows = [
        {"language": "english", "style": "definition", "text": "walrus: (zoology) a large animal of the far north."},
        {"language": "hindi", "style": "story", "text": "चारों ओर हरियाली थी। निशा मैदान में टहल रही थी।"},
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    found = sentences(tmp_path)
    assert {"Walrus.", "A large animal of the far north."} <= set(found["english"])
    assert "चारों ओर हरियाली थी।" in found["hindi"]
    for language, some in found.items():
        assert len(some) > 200, language
        assert not any("{" in sentence for sentence in some)
        assert any("?" in sentence for sentence in some) and any("!" in sentence for sentence in some)
        assert any(any(map(str.isdigit, sentence)) for sentence in some)
    assert sentences(tmp_path) == found


def test_long_silence_at_the_ends_goes_and_the_rest_fits() -> None:
    frames = np.array([20, 3, 15, 4, 1], np.float32)  # silence, a, b, full stop, silence
    loud = np.zeros(43, bool)
    loud[20:26] = True  # of b only three frames sound; one of the six silent ones left is b's
    spoken = trimmed(np.repeat(loud, FRAME).astype(np.float32), frames)
    assert spoken.frames.tolist() == [6, 3, 4, 4, 1]
    assert len(spoken.sound) == FRAME * 18
    assert spoken.sound[6 * FRAME] == 1 and spoken.sound[6 * FRAME - 1] == 0


def test_short_silence_stays() -> None:
    sound = np.ones(5 * FRAME, np.float32)
    sound[:FRAME] = sound[-FRAME:] = 0
    spoken = trimmed(sound, np.array([1, 2, 2], np.float32))
    assert spoken.frames.tolist() == [1, 2, 2] and len(spoken.sound) == 5 * FRAME


def test_an_output_is_joined_to_a_serialised_graph() -> None:
    # field 7 (graph), then field 12 (output), then field 1 (name), each with its length
    assert with_output(b"graph", "abc") == b"graph" + b"\x3a\x07\x62\x05\x0a\x03abc"


@pytest.mark.parametrize(
    ("word", "told"),
    [("घोड़ा", "r."), ("पढ़ना", "r.h"), ("लड़का", "r."), ("खेलने", "kʰ")],  # as espeak-ng 1.51 writes them
)
def test_kokoro_is_told_flaps_as_it_was_taught_them(word: str, told: str) -> None:
    symbols = phonemes(word, "hindi").symbols
    parts = as_taught(symbols)
    assert told in "".join(parts) and "ɽ" not in "".join(parts)
    assert len(parts) == len(symbols)


def test_the_lengths_of_what_a_symbol_was_told_as_add_up() -> None:
    frames = np.array([9, 1, 2, 3, 4, 5, 6, 8], np.float32)  # pad, a, r, ., h, a, m, pad
    assert added_up(frames, as_taught("aɽʰam")).tolist() == [9, 1, 5, 4, 5, 6, 8]
    assert added_up(frames[:4], as_taught("ab")).tolist() == [9, 1, 2, 3]
