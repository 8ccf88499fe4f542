"""`python -m engine`: works made without a window, as text or as events."""

import json
import re
import signal
import sys
from pathlib import Path

import pytest

from engine.api.params import fields
from engine.api.recipe import read_recipe
from engine.api.requests import REQUESTS, TextRequest
from engine.commands import flags
from engine.commands.terminal import ProgressBar
from tests.engine.commands import SHORT, Ran, Run, assert_one_line, process


def test_a_work_is_written_with_its_recipe(run: Run, tmp_path: Path) -> None:
    ran = run("text", "--prompt", "She crossed", *SHORT, "--out", str(tmp_path / "a.txt"))
    assert ran == Ran(0, "", "")
    request = read_recipe(tmp_path / "a.txt").request
    assert request == TextRequest(prompt="She crossed", length=16, steps=3, seed=1)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8").startswith("She crossed")


@pytest.mark.parametrize("ending", [".txt", ".md"])
def test_the_recipe_in_a_work_makes_the_same_bytes_again(run: Run, tmp_path: Path, ending: str) -> None:
    first, second = tmp_path / f"first{ending}", tmp_path / f"second{ending}"
    assert (
        run("text", "--prompt", "एक ____ दिन \u2028", "--gamma", "0.5", "--steps", "5", "--out", str(first)).code == 0
    )
    assert run("text", "--recipe", str(first), "--out", str(second)) == Ran(0, "", "")
    assert first.read_bytes() == second.read_bytes()


def test_without_a_file_the_text_is_on_stdout_and_the_drawn_seed_is_said(run: Run, tmp_path: Path) -> None:
    ran = run("text", "--prompt", "She", "--length", "16", "--steps", "3")
    seed = re.fullmatch(r"seed (\d+)\n", ran.err)
    assert ran.code == 0 and ran.out.startswith("She") and seed
    assert run("text", "--prompt", "She", "--length", "16", "--steps", "3", "--seed", seed[1]) == Ran(0, ran.out, "")


