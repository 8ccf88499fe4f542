"""What Stable Audio can be asked for, so that it can be said before anything is generated. No torch.

Evans et al. 2024, https://arxiv.org/abs/2402.04825, https://arxiv.org/abs/2407.14358. It follows a prompt in English
and a length; key and tempo reach it as words of the prompt, as those who use it write them. Lengths in seconds.
"""

import re

from engine.api.requests import MusicRequest
from engine.api.score import Score

LONGEST = {"stable_audio": 2_097_152 / 44_100, "stable_audio_unet": 4_194_304 / 44_100}
"""Architecture → the seconds of the window that it was published with."""

LATIN = 0x24F  # the last letter of the alphabets that its text encoders read
TEMPO = re.compile(r"\bbpm\b", re.IGNORECASE)
KEY = re.compile(r"\b[A-G](?:\s?[#♯♭b]|[\s-]?(?:sharp|flat))?[\s-](?i:major|minor)\b")


def complaint(request: MusicRequest, score: Score, architecture: str = "stable_audio") -> str:
    """One sentence that names what to change; empty where Stable Audio can do what is asked."""
    if any(letter.isalpha() and ord(letter) > LATIN for letter in request.prompt):
        return "Stable Audio reads English; write the prompt in English, or choose another checkpoint."
    if request.chords.strip():
        return (
            "Stable Audio follows a prompt, a key and a tempo, but no chords; empty them, or choose another checkpoint."
        )
    if request.sections.strip():
        return "Stable Audio makes one piece without sections; leave them empty, or choose another checkpoint."
    if request.loop == "on":
        return (
            "Stable Audio cannot make the end lead into the beginning; turn the loop off, or choose another checkpoint."
        )
    return too_long("Stable Audio", score, LONGEST[architecture])


def too_long(title: str, score: Score, longest: float) -> str:
    """The sentence where the music would be longer than that; otherwise empty."""
    if score.seconds <= longest + 1e-6:
        return ""
    most = int(longest * 10) / 10
    return f"{title} makes {most:g} s at most, not {score.seconds:g}; ask for fewer seconds or bars."


def told(request: MusicRequest) -> str:
    """The prompt with tempo and key behind it, where they are set and it does not name them itself."""
    words = []
    if request.beats == "as set" and not TEMPO.search(request.prompt):
        words.append(f"{request.tempo:g} BPM")
    if request.key != "any" and not KEY.search(request.prompt):
        words.append(request.key)
    prompt = request.prompt.strip()
    between = " " if prompt.endswith((".", "!", "?", ",", ";")) else ", "
    return between.join(part for part in (prompt, ", ".join(words)) if part)
