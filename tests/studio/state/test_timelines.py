"""The steps of a sound are thinned until they fit; what the finished work is looked at is spared longest."""

import msgspec
import pytest

from engine.api.messages import PicturePreview, SpectrogramPreview, Stepped
from studio.state import timelines as module
from studio.state.timelines import MOST, ROOM, pack, size, thinned, unpack
from tests.studio.fake_engine import spectrogram, stepped


def run(parts: int, steps: int, frames: int) -> list[Stepped]:
    """The steps of a sound in so many parts, each part of so many frames of 100 bytes, which say which frame it is."""
    return [
        msgspec.structs.replace(
            stepped("a", part * steps + step, parts * steps, None), preview=spectrogram(frames, start=float(part))
        )
        for part in range(parts)
        for step in range(1, steps + 1)
    ]


def preview(step: Stepped) -> SpectrogramPreview:
    assert isinstance(step.preview, SpectrogramPreview)
    return step.preview


def total(steps: list[Stepped]) -> int:
    return sum(map(size, steps))


def test_steps_come_back_as_they_were() -> None:
    for steps in ([], [stepped("a", 1, 2), stepped("a", 2, 2)], run(2, 3, 50)):
        assert unpack(pack(steps)) == steps


@pytest.mark.parametrize("damaged", [b"", b"damaged", pack(run(1, 2, 5))[:-3], b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_what_cannot_be_read_is_no_steps(damaged: bytes) -> None:
    assert unpack(damaged) == []


def test_of_many_steps_some_are_left_out_evenly_but_not_the_last() -> None:
    steps = run(1, 200, 10)
    kept = thinned(steps)
    numbers = [step.step for step in kept]
    assert len(kept) == MOST and numbers == sorted(numbers) and numbers[-1] == 200
    gaps = {after - before for before, after in zip(numbers, numbers[1:], strict=False)}
    assert numbers[0] == 1 and gaps <= {1, 2, 3, 4}


def test_the_last_step_of_every_part_stays_however_many_there_are() -> None:
    kept = thinned(run(100, 3, 10))
    assert [step.step for step in kept] == list(range(3, 301, 3))


def test_a_text_keeps_every_step() -> None:
    steps = [stepped("a", step, 500) for step in range(1, 501)]
    assert thinned(steps) == steps


def test_long_spectrograms_lose_every_other_frame_until_they_fit_the_last_of_each_part_last() -> None:
    steps = run(2, 16, 6000)  # 600,000 bytes each: 19 MB
    kept = thinned(steps)
    assert len(kept) == 32 and total(kept) <= ROOM < total(steps)
    assert [step for step in kept if step in steps] == [steps[15], steps[31]]
    shown = preview(kept[0])
    times = 6000 // shown.frames
    assert times in (2, 4) and shown.hop == pytest.approx(0.01 * times)
    assert shown.frames * shown.hop == pytest.approx(60) and len(shown.mel) == shown.frames * 100
    rows = [int.from_bytes(shown.mel[at : at + 2], "big") for at in range(0, len(shown.mel), 100)]
    assert rows == list(range(0, 6000, times))


def test_where_even_the_last_steps_are_too_large_they_are_thinned_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROOM", 50_000)
    kept = thinned(run(2, 2, 500))
    assert total(kept) <= 50_000 and {preview(step).frames for step in (kept[1], kept[3])} == {125}


def test_spans_that_were_given_stay_where_they_were() -> None:
    given = msgspec.structs.replace(spectrogram(101), given=((10, 31), (99, 101)))
    halved = preview(module._halved(msgspec.structs.replace(stepped("a", 1, 1, None), preview=given)))
    assert halved.frames == 51 and halved.given == ((5, 16), (49, 51))


def test_a_spectrogram_that_no_halving_can_save_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROOM", 10)
    assert [preview(step).frames for step in thinned(run(1, 3, 2))] == [1, 1, 1]


def pictures(steps: int, side: int) -> list[Stepped]:
    """Steps of a square picture whose pixels say where they are: (x, y, step)."""
    return [
        msgspec.structs.replace(
            stepped("a", step, steps, None),
            preview=PicturePreview(
                width=side,
                height=side,
                pixels=bytes(value for y in range(side) for x in range(side) for value in (x, y, step)),
                grid=(2, 2),
                codes=(1, -1, 3, -1),
                confidence=b"\xff\0\x80\0",
                whole=(side, side),
            ),
        )
        for step in range(1, steps + 1)
    ]


def test_steps_of_a_small_picture_stay_as_they_are() -> None:
    steps = pictures(18, 128)
    assert thinned(steps) == unpack(pack(steps)) == steps


def test_steps_of_a_large_picture_lose_pixels_and_the_last_one_none(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = pictures(10, 33)
    monkeypatch.setattr(module, "ROOM", 2 * size(steps[-1]))
    kept = thinned(steps)
    assert kept[-1] == steps[-1] and total(kept) <= module.ROOM
    for step in kept[:-1]:
        small = step.preview
        assert isinstance(small, PicturePreview) and small.codes == (1, -1, 3, -1)
        assert (small.width, small.height, len(small.pixels)) == (9, 9, 3 * 81)
        assert small.pixels == bytes(value for y in range(9) for x in range(9) for value in (4 * x, 4 * y, step.step))
        assert small.whole == (33, 33)


def test_pictures_take_their_room_among_the_makings() -> None:
    (step,) = pictures(1, 16)
    assert 3 * 16 * 16 <= size(step) < 4 * 16 * 16