def test_events_come_as_lines_of_json(run: Run, tmp_path: Path) -> None:
    ran = run("text", *SHORT, "--json", "--out", str(tmp_path / "a.txt"))
    assert (ran.code, ran.err) == (0, "")
    kinds = [event["type"] for event in ran.events]
    assert kinds[-4:] == ["Stepped"] * 3 + ["Finished"] and set(kinds[:-4]) == {"Loading"}
    assert len({event["job"] for event in ran.events}) == 1
    assert [(event["step"], event["steps"]) for event in ran.events[-4:-1]] == [(1, 3), (2, 3), (3, 3)]
    text = (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert text.startswith(ran.events[-1]["work"]["text"]) and ran.events[-1]["recipe"] in text


def test_flags_win_over_the_recipe_and_the_recipe_over_the_card(run: Run, tmp_path: Path) -> None:
    recipe = tmp_path / "r.toml"
    recipe.write_text('modality = "text"\nprompt = "She"\nsteps = 6\nseed = 9\n')
    out = tmp_path / "a.md"
    assert run("text", "--recipe", str(recipe), "--prompt", "One", "--out", str(out)) == Ran(0, "", "")
    request = read_recipe(out).request
    assert (request.prompt, request.steps, request.seed, request.length) == ("One", 6, 9, 24)  # 24 is the card's
    assert request.guidance == TextRequest().guidance


def test_a_recipe_made_with_other_weights_is_remarked_on(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    run("text", *SHORT, "--out", str(out))
    out.write_text(re.sub('"tokenizer.json":"...', '"tokenizer.json":"000', out.read_text(encoding="utf-8")))
    ran = run("text", "--recipe", str(out))
    assert (ran.code, ran.err) == (
        0,
        "a.txt was made with other files than these: tokenizer.json; expect another work\n",
    )


@pytest.mark.parametrize("modality", REQUESTS)
def test_every_field_of_a_request_has_a_flag(modality: str) -> None:
    request_type = REQUESTS[modality]
    for field in fields(request_type):
        typed = {int: "3", float: "0.75", str: "word"}.get(field.type, "4,-1,5")
        options = flags.parser_for(modality).parse_args([f"{flags.flag(field.name)}={typed}"])
        expected = {int: 3, float: 0.75, str: "word"}.get(field.type, (4, -1, 5))
        assert getattr(options, field.name) == expected
        assert [name for name in vars(options) if name in request_type.__struct_fields__] == [field.name]


def test_a_draft_is_gone_on_from(run: Run) -> None:
    ran = run("text", "--draft=-1,20,-1", "--locked", "1", "--steps", "2", "--seed", "1", "--json")
    assert ran.code == 0 and json.loads(ran.events[-1]["recipe"])["request"]["draft"] == [-1, 20, -1]


def test_help_and_models_and_bad_flags_need_no_torch(tiny_checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise SystemExit('torch was imported')")
    for arguments, code in (
        (["--help"], 0), (["--version"], 0), (["text", "--help"], 0), (["models"], 0), (["models", "verify"], 0),
        (["models", "show", "pocket-text"], 0), (["text", "--steps", "0"], 2),
    ):  # fmt: skip
        ran = process(*arguments, PYTHONPATH=str(tmp_path))
        out, err = ran.communicate(timeout=60)
        assert ran.returncode == code, err
        assert "torch was imported" not in out + err


def test_ctrl_c_ends_with_130_and_writes_nothing(tiny_checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    ran = process("text", "--length", "512", "--steps", "200", "--seed", "1", "--json", "--out", str(out))
    assert ran.stdout is not None
    events = [json.loads(next(line for line in ran.stdout if '"Stepped"' in line))]
    ran.send_signal(signal.SIGINT)
    rest, err = ran.communicate(timeout=60)
    events += [json.loads(line) for line in rest.splitlines()]
    assert (ran.returncode, err) == (130, "")
    assert events[-1] == {"type": "Cancelled", "job": events[0]["job"]}
    assert [event["type"] for event in events].count("Cancelled") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_goes_away_is_no_mistake(tiny_checkpoint: Path) -> None:
    ran = process("text", "--length", "512", "--steps", "100", "--seed", "1", "--json")
    assert ran.stdout is not None and ran.stderr is not None
    ran.stdout.readline()
    ran.stdout.close()
    assert ran.wait(60) == 1
    assert ran.stderr.read() == ""
    ran.stderr.close()


def test_models_are_listed_verified_and_described(run: Run, tiny_checkpoint: Path) -> None:
    listed = run("models")
    assert listed.code == 0 and re.fullmatch(r"pocket-text  text +0\.\d MB  Tiny text\n", listed.out)
    assert run("models", "verify") == Ran(
        0, "pocket-text: network.safetensors is well\npocket-text: tokenizer.json is well\n", ""
    )
    shown = run("models", "show", "pocket-text").out
    assert "Tiny text" in shown and "CC0-1.0" in shown and "length 24, steps 4" in shown
    (tiny_checkpoint / "network.safetensors").write_bytes(b"")
    (tiny_checkpoint / "tokenizer.json").unlink()
    assert "(missing: network.safetensors, tokenizer.json)" in run("models").out
    verified = run("models", "verify", "pocket-text")
    assert verified.code == 1
    assert "is damaged: it holds 0 bytes" in verified.out and "tokenizer.json is missing" in verified.out


def test_a_card_that_cannot_be_used_is_remarked_on(run: Run, tiny_checkpoint: Path) -> None:
    (tiny_checkpoint / "card.toml").write_text("id =")
    ran = run("models")
    assert (ran.code, ran.out) == (0, "") and "card.toml is not usable" in ran.err
    assert_one_line(run("text", "--seed", "1", "--checkpoint", "tiny"), 2, "tiny/card.toml is not usable")


def test_train_hands_its_arguments_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def train(arguments: list[str]) -> int:
        seen.append(arguments)
        return 7

    monkeypatch.setattr("engine.training.text.main", train)
    assert run("train", "text", "--folder", "x", "--steps", "3").code == 7
    assert seen == [["--folder", "x", "--steps", "3"]]


def test_the_bar_leaves_the_first_step_out_of_its_estimate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = iter([100.0, 102.0, 104.0])
    monkeypatch.setattr("engine.commands.terminal.time.monotonic", lambda: next(now))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    bar = ProgressBar()
    for step in (1, 2, 3):
        bar.step(step, 10)
    lines = capsys.readouterr().err.split("\r\x1b[K")
    assert lines[1] == f"[{'#' * 3}{'-' * 27}] step 1 of 10  "
    assert lines[2].endswith("] step 2 of 10  16 s left") and lines[3].endswith("] step 3 of 10  14 s left")
    bar.clear()
    assert capsys.readouterr().err == "\r\x1b[K"
