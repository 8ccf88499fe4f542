"""Music to look at, as an engine would send it: 8 bars in 4 of 2 seconds each, and what was heard in it."""

from engine.api.requests import MusicRequest
from engine.api.score import Score, score_of
from engine.api.works import ChordHeard, Conformity, SoundWork
from tests.studio.previews.spoken import peaks

REQUEST = MusicRequest(
    prompt="A calm piano.", key="A minor", tempo=120, chords="Am F C G/B", sections="intro:2 verse:6", bars=8, seed=7
)
BAR = 2.0  # seconds


def score(request: MusicRequest = REQUEST) -> Score:
    return score_of(request)


def conformity(wrong: int = 1, request: MusicRequest = REQUEST) -> Conformity:
    """All as it was asked, but for this chord."""
    chords = tuple(
        ChordHeard(
            asked=each.chord.name(),
            heard="C#m" if number == wrong else each.chord.name(),
            start=each.start,
            stop=each.stop,
            share=0.1 if number == wrong else 0.95,
        )
        for number, each in enumerate(score(request).chords)
    )
    return Conformity(
        tempo_asked=120,
        tempo_heard=120.4,
        beats_hit=0.97,
        key_asked="A minor",
        key_heard="A minor",
        key_agrees=True,
        chords_right=0.84,
        chords=chords,
    )


def music(path: str = "/nowhere/music.wav", heard: Conformity | None = None, seconds: float = 16.0) -> SoundWork:
    return SoundWork(
        path=path, sample_rate=8000, channels=2, seconds=seconds, peaks=peaks([90] * 64), conformity=heard
    )  # fmt: skip
