"""The two commands, without a network: what they do is watched through stand-ins for Python, ldconfig and apt-get.

A copy of packaging/ stands in a folder with spaces and letters beyond ASCII, as a user's may.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
SCRIPTS = ("run.sh", "test.sh", "setup.sh")
PYTHON = '#!/bin/sh\n[ "$1" = -V ] && echo Python 3.11.7 || printf "%s|" "$PWD" "$@"\n'
PYTHON_NAMES = ("python", "python3", "python3.11", "python3.12", "python3.13", "python3.14")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the scripts read, with two examples and a Python that only prints its folder and arguments."""
    root = tmp_path / "Ünï stüdio हिन्दी"
    (root / ".venv/bin").mkdir(parents=True)
    shutil.copytree(ROOT / "packaging", root / "packaging")
    shutil.copy(ROOT / "pyproject.toml", root)
    for name in ("river", "tea time"):
        example = root / f"assets/examples/{name}.toml"
        example.parent.mkdir(parents=True, exist_ok=True)
        example.write_text('modality = "text"\nprompt = "The"\n')
    stand_in(root / ".venv/bin/python", PYTHON)
    return root


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine that has every library, where nothing can be installed."""
    install_libraries(tmp_path, libraries())
    for name in ("apt-get", "sudo"):
        stand_in(tmp_path / "bin" / name, "#!/bin/sh\nexit 1\n")
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG")}
    return kept | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}


def libraries() -> list[str]:
    return re.findall(r"^(lib\S+\.so\.\d+) ", (ROOT / "packaging/setup.sh").read_text(), re.MULTILINE)


def install_libraries(machine: Path, names: list[str]) -> None:
    lines = "".join(f"\t{name} (libc6,x86-64) => /lib/{name}\n" for name in names)
    stand_in(machine / "bin/ldconfig", f"#!/bin/sh\ncat <<'END'\n{lines}END\n")


def stand_in(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)


def bash(command: str, checkout: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run a command from a folder that is not the checkout, which the command finds in $here."""
    elsewhere = checkout.parent / "else where"
    elsewhere.mkdir(exist_ok=True)
    environment = environment | {"here": str(checkout)}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=elsewhere,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def stamp(kind: str, checkout: Path, environment: dict[str, str]) -> None:
    command = f'source "$here/packaging/setup.sh"; set -eu; made_from {kind} >"$here/.venv/quartet-stamp"'
    made = bash(command, checkout, environment)
    assert made.returncode == 0, made.stderr


def is_ready(kind: str, checkout: Path, environment: dict[str, str]) -> bool:
    return bash(f'source "$here/packaging/setup.sh"; is_ready {kind}', checkout, environment).returncode == 0


def test_the_studio_gets_the_arguments_and_the_folder_of_the_user(checkout: Path, machine: dict[str, str]) -> None:
    stamp("run", checkout, machine)
    ran = bash('bash "$here/packaging/run.sh" --theme "very dark"', checkout, machine | {"DISPLAY": ":0"})
    assert ran.stdout == f"{checkout.parent}/else where|-m|studio|--theme|very dark|"
    assert (ran.returncode, ran.stderr) == (0, "")


def test_without_a_display_the_examples_are_rendered_and_named(checkout: Path, machine: dict[str, str]) -> None:
    stamp("run", checkout, machine)
    ran = bash('bash "$here/packaging/run.sh"', checkout, machine)
    assert "no display" in ran.stderr
    for name in ("river", "tea time"):
        assert f"-m|engine|text|--recipe|{checkout}/assets/examples/{name}.toml|--out|works/{name}.txt|" in ran.stdout
        assert f"works/{name}.txt\n" in ran.stdout
    assert (checkout.parent / "else where/works").is_dir()
    assert ran.returncode == 0


def test_a_display_that_does_not_answer_is_none(checkout: Path, machine: dict[str, str]) -> None:
    stand_in(checkout / ".venv/bin/python", PYTHON.replace("|| printf", '|| { [ "$1" != -c ] && printf') + "}\n")
    stamp("run", checkout, machine)
    ran = bash('bash "$here/packaging/run.sh"', checkout, machine | {"DISPLAY": "nowhere:7"})
    assert "no display" in ran.stderr
    assert "works/river.txt\n" in ran.stdout


def test_an_example_that_fails_is_not_named_and_fails_the_command(checkout: Path, machine: dict[str, str]) -> None:
    stand_in(checkout / ".venv/bin/python", PYTHON.replace("|| printf", "|| ! printf"))
    stamp("run", checkout, machine)
    ran = bash('bash "$here/packaging/run.sh"', checkout, machine)
    assert ran.returncode == 1
    assert "\nworks/river.txt\n" not in ran.stdout


def test_asking_for_the_version_needs_no_display(checkout: Path, machine: dict[str, str]) -> None:
    stamp("run", checkout, machine)
    assert bash('bash "$here/packaging/run.sh" --version', checkout, machine).stdout.endswith("|-m|studio|--version|")


def test_missing_libraries_are_named_with_the_command_that_installs_them(
    checkout: Path, machine: dict[str, str], tmp_path: Path
) -> None:
    stamp("run", checkout, machine)
    install_libraries(tmp_path, [name for name in libraries() if name not in ("libEGL.so.1", "libxcb-cursor.so.0")])
    ran = bash('bash "$here/packaging/run.sh"', checkout, machine | {"DISPLAY": ":0"})
    assert ran.returncode == 1
    assert "libEGL.so.1" in ran.stderr and "libGL.so.1" not in ran.stderr
    assert ran.stderr.endswith("apt-get install -y libegl1 libxcb-cursor0\n")
    assert "|-m|studio|" not in ran.stdout


