"""Captions of written pieces, English and Hindi, from templates with paraphrases; and control sentences.

As MusicBench did (Melechovsky et al. 2024, Mustango, https://arxiv.org/abs/2311.08355), sentences on key, chords, tempo
and metre follow the description, each in some of the captions only; what a caption leaves out, the network must guess.
"""

from typing import Any

from engine.training.music_writer import Piece, Rng, pick, tables

LANGUAGES = ("english", "hindi")
CONTROL_CHANCE = 0.3  # of each control sentence
SHOWN_CHORDS = 8
SLOW, FAST = 90, 125  # beats a minute

ENGLISH = (
    "A {mood} {style} piece with {lead}, {backing} and {bass}{drums}.",
    "{Style} with {lead} over {backing}{drums}. It is {mood}.",
    "{Mood} {style} featuring {lead}, accompanied by {backing}{drums}.",
    "{lead} and {backing}, {mood} {style}{drums}",
    "This is a {speed} {style} track. The {lead} plays the melody and the {backing} {plays}{drums}.",
    "An instrumental {style} piece led by {lead}. {Backing} and {bass} support it{drums}. The mood is {mood}.",
    "{speed} {mood} {lead}{drums}",
    "{Mood} melody on {lead}, {backing} {plays}{drums}.",
    "{Style}, {lead}, {backing}{drums}, {mood}, {speed}",
    "A {lead} solo with {backing}{drums}",
    "{Lead} playing a {mood} {style} tune at a {speed} pace{drums}.",
    "{style} music, {mood} and {speed}, {lead} in front{drums}.",
)
HINDI = (
    "{lead} और {backing} के साथ {mood} {style} संगीत{drums}।",
    "{mood} {style}, {lead} की धुन{drums}।",
    "{speed} {lead}, {backing} के साथ{drums}।",
    "यह {mood} {style} है। {lead} धुन बजाता है और {backing} साथ देता है{drums}।",
    "{lead}, {backing}, {mood}, {speed}{drums}",
    "{mood} {lead} संगीत{drums}",
)
WORDS: dict[str, Any] = {
    "english": {
        "templates": ENGLISH,
        "drums": (" with drums", ", with a drum kit", " and drums", " with percussion"),
        "none": ("", "", ", no drums", " without drums", ", no percussion"),
        "speed": {"slow": ("slow", "slow tempo"), "middling": ("moderate", "mid-tempo"), "fast": ("fast", "quick")},
        "plays": {
            "block": ("holds long chords", "plays sustained chords"),
            "pulse": ("plays chords on every beat", "pulses steadily"),
            "offbeat": ("plays off-beat chords", "answers between the beats"),
            "oompah": ("plays oom-pah chords", "keeps the dance going"),
            "strum": ("strums along", "strums the chords"),
            "arpeggio": ("plays arpeggios", "plays flowing broken chords"),
            "alberti": ("plays an Alberti figure", "plays broken chords"),
        },
        "crescendo": " It grows louder towards the end.",
        "decrescendo": " It fades away towards the end.",
        "also": " {pad} play in the background.",
    },
    "hindi": {
        "templates": HINDI,
        "drums": (", ड्रम के साथ", " और ड्रम", ", ताल के साथ"),
        "none": ("", "", ", बिना ड्रम", ", बिना ताल"),
        "speed": {"slow": ("धीमा",), "middling": ("मध्यम गति",), "fast": ("तेज़",)},
        "plays": dict.fromkeys(("block", "pulse", "offbeat", "oompah", "strum", "arpeggio", "alberti"), ("साथ देता है",)),
        "crescendo": " आवाज़ धीरे-धीरे बढ़ती है।",
        "decrescendo": " आवाज़ धीरे-धीरे घटती है।",
        "also": " पीछे {pad}।",
    },
}
METRES = {"2": "2/4", "3": "3/4", "4": "4/4", "6/8": "6/8"}


def speed(piece: Piece) -> str:
    tempo = piece.tempo * (1.5 if piece.metre == "6/8" else 1)
    return "slow" if tempo < SLOW else "fast" if tempo > FAST else "middling"


def caption(piece: Piece, language: str, rng: Rng) -> str:
    """One caption of many that are true of the piece."""
    words, known = WORDS[language], tables()
    mood = known["moods"][f"{speed(piece)}_{piece.key.split()[1]}"][language]
    said = {
        "lead": pick(rng, known["instruments"][piece.lead][language]),
        "backing": pick(rng, known["instruments"][piece.backing][language]),
        "bass": pick(rng, known["basses"][piece.bass][language]),
        "style": pick(rng, known["styles"][piece.style][language]),
        "mood": pick(rng, mood),
        "speed": pick(rng, words["speed"][speed(piece)]),
        "plays": pick(rng, words["plays"][piece.texture]),
        "drums": pick(rng, words["drums" if piece.drums else "none"]),
    }
    said |= {name.capitalize(): upper(value) for name, value in said.items()}
    text = pick(rng, words["templates"]).format(**said)
    if piece.pad and rng.random() < 0.6:
        text += words["also"].format(pad=upper(pick(rng, known["instruments"][piece.pad][language])))
    if piece.dynamics != "steady" and rng.random() < 0.8:
        text += words[piece.dynamics]
    return text + controls(piece, language, rng)


def controls(piece: Piece, language: str, rng: Rng) -> str:
    """MusicBench's sentences on what is known exactly."""
    chords = ", ".join(span.chord.name() for span in piece.spans[:SHOWN_CHORDS])
    sentences = {
        "english": (
            pick(rng, (f" The key is {piece.key}.", f" This song is in the key of {piece.key}.")),
            pick(rng, (f" The tempo is {piece.tempo:g} BPM.", f" {piece.tempo:g} bpm.")),
            f" The time signature is {METRES[piece.metre]}.",
            f" The chord progression is {chords}.",
        ),
        "hindi": (
            f" सुर {piece.key}।",
            f" गति {piece.tempo:g} BPM।",
            f" ताल {METRES[piece.metre]}।",
            f" कॉर्ड {chords}।",
        ),
    }[language]
    return "".join(sentence for sentence in sentences if rng.random() < CONTROL_CHANCE)


def upper(text: str) -> str:
    return text[:1].upper() + text[1:]
