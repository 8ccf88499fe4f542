"""What is heard in finished music beside what was asked for: one calm line, and particulars for who points at it."""

from collections.abc import Iterator

from engine.api.score import Score
from engine.api.works import Conformity
from studio.previews.measures import NONE, bar_at, chords_of

MOST = 12  # chords that are told one by one
CAUTION = "Heard by an estimate of Quartet's own, which errs now and then: your ears decide."


def in_a_line(conformity: Conformity) -> str:
    """ "Heard: chords 96 % as asked · 92 BPM · A minor"."""
    found = [_chords(conformity), _tempo(conformity), _key(conformity)]
    return "Heard: " + " · ".join(each for each in found if each)


def particulars(conformity: Conformity, score: Score) -> str:
    """A few lines: how sure beats are, which chords are heard otherwise, and how far to trust it."""
    lines = []
    if conformity.tempo_heard:
        lines.append(
            f"Tempo {conformity.tempo_heard:.1f} BPM, {conformity.tempo_asked:g} asked; "
            f"{100 * conformity.beats_hit:.0f} % of the beats are where they were asked."
        )
    lines += [f"Key {conformity.key_heard}, {_asked_key(conformity)}."] if conformity.key_heard else []
    others = list(_others(conformity, score))
    lines += others[:MOST]
    if len(others) > MOST:
        lines.append(f"and {len(others) - MOST} more chords that are heard otherwise.")
    return "\n".join([*lines, CAUTION])


def _chords(conformity: Conformity) -> str:
    return "" if conformity.chords_right is None else f"chords {100 * conformity.chords_right:.0f} % as asked"


def _tempo(conformity: Conformity) -> str:
    if not conformity.tempo_heard:
        return "no beat"
    if conformity.tempo_agrees:
        return f"{conformity.tempo_asked:g} BPM"
    return f"{conformity.tempo_heard:.0f} BPM instead of {conformity.tempo_asked:g}"


def _key(conformity: Conformity) -> str:
    if not conformity.key_heard or conformity.key_agrees:
        return conformity.key_asked if conformity.key_asked not in ("", "any") else conformity.key_heard
    return f"{conformity.key_heard} instead of {conformity.key_asked}"


def _asked_key(conformity: Conformity) -> str:
    return "none asked" if conformity.key_asked in ("", "any") else f"{conformity.key_asked} asked"


def _others(conformity: Conformity, score: Score) -> Iterator[str]:
    """The chords that are not heard as they were asked."""
    for mark in chords_of(score, conformity):
        if not mark.agrees:
            heard = "another one" if not mark.heard else "none" if mark.heard == NONE else mark.heard
            yield f"Bar {bar_at(score, mark.start)}: {mark.name} asked, {heard} heard."
