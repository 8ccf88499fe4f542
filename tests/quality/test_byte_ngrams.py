"""The yardstick is itself measured: it is a distribution, it learns, and it agrees with a count by hand."""

import math
import random

import numpy as np

from tests.quality.byte_ngrams import ByteNGrams

TEXT = b"the cat sat on the mat and the rat sat on the cat. " * 3


def test_the_probabilities_of_all_bytes_add_up_to_one() -> None:
    ngrams = ByteNGrams(TEXT)
    for context in (b"the ", b" sat", b"zzzz", b"at. "):
        bits = [ngrams.bits(context + bytes([byte]))[-1] for byte in range(256)]
        assert math.isclose(sum(2.0**-b for b in bits), 1.0, rel_tol=1e-9)


def test_one_order_is_the_discounted_count_by_hand() -> None:
    """In "aab" a and b were seen twice and once: D = 1 / (1 + 2) = 1/3, and 2 D / 3 is spread over 256 bytes."""
    bits = ByteNGrams(b"aab", order=1).bits(b"abz")
    spread = (2 * (1 / 3) / 3) / 256
    assert np.allclose(2.0**-bits, [(2 - 1 / 3) / 3 + spread, (1 - 1 / 3) / 3 + spread, spread])


def test_what_follows_its_training_text_is_cheaper_than_what_does_not() -> None:
    ngrams = ByteNGrams(TEXT)
    assert ngrams.bits(b"the rat sat on the mat").mean() < 1.5
    assert ngrams.bits(b"Qx7#vv!k").mean() > 6


def test_longer_contexts_help_where_the_past_decides() -> None:
    rng = random.Random(0)
    text = "".join(rng.choice(["abcd", "dcba"]) + " " for _ in range(3000)).encode()
    fresh = "".join(rng.choice(["abcd", "dcba"]) + " " for _ in range(300)).encode()
    costs = [ByteNGrams(text, order).bits(fresh).mean() for order in (1, 2, 3)]
    assert costs[0] > costs[1] > costs[2]
    assert abs(costs[2] - 1 / 5) < 0.02  # one coin a word of five bytes


def test_random_bytes_cost_eight_bits_and_not_much_more() -> None:
    rng = random.Random(1)
    text, fresh = rng.randbytes(200_000), rng.randbytes(2000)
    assert 7.9 < ByteNGrams(text).bits(fresh).mean() < 8.5
