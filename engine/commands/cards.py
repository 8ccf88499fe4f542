"""`python -m engine models`: which checkpoints there are, whether their files are whole, what they are; new ones."""

import importlib
from pathlib import Path

from engine.api.cards import ModelCard, find_cards, pick
from engine.api.errors import BadInput, Failure
from engine.commands.terminal import Parser, remark, say
from engine.runtime.verification import size_of, verify


def main(arguments: list[str]) -> int:
    """`models`, `models verify [ID]`, `models show ID`, `models add FOLDER [--as KIND]`.

    1 where a file is not as its card says; raises BadInput.
    """
    parser = Parser(prog="python -m engine models", description="The checkpoints.", allow_abbrev=False)
    actions = ("list", "verify", "show", "add")
    parser.add_argument("action", nargs="?", choices=actions, default="list", help="default: list")
    parser.add_argument("checkpoint", nargs="?", help="the id of one checkpoint, or the folder of one to be added")
    parser.add_argument(
        "--as",
        dest="kind",
        default="",
        metavar="KIND",
        help="what is added, where its folder does not say: f5-v0, f5-v1, f5-upsampled, e2, vocos or bigvgan",
    )
    options = parser.parse_args(arguments)
    if options.action == "add":
        return add(options.checkpoint, options.kind)
    if options.kind:
        raise BadInput("--as goes with models add FOLDER.")
    cards, complaints = find_cards()
    for complaint in complaints:
        remark(complaint)
    if options.action == "show" and options.checkpoint is None:
        raise BadInput("Say which checkpoint to show: python -m engine models show ID")
    chosen = [pick(options.checkpoint, cards, complaints)] if options.checkpoint else list(cards.values())
    return {"list": show_list, "verify": verify_all, "show": describe}[options.action](chosen)


def add(folder: str | None, kind: str) -> int:
    """Make a published checkpoint part of the catalog."""
    if folder is None:
        raise BadInput("Say which folder to add: python -m engine models add FOLDER")
    card = importlib.import_module("engine.runtime.published").add(Path(folder).expanduser(), kind)
    say(f"{card.title} is there as {card.id} ({card.architecture}, {card.parameters:,} parameters)")
    return 0


def show_list(cards: list[ModelCard]) -> int:
    """One line a checkpoint."""
    width = max((len(card.id) for card in cards), default=0)
    for card in cards:
        say(f"{card.id:{width}}  {card.modality:6}  {disk_size(card):>9}  {card.title}{missing(card)}")
    return 0


def missing(card: ModelCard) -> str:
    """A note where files are not there."""
    absent = [file.name for role, file in card.files.items() if not size_of(card, role)]
    return f"  (missing: {', '.join(absent)})" if absent else ""


def disk_size(card: ModelCard) -> str:
    """Of all its files that are there."""
    return f"{sum(size_of(card, role) for role in card.files) / 2**20:,.1f} MB"


def verify_all(cards: list[ModelCard]) -> int:
    """Read every file and compare; 1 where one is not as its card says."""
    good = [verify_file(card, role) for card in cards for role in card.files]
    return 0 if all(good) else 1


def verify_file(card: ModelCard, role: str) -> bool:
    """Say how one file is; whether it is well."""
    try:
        verify(card, role)
    except Failure as failure:
        say(f"{card.id}: {failure}")
        return False
    known = "well" if card.files[role].sha256 else "there (its card has no hash)"
    say(f"{card.id}: {card.files[role].name} is {known}")
    return True


def describe(cards: list[ModelCard]) -> int:
    """All that is worth knowing of a checkpoint."""
    for card in cards:
        for line in description(card):
            say(line)
    return 0


def description(card: ModelCard) -> list[str]:
    """The card, as lines."""
    facts = {
        "id": card.id,
        "makes": card.modality,
        "languages": ", ".join(card.languages),
        "network": f"{card.architecture}, {card.parameters:,} parameters",
        "on disk": f"{disk_size(card)} in {card.folder}",
        "licence": card.licence,
        "defaults": ", ".join(f"{name} {value}" for name, value in card.defaults.items()),
        "guidance": card.guidance,
    }
    lines = [card.title, *([card.description] if card.description else []), ""]
    lines += [f"{name:10} {value}" for name, value in facts.items() if value]
    lines += [
        f"trained on {source.name} ({source.licence}){': ' * bool(source.note)}{source.note}" for source in card.sources
    ]
    lines += [f"measured   {name}: {figure}" for name, figure in card.figures.items()]
    for sample in card.samples:
        lines += ["", sample]
    return lines
