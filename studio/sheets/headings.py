"""Names of sections and settings as charts and markers write them, in English and Hindi."""

import re

SECTIONS = {
    "intro": ("intro", "introduction", "count in", "start"),
    "verse": ("verse", "strophe", "couplet", "pre chorus", "prechorus", "antara", "अंतरा"),
    "chorus": ("chorus", "refrain", "hook", "drop", "mukhda", "mukhra", "sthayi", "मुखड़ा", "स्थायी"),
    "bridge": ("bridge", "middle", "middle eight", "solo", "interlude", "instrumental", "break", "sanchari"),
    "outro": ("outro", "ending", "coda", "end", "finale"),
}
"""A section of a request → what it is called elsewhere."""
NAMES = {name: section for section, names in SECTIONS.items() for name in names}
AROUND = "[](){}#*:.,;–-_ \t0123456789"
NUMBER = re.compile(r"\s+[ivx]+$")  # of a verse, or how often it comes
TEMPO = re.compile(r"(?:\b(?:tempo|bpm)\b\s*[:=]?|[♩♪]\.?\s*=)\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
BPM = re.compile(r"\b(\d+(?:\.\d+)?)\s*bpm\b", re.IGNORECASE)
TIME = re.compile(r"\b(?:time(?:\s+signature)?|metre|meter)\s*[:=]?\s*(\d+)\s*/\s*(\d+)", re.IGNORECASE)
KEY = re.compile(r"\bkey\s*(?:of\b)?\s*[:=]?\s*([A-Ga-g][#b♯♭]?)\s*(m\b|min\b|minor\b|maj\b|major\b)?", re.IGNORECASE)
CAPO = re.compile(r"\bcapo\s*[:=]?\s*(?:on\s+)?(\d+)", re.IGNORECASE)


def section_named(text: str) -> str | None:
    """The section that a heading names: of "[Verse 2]" and "Verse II:" verse."""
    bare = NUMBER.sub("", text.strip(AROUND).lower())
    return NAMES.get(" ".join(bare.replace("-", " ").split()))