def test_a_window_opens_without_the_library_for_sound(checkout: Path, machine: dict[str, str], tmp_path: Path) -> None:
    stamp("run", checkout, machine)
    install_libraries(tmp_path, [name for name in libraries() if name != "libportaudio.so.2"])
    ran = bash('bash "$here/packaging/run.sh"', checkout, machine | {"DISPLAY": ":0"})
    assert ran.stdout.endswith("|-m|studio|") and (ran.returncode, ran.stderr) == (0, "")


def test_setting_up_gets_the_library_for_sound_if_it_can_and_names_it_if_not(
    checkout: Path, machine: dict[str, str], tmp_path: Path
) -> None:
    install_libraries(tmp_path, [name for name in libraries() if name != "libportaudio.so.2"])
    command = 'source "$here/packaging/setup.sh"; set -euo pipefail; add_welcome_libraries'
    refused = bash(command, checkout, machine)
    assert refused.returncode == 0
    assert refused.stderr.endswith("to hear sounds, please install: sudo apt-get install -y libportaudio2\n")
    stand_in(tmp_path / "bin/apt-get", f'#!/bin/sh\necho "$@" >>"{tmp_path}/asked"\n')
    stand_in(tmp_path / "bin/sudo", '#!/bin/sh\nshift; exec "$@"\n')
    assert bash(command, checkout, machine).returncode == 0
    assert (tmp_path / "asked").read_text().splitlines()[-1].endswith("--no-install-recommends libportaudio2")
    install_libraries(tmp_path, libraries())
    assert bash(command, checkout, machine).stderr == ""


def test_without_a_python_one_sentence_says_so(checkout: Path, machine: dict[str, str], tmp_path: Path) -> None:
    for name in PYTHON_NAMES:
        stand_in(tmp_path / "bin" / name, "#!/bin/sh\nexit 127\n")
    stand_in(checkout / ".venv/bin/python", "#!/bin/sh\nexit 127\n")
    ran = bash('bash "$here/packaging/run.sh"', checkout, machine | {"DISPLAY": ":0"})
    assert ran.returncode == 1
    assert "Python 3.11 or newer is needed" in ran.stderr


def test_an_environment_for_tests_serves_the_studio_but_not_the_reverse(
    checkout: Path, machine: dict[str, str]
) -> None:
    stamp("test", checkout, machine)
    assert is_ready("test", checkout, machine) and is_ready("run", checkout, machine)
    stamp("run", checkout, machine)
    assert is_ready("run", checkout, machine) and not is_ready("test", checkout, machine)


@pytest.mark.parametrize("changed", ["pyproject.toml", "packaging/constraints.txt", "packaging/references.txt"])
def test_changed_dependencies_are_installed_again(checkout: Path, machine: dict[str, str], changed: str) -> None:
    stamp("run", checkout, machine)
    with (checkout / changed).open("a") as file:
        file.write("# newer\n")
    assert not is_ready("run", checkout, machine)


def test_a_moved_folder_is_set_up_again(checkout: Path, machine: dict[str, str]) -> None:
    stamp("run", checkout, machine)
    moved = checkout.rename(checkout.parent / "moved")
    assert not is_ready("run", moved, machine)


def test_a_half_made_environment_is_made_anew(checkout: Path, machine: dict[str, str], tmp_path: Path) -> None:
    (checkout / ".venv/quartet-stamp").write_text("unfinished\n")
    stand_in(tmp_path / "bin/python3", '#!/bin/sh\n[ "$2" = venv ] && echo "venv $3" >&2 && exit 1\necho 3.11 True\n')
    ran = bash('bash "$here/packaging/run.sh" --version', checkout, machine)
    assert "venv --clear" in ran.stderr
    assert ran.returncode == 1


def requirements() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = sum(project["optional-dependencies"].values(), list(project["dependencies"]))
    return {canonicalize_name(each.name): each for each in map(Requirement, lines)}


def pins() -> dict[str, str]:
    lines = (ROOT / "packaging/constraints.txt").read_text().splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    for name, requirement in requirements().items():
        assert requirement.specifier.contains(pins()[name]), requirement


def test_torch_and_qt_are_the_versions_that_were_measured() -> None:
    assert pins()["torch"] == "2.13.0"
    assert not requirements()["pyside6-essentials"].specifier.contains("6.12.0")
    assert pins()["shiboken6"] == pins()["pyside6-essentials"]
    assert not {"torchaudio", "torchvision"} & pins().keys()


def test_nothing_says_where_packages_come_from() -> None:
    for path in (ROOT / "pyproject.toml", *(ROOT / "packaging").iterdir(), ROOT / ".ci/run"):
        if path.is_file():
            assert not re.search(r"index-url|find-links|https?://", path.read_text()), path


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_sound_bash(script: str) -> None:
    subprocess.run(["bash", "-n", str(ROOT / "packaging" / script)], check=True)


@pytest.mark.gui
def test_qt_survives_twenty_thousand_void_calls() -> None:
    """PySide6 6.12.0 on Python 3.11 aborts after some 5,200 of them: each drops a reference to None."""
    program = (
        "from PySide6.QtWidgets import QApplication, QLabel\n"
        "app = QApplication([])\nlabel = QLabel()\n"
        "for n in range(20_000): label.setText(str(n))\n"
        "assert label.text() == '19999'"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
