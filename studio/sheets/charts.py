"""Chords written as text: what people have in files and paste from pages.

Plain (`Am F C G`), between bar lines (`| Am . F . | C | % |`, with `|: … :|` and `x3`), in ChordPro
(https://www.chordpro.org: `{key: Am}`, `[Am]word`), and lines of chords over lines of words. Between bar lines chords
share a bar; anywhere else each lasts one. Tempo, key, time, capo and names of sections are read where they are written.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.api.chords import QUALITIES, SPELLINGS, Chord, Key, Span, parse_chord, spelled, transposed
from engine.api.errors import BadInput
from engine.api.score import BEATS
from studio.sheets.headings import BPM, CAPO, KEY, TEMPO, TIME, section_named
from studio.sheets.sheet import MOST_BARS, Sheet, in_sections, lane_of

MOST_LETTERS = 200_000
DIRECTIVE = re.compile(r"\{\s*([\w-]+)\s*(?:[:\s]\s*(.*?))?\s*\}")
INLINE = re.compile(r"\[([^\[\]]*)\]")
PIECE = re.compile(r"\|:|:\|+|\|+|[^\s|]+?(?=:\||\s|\||$)")
TIMES = re.compile(r"[(\[]?(?:[xX×](\d{1,2})|(\d{1,2})[xX×])[)\]]?")
TAB = re.compile(r"\s*[A-Ga-g]?[#b]?\s*[|:][-\dhpbrx/\\~|]*-[-\dhpbrx/\\~|]*\s*$")
NAME = re.compile(r"([A-G](?:##|bb|[#♯b♭])?)([^/\s]*)(/[A-G](?:[#♯b♭])?)?")
GOES_ON, AGAIN = (".", "/", "*"), ("%", "./.", "𝄎")
RESTS = ("N.C.", "NC", "N", "n.c.")
RICHER = {
    "13": "9",
    "11": "9",
    "m11": "m9",
    "m13": "m9",
    "min11": "m9",
    "maj13": "maj9",
    "6/9": "6",
    "69": "6",
    "2": "add9",
}
"""Qualities that are not known here → the nearest that are."""
OPENING = {"soc": "chorus", "sov": "verse", "sob": "bridge"}
CLOSED = ("tab", "abc", "ly", "svg")  # what holds no chords to be read
Slots = tuple[Chord | None, ...]
"""The chords of a bar, each in its share of it; None goes on with the one before."""


@dataclass
class Chart:
    """What is read line by line. `parts` are names of sections and the bar at which they begin."""

    bars: list[Slots] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)
    tempo: float | None = None
    metre: str | None = None
    key: Key | None = None
    capo: int = 0
    unknown: list[str] = field(default_factory=list)
    simpler: dict[str, str] = field(default_factory=dict)
    repeat_from: int | None = None
    closed: str = ""


def read_chart(text: str, name: str = "The chart", metre: str = "4") -> Sheet:
    """`metre` is that of a chart which does not say it. Raises BadInput with one sentence where it holds no chords."""
    if len(text) > MOST_LETTERS:
        raise BadInput(f"{name} is too long for a chord chart ({len(text):,} letters); keep the part with the chords.")
    chart = Chart()
    for line in text.splitlines():
        _read_line(line, chart)
    if not any(chord for bar in chart.bars for chord in bar):
        raise BadInput(f"{name} holds no chords that can be read; write them like Am F C G, or | Am F | C |.")
    if len(chart.bars) > MOST_BARS:
        raise BadInput(f"{name} has {len(chart.bars)} bars; music here lasts up to {MOST_BARS}: keep a part of it.")
    return _sheet(chart, metre)


def _sheet(chart: Chart, metre: str) -> Sheet:
    bar = BEATS[chart.metre or metre]
    key = Key((chart.key.tonic + chart.capo) % 12, chart.key.mode) if chart.key else None
    spans = [replace(span, chord=transposed(span.chord, chart.capo)) for span in _spans(chart.bars, bar)]
    notes = [f"No chord is called {word} here; it was left out." for word in dict.fromkeys(chart.unknown)]
    if chart.simpler:
        notes.append(f"Made simpler: {', '.join(f'{old} → {new}' for old, new in chart.simpler.items())}.")
    return Sheet(
        chords=lane_of(spans, bar, key),
        tempo=chart.tempo,
        metre=chart.metre,
        key=key.name if key else None,
        sections=_sections(chart),
        bars=len(chart.bars),
        notes=tuple(notes),
    )


def _spans(bars: Sequence[Slots], bar: int) -> Iterator[Span]:
    now = Chord(None)
    for number, slots in enumerate(bars):
        share = bar / len(slots)
        for index, chord in enumerate(slots):
            now = chord or now
            yield Span(now, number * bar + index * share, number * bar + (index + 1) * share)


def _sections(chart: Chart) -> str:
    """As far as they are named: those of another piece are of no use to this one."""
    if not chart.parts:
        return ""
    starts = [*([("intro", 0)] if chart.parts[0][1] else []), *chart.parts]
    ends = [*(at for _, at in starts[1:]), len(chart.bars)]
    return in_sections((name, end - at) for (name, at), end in zip(starts, ends, strict=True))


# --- line by line ---


def _read_line(line: str, chart: Chart) -> None:
    directive = DIRECTIVE.fullmatch(line.strip())
    if directive:
        return _obey(directive[1].lower(), directive[2] or "", chart)
    if chart.closed or not line.strip() or line.lstrip().startswith("#") or TAB.fullmatch(line):
        return
    heading, colon, rest = line.partition(":")
    if section_named(line) or colon and section_named(heading):
        chart.parts.append((section_named(line) or section_named(heading) or "", len(chart.bars)))
        line = "" if section_named(line) else rest
    elif _settings(line, chart):
        return
    inline = [each for each in INLINE.findall(line) if _chord(each, chart) is not None]
    if inline:
        chart.bars += [(_chord(each, chart),) for each in inline]
    elif _of_chords(line):
        _read_chords(line, chart)


def _settings(line: str, chart: Chart) -> bool:
    """Tempo, time, key and capo, as lines of a chart's head say them; whether there were any."""
    if "|" in line or _of_chords(line):
        return False
    tempo, time = TEMPO.search(line) or BPM.search(line), TIME.search(line)
    key, capo = KEY.search(line), CAPO.search(line)
    if tempo:
        _set_tempo(tempo[1], chart)
    if time:
        _set_time(f"{time[1]}/{time[2]}", chart)
    if key:
        _set_key(f"{key[1]}{'m' if (key[2] or '').startswith(('m', 'M')) and 'aj' not in key[2] else ''}", chart)
    if capo:
        chart.capo = int(capo[1]) % 12
    return bool(tempo or time or key or capo)


