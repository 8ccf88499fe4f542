"""Pictures: how long one takes in a real engine, what looking at it costs, and Show-o against working all out anew."""

from pathlib import Path
from statistics import median

from engine.api.messages import TERMINAL, Acknowledge, Finished, Generate, Stepped
from engine.api.requests import ImageRequest
from tests.bench.engine import share
from tests.bench.size import Size
from tests.bench.studio import child
from tests.bench.table import Row
from tests.engine_process import EngineProcess

NEAR = 1e-3  # between logits that should be the same


def rows(size: Size, home: Path) -> list[Row]:
    """Every figure of pictures."""
    return [*job_rows(size, home), showo_row(size)]


def job_rows(size: Size, home: Path) -> list[Row]:
    """Warm jobs, watched and unwatched in turns."""
    unwatched, watched = [], []
    with EngineProcess(home / "pictures.log", "--device", "cpu") as engine:
        engine.ready()
        done(engine, "cold", size, previews=False)
        for number in range(size.jobs):
            unwatched.append(done(engine, f"unwatched {number}", size, previews=False)[0])
            watched.append(done(engine, f"watched {number}", size, previews=True))
    alone = median(job.elapsed for job in unwatched)
    network = median(job.network_time for job in unwatched)
    seen = [job for job, _ in watched]
    shown = sum(job.preview_time for job in seen)
    count = median(previews for _, previews in watched)
    return [
        Row(f"a picture in {size.picture_steps} steps", alone, "s", 5, f"{network:.2f} s in the network"),
        Row("preview cost of a picture", share(shown, seen), "%", 5, f"{count:g} of its steps are seen"),
    ]


def done(engine: EngineProcess, job: str, size: Size, previews: bool) -> tuple[Finished, int]:
    """A job's end, and how many previews came before it; each is acknowledged as soon as it is there."""
    request = ImageRequest(prompt="two red apples on a white ground", steps=size.picture_steps, seed=1)
    engine.say(Generate(job=job, request=request, previews=previews))
    count = 0
    while not isinstance(event := engine.hear(), TERMINAL):
        if isinstance(event, Stepped) and event.preview is not None:
            engine.say(Acknowledge(job=job))
            count += 1
    assert isinstance(event, Finished), event
    return event, count


def showo_row(size: Size) -> Row:
    seen = child("showo_pictures", size.showo_width, size.showo_depth, size.showo_steps, size.showo_turns)
    assert seen["apart"] < NEAR, f"their logits and ours differ by {seen['apart']}"
    ours, theirs = min(seen["ours"]), min(seen["theirs"])
    what = f"Show-o, {size.showo_depth} blocks of {size.showo_width}, {size.showo_steps} steps: a picture, of Phi's"
    return Row(what, 100 * ours / theirs, "%", 70, f"ours {ours:.2f} s, Phi anew at each step {theirs:.2f} s")
