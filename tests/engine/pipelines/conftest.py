"""A tokenizer small enough to train for every run."""

import pytest

from engine.codecs.text_tokens import TextTokens
from engine.training.tokenizer import train_tokenizer

SENTENCES = [
    "She crossed the river and sang.",
    "One evening the old musician played.",
    "एक दिन रवि बाज़ार गया।",
    "Ek din Ravi gaya.",
]


@pytest.fixture(scope="session")
def tiny_codec() -> TextTokens:
    return TextTokens(train_tokenizer(SENTENCES * 20, 400))
