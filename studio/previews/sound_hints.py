"""What is said of a place on a sound's canvas: to those who point at it, and to those who hear where they are."""

from PySide6.QtCore import Qt

from studio.previews import measures
from studio.previews.lanes import Lane, Scene
from studio.previews.measures import Mark
from studio.previews.sound_places import Place
from studio.previews.time_scale import clock

HINTS: dict[Lane, str] = {
    "ruler": "Drag to move through the sound",
    "parts": "Click to choose the sentence; the arrow makes it anew",
}
SHAPES: dict[Lane, Qt.CursorShape] = {
    "ruler": Qt.CursorShape.SizeHorCursor,
    "picture": Qt.CursorShape.CrossCursor,
    "wave": Qt.CursorShape.CrossCursor,
}
SECTION = "Click to choose it"


def hint(scene: Scene, place: Place) -> str:
    """What is there, and what can be done with it."""
    if place.chord is not None:
        return chord_told(scene, scene.chords[place.chord])
    if place.section is not None:
        section = scene.sections[place.section]
        return f"{section.name}, {_bars(scene, section)}. {SECTION if scene.sound else ''}".strip()
    if not scene.sound:
        return ""
    return "Redo this sentence" if place.again else HINTS.get(place.lane, "")


def chord_told(scene: Scene, mark: Mark) -> str:
    """ "C, bar 3: heard as asked for 92 % of its time"."""
    name = "No chord" if mark.name == measures.NONE else mark.name
    if mark.share is None:
        return f"{name}, {_bars(scene, mark)}"
    told = f"{name}, {_bars(scene, mark)}: heard as asked for {100 * mark.share:.0f} % of its time"
    return f"{told}, mostly as {mark.heard}" if mark.heard else told


def shape(scene: Scene, place: Place) -> Qt.CursorShape:
    if not scene.sound:
        return Qt.CursorShape.ArrowCursor
    if any(number is not None for number in place.hovered.values()):
        return Qt.CursorShape.PointingHandCursor
    return SHAPES.get(place.lane, Qt.CursorShape.ArrowCursor)


def spoken_place(scene: Scene, seconds: float) -> str:
    """Where that is: the time, the word or the chord there, the bar."""
    word, chord = scene.word_at(seconds), measures.at(scene.chords, seconds)
    found = [clock(seconds)]
    found += [scene.words[word].text] if word is not None else []
    found += [f"bar {measures.bar_at(scene.score, seconds)}"] if scene.score else []
    found += [scene.chords[chord].name] if chord is not None else []
    return ", ".join(found)


def _bars(scene: Scene, mark: Mark) -> str:
    if scene.score is None:
        return ""
    first = measures.bar_at(scene.score, mark.start)
    last = measures.bar_at(scene.score, max(mark.start, mark.stop - 1e-3))
    return f"bar {first}" if first == last else f"bars {first}–{last}"
