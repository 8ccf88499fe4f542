"""Sound out of the loudspeaker: a WAV file played, paused, sought, looped, slowed down, measured.

    clip       a file's samples
    reel       which of them come next: position, loop, speed
    stretch    where two stretches of sound fit together, so that speed leaves the pitch alone
    resample   for devices that do not take a clip's rate
    pump       blocks for the device, and what was in them; in the device's own thread
    portaudio  the devices
    player     all of it behind signals, for the window

There is no numpy here: the arithmetic of a second of sound is short, and importing numpy would cost the studio 20 MB.
"""
