"""What can be done to a lane of chords: whatever is done, chords never overlap and the lane can be written and read."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.chords import Chord, Span, parse_chord, parse_lane
from studio.editors.beats import Ruler
from studio.editors.chord_commands import CHANGES, lengthened, split_point
from studio.editors.harmony import written
from studio.editors.lane import Lane, at, edges, extended, gap_at, index_at, places, stepped, stretched
from studio.editors.lane_edits import dragged, drawn, followed, inserted, moved, named, removed, repeats, written_out

C = parse_chord("C")


def lane(text: str, *chosen: int, bar: int = 4) -> Lane:
    spans = parse_lane(text, bar)
    return Lane(spans, frozenset(chosen), spans[min(chosen)].start if chosen else 0.0)


def text(made: Lane) -> str:
    return written(made.spans, 4, None)


def chosen(made: Lane) -> list[str]:
    return [span.chord.name() for span in made.picked()]


PIECES = st.tuples(st.sampled_from(["Am", "F", "C7", "G/B", "N"]), st.integers(1, 12), st.integers(0, 4))


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    spans, now = [], 0.0
    for name, halves, rest in draw(st.lists(PIECES, max_size=8)):
        spans.append(Span(parse_chord(name), now + rest / 2, now + (rest + halves) / 2))
        now = spans[-1].stop
    picks = draw(st.sets(st.integers(0, len(spans) - 1))) if spans else set()
    return Lane(tuple(spans), frozenset(picks), spans[min(picks)].start if picks else draw(st.integers(0, 20)))


BEATS = st.integers(0, 40).map(lambda halves: halves / 2)
EDITS: dict[str, Callable[[Lane, float, float], Lane]] = {
    "draw": lambda made, one, other: drawn(made, C, min(one, other), max(one, other) + 0.5, 4),
    "name": lambda made, one, other: named(made, C, 4),
    "follow": lambda made, one, other: followed(made, C, 4),
    "insert": lambda made, one, other: inserted(made, parse_lane("C:1 G:3", 4), one),
    "move": lambda made, one, other: moved(made, one - other),
    "drag": lambda made, one, other: dragged(made, edges(made.spans)[0], one, 1.0) if made.spans else made,
    "push": lambda made, one, other: dragged(made, edges(made.spans)[-1], one, 1.0, True) if made.spans else made,
}


def command(change: Callable[[Lane, Ruler], Lane]) -> Callable[[Lane, float, float], Lane]:
    return lambda made, one, other: change(made, Ruler())


EDITS |= {name: command(change) for name, change in CHANGES.items()}


@given(lanes(), BEATS, BEATS, st.sampled_from(sorted(EDITS)))
def test_whatever_is_done_the_lane_can_be_written_and_read(made: Lane, one: float, other: float, edit: str) -> None:
    after = EDITS[edit](made, one, other)
    assert all(span.stop > span.start >= 0 for span in after.spans)
    assert all(a.stop <= b.start + 1e-6 for a, b in zip(after.spans, after.spans[1:], strict=False))
    assert parse_lane(written(after.spans, 4, None), 4) == after.spans
    assert after.chosen <= set(range(len(after.spans)))


def test_what_is_drawn_takes_its_time_from_what_was_there() -> None:
    made = drawn(lane("Am F"), C, 2, 6, 4)
    assert text(made) == "Am:2 C F:2" and chosen(made) == ["C"]


def test_what_is_drawn_after_the_repeats_writes_out_those_before_it() -> None:
    assert text(drawn(lane("Am F"), C, 12, 16, 4)) == "Am F Am C"
    assert text(drawn(lane("Am F:2"), C, 10, 12, 4)) == "Am F:2 Am@8:2 C:2"


def test_a_name_is_for_all_that_are_chosen_or_for_the_room_at_the_keys() -> None:
    assert text(named(lane("Am F G", 0, 2), C, 4)) == "C F C"
    assert text(named(replace(lane("Am F"), at=8.0), C, 4)) == "Am F C"
    assert text(named(at(lane("Am:1 F@4"), 2), C, 4)) == "Am:1 C:3 F"


def test_what_comes_next_takes_the_place_of_the_one_after_or_is_new() -> None:
    assert text(followed(lane("Am F G", 0), C, 4)) == "Am C G"
    made = followed(lane("Am F", 1), C, 4)
    assert text(made) == "Am F C" and chosen(made) == ["C"]


def test_a_chord_is_split_at_the_beat_in_its_middle() -> None:
    for before, after in (("Am", "Am:2 Am:2"), ("Am:3", "Am:2 Am:1"), ("Am:1", "Am:0.5 Am:0.5")):
        made = CHANGES["split"](lane(before, 0), Ruler())
        assert text(made) == after and made.chosen == {1}
    assert split_point(lane("Am"), Ruler()) < 0


def test_taking_out_leaves_the_others_or_closes_up() -> None:
    assert text(removed(lane("Am F C G", 1))) == "Am C@8 G"
    assert text(removed(lane("Am F C G", 1, 2), closing=True)) == "Am G"
    made = removed(lane("Am F C", 1), closing=True)
    assert made.at == 4 and index_at(made.spans, 4) == 1


def test_a_copy_goes_behind_and_what_is_later_moves_along() -> None:
    made = CHANGES["duplicate"](lane("Am F C G", 0, 1), Ruler())
    assert text(made) == "Am F Am F C G" and made.chosen == {2, 3}
    assert text(inserted(lane("Am G@12"), parse_lane("C F", 4), 4)) == "Am C F G"


def test_moved_chords_stop_at_the_start_and_cover_what_is_there() -> None:
    assert text(moved(lane("Am F C", 1), -9)) == "F C@8"
    assert text(moved(lane("Am F C", 1), 2)) == "Am F@6 C:2"


def test_a_shared_edge_moves_for_both_and_leaves_each_a_beat() -> None:
    shared = edges(parse_lane("Am F", 4))[0]
    assert text(dragged(lane("Am F"), shared, 6, 1.0)) == "Am:6 F:2"
    assert text(dragged(lane("Am F"), shared, 30, 1.0)) == "Am:7 F:1"
    assert text(dragged(lane("Am F"), shared, -3, 1.0)) == "Am:1 F:7"
    assert text(dragged(lane("Am F C"), shared, 6, 1.0, pushing=True)) == "Am:6 F C"


def test_longer_and_shorter_by_keys() -> None:
    assert text(lengthened(lane("Am F", 0), 1.0)) == "Am:5 F:3"
    assert text(lengthened(lane("Am F", 1), -0.5)) == "Am F:3.5"
    assert text(lengthened(lane("Am F"), 1.0)) == "Am F"


def test_the_keys_go_through_chords_gaps_and_the_room_behind() -> None:
    made = lane("Am:2 F@4")
    assert places(made, 4) == [0, 2, 4, 8]
    went = [made := stepped(made, way, 4) for way in (1, 1, 1, 1, -1)]
    assert [each.at for each in went] == [2, 4, 8, 8, 4]
    assert [chosen(each) for each in went] == [[], ["F"], [], [], ["F"]]


def test_more_are_chosen_from_where_the_keys_are() -> None:
    made = at(lane("Am F C G"), 4)
    assert extended(made, 3).chosen == {1, 2, 3} and extended(made, 0).chosen == {0, 1}
    assert stretched(stretched(stretched(made, 1), -1), -1).chosen == {0, 1}


@pytest.mark.parametrize(
    ("before", "beat", "room"), [("", 5, (4, 8)), ("Am:1", 2, (1, 4)), ("F@6", 5, (4, 6)), ("Am:6", 7, (6, 8))]
)
def test_the_room_for_a_chord_ends_at_its_neighbours_and_the_bar_line(
    before: str, beat: float, room: tuple[float, float]
) -> None:
    assert gap_at(lane(before), beat, 4) == room


def test_the_lane_is_heard_again_until_the_music_ends() -> None:
    again = repeats(parse_lane("Am F:1", 4), 4, 17)
    assert [(span.chord.name(), span.start, span.stop) for span in again] == [
        ("Am", 8, 12),
        ("F", 12, 13),
        ("Am", 16, 17),
    ]
    assert repeats((), 4, 100) == []
    assert text(written_out(lane("Am F"), 4, 18)) == "Am F Am F Am:2"
    assert text(written_out(lane("Am C@9:1"), 4, 21)) == "Am C@9:1 Am@12 N:5"


@given(lanes(), st.integers(1, 60))
def test_writing_out_the_repeats_changes_nothing_that_is_heard(made: Lane, until: int) -> None:
    def heard(spans: tuple[Span, ...]) -> list[Chord]:
        own = [*spans, *repeats(spans, 4, until)]
        found = (index_at(own, beat / 2) for beat in range(2 * until))
        return [Chord(None) if index is None else own[index].chord for index in found]

    assert heard(written_out(made, 4, until).spans) == heard(made.spans)
