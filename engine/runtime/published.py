"""Checkpoints as their authors publish them: from a folder of theirs to a card, and into the catalog.

A folder is recognised by the names of its tensors, and their shapes say how large the network is. What they do not say,
F5-TTS's first and later version being alike, is told by the folder's name or by the authors' configuration beside the
weights. A `card.toml` in the folder wins over everything.
"""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import tomli_w

from engine.api import paths
from engine.api.cards import CARD, WEIGHTS, CardFile, ModelCard, read_card
from engine.api.errors import BadInput
from engine.api.files import write_atomically, writing
from engine.runtime import published_dit, published_mustango, published_showo, published_stable_audio, shelf, weights
from engine.runtime.published_cards import KINDS, VOCODERS, published_settings, speech, vocoder

NOT_A_NETWORK = ("discriminator", "optimizer")  # what lies beside the weights of a training
UNKNOWN_LICENCE = "unknown: ask whoever you have it from"

KNOWN = {
    "f5tts_v1_base": ("F5-TTS v1 Base", "f5-v1", "CC-BY-NC-4.0"),
    "f5tts_v1_base_no_zero_init": ("F5-TTS v1 Base, not begun at zero", "f5-v1", "CC-BY-NC-4.0"),
    "f5tts_v1_small": ("F5-TTS v1 Small", "f5-v1", UNKNOWN_LICENCE),
    "f5tts_base": ("F5-TTS Base", "f5-v0", "CC-BY-NC-4.0"),
    "f5tts_base_bigvgan": ("F5-TTS Base for BigVGAN", "f5-v0", "CC-BY-NC-4.0"),
    "f5tts_small": ("F5-TTS Small", "f5-v0", UNKNOWN_LICENCE),
    "e2tts_base": ("E2-TTS Base", "e2", "CC-BY-NC-4.0"),
    "e2tts_small": ("E2-TTS Small", "e2", UNKNOWN_LICENCE),
    "vocos-mel-24khz": ("Vocos", "vocos", "MIT"),
    "bigvgan_v2_24khz_100band_256x": ("BigVGAN v2", "bigvgan", "MIT"),
}
"""Folders as their authors name them, in small letters → title, kind, licence of the weights."""

SIGNS = {
    "f5": r"(ema_model\.)?(transformer\.)?transformer_blocks\.0\.attn\.to_q\.weight",
    "e2": r"(ema_model\.)?(transformer\.)?layers\.0\.2\.to_q\.weight",
    "vocos": r"backbone\.convnext\.0\.dwconv\.weight",
    "bigvgan": r"(generator\.)?conv_pre\..*",
}
"""Architecture → a tensor that it alone has."""

Sources = dict[str, Path]
"""What a file is for → where it lies before it is brought into the catalog."""

SYSTEMS: dict[str, Callable[[Path], tuple[ModelCard, Sources] | None]] = {
    "DiT": published_dit.found,
    "Mustango": published_mustango.found,
    "Show-o": published_showo.found,
    "Stable Audio": published_stable_audio.found,
}
"""Systems of several networks in one folder → what finds their card and files, or None."""


def add(place: Path, kind: str = "") -> ModelCard:
    """Make the checkpoint in a folder (or a file of one) part of the user's catalog: linked there, with a card.

    Raises BadInput or Failure with one sentence where it is not known, cut short, or does not fit together.
    """
    card, sources = recognised(place, kind)
    source, catalog = Path(card.folder), paths.models()[1].resolve()
    target = source if source.parent == catalog else catalog / card.id
    for role, path in sources.items():
        bring(path, target / card.files[role].name)
    facts = {name: value for name, value in msgspec.to_builtins(card).items() if name != "folder"}
    facts = {name: value for name, value in facts.items() if value or name == "network"}
    write_atomically(target / CARD, tomli_w.dumps(facts))
    return msgspec.structs.replace(card, folder=str(target))


def described(place: Path, kind: str = "") -> ModelCard:
    """The card of the checkpoint in a folder or file, checked against its tensors. Raises BadInput or Failure."""
    return recognised(place, kind)[0]


