"""Text to phonemes: every symbol is known, every word is placed, and nothing disappears without a word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.codecs.phonemes import SYMBOLS, Spoken, encode, phonemes

LANGUAGES = ("english", "hindi", "hinglish")
WRITING = st.text(alphabet="ऽळॠऄȴabcdeINSTmr .,-'/:$₹%0123456789°²कखािी्ंँ़।é😀日_&", max_size=60) | st.text(max_size=40)


def said(text: str, language: str = "english") -> str:
    return phonemes(text, language).symbols


def sounds(spoken: Spoken) -> list[tuple[str, str]]:
    return [(word.text, spoken.symbols[word.first : word.last]) for word in spoken.words]


def test_symbols_are_the_vocabulary_of_kokoro() -> None:
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 115
    assert SYMBOLS[0] == "_"
    assert SYMBOLS[1:8] == ";:,.!?—"
    assert SYMBOLS.index(" ") < SYMBOLS.index("A") < SYMBOLS.index("ˈ")


def test_encode_gives_places_in_the_table() -> None:
    assert encode("_ˈA.") == [0, SYMBOLS.index("ˈ"), SYMBOLS.index("A"), SYMBOLS.index(".")]
    with pytest.raises(ValueError, match="'#'"):
        encode("#")


@given(WRITING, st.sampled_from(LANGUAGES))
def test_any_text_is_spoken_in_known_symbols_and_words_stand_in_order(text: str, language: str) -> None:
    spoken = phonemes(text, language)
    assert len(encode(spoken.symbols)) == len(spoken.symbols)
    place, last = 0, 0
    for word in spoken.words:
        assert place <= word.start < word.stop <= len(text)
        assert last <= word.first < word.last <= len(spoken.symbols)
        assert text[word.start : word.stop] == word.text
        place, last = word.stop, word.last


@given(WRITING, st.sampled_from(LANGUAGES))
def test_no_letter_or_digit_is_dropped_in_silence(text: str, language: str) -> None:
    spoken = phonemes(text, language)
    placed = {i for word in spoken.words for i in range(word.start, word.stop)}
    reported = set("".join(spoken.unknown))
    assert all(i in placed or letter in reported for i, letter in enumerate(text) if letter.isalnum())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["", " \n\t", "\u200b", "'"])
def test_nothing_is_said_where_nothing_is_written(text: str, language: str) -> None:
    assert phonemes(text, language) == Spoken("", (), ())


def test_what_cannot_be_spoken_is_reported_once_and_in_order() -> None:
    spoken = phonemes("Hi 😀 there 日 and 👍🏽 again 😀.", "english")
    assert spoken.unknown == ("😀", "日", "👍🏽")
    assert spoken.symbols == said("Hi there and again.")


# What misaki (Apache-2.0), the front end that Kokoro-82M was trained with, gives for the same words.
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello there.", "həlˈO ðˈɛɹ."),
        ("The quick brown fox jumps over the lazy dog!", "ðə kwˈɪk bɹˈWn fˈɑks ʤˈʌmps ˈOvəɹ ðə lˈAzi dˈɔɡ!"),
        ("An apple, the apple, the pear", "ɐn ˈæpᵊl, ði ˈæpᵊl, ðə pˈɛɹ"),
    ],
)
def test_english_agrees_with_misaki(text: str, expected: str) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("I have 21 cats.", "I have twenty one cats."),
        ("It cost $5.50, then £1.", "It cost five dollars and fifty cents, then one pound."),
        ("₹2.5 crore", "two point five crore rupees"),
        ("in 1984 and in 2006", "in nineteen eighty four and in two thousand six"),
        ("the 3rd of May", "the third of May"),
        ("the 22nd time", "the twenty second time"),
        ("at 5:05 today", "at five oh five today"),
        ("at 17:30 today", "at seventeen thirty today"),
        ("about 50% of it", "about fifty percent of it"),
        ("3.14 and -7", "three point one four and minus seven"),
        ("1,234,567 people", "one million two hundred thirty four thousand five hundred sixty seven people"),
        ("agent 007 is here", "agent zero zero seven is here"),
        ("5%-10% of it", "five percent—ten percent of it"),
        ("pages 5-10 only", "pages five to ten only"),
        ("3/4 of it", "three quarters of it"),
        ("the 1990s", "the nineteen nineties"),
        ("Mr. Smith", "Mister Smith"),
        ("5 km away", "five kilometers away"),
        ("salt & water", "salt and water"),
        ("１２ cats", "twelve cats"),
        ("on 2024-02-05 it", "on February fifth twenty twenty four it"),
    ],
)
def test_numbers_and_signs_are_said_as_their_words(written: str, spelled: str) -> None:
    assert said(written) == said(spelled)


def test_a_number_is_one_word_of_the_text() -> None:
    assert sounds(phonemes("42 cats", "english")) == [("42", "fˈɔɹTi tˈu"), ("cats", "kˈæts")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a grown-up", "ɐ ɡɹˈOnˌʌp"),
        ("Covid-19, mp3", "kˈOvˌɪd nˌIntˈin, ˌɛmpˈi θɹˈi"),
        ("and/or", "ænd ɔɹ"),
        ('"Hi," he said -- (5).', "“hˈI,” hi sˈɛd — (fˈIv)."),
        ("We left the U.S. at 5 p.m. today, etc.", "wˌi lˈɛft ðə jˌuˈɛs æt fˈIv pˌiˈɛm tədˈA, ɛtsˈɛTəɹə."),
    ],
)
def test_marks_hyphens_and_stops_stand_where_they_are_heard(text: str, expected: str) -> None:
    assert said(text) == expected


def test_indian_names_in_english_are_no_guesswork() -> None:
    assert said("Deepak met Raju's friend.") == "dˈipək mˈɛt ɹˈɑʤuz fɹˈɛnd."


def test_initials_and_unknown_capitals_are_spelled() -> None:
    assert said("FBI") == "ˌɛfbˌiˈI"
    assert said("NASA") == "nˈæsə"


@pytest.mark.parametrize(
    ("word", "ending"), [("zorbs", "z"), ("cats's", "ᵻz"), ("dog's", "z"), ("waited", "Tᵻd"), ("jogging", "ɪŋ")]
)
def test_endings_follow_the_stem(word: str, ending: str) -> None:
    assert said(word).endswith(ending)


@pytest.mark.parametrize(
    ("one", "other", "word"),
    [
        ("I want to record it.", "I hear the record now.", "record"),
        ("They live in town.", "Hear it in a live show.", "live"),
        ("I used to go.", "I used soap.", "used"),
        ("Close the door.", "It is too close now.", "close"),
        ("I have read it.", "I will read it.", "read"),
    ],
)
def test_neighbours_tell_apart_what_is_written_alike(one: str, other: str, word: str) -> None:
    def sound(text: str) -> str:
        return next(phone for letters, phone in sounds(phonemes(text, "english")) if letters.lower() == word)

    assert sound(one).replace("ˌ", "ˈ") != sound(other).replace("ˌ", "ˈ")


def test_a_word_that_no_lexicon_knows_is_read_by_its_letters() -> None:
    sound = said("blorptastic")
    assert sound.startswith("bl") and sound.endswith("k") and sound.count("ˈ") == 1


# What espeak-ng 1.52 gives for its voice "hi", as Kokoro's Hindi voices were trained on.
@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("नमस्ते", "nəmˈʌsteː"),
        ("भारत", "bʰˈaːɾət"),
        ("घर", "ɡʰˈʌɾ"),
        ("विज्ञान", "ʋɪɡjˈaːn"),
        ("क्षमा", "kʃˈʌmaː"),
        ("ज़मीन", "zəmˈiːn"),
        ("बच्चा", "bˈʌcːaː"),
        ("हिंदी", "hˈĩdi"),
        ("अंगूर", "ʌŋɡˈuːɾ"),
        ("यहाँ", "jˈʌhã"),
        ("डॉक्टर", "ɖˈɔkʈəɾ"),
        ("कृष्ण", "kɾˈɪʂɳə"),
        ("समझना", "sˈʌməɟʰnaː"),
        ("आई", "ˈaːi"),
        ("चंचल", "cˈʌɲcəl"),
    ],
)
def test_hindi_words_agree_with_espeak(word: str, expected: str) -> None:
    assert said(word, "hindi") == said(word, "english") == unicodedata.normalize("NFD", expected)


@pytest.mark.parametrize(
    ("written", "spelled"),
    [
        ("25 लोग", "पच्चीस लोग"),
        ("२५ लोग", "पच्चीस लोग"),
        ("1,23,456 लोग", "एक लाख तेईस हज़ार चार सौ छप्पन लोग"),
        ("3.5 किलो", "तीन दशमलव पाँच किलो"),
        ("₹2.5 करोड़", "दो दशमलव पाँच करोड़ रुपये"),
        ("1984 में", "उन्नीस सौ चौरासी में"),
        ("50% लोग", "पचास प्रतिशत लोग"),
        ("5:30 तक", "पाँच बजकर तीस मिनट तक"),
    ],
)
def test_numbers_in_hindi_are_said_in_hindi(written: str, spelled: str) -> None:
    assert said(written, "hindi") == said(spelled, "hindi")


def test_words_said_twice_are_two_words() -> None:
    assert said("छोटे-छोटे", "hindi") == said("छोटे छोटे", "hindi")


def test_letters_with_a_dot_sound_the_same_however_they_are_encoded() -> None:
    assert said("\u095bमीन", "hindi") == said("ज\u093cमीन", "hindi")


def test_english_words_in_hindi_stay_english() -> None:
    assert said("यह laptop है।", "hindi") == "jˌəh lˈæptˌɑp hɛː."


@pytest.mark.parametrize(
    ("roman", "hindi"),
    [
        ("Main ghar ja raha hoon.", "मैं घर जा रहा हूँ."),
        ("Aap kaise hain?", "आप कैसे हैं?"),
        ("bahut accha kaam hai", "बहुत अच्छा काम है"),
        ("bohot acha kaam hai", "बहुत अच्छा काम है"),
        ("mujhe 2 din do", "मुझे दो दिन दो"),
        ("ladke log kheton mein ja rahe the", "लड़के लोग खेतों में जा रहे थे"),
    ],
)
def test_roman_hindi_sounds_like_hindi(roman: str, hindi: str) -> None:
    assert said(roman, "hinglish") == said(hindi, "hindi")


@pytest.mark.parametrize("text", ["The main road is the best way to go.", "He is a very good man, and she is too."])
def test_english_in_hinglish_sounds_like_english(text: str) -> None:
    assert said(text, "hinglish") == said(text, "english")


def test_words_of_both_languages_go_with_their_neighbours() -> None:
    mixed = "Mujhe lagta hai ki the meeting is at ten, aur sab log wahan the."
    heard = [sound for word, sound in sounds(phonemes(mixed, "hinglish")) if word == "the"]
    assert heard == ["ðə", "tʰeː"]


@pytest.mark.parametrize("piece", ["a", "😀", "-", "The main ghar 5:30. "])
def test_a_hundred_thousand_letters_are_no_trouble(piece: str) -> None:
    spoken = phonemes((piece * 100_000)[:100_000], "hinglish")
    assert spoken.symbols or spoken.unknown
