"""What a user sees of the denoising: one view a medium, the timeline of the steps, the stage that holds both.

The contract of a view, a QWidget: `show_preview(preview, before)` shows a step (`before`: the step kept before it, or
None); `set_phase(phase)` says whether steps pass by, one is held, or the work is done; `clear()` forgets a run;
`draft()` is what to run again from, None where nothing is left to do; `toggles()` and `legend()` go into the stage;
LEVEL is what a level counts. Signals: `edited` (the user took hold of it: stand still) and `rerun_requested`.
"""

from studio.previews.text_view import TextView

View = TextView
"""Any view; a union once there is a second medium."""

VIEWS: dict[str, type[View]] = {"text": TextView}
"""The tag of a preview → its view. What a new medium adds a line to."""
