"""What a user sees of the denoising: one view a medium, the timeline of the steps, the stage that holds both.

The contract of a view, a QWidget: `show_preview(preview, earlier)` shows a step (`earlier`: the previews of the steps
kept before it, oldest first); `show_work(work)` the finished work; `set_phase(phase)` says whether steps pass by, one
is held, or the work is done; `clear()` forgets a run; `draft()` is what to run again from, None where nothing is left
to do; `toggles()` and `legend()` go into the stage; LEVEL is what a level counts. Signals: `edited` (the user took hold
of it: stand still) and `rerun_requested`. Whatever else a view can do, the stage passes by: it says `view_made`.
"""
