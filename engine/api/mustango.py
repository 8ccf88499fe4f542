"""What Mustango can be asked for, so that it can be said before anything is generated. No torch.

Melechovsky et al. 2023, https://arxiv.org/abs/2311.08355. Its clips last 10.24 s; it has places for 50 beats and 20
chords, counts no further than five, tells ten kinds of chord apart and of inversions only that there is one.
"""

from collections.abc import Sequence

from engine.api.chords import Chord
from engine.api.requests import MusicRequest
from engine.api.score import Score

LONGEST = 10.24  # seconds of a clip
BEATS = 50  # places for beats
CHORDS = 20  # places for chords
BAR = 5  # beats that it can count to

QUALITIES = {
    "": "maj",
    "maj7": "maj7",
    "m": "m",
    "m6": "m6",
    "m7": "m7",
    "m7b5": "m7b5",
    "6": "6",
    "7": "7",
    "aug": "aug",
    "dim": "dim",
}
"""Our qualities that it knows → its names of them, in the order of its table."""

LATIN = 0x24F  # the last letter of the alphabets that FLAN-T5 reads


def complaint(request: MusicRequest, score: Score) -> str:
    """One sentence that names what to change; empty where Mustango can do what is asked."""
    beats = _of_beats(request.metre, score) if request.beats == "as set" else ""
    return _of_request(request) or _of_length(score) or beats or _of_chords(score)


def _of_request(request: MusicRequest) -> str:
    if any(letter.isalpha() and ord(letter) > LATIN for letter in request.prompt):
        return "Mustango reads English alone; write the prompt in English, or choose another checkpoint."
    if request.sections.strip():
        return "Mustango makes one piece without sections; leave them empty, or choose another checkpoint."
    if request.loop == "on":
        return "Mustango cannot make the end lead into the beginning; turn the loop off, or choose another checkpoint."
    if request.recording:
        return "Mustango makes all of its music anew; take the recording out, or choose another checkpoint."
    return ""


def _of_length(score: Score) -> str:
    if score.seconds <= LONGEST + 1e-9:
        return ""
    return (
        f"Mustango makes {LONGEST:g} s at most and {score.seconds:.4g} s are asked for; shorten it, or choose another "
        "checkpoint."
    )


def _of_beats(metre: str, score: Score) -> str:
    if metre == "6/8":
        return "Mustango does not know the metre 6/8; set 2, 3 or 4 beats a bar."
    if max((number for _, number in score.beats), default=0) >= BAR:
        return f"Mustango counts no more than {BAR} beats a bar; set fewer."
    if len(score.beats) > BEATS:
        return f"Mustango has places for {BEATS} beats and this has {len(score.beats)}; set a slower tempo."
    return ""


def _of_chords(score: Score) -> str:
    for each in score.chords:
        if each.chord.root is not None and each.chord.quality not in QUALITIES:
            known = ", ".join(f"C{name}" for name in QUALITIES)
            return f"Mustango does not know the kind of chord of {each.chord.name()}; write one like {known}."
    count = len(changes(score))
    if count > CHORDS:
        return f"Mustango has places for {CHORDS} chords and this has {count}; let them last longer."
    return ""


def changes(score: Score) -> list[tuple[Chord, float]]:
    """The chords as Mustango is told them: each with the second at which it begins, silence in the lane as N."""
    if not score.chords:
        return []
    found: list[tuple[Chord, float]] = []
    now = 0.0
    for each in score.chords:
        if each.start > now + 1e-6:
            found.append((Chord(None), now))
        found.append((each.chord, each.start))
        now = each.stop
    if now < score.seconds - 1e-6:
        found.append((Chord(None), now))
    return merged(found)


def merged(chords: Sequence[tuple[Chord, float]]) -> list[tuple[Chord, float]]:
    """Without those that go on with the chord before them."""
    return [pair for i, pair in enumerate(chords) if i == 0 or pair[0] != chords[i - 1][0]]
