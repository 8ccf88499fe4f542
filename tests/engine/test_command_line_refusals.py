"""What the command line cannot do is one line on stderr: exit 2 for what the user can change, 1 for the rest."""

import errno
import os
from pathlib import Path

import pytest

from tests.engine.commands import SHORT, Run, assert_one_line, process


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say what to do: text, speech, music, image, ask, models, voices, train, serve"),
        (["sing"], "Say what to do"),
        (["train"], "Say what to train: text"),
        (["text", "--loudness", "3"], "unrecognized arguments: --loudness 3"),
        (["text", "--step", "3"], "unrecognized arguments: --step 3"),
        (["text", "--steps"], "--steps: expected one argument"),
        (["text", "--steps", "many"], "--steps: must be a whole number, not “many”"),
        (["text", "--guidance", "high"], "--guidance: must be a number, not “high”"),
        (["text", "--draft", "1,x"], "--draft: must be a list of whole numbers"),
        (["text", "--steps", "0"], "Steps must be from 1 to 200, not 0."),
        (["text", "--guidance", "nan"], "Guidance must be from 1 to 10, not nan."),
        (["text", "--seed", "-1"], "Seed must be from 0 to 4294967295, not -1."),
        (["text", "--language", "latin"], "Language must be one of any, english, hindi, hinglish, not “latin”."),
        (["text", "--style", "guide"], "Style must be one of story, verse with this checkpoint, not “guide”."),
        (["text", "--prompt", "a" * 100_000], "Prompt may hold 10,000 characters, not 100,000; shorten it."),
        (["text", "--prompt", "a\x07b"], r"Prompt holds a control character \(U\+0007\); paste it as plain text."),
        (["text", "--prompt", "\udcff"], "Prompt holds half of a character"),
        (["text", "--checkpoint", "none"], "There is no checkpoint “none” here; choose one of .*: pocket-text."),
        (["text", "--draft", "1,2,3"], "Nothing is left to write: re-mask some tokens first."),
        (["text", "--recipe", "/nowhere/r.json"], "/nowhere/r.json cannot be read: No such file .*; check the name."),
        (["text", "--out", "a.pdf"], "The work is written as .txt or .md, not “.pdf”; change the name a.pdf."),
        (["text", "--out", "."], "The work is written as .txt or .md"),
        (["text", "--device", "toaster"], "The device must be auto, cpu, cuda or mps, not “toaster”."),
        (["models", "burn"], "invalid choice"),
        (["models", "show"], "Say which checkpoint to show"),
        (["models", "show", "none"], "There is no checkpoint “none” here"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(run: Run, arguments: list[str], said: str) -> None:
    seed = ["--seed", "1"] if arguments[:1] == ["text"] and "--seed" not in arguments else []
    assert_one_line(run(*arguments, *seed), 2, said)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("r.json", "{", "not valid JSON"),
        ("r.json", '{"version": 9, "request": {"modality": "text"}}', "version 9; this Quartet reads up to 1. Update"),
        ("r.json", '{"version": 1, "request": {"modality": "dance"}}', "for “dance”, which this Quartet does not make"),
        ("r.toml", 'modality = "text"\nsteps = 0', "Steps must be from 1 to 200, not 0."),
        ("r.toml", 'modality = "text"\nloudness = 3', "loudness"),
        ("r.txt", "Once upon a time", "r.txt holds no Quartet recipe; choose a work that Quartet exported."),
    ],
)
def test_a_recipe_that_cannot_be_used_is_one_line_and_exit_2(
    run: Run, tmp_path: Path, name: str, text: str, said: str
) -> None:
    (tmp_path / name).write_text(text)
    assert_one_line(run("text", "--recipe", str(tmp_path / name)), 2, said)


def test_defaults_of_a_card_that_cannot_be_used_are_named(run: Run, tiny_checkpoint: Path) -> None:
    card = tiny_checkpoint / "card.toml"
    card.write_text(card.read_text(encoding="utf-8").replace("length = 24", "loudness = 24"), encoding="utf-8")
    assert_one_line(
        run("text", "--seed", "1"), 2, "The card of pocket-text has defaults that cannot be used: .*loudness"
    )


def test_a_damaged_checkpoint_is_one_line_and_exit_1(run: Run, tiny_checkpoint: Path) -> None:
    (tiny_checkpoint / "network.safetensors").unlink()
    assert_one_line(run("text", *SHORT), 1, "network.safetensors is missing; download Tiny text again")
    with (tiny_checkpoint / "tokenizer.json").open("a") as file:
        file.write(" ")
    assert_one_line(run("text", *SHORT), 1, r"tokenizer.json is not the file its card describes \(SHA-256 differs\)")


def test_a_full_disk_loses_no_work(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    text = run("text", "--prompt", "She", *SHORT).out
    monkeypatch.setattr(os, "fsync", full)
    ran = run("text", "--prompt", "She", *SHORT, "--out", str(tmp_path / "a.txt"))
    assert (ran.code, ran.out) == (1, text)
    assert ran.err == f"{tmp_path / 'a.txt'} was not written: the disk is full; free some space and try again.\n"
    assert list(tmp_path.glob("*.txt")) == []


def test_a_folder_that_cannot_be_written_is_said_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    monkeypatch.setattr("engine.commands.make.perform", lambda *_: pytest.fail("worked in vain"))
    ran = run("text", *SHORT, "--out", str(tmp_path / "deep" / "a.txt"))
    assert_one_line(ran, 1, f"{tmp_path} does not allow it; choose another folder")
    ran = run("text", *SHORT, "--out", str(make_folder(tmp_path / "folder.txt")))
    assert_one_line(ran, 2, "folder.txt is a folder; add the name of a file")


def make_folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_mistake_of_ours_is_one_line_and_exit_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.commands.cards.find_cards", lambda: 1 // 0)
    assert_one_line(run("models"), 1, "Quartet made a mistake: ZeroDivisionError: .*QUARTET_DEBUG=1")


def test_torch_missing_or_broken_is_one_line_and_exit_1(tiny_checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "torch.py").write_text("raise OSError('libtorch_cpu.so: cannot open shared object file')")
    out, err = process("text", *SHORT, PYTHONPATH=str(tmp_path)).communicate(timeout=60)
    assert (out, err) == (
        "",
        "PyTorch, which does the computing, cannot be loaded; run the set-up again: bash packaging/run.sh\n",
    )
