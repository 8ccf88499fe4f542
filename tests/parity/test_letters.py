"""F5's letters against f5-tts: real sentences, random strings of what is awkward, and characters of every script."""

import random
from pathlib import Path
from typing import Any

import pytest

from engine.codecs.letters import Letters, symbols
from tests.parity.references import f5, f5_folder

pytestmark = pytest.mark.parity

ENGLISH = [
    "Some call me nature, others call me mother nature. I've been a silent spectator, watching species evolve.",
    "Dr. Smith paid $3.50 (plus 5% VAT) at 10:30 a.m.; the e-mail said “no refunds”—really!",
    "It's 3.14159... or so; don't you 'think' so? AT&T's C++ and C# teams do, at 100%% speed.",
    "Naïve café résumé: Ångström, señor, œuvre; ½ of №5 costs 20€ — or £18.",
    "नमस्ते दुनिया, hum kal milenge; ठीक है?",
    "RT @user: check https://example.com/a_b-c?d=1&e=2 #tag 👍🏽 ＡＢＣ",
    "Tabs\tand\nnew lines\r\nand   spaces  ",
]
CHINESE = [
    "你好，世界。今天天气不错，我们一起去公园吧！",
    "重庆银行的行长长大了，一不小心丢了三百二十五块钱。",
    "“对，这就是我，万人敬仰的太乙真人。”虽然有点婴儿肥，但也掩不住我逼人的帅气。",
    "我用iPhone 15 Pro拍了张照片;发到了微信,然后去KTV唱卡拉OK。",
    "一个人,两个人……不是不想去，是去不了。儿童节快乐！",
    "繁體中文：我們在臺灣學習漢語，㐀䶵〇。",
    "日本語のテキストと한국어 텍스트 mixed with English words.",
]
AWKWARD = [*"abcXYZIT019+#&._%-  ,;:!?'\"“’()\r\n\t/éñ€…—कあひ한👍", "c++", "C#", "AT&T", "don't", "U.S.A.", "3.14"]
HAN = [*"你好世界一不行重庆银长大了，。！恤䶵〇㐀豈𠮶", "一个", "不是", "T恤", "AA制", "儿童"]


def theirs(text: str) -> list[str]:
    found: list[str] = f5("model.utils").convert_char_to_pinyin([text])[0]
    return found


@pytest.mark.parametrize("text", ENGLISH + CHINESE)
def test_sentences(text: str) -> None:
    assert symbols(text) == theirs(text)


@pytest.mark.parametrize("signs", [AWKWARD, AWKWARD + HAN, HAN], ids=["no Chinese", "mixed", "Chinese"])
def test_random_strings(signs: list[str]) -> None:
    draw = random.Random(7)
    texts = ("".join(draw.choices(signs, k=draw.randint(1, 16))) for _ in range(1000))
    assert [text for text in texts if symbols(text) != theirs(text)] == []


def test_characters_of_every_script() -> None:
    """Each beside plain letters, a hundred at a time; of the many Chinese ones every eleventh."""
    codes = [*range(1, 0x3400), *range(0x3400, 0xA000, 11), *range(0xA000, 0xD800, 11), *range(0xE000, 0x10000)]
    written = [f"a{chr(code)}bc " for code in (*codes, *range(0x10000, 0x30000, 97))]
    texts = ("".join(written[start : start + 100]) for start in range(0, len(written), 100))
    assert [text for text in texts if symbols(text) != theirs(text)] == []


def test_the_published_vocabulary_gives_the_same_ids(tmp_path: Path) -> None:
    vocabulary = f5_folder() / "infer/examples/vocab.txt"
    letters = Letters.load(vocabulary)
    assert len(letters.ids) == 2545
    utils: Any = f5("model.utils")
    table, size = utils.get_tokenizer(str(vocabulary), "custom")
    assert (letters.ids, len(letters.ids)) == (table, size)
    for text in ENGLISH + CHINESE:
        assert letters.encode(text) == utils.list_str_to_idx([theirs(text)], table)[0].tolist()
    assert letters.unknown(ENGLISH[0]) == ()
    assert letters.unknown("नमस्ते 你好") == ("न", "म", "स", "्", "त", "े")
