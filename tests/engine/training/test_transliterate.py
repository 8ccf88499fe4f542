import pytest

from engine.training.transliterate import romanise, romanise_word

BY_RULE = """
लड़का ladka लड़की ladki समझना samajhna नमकीन namkeen बरसात barsaat मदद madad किताब kitaab दुकान
dukaan बाज़ार bazaar ज़मीन zameen फूल phool दूध doodh दोस्त dost सूर्य surya प्यार pyaar आदमी aadmi
आम aam औरत aurat कमरा kamra खिड़की khidki सड़क sadak पेड़ ped नदी nadi जंगल jangal जंगली jangli
तालाब talaab हाथी hathi शेर sher लाल laal हरा hara बारिश barish रोशनी roshni सूरज suraj पतंग patang
गणित ganit विज्ञान vigyaan संगीत sangeet उसने usne अपना apna हमेशा hamesha कभी kabhi थोड़ा thoda
आसान aasaan मुझे mujhe अचानक achanak हिम्मत himmat प्रश्न prashn करता karta करते karte लगा laga
ख़त्म khatm मंगलवार mangalvaar जाएगा jayega बनाए banaye हँसकर hanskar
""".split()
TYPED = "है hai नहीं nahi क्या kya में mein आप aap और aur बहुत bahut यह yeh वह woh कहाँ kahan पहले pehle शहर shehar".split()


@pytest.mark.parametrize(
    ("word", "roman"),
    list(zip(BY_RULE[::2] + TYPED[::2], BY_RULE[1::2] + TYPED[1::2], strict=True)),
)
def test_common_words_are_spelled_as_people_type_them(word: str, roman: str) -> None:
    assert romanise_word(word) == roman


def test_a_sentence_keeps_what_is_not_devanagari() -> None:
    assert romanise('"LibreOffice में क्या है?" उसने पूछा।') == '"LibreOffice mein kya hai?" usne poocha.'


def test_composed_and_decomposed_nukta_letters_read_the_same() -> None:
    assert romanise("\u0958\u0932\u092e") == romanise("\u0915\u093c\u0932\u092e") == "qalam"


def test_every_letter_of_the_script_becomes_ascii() -> None:
    letters = [chr(code) for code in range(0x905, 0x93A)]
    assert romanise(" ".join(letters + [f"क{chr(code)}" for code in range(0x93E, 0x94D)])).isascii()
