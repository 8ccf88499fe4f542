"""The judge is itself judged, on networks whose figure is known."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.codecs.text_tokens import TextTokens
from engine.networks.masked_lm import MaskedLM, MaskedLMConfig
from engine.training.tokenizer import train_tokenizer
from tests.quality import text_judge
from tests.quality.text_judge import Checkpoint

STORIES = ["The cat went home. " * 6, "The dog slept. " * 8]
DOCUMENTS = {("english", "story"): STORIES, ("hindi", "story"): ["राम घर गया। " * 9]}
TOKENS = TextTokens(train_tokenizer([*STORIES, *DOCUMENTS["hindi", "story"]], 330))
CONFIG = MaskedLMConfig(TOKENS.vocab_size, window=20, width=16, depth=1, heads=1)


class Seer(MaskedLM):
    """Gives a token the probability `sure` where half the canvas or less is masked, else an even guess."""

    def __init__(self, text: list[int], sure: float) -> None:
        super().__init__(CONFIG)
        self.text, self.sure = torch.tensor(text), sure

    def hidden(self, tokens: Tensor, t: Tensor) -> Tensor:
        even = torch.full((*tokens.shape, CONFIG.vocab_size), -math.log(CONFIG.vocab_size))
        spread = torch.full_like(even, math.log((1 - self.sure) / (CONFIG.vocab_size - 1)))
        known = spread.scatter(-1, self.text.expand_as(tokens)[..., None], math.log(self.sure))
        return torch.where((t <= 2 / math.pi * math.asin(0.5) + 1e-6)[:, None, None], known, even)

    def project(self, hidden: Tensor, added: Tensor | None = None) -> Tensor:
        return hidden


def test_an_even_guess_costs_the_logarithm_of_the_vocabulary_a_token() -> None:
    network = MaskedLM(CONFIG)
    torch.nn.init.zeros_(network.token.weight)
    checkpoint = Checkpoint(network, TOKENS)
    windows = text_judge.windows_of(DOCUMENTS, "english", checkpoint)
    tokens = sum(len(window) - 2 for window in windows)
    size = len(text_judge.as_bytes(STORIES))
    bits = text_judge.network_bits_per_byte(windows, checkpoint)
    assert bits == pytest.approx(tokens * math.log2(TOKENS.vocab_size) / size, rel=1e-5)


def test_the_bound_averages_over_the_masked_share_evenly() -> None:
    """Half of all shares are seen through at the cost of `sure`, half are guessed: the bound is their mean."""
    window = text_judge.windows_of(DOCUMENTS, "english", Checkpoint(MaskedLM(CONFIG), TOKENS))[0]
    checkpoint = Checkpoint(Seer(window, sure=0.9), TOKENS)
    bits = text_judge.window_bits(window, checkpoint, 1500, np.random.default_rng(0))
    expected = (len(window) - 2) * 0.5 * (math.log2(TOKENS.vocab_size) - math.log2(0.9))
    assert bits == pytest.approx(expected, rel=0.02)


def test_windows_hold_all_bytes_of_their_language_once() -> None:
    checkpoint = Checkpoint(MaskedLM(CONFIG), TOKENS)
    windows = text_judge.windows_of(DOCUMENTS, "english", checkpoint)
    assert all(window[:2] == [TOKENS.tag("english"), TOKENS.tag("story")] for window in windows)
    assert max(map(len, windows)) == CONFIG.window
    text = TOKENS.decode([token for window in windows for token in window[2:]])
    assert text.encode() == text_judge.as_bytes(STORIES)
    assert sum(text_judge.byte_count(window[2:], TOKENS) for window in windows) == len(text.encode())


def test_masked_counts_are_spread_evenly_over_all_counts() -> None:
    rng = np.random.default_rng(0)
    counts = [count for _ in range(2000) for count in text_judge.masked_counts(10, 4, rng)]
    assert np.allclose(np.bincount(counts, minlength=11)[1:] / len(counts), 0.1, atol=0.01)


def test_a_letter_of_the_other_script_is_seen_and_a_sign_is_not() -> None:
    assert text_judge.wrong_script_share(["Ram ghar gaya।", "Ram, 5 – ghar!"], "hinglish") == 0.5
    assert text_judge.wrong_script_share(["राम 5 गया।", "राम OK", "Écoute"], "hindi") == pytest.approx(2 / 3)


def test_a_text_is_written_by_the_pipeline_itself() -> None:
    torch.manual_seed(0)
    checkpoint = Checkpoint(MaskedLM(CONFIG), TOKENS)
    first, again = (text_judge.write(checkpoint, "english", "story", 3, length=12, steps=3) for _ in range(2))
    assert first == again != text_judge.write(checkpoint, "english", "story", 4, length=12, steps=3)