def _obey(name: str, value: str, chart: Chart) -> None:
    """A directive of ChordPro."""
    section = OPENING.get(name) or name.removeprefix("start_of_")
    if name.startswith(("end_of_", "eo")):
        chart.closed = ""
    elif name in ("sot", "start_of_tab") or section in CLOSED:
        chart.closed = section
    elif name in OPENING or name.startswith("start_of_"):
        label = section_named(value.partition("=")[2].strip("'\" ") or value) or section_named(section)
        chart.parts += [(label, len(chart.bars))] if label else []
    elif name == "chorus":
        _repeat_chorus(chart)
    elif name in ("comment", "c", "ci", "cb", "highlight") and section_named(value):
        chart.parts.append((section_named(value) or "", len(chart.bars)))
    elif name in SETTINGS:
        SETTINGS[name](value, chart)


def _set_tempo(value: str, chart: Chart) -> None:
    number = re.search(r"\d+(?:\.\d+)?", value)
    if number and 40 <= float(number[0]) <= 240:
        chart.tempo = chart.tempo or float(number[0])


def _set_time(value: str, chart: Chart) -> None:
    upper, _, lower = value.replace(" ", "").partition("/")
    metre = "6/8" if (upper, lower) in (("6", "8"), ("12", "8")) else upper
    if metre not in BEATS:
        raise BadInput(f"The chart is in {value.strip()}; music here is in {', '.join(BEATS)} beats.")
    chart.metre = chart.metre or metre


