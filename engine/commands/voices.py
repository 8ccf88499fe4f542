"""`python -m engine voices`: who can speak, in which language, on which terms."""

from engine.api.voices import Voice, find_voices
from engine.commands.terminal import Parser, remark, say


def main(arguments: list[str]) -> int:
    """One line a voice on stdout; on stderr a line for each that cannot be used."""
    Parser(prog="python -m engine voices", description="The voices.", allow_abbrev=False).parse_args(arguments)
    voices, complaints = find_voices()
    for complaint in complaints:
        remark(complaint)
    for line in table(sorted(voices.values(), key=lambda voice: (voice.language, voice.title.casefold()))):
        say(line)
    return 0


def table(voices: list[Voice]) -> list[str]:
    """Title, language and licence in columns."""
    rows = [(voice.title, voice.language, voice.licence or "no licence given") for voice in voices]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return [f"{title:{widths[0]}}  {language:{widths[1]}}  {licence}" for title, language, licence in rows]
