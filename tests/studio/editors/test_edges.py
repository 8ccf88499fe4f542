"""Edges of words that are moved stay in order, whatever is done to them."""

from hypothesis import given
from hypothesis import strategies as st

from engine.api.messages import SpokenWord
from studio.editors.edges import LEAST, Edge, edges, flat, found, moved, paired, place

SPANS = [(100, 400), (400, 700), (900, 1500)]  # two words side by side, a pause, a third
LASTS = 2000


def test_words_side_by_side_share_an_edge_and_a_pause_has_two() -> None:
    assert edges(SPANS) == [Edge(None, 0), Edge(0, 1), Edge(1, None), Edge(None, 2), Edge(2, None)]
    assert [place(SPANS, edge) for edge in edges(SPANS)] == [100, 400, 700, 900, 1500]


def test_a_shared_edge_moves_both_words() -> None:
    assert moved(SPANS, Edge(0, 1), 450, LASTS) == [(100, 450), (450, 700), (900, 1500)]


def test_an_edge_stops_at_its_neighbours() -> None:
    assert moved(SPANS, Edge(0, 1), 0, LASTS)[0] == (100, 100 + LEAST)
    assert moved(SPANS, Edge(0, 1), 5000, LASTS)[1] == (700 - LEAST, 700)
    assert moved(SPANS, Edge(1, None), 5000, LASTS)[1] == (400, 900)
    assert moved(SPANS, Edge(None, 2), 0, LASTS)[2] == (700, 1500)
    assert moved(SPANS, Edge(None, 0), -50, LASTS)[0] == (0, 400)
    assert moved(SPANS, Edge(2, None), 5000, LASTS)[2] == (900, LASTS)


def test_boundaries_are_beginnings_and_ends_in_turns() -> None:
    words = [SpokenWord(text="a", start=0.1004, stop=0.4), SpokenWord(text="b", start=0.4, stop=0.7)]
    assert flat(found(words)) == (100, 400, 400, 700)


def test_words_with_next_to_no_pause_between_them_share_an_edge() -> None:
    words = [SpokenWord(text="a", start=0.1, stop=0.4), SpokenWord(text="b", start=0.46, stop=0.7)]
    assert found(words) == [(100, 430), (430, 700)]
    assert found([words[0], SpokenWord(text="c", start=0.5, stop=0.7)]) == [(100, 400), (500, 700)]


def test_spans_are_read_back() -> None:
    assert paired(flat(SPANS)) == SPANS


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(-100, 2200)), max_size=30))
def test_words_stay_in_order_and_keep_a_length(moves: list[tuple[int, int]]) -> None:
    spans = SPANS
    for index, to in moves:
        there = edges(spans)
        spans = moved(spans, there[index % len(there)], to, LASTS)
    times = flat(spans)
    assert list(times) == sorted(times) and times[0] >= 0 and times[-1] <= LASTS
    assert all(stop - start >= LEAST for start, stop in spans)
