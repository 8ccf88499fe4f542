"""Requests that are made of finished music."""

import pytest
from msgspec.structs import replace

from engine.api import paths
from engine.api.cards import read_card
from engine.api.errors import BadInput
from engine.api.params import SEEDS
from engine.api.requests import ImageRequest, MusicRequest
from studio.tabs.rework import Finished, reworked, varied
from tests.studio.previews.played import REQUEST, music

SOUND = music("/kept/music.wav")


def test_bars_are_repainted_in_what_is_kept() -> None:
    (request,) = reworked("repaint", Finished(REQUEST, SOUND, (2.0, 6.0)))
    assert request == replace(REQUEST, recording="/kept/music.wav", anew=(2000, 6000), seed=8)


def test_words_of_the_form_count_and_its_tempo_does_not() -> None:
    words = {"prompt": "A harp.", "chords": "Am Dm C G/B", "key": "A minor", "sections": ""}
    (request,) = reworked("repaint", Finished(replace(REQUEST, loop="on"), SOUND, (2.0, 4.0), words))
    assert (request.prompt, request.chords, request.sections) == ("A harp.", "Am Dm C G/B", "")
    assert (request.tempo, request.bars, request.loop) == (120, 8, "off")


def test_it_goes_on_for_four_bars() -> None:
    (request,) = reworked("continue", Finished(REQUEST, SOUND))
    assert (request.bars, request.recording, request.anew) == (12, "/kept/music.wav", ())
    (request,) = reworked("continue", Finished(replace(REQUEST, bars=0, seconds=5.5), SOUND))
    assert (request.bars, request.seconds) == (0, 13.5)


def test_what_was_repainted_goes_on_from_its_own_sound() -> None:
    again = replace(REQUEST, recording="/old.wav", anew=(0, 2000))
    (request,) = reworked("continue", Finished(again, SOUND))
    assert (request.recording, request.anew) == ("/kept/music.wav", ())


def test_variations_have_the_next_seeds() -> None:
    found = reworked("vary", Finished(replace(REQUEST, seed=SEEDS - 2), SOUND))
    assert [request.seed for request in found] == [SEEDS - 1, 0, 1]
    assert {replace(request, seed=7) for request in found} == {REQUEST}


def test_more_pictures_like_one_have_the_next_seeds() -> None:
    picture = ImageRequest(prompt="a hat", seed=SEEDS - 1)
    found = varied(picture, 4)
    assert [request.seed for request in found] == [0, 1, 2, 3]
    assert {replace(request, seed=7) for request in found} == {replace(picture, seed=7)}


def test_what_is_long_enough_is_told() -> None:
    for request in (replace(REQUEST, bars=254), MusicRequest(seconds=295)):
        with pytest.raises(BadInput, match="as long as it may be"):
            reworked("continue", Finished(request, SOUND))


def test_what_the_checkpoint_cannot_make_is_told_before_it_is_queued() -> None:
    pocket = read_card(paths.assets() / "models" / "pocket-music" / "card.toml")
    long = MusicRequest(seconds=29, tempo=60)
    with pytest.raises(BadInput, match="30 s at most"):
        reworked("continue", Finished(long, SOUND), pocket)
    assert reworked("continue", Finished(replace(long, seconds=5.0), SOUND), pocket)


def test_words_that_cannot_be_used_are_told() -> None:
    with pytest.raises(BadInput, match="Chords"):
        reworked("repaint", Finished(REQUEST, SOUND, (0.0, 2.0), {"chords": "Am Hx"}))
