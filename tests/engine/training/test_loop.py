"""A run learns, averages its weights, and goes on after a kill as if nothing had been."""

import dataclasses
import json
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine.api.errors import BadInput, Failure
from engine.training import loop
from engine.training.loop import LoopConfig, Run, learning_share

CONFIG = LoopConfig(
    minutes=None,
    steps=40,
    batch=8,
    accumulate=2,
    learning_rate=0.05,
    matrix_rate=0.02,
    warmup=5,
    average=0.8,
    log_steps=10,
)


@pytest.fixture(autouse=True)
def one_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a busy machine finds fast may differ from one run to the next."""
    monkeypatch.setattr(loop, "bf16_is_fast", lambda device: False)


class Line(nn.Module):
    """y = a·x + b, with a matrix among its blocks for Muon."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.blocks = nn.ModuleList([nn.Linear(3, 3)])
        self.bias = nn.Parameter(torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.blocks[0](x) + self.bias
        return y


def objective(network: nn.Module, t: Tensor, generator: torch.Generator) -> Tensor:
    x = torch.randn(len(t), 3, generator=generator)
    loss: Tensor = (network(x) - (2 * x + 1)).square().mean(dim=1).float()
    return loss


def run(folder: Path, **changes: object) -> Run:
    return Run(Line(), objective, dataclasses.replace(CONFIG, **changes), folder)  # type: ignore[arg-type]


def weights(network: nn.Module) -> Tensor:
    return torch.cat([weight.detach().flatten() for weight in network.parameters()])


def test_the_loss_falls_and_is_logged_by_time(tmp_path: Path) -> None:
    run(tmp_path, steps=200).train()
    lines = [json.loads(line) for line in (tmp_path / "losses.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == list(range(10, 201, 10))
    assert lines[-1]["loss"] < 0.2 * lines[0]["loss"]
    assert len(lines[-1]["by_time"]) == 32


def test_a_killed_run_ends_with_the_same_weights(tmp_path: Path) -> None:
    whole = weights(run(tmp_path / "whole").train())
    killed = run(tmp_path / "killed", save_seconds=0.0)
    for _ in range(17):
        killed.timed_step()
    killed.save()
    killed.timed_step()  # lost with the kill
    resumed = run(tmp_path / "killed")
    assert torch.equal(weights(resumed.train()), whole)


def test_the_same_seed_gives_the_same_weights_and_another_others(tmp_path: Path) -> None:
    first, second, other = (
        weights(run(tmp_path / name, seed=seed).train()) for name, seed in [("a", 1), ("b", 1), ("c", 2)]
    )
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


def test_the_average_lags_behind_the_weights(tmp_path: Path) -> None:
    training = run(tmp_path)
    history = []
    for _ in range(5):
        training.timed_step()
        history.append(weights(training.network).clone())
    expected = weights(Line())
    for step, now in enumerate(history):
        expected = torch.lerp(expected, now, 1 - min(0.8, (1 + step) / (10 + step)))
    assert torch.allclose(weights(training.averaged()), expected, atol=1e-6)


def test_the_learning_rate_warms_up_and_falls_to_two_percent() -> None:
    assert learning_share(CONFIG, 0, 0.0) == pytest.approx(1 / 5)
    assert learning_share(CONFIG, 10, 0.0) == pytest.approx(1.0)
    assert learning_share(CONFIG, 10, 0.5) == pytest.approx(0.51)
    assert learning_share(CONFIG, 40, 1.0) == pytest.approx(0.02)


def test_times_are_easy_at_first_and_resampled_later(tmp_path: Path) -> None:
    training = run(tmp_path, batch=4000, easy_share=0.5)
    generator = torch.Generator().manual_seed(0)
    easy, weights_of_easy = training.times(generator)
    assert float((easy < 0.5).float().mean()) == pytest.approx(0.5**0.4, abs=0.03)
    assert (weights_of_easy == 1).all()
    training.progress.step = 20
    later, _ = training.times(generator)
    assert float((later < 0.5).float().mean()) == pytest.approx(0.5, abs=0.03)


def test_muon_has_the_linear_layers_of_the_blocks_and_adam_the_rest(tmp_path: Path) -> None:
    training = run(tmp_path)
    adam, muon = ([tuple(w.shape) for g in o.param_groups for w in g["params"]] for o in training.optimisers)
    assert muon == [(3, 3)] and sorted(adam) == [(3,), (3,)]


def test_a_budget_of_minutes_counts_over_resumed_runs(tmp_path: Path) -> None:
    first = run(tmp_path, steps=None, minutes=1.0)
    first.timed_step()
    first.progress.seconds = 59.9999
    first.save()
    second = run(tmp_path, steps=None, minutes=1.0)
    second.train()
    assert 60 <= second.progress.seconds < 90
    assert second.progress.share(second.config) == 1


def test_a_run_without_a_budget_says_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="--minutes or --steps"):
        run(tmp_path, steps=None)


def test_a_gradient_that_is_not_finite_ends_the_run(tmp_path: Path) -> None:
    training = run(tmp_path)
    training.objective = lambda network, t, generator: objective(network, t, generator) * torch.inf
    with pytest.raises(Failure, match="not finite"):
        training.train()


def test_the_saved_state_needs_no_pickle(tmp_path: Path) -> None:
    run(tmp_path).train()
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    assert state["step"] == 40
