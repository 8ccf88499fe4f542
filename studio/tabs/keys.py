"""What keys and gestures do in a tab, outside its previews."""

KEYS = (
    ("Ctrl+Return", "Make what the form asks for; while something is being made, add it to the queue"),
    ("Esc", "Stop what is being made"),
    ("Double click on a name", "Back to the default"),
)
