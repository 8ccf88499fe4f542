"""What is said of jobs and works, in the words of the side panel and the status line."""

from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QLocale, QTime

from engine.api.ingredients import name_of
from studio.editors.values import texts
from studio.previews.times import duration
from studio.state.job import Job, JobState
from studio.state.library import Work, title_of
from studio.state.stored import modality

ENGLISH = QLocale(QLocale.Language.English)


def title(job: Job, work: Work | None = None) -> str:
    """The first words of what was asked for, or what the picture is called that it is made from; else of the work."""
    words = next((text for text in texts(job.request) if text.strip()), name_of(getattr(job.request, "picture", "")))
    words = words or (work.text if work else "")
    return title_of(words) if words else f"Untitled {modality(job.request)}"


def progress(job: Job) -> str:
    """What a running job does."""
    if job.stopping:
        return "Stopping…"
    if job.step:
        return f"Step {job.step} of {job.steps}" + (f" · {duration(job.eta)} left" if job.eta is not None else "")
    return "Starting…" if job.loading is None else f"Loading the checkpoint · {job.loading * 100:.0f} %"


def told(job: Job, now: datetime | None = None) -> str:
    """How it stands with a job: where it is, how it ended."""
    match job.state:
        case JobState.waiting:
            return f"Waiting · {_steps(getattr(job.request, 'steps', 0))}"
        case JobState.running:
            return progress(job)
        case JobState.finished:
            return f"{_steps(job.steps)} in {exact(job.elapsed)} · {moment(job.ended or job.created, now)}"
        case JobState.cancelled:
            return f"Cancelled at step {job.step} of {job.steps}" if job.step else "Cancelled before it began"
    return job.sentence


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def exact(seconds: float) -> str:
    """A time that has passed: "2.1 s", "48 s", "3 min 20 s"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def moment(seconds: float, now: datetime | None = None) -> str:
    """When (in seconds since 1970): "14:05", "Yesterday 14:05", "Tuesday", "12 March", "12 March 2025"."""
    then, now = datetime.fromtimestamp(seconds), now or datetime.now()
    clock = QLocale.system().toString(QTime(then.hour, then.minute), QLocale.FormatType.ShortFormat)
    days = (now.date() - then.date()) // timedelta(days=1)
    if days in (0, 1):
        return clock if days == 0 else f"Yesterday {clock}"
    form = "dddd" if 1 < days < 7 else "d MMMM" if then.year == now.year else "d MMMM yyyy"
    return ENGLISH.toString(QDate(then.year, then.month, then.day), form)