def _set_key(value: str, chart: Chart) -> None:
    chord = _chord(value.strip().replace(" ", ""), chart)
    if chord and chord.root is not None and chart.key is None:
        chart.key = Key(chord.root, "minor" if chord.quality.startswith("m") and chord.quality != "maj7" else "major")


def _set_capo(value: str, chart: Chart) -> None:
    chart.capo = int(value) % 12 if value.strip().isdecimal() else 0


SETTINGS = {"tempo": _set_tempo, "time": _set_time, "key": _set_key, "capo": _set_capo}


def _repeat_chorus(chart: Chart) -> None:
    """{chorus}: the one before once more."""
    ends = [*(at for _, at in chart.parts[1:]), len(chart.bars)]
    known = [(at, end) for (name, at), end in zip(chart.parts, ends, strict=True) if name == "chorus"]
    if known:
        chart.parts.append(("chorus", len(chart.bars)))
        chart.bars += chart.bars[slice(*known[0])]


# --- chords ---


def _of_chords(line: str) -> bool:
    """Whether most of a line are chords: a word like A or Am alone does not make it one."""
    words = [word for word in PIECE.findall(line) if word.strip("|:()-–,") and not TIMES.fullmatch(word)]
    named = sum(_plain(word) is not None or word in (*GOES_ON, *AGAIN, *RESTS) for word in words)
    return 2 * named > len(words)


def _read_chords(line: str, chart: Chart) -> None:
    """One line: with bar lines, chords share bars; without, each has its own."""
    first, barred, bar = len(chart.bars), "|" in line, list[Chord | None]()
    for piece in PIECE.findall(line):
        if piece.startswith(("|", ":")):
            bar = _close(bar, chart)
            _repeat(piece, chart)
        elif times := TIMES.fullmatch(piece):
            bar = _close(bar, chart)
            chart.bars += chart.bars[first:] * (min(16, int(times[1] or times[2])) - 1)
        elif piece in AGAIN:
            bar = _close(bar, chart)
            chart.bars += chart.bars[-1:]
        elif piece in GOES_ON:
            bar.append(None)
        elif piece.strip("-–,()"):
            chord = _chord(piece.strip("-–,()"), chart)
            bar += [chord] if chord else []
            bar = bar if barred else _close(bar, chart)
    _close(bar, chart)


def _close(bar: list[Chord | None], chart: Chart) -> list[Chord | None]:
    """The bar is full: the next, empty one."""
    if bar:
        chart.bars.append(tuple(bar))
    return []


def _repeat(line: str, chart: Chart) -> None:
    if line == "|:":
        chart.repeat_from = len(chart.bars)
    elif line.startswith(":"):
        chart.bars += chart.bars[chart.repeat_from or 0 :]
        chart.repeat_from = None


def _chord(text: str, chart: Chart) -> Chord | None:
    """The chord of a name, made simpler where it must be; None for what is none, which is remembered."""
    chord = Chord(None) if text in RESTS else _plain(text)
    if chord is None:
        if text[:1] in "ABCDEFGH" and len(text) < 8:
            chart.unknown.append(text)
        return None
    match = NAME.fullmatch(text)
    if match and SPELLINGS.get(match[2], match[2]) not in QUALITIES:
        chart.simpler[text] = spelled(chord)
    return chord


def _plain(text: str) -> Chord | None:
    """The nearest known chord of this name: extensions that are not known go, from the last letter on."""
    match = NAME.fullmatch(text)
    if match is None or not re.fullmatch(r"(?:maj|min|dim|aug|sus|add|omit|no|alt|[mMΔøo°+\-#b♯♭\d()^,/])*", match[2]):
        return None
    quality = RICHER.get(match[2], match[2])
    for end in range(len(quality), -1, -1):
        shorter = RICHER.get(quality[:end], quality[:end])
        if SPELLINGS.get(shorter, shorter) in QUALITIES and not quality[:end].endswith("("):
            return parse_chord(f"{match[1]}{shorter}{match[3] or ''}")
    return None
