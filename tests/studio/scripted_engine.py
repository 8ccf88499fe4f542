"""A program that speaks the wire as the engine does, and misbehaves as it is told: `scripted_engine.py FOLDER MANNER`.

    sound      does every job in three steps, ends a job at Cancel, ends itself with stdin
    deaf       never ends a cancelled job
    fragile    dies by signal 9 in the middle of a job whose prompt is "deadly"
    garbled    says what is no frame at every Generate
    stillborn  dies before it is ready
    clinging   does not end when stdin does
    unready    says that it cannot work
    chatty     prints to stderr in Hindi
    hasty      finishes its job and dies at once

FOLDER/starts gets a line at every start. No torch, no threads: starting takes as long as Python does.
"""

import os
import signal
import sys
import time
from pathlib import Path

from engine.api.messages import (
    PROTOCOL,
    Announced,
    Cancel,
    Cancelled,
    Event,
    Finished,
    Generate,
    Ready,
    Stepped,
    TextWork,
    Unready,
)
from engine.api.wire import command_decoder, encode


def main(folder: Path, manner: str) -> None:
    with (folder / "starts").open("a") as starts:
        starts.write(f"{os.getpid()}\n")
    if manner == "stillborn":
        sys.exit(7)
    if manner == "chatty":
        print("नमस्ते", file=sys.stderr)
    say(Announced(version="0", protocol=PROTOCOL, modalities=("text",), cards=()))
    if manner == "unready":
        say(Unready(sentence="torch is missing; install it."))
    else:
        say(Ready(device="cpu", name="scripted", memory=1))
    listen(manner)
    while manner == "clinging":
        time.sleep(60)


def listen(manner: str) -> None:
    decoder = command_decoder()
    while data := os.read(0, 65536):
        for command, _ in decoder.feed(data):
            if isinstance(command, Generate):
                generate(command, manner)
            elif isinstance(command, Cancel) and manner != "deaf":
                say(Cancelled(job=command.job))


def generate(command: Generate, manner: str) -> None:
    job, prompt = command.job, command.request.prompt
    if manner == "garbled":
        os.write(1, b"Traceback (most recent call last):\n")
    say(Stepped(job=job, step=1, steps=3, level=0.6, elapsed=0.1))
    if manner == "fragile" and prompt == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    if prompt == "endless":
        return
    recipe = '{"version": 1, "request": {"modality": "text"}}'
    work = TextWork(text=f"{prompt} done")
    say(Finished(job=job, work=work, recipe=recipe, elapsed=0.3, network_time=0.3, preview_time=0.0))
    if manner == "hasty":
        os._exit(1)


def say(event: Event) -> None:
    os.write(1, encode(event))


main(Path(sys.argv[1]), sys.argv[2])
