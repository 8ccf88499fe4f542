"""Where things live, installed or run from a checkout.

`QUARTET_HOME` puts everything that is written under one folder; `QUARTET_ASSETS` says where the shipped files are.
"""

import os
from pathlib import Path

import platformdirs

APP = "Quartet"


def assets() -> Path:
    """Shipped, read-only: icons, examples, the pocket checkpoints."""
    given = os.environ.get("QUARTET_ASSETS")
    return Path(given) if given else Path(__file__).parents[2] / "assets"


def data() -> Path:
    """The user's data: the database of jobs and works, settings, published checkpoints."""
    home = os.environ.get("QUARTET_HOME")
    return Path(home) if home else Path(platformdirs.user_data_dir(APP, appauthor=False))


def models() -> tuple[Path, Path]:
    """The folders that hold one folder for each checkpoint: the shipped ones and the user's."""
    return assets() / "models", data() / "models"


def voices() -> tuple[Path, Path]:
    """The folders that hold one folder for each voice: the shipped ones and the user's."""
    return assets() / "voices", data() / "voices"


def sounds() -> Path:
    """The sounds of the library, and those that the engine has just made."""
    return data() / "sounds"


def pictures() -> Path:
    """The pictures of the library, and those that the engine has just made."""
    return data() / "pictures"


def given() -> Path:
    """Pictures that works are made from: painted, pasted or converted by the studio, and HASH/NAME kept by the library.

    None of them ever changes.
    """
    return pictures() / "given"


def works() -> Path:
    """Where exported works go unless the user says otherwise."""
    home = os.environ.get("QUARTET_HOME")
    return Path(home) / "works" if home else Path(platformdirs.user_documents_dir()) / APP


def logs() -> Path:
    """Log files of the studio and of the engine."""
    home = os.environ.get("QUARTET_HOME")
    return Path(home) / "logs" if home else Path(platformdirs.user_log_dir(APP, appauthor=False))
