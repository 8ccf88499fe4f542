"""What pocket music can be asked for, so that it can be said before anything is generated. No torch."""

from engine.api.cards import ModelCard
from engine.api.music_request import MusicRequest
from engine.api.score import BEATS, Score

SHORTEST, LONGEST = 1.0, 30.0  # seconds


def complaint(request: MusicRequest, score: Score, card: ModelCard) -> str:
    """One sentence that names what to change; empty where the checkpoint can do what is asked."""
    bars = score.seconds * score.tempo / 60 / BEATS[score.metre]
    if score.seconds > LONGEST + 1e-6:
        most = int(LONGEST * score.tempo / 60 / BEATS[score.metre])
        advice = f"ask for {most} bars or fewer at this tempo"
        return f"{card.title} makes {LONGEST:g} s at most, and this is {score.seconds:.1f} s; {advice}."
    if score.seconds < SHORTEST:
        return f"This lasts {score.seconds:.2f} s; ask for {SHORTEST:g} s at least."
    if request.loop == "on" and abs(bars - round(bars)) > 1e-3:
        return f"A loop lasts whole bars, and this is {bars:.2f} of them; set Bars."
    if request.loop == "on" and request.recording:
        return "A recording is changed or gone on from, not looped; turn Loop off or take the recording out."
    return ""
