"""The actions of a sound preview: what each is called, does, and which keys it has. One table."""

from studio.previews.actions import ENTRIES, Entry

REWORKS = {
    "repaint": Entry(
        "Repaint these bars", "Make what is chosen anew; the rest stays as it is", ("Ctrl+R", "R"), "paint-brush-broad"
    ),
    "vary": Entry("Variations", "Three more like it, from the next seeds", ("V",), "shuffle"),
    "continue": Entry("Continue", "Go on for 4 more bars; what is there stays as it is", ("C",), "arrow-line-right"),
}
"""What can be made of finished music."""
ZOOM = {"zoom_in": "Come closer", "zoom_out": "Step back", "zoom_reset": "The whole sound"}
SOUND_ENTRIES = {
    "hear": Entry("Hear this step", "Make the sound of the step that is shown, and play it", ("H",), "ear"),
    "hear_held": Entry("Hear this step", "Make the sound of the step that is shown, and play it", glyph="ear"),
    "listen": Entry(
        "Listen", "Hear what is made already, while the rest is being made", ("N",), "play-fill", "accent_text"
    ),
    "redo": Entry(
        "Redo this sentence", "Another attempt at the sentence; the others stay", ("Ctrl+R", "R"), "arrow-clockwise"
    ),
    "seam": Entry("Hear the seam", "Play the last second, and on into the first", ("S",), "arrows-in-line-horizontal"),
    **REWORKS,
    **{name: Entry(label, label, ENTRIES[name].keys) for name, label in ZOOM.items()},
}
SOUND_TOGGLES = {"loop": Entry("Loop", "Play the sound, or what is chosen of it, over and over", ("L",), "repeat")}
KEYS = tuple((entry.keys[0], entry.tip) for entry in (*SOUND_ENTRIES.values(), *SOUND_TOGGLES.values()) if entry.keys)
