"""The actions of a picture preview: what each is called, does, and which keys it has. One table.

What is done to tokens has the words and keys that it has in a text.
"""

from dataclasses import replace

from studio.previews.actions import ENTRIES, Entry

COUNTS = (4, 9, 16)
"""How many variations are made at once."""
MARKS = {
    "remask": replace(ENTRIES["remask"], tip="Have the selected tokens made anew"),
    "lock": ENTRIES["lock"],
    "undo": ENTRIES["undo"],
    "rerun": replace(ENTRIES["rerun"], tip="Make what is masked anew; what is locked stays"),
    "select_all": ENTRIES["select_all"],
}
SIGHT = {
    "zoom_in": Entry("Closer", "Come closer", ("+", "=", "Ctrl++", "Ctrl+="), "magnifying-glass-plus"),
    "zoom_out": Entry("Farther", "Step back", ("-", "Ctrl+-"), "magnifying-glass-minus"),
    "zoom_reset": Entry("Fit", "The whole picture", ("0", "Ctrl+0"), "corners-in"),
    "actual": Entry("100 %", "Each of its pixels as one of the screen", ("1",)),
    "copy": Entry("Copy picture", "Copy the picture as it is shown", ("Ctrl+C",), "copy"),
    "flip": Entry("Flip", "This picture or the other one, in turns", ("B",), "swap"),
    "ask": Entry("Ask about it", "Describe the picture, or answer a question about it", ("Q",), "chat-text"),
    "earlier": Entry("The one before", "The variation before this one", ("PgUp",)),
    "later": Entry("The next one", "The variation after this one", ("PgDown",)),
}
VARIATIONS = {
    f"vary_{count}": Entry(f"{count} variations", f"{count} more like it, from the next seeds", keys)
    for count, keys in zip(COUNTS, (("V",), ("Shift+V",), ()), strict=True)
}
TILES = {
    "open": Entry("Open", "Show it large", glyph="corners-out"),
    "keep": Entry("Keep", "Mark it as a favourite in the library", ("F",), "star"),
    "delete": Entry("Delete", "Take it out of the library; it can be brought back", ("Del", "Backspace"), "trash"),
    "export": Entry("Export…", "Write it to a file that holds its settings too", glyph="export"),
    "against": Entry("Compare", "Hold it against the picture that is shown", glyph="columns"),
    "restore": Entry("Undo", "Bring back what was deleted last", ("Ctrl+Z",), "arrow-u-up-left"),
}
"""What can be done with a picture among its variations."""
PICTURE_ENTRIES = {
    **MARKS,
    **SIGHT,
    "vary": Entry("Variations", "More like it, from the next seeds", glyph="shuffle"),
    **VARIATIONS,
    **TILES,
}
PICTURE_TOGGLES = {
    "heat": Entry("Confidence", "Colour every token by how sure its choice was", ("H",), "thermometer-simple"),
    "compare": Entry("Compare", "Hold another picture against this one", ("C",), "columns"),
    "grid": Entry("Variations in a grid", "All pictures of this request, by their seeds", ("G",), "grid-four"),
}
GESTURES = (
    ("Wheel", "Closer or farther, at the mouse"),
    ("Drag; Space and drag, or the middle button", "Push the picture"),
    ("Click, or drag over tokens, while confidence is shown", "Select them; with Shift or Ctrl, more of them"),
    ("Arrow keys", "Go from token to token, move the line of a comparison, or push the picture"),
)
KEYS = GESTURES + tuple(
    (entry.keys[0], entry.tip) for entry in (*PICTURE_ENTRIES.values(), *PICTURE_TOGGLES.values()) if entry.keys
)
