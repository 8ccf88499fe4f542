"""From flags to a request: one flag for each field of the request, and what says a value where no flag does.

A flag wins over the recipe, the recipe over the checkpoint's own defaults, those over the request's.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_origin

import msgspec

from engine.api.cards import ModelCard, find_cards, pick
from engine.api.errors import BadInput
from engine.api.ingredients import ingredients, missing, named_files
from engine.api.params import Choice, Draft, Field, Number, PictureFile, SoundFile, Text, draw_seed, fields, validate
from engine.api.recipe import Recipe, read_settings
from engine.api.requests import REQUESTS, Request
from engine.api.voices import find_voices
from engine.commands.terminal import Parser

METAVARS: dict[type, str] = {Text: "TEXT", SoundFile: "FILE", PictureFile: "FILE"}
LIST = "a list of whole numbers such as 5,-1,7 (with --draft=-1,… where it begins with a minus)"


def parser_for(modality: str) -> Parser:
    """The flags of `python -m engine MODALITY`. Fields that no flag sets are missing from what it parses."""
    parser = Parser(
        prog=f"python -m engine {modality}", description=REQUESTS[modality].__doc__, allow_abbrev=False, add_help=True
    )
    for field in fields(REQUESTS[modality]):
        parser.add_argument(
            flag(field.name),
            dest=field.name,
            type=reader(field),
            default=argparse.SUPPRESS,
            metavar=metavar(field),
            help=argparse.SUPPRESS if isinstance(field.kind, Draft) else described(field),
        )
    parser.add_argument(
        "--recipe", type=Path, metavar="FILE", help="a recipe, or a work that holds one; flags override it"
    )
    parser.add_argument("--json", action="store_true", help="tell events as lines of JSON on stdout")
    parser.add_argument("--device", default="", metavar="NAME", help="auto, cpu, cuda, mps; else QUARTET_DEVICE says")
    return parser


def flag(name: str) -> str:
    """confidence_stop -> --confidence-stop"""
    return "--" + name.replace("_", "-")


def metavar(field: Field) -> str:
    """What stands for the value in the help."""
    return {int: "N", float: "X"}.get(field.type) or METAVARS.get(type(field.kind), "NAME")


def described(field: Field) -> str:
    """The help of a field: its sentence, its bounds, its default."""
    kind, bounds = field.kind, ""
    if isinstance(kind, Number):
        bounds = f"{kind.low:g} to {kind.high:g}{' ' + kind.unit if kind.unit else ''}; "
    elif isinstance(kind, Choice):
        bounds = f"{', '.join(kind.options)}; "
    default = "drawn" if field.name == "seed" else "none" if field.default == "" else field.default
    return f"{kind.help} [{bounds}default {default}]".strip().replace("%", "%%")


def reader(field: Field) -> Callable[[str], Any]:
    """From what was typed to the field's type."""
    if get_origin(field.type) is tuple:
        return lambda typed: tuple(_number(int, part, LIST) for part in typed.split(",") if part.strip())
    if field.type is int:
        return lambda typed: _number(int, typed, "a whole number")
    if field.type is float:
        return lambda typed: _number(float, typed, "a number")
    return str


def _number(kind: type[int] | type[float], typed: str, wanted: str) -> int | float:
    try:
        return kind(typed)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be {wanted}, not “{typed[:40]}”") from error


def request_from(modality: str, options: argparse.Namespace) -> tuple[Request, list[str]]:
    """The request that the flags ask for, and remarks on it. Raises BadInput with one sentence."""
    names = {field.name for field in fields(REQUESTS[modality])}
    flags = {name: value for name, value in vars(options).items() if name in names}
    recipe, settings = _from_recipe(options.recipe, modality) if options.recipe else (None, {})
    given = settings | flags
    validate(REQUESTS[modality](**given))
    cards, complaints = find_cards()
    card = pick(given.get("checkpoint", _default_checkpoint(modality)), cards, complaints)
    remarks = []
    if "seed" not in given:
        given["seed"] = draw_seed()
        remarks.append(f"seed {given['seed']}")
    request = REQUESTS[modality](**(_defaults(card, modality) | given))
    if recipe:
        remarks += compared(options.recipe.name, recipe, request, cards)
    return validate(request, card.known(msgspec.structs.asdict(request))), remarks


def compared(name: str, recipe: Recipe, request: Request, cards: dict[str, ModelCard]) -> list[str]:
    """A remark where files differ from those that the recipe was made with. BadInput where one of them is away."""
    away = missing(request) if named_files(request) == named_files(recipe.request) else None
    if away:
        raise BadInput(away)
    now = ingredients(request, lambda id: pick(id, cards), lambda: find_voices()[0])
    other = sorted(file for file, hash in recipe.files.items() if file in now and now[file] != hash)
    return [f"{name} was made with other files than these: {', '.join(other)}; expect another work"] if other else []


def _from_recipe(path: Path, modality: str) -> tuple[Recipe, dict[str, Any]]:
    recipe, settings = read_settings(path)
    found = str(recipe.request.__struct_config__.tag)
    if found != modality:
        raise BadInput(f"{path.name} is a recipe for {found}; use it with python -m engine {found}.")
    return recipe, settings


def _default_checkpoint(modality: str) -> str:
    return next(str(field.default) for field in fields(REQUESTS[modality]) if field.name == "checkpoint")


def _defaults(card: ModelCard, modality: str) -> dict[str, Any]:
    """What the checkpoint works best with, of the right types."""
    if card.modality != modality:
        raise BadInput(f"{card.title} makes {card.modality}, not {modality}; choose another checkpoint.")
    try:
        request = msgspec.convert({"modality": modality} | card.defaults, REQUESTS[modality])
    except msgspec.ValidationError as error:
        raise BadInput(f"The card of {card.id} has defaults that cannot be used: {error}; correct it.") from error
    return {name: getattr(request, name) for name in card.defaults}
