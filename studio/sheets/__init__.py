"""Sheets: what a file of notes or of chords says of a piece, and the lanes of a request as such a file.

sheet     what is read from any of them
charts    chords written as text: plain, between bar lines, in ChordPro, over lyrics
headings  names of sections, and settings such as the key, as charts write them
harmony   chords recognised from notes
midi_in   notes of a MIDI file
midi_out  lanes as a MIDI file, to be played and recorded over elsewhere
clicks    tempo and metre of a recorded click
files     any of them by its ending
"""