def recognised(place: Path, kind: str = "") -> tuple[ModelCard, Sources]:
    """The same, and where the file in each role lies, which may have another name than on the card."""
    if kind and kind not in KINDS:
        raise BadInput(f"There is no kind “{kind}”: choose one of {', '.join(KINDS)}.")
    if not place.exists():
        raise BadInput(f"There is no folder {place}; give the one that holds the weights.")
    folder = (place if place.is_dir() else place.parent).resolve()
    card, sources = whole(folder, place, kind)
    parameters = sum(checked(card, role, sources[role]) for role in ("network", *card.parts))
    return msgspec.structs.replace(card, parameters=parameters), sources


def whole(folder: Path, place: Path, kind: str) -> tuple[ModelCard, Sources]:
    """By the card in the folder, by all the networks that lie there, or by the one network there is."""
    if (folder / CARD).is_file() and not kind:
        card = read_card(folder / CARD)
    elif not kind and (several := next(filter(None, (found(folder) for found in SYSTEMS.values())), None)):
        return several
    else:
        card = derived(folder, weights_file(place), kind)
    return card, {role: card.file(role) for role in card.files}


def checked(card: ModelCard, role: str, path: Path) -> int:
    """How many parameters the network in this role has, all of which fit its file. Raises BadInput or Failure."""
    part = card.part(role)
    network = shelf.build(part)
    layout = weights.LAYOUTS.get(part.layout, weights.OURS)
    weights.check_fit(network, weights.arrange(weights.read(path), layout), path)
    return sum(each.numel() for each in network.parameters())


def weights_file(place: Path) -> Path:
    """The weights in a folder: those of the most training steps where there are several."""
    if place.is_file():
        return place
    found = [path for path in place.iterdir() if path.suffix in WEIGHTS and not path.name.startswith(".")]
    found = [path for path in found if not any(part in path.name for part in NOT_A_NETWORK)]
    if not found:
        raise BadInput(f"{place} holds no weights ({', '.join(WEIGHTS)}); give the folder that does.")
    return max(found, key=lambda path: ([int(number) for number in re.findall(r"\d+", path.stem)], path.name))


def derived(folder: Path, path: Path, kind: str) -> ModelCard:
    """The card of these weights, as far as they, the files beside them and the folder's name tell."""
    shapes = {name: tuple(tensor.shape) for name, tensor in weights.read(path).items()}
    architecture = next((name for name, sign in SIGNS.items() if any(re.fullmatch(sign, key) for key in shapes)), "")
    if not architecture:
        titles = ", ".join([*dict.fromkeys(each.title for each in KINDS.values()), *SYSTEMS])
        raise BadInput(f"{path} holds none of the networks that Quartet knows: {titles}.")
    title, known, licence = KNOWN.get(folder.name.lower(), (folder.name, "", UNKNOWN_LICENCE))
    kind = kind or known or guessed(folder, architecture)
    if KINDS[kind].architecture != architecture:
        raise BadInput(f"{path} is not {KINDS[kind].title} but a network of {architecture}; choose another --as.")
    card = ModelCard(
        id=re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or kind,
        title=title,
        modality="vocoder",
        architecture=architecture,
        network={},
        files={"network": CardFile(name=path.name, size=path.stat().st_size)},
        licence=licence,
        parameters=0,
        folder=str(folder),
    )
    return (vocoder if kind in VOCODERS else speech)(card, kind, shapes)


def guessed(folder: Path, architecture: str) -> str:
    """The kind of a folder that is not known by its name."""
    if architecture != "f5":
        return architecture
    arch = published_settings(folder).get("arch", {})
    if arch:
        upsampled = arch.get("text_embedding_average_upsampling")
        return "f5-upsampled" if upsampled else "f5-v1" if arch.get("text_mask_padding", True) else "f5-v0"
    if re.search(r"v\d", folder.name.lower()):
        return "f5-v0" if "v0" in folder.name.lower() else "f5-v1"
    raise BadInput(
        f"{folder} may be the first or the later F5-TTS, which look alike and of which one would only mumble: "
        "say which by --as f5-v0 or --as f5-v1."
    )


def bring(source: Path, target: Path) -> None:
    """The same file there: linked, or copied where the disks differ. Raises Failure."""
    if target.exists() and source.samefile(target):
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        os.link(source.resolve(), target)
    except OSError:
        with source.open("rb") as read, writing(target) as written:
            shutil.copyfileobj(read, written)
