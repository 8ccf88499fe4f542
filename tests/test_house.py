"""The house stands as CONTRIBUTING.md draws it: its rooms, its borders, its names."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md"}
ROOMS = {"studio", "engine", "assets", "packaging", "tests"}
BUILT = {"quartet.egg-info", "works", "build", "dist"}  # made by the two commands, ignored by git
LONGEST = 300
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SOURCES = [path for room in ("engine", "studio") for path in sorted((ROOT / room).rglob("*.py"))]
EMPTY_NAMES = re.compile(r"(^|_)(manager|handler|helpers?|utils?|base)$|(Manager|Handler|Helpers?|Utils?|Base)$")


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever in it; `from a import b` gives a.b."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def drawn() -> list[str]:
    """The paths in the picture of the house: names, indented by two spaces a floor."""
    picture = GUIDE.split("```")[1].strip("\n")
    parents: list[str] = []
    paths = []
    for line in picture.splitlines():
        name = line.split()[0]
        floor = (len(line) - len(line.lstrip())) // 2
        parents[floor:] = [name]
        paths.append("".join(parents))
    return paths


def table() -> list[str]:
    """The paths in the table of what a change touches."""
    rows = [line for line in GUIDE.splitlines() if line.startswith("|")]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row) if "/" in word]


def test_the_top_level_holds_what_it_may() -> None:
    seen = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert seen - BUILT == TOP_LEVEL | ROOMS


@pytest.mark.parametrize("room", ["packaging", "assets"])
def test_folders_without_code_are_no_packages(room: str) -> None:
    assert not list((ROOT / room).rglob("__init__.py"))


def test_what_the_picture_and_the_table_name_exists() -> None:
    named = drawn() + table()
    assert len(table()) > 10 and len(drawn()) > 25
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_room_is_in_the_picture() -> None:
    rooms = {f"{path.parent.relative_to(ROOT)}/" for path in SOURCES if path.name == "__init__.py"}
    assert rooms - set(drawn()) == set()


def test_the_door_imports_only_what_both_sides_have() -> None:
    allowed = sys.stdlib_module_names | {"msgspec", "platformdirs"}
    for path in (ROOT / "engine/api").glob("*.py"):
        foreign = {name for name in imports(path) if name.split(".")[0] not in allowed}
        if path.name == "sound_files.py":
            foreign.discard("soundfile")  # inside a function, where a FLAC file is written
        assert {name for name in foreign if not name.startswith("engine.api.")} == set(), path


def test_the_studio_imports_nothing_of_the_engine_but_its_door() -> None:
    harmless = {"engine", "engine.__version__"}  # where the package lies, and which one it is
    for path in (ROOT / "studio").rglob("*.py"):
        of_engine = {name for name in imports(path) if name.split(".")[0] == "engine"} - harmless
        assert {name for name in of_engine if not name.startswith("engine.api.")} == set(), path


@pytest.mark.parametrize(
    ("module", "banned"),
    [
        ("studio.app", ["torch", "safetensors", "tokenizers", "soundfile", "numpy"]),
        ("engine.__main__", ["torch", "numpy", "soundfile", "PySide6", "studio"]),
        ("engine.samplers", ["torch", "numpy"]),
    ],
)
def test_importing_one_side_leaves_the_other_unloaded(module: str, banned: list[str]) -> None:
    program = f"import sys, {module}; print([name for name in {banned} if name in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=60
    )
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr


def test_the_window_is_up_before_what_its_tabs_and_dialogs_are_made_of_is_imported() -> None:
    later = ["studio.tabs.modality", "studio.previews.views", "studio.editors.table", "studio.panels.help"]
    test_importing_one_side_leaves_the_other_unloaded("studio.app", later)


def test_every_module_says_what_it_is() -> None:
    assert [path for path in SOURCES if len(ast.get_docstring(parse(path)) or "") < 20] == []


def test_every_module_can_be_read_in_one_sitting() -> None:
    assert [path for path in SOURCES if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST] == []


def test_names_say_something() -> None:
    classes = {node.name for path in SOURCES for node in ast.walk(parse(path)) if isinstance(node, ast.ClassDef)}
    names = classes | {path.stem for path in SOURCES}
    assert {name for name in names if EMPTY_NAMES.search(name) or name.lower() in ("model", "models")} == set()


def test_nothing_can_execute_a_pickle() -> None:
    executing = {"pickle", "cPickle", "dill", "joblib", "marshal", "shelve"}
    assert [path for path in SOURCES if executing & {name.split(".")[0] for name in imports(path)}] == []
    calls = [node for path in SOURCES for node in ast.walk(parse(path)) if isinstance(node, ast.Call)]
    loads = [call for call in calls if ast.unparse(call.func) == "torch.load"]
    assert [ast.unparse(call) for call in loads if "weights_only=True" not in ast.unparse(call)] == []
