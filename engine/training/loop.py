"""The training loop every checkpoint shares: resampled times, mixed precision, clipping, an average of the weights.

A run has a budget in steps or in minutes; the learning rate warms up, then follows a cosine down to
2 % over that budget. State is saved about once a minute, whole or not at all, and a killed run goes on from there.
What a step draws depends on (seed, step) alone, so a run in steps gives the same weights, interrupted or not.

Shapes: B batch.
"""

import ctypes
import json
import logging
import math
import re
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.api.errors import BadInput, Failure
from engine.api.files import writing
from engine.training.resampler import LossSecondMomentResampler

log = logging.getLogger(__name__)

EASE = 2.5  # the power of a uniform draw that makes a time easy

# (network, t (B,), generator) -> the loss of each sample (B,); draws its own batch from the generator.
Objective = Callable[[Any, Tensor, torch.Generator], Tensor]


@dataclass(frozen=True)
class LoopConfig:
    minutes: float | None = 85.0  # one of the two budgets
    steps: int | None = None
    batch: int = 32  # samples a pass
    accumulate: int = 1  # passes a step
    learning_rate: float = 3e-3  # of AdamW: embeddings, norms, biases
    matrix_rate: float = 2e-2  # of Muon: the matrices of the blocks
    weight_decay: float = 0.01
    warmup: int = 50  # steps
    easy_share: float = 0.15  # of the budget, at its start: times near 0, where most of the data is seen
    final_share: float = 0.02  # of the learning rate, at the end
    clip: float = 1.0
    average: float = 0.999  # decay of the averaged weights
    matrices: str = r"blocks\."  # how names of weights begin that Muon trains, if of linear layers or convolutions
    save_seconds: float = 60.0
    log_steps: int = 50
    seed: int = 0


@dataclass
class Progress:
    step: int = 0
    seconds: float = 0.0  # spent training, over all resumed runs

    def share(self, config: LoopConfig) -> float:
        """How much of the budget is used, from 0 to 1."""
        used = self.step / config.steps if config.steps else self.seconds / (60 * (config.minutes or 0))
        return min(1.0, used)

    def told(self) -> dict[str, float]:
        """For the card."""
        return {"steps": self.step, "minutes": round(self.seconds / 60, 1)}


def learning_share(config: LoopConfig, step: int, used: float) -> float:
    """The learning rate as a share of its peak: linear warm-up, then a cosine over the budget."""
    cosine = config.final_share + (1 - config.final_share) * 0.5 * (1 + math.cos(math.pi * used))
    return min(1.0, (step + 1) / config.warmup) * cosine


def generator_of(*numbers: int) -> torch.Generator:
    """Random numbers that depend on all of `numbers`; torch itself looks at 32 bits of a seed only."""
    return torch.Generator().manual_seed(int(np.random.SeedSequence(numbers).generate_state(1)[0]))


def best_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def bf16_is_fast(device: torch.device, size: int = 1024) -> bool:
    """Whether a matrix product in bf16 beats one in fp32 on this device, by trying both."""

    def seconds(dtype: torch.dtype) -> float:
        a = torch.ones(size, size, device=device, dtype=dtype)
        start = time.perf_counter()
        (a @ a).sum().item()
        return time.perf_counter() - start

    wide, narrow = (min(seconds(dtype) for _ in range(8)) for dtype in (torch.float32, torch.bfloat16))
    return narrow < 0.8 * wide


def keep_freed_memory() -> None:
    """Stop glibc from handing big blocks back to the system between steps: page faults cost a fifth of a step."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(-4, 0)  # M_MMAP_MAX
            libc.mallopt(-1, 2**31 - 1)  # M_TRIM_THRESHOLD


def optimisers(network: nn.Module, config: LoopConfig) -> list[torch.optim.Optimizer]:
    """Muon for the linear layers that the configuration names (Jordan et al. 2024), AdamW for everything else."""
    named = (module for name, module in network.named_modules() if re.match(config.matrices, name))
    matrices = [module.weight for module in named if isinstance(module, nn.Linear | nn.Conv1d | nn.Conv2d)]
    taken = {id(weight) for weight in matrices}
    rest = [weight for weight in network.parameters() if id(weight) not in taken]
    adam = torch.optim.AdamW(
        rest, config.learning_rate, betas=(0.9, 0.98), weight_decay=config.weight_decay, fused=True
    )
    if config.matrix_rate == 0:
        adam.add_param_group({"params": matrices})
        return [adam]
    return [adam, FlatMuon(matrices, config)]


class FlatMuon(torch.optim.Muon):
    """Muon that takes the kernel (O, I, K...) of a convolution as the matrix (O, I · K...) that it is."""

    def __init__(self, weights: list[Tensor], config: LoopConfig) -> None:
        self.weights = weights
        self.flat = [nn.Parameter(weight.data.view(len(weight), -1)) for weight in weights]
        super().__init__(self.flat, config.matrix_rate, momentum=0.95, weight_decay=config.weight_decay)

    def step(self, closure: Any = None) -> Any:
        for flat, weight in zip(self.flat, self.weights, strict=True):
            flat.grad = None if weight.grad is None else weight.grad.view(flat.shape)
        return super().step(closure)

    def zero_grad(self, set_to_none: bool = True) -> None:
        for weight in self.weights:
            weight.grad = None


class Run:
    """One training run in a folder: state.pt to go on from, losses.jsonl to look at."""

    def __init__(self, network: nn.Module, objective: Objective, config: LoopConfig, folder: Path) -> None:
        if not (config.steps or config.minutes):
            raise BadInput("Training needs a budget: give --minutes or --steps.")
        folder.mkdir(parents=True, exist_ok=True)
        self.device = best_device()
        self.network, self.objective, self.config, self.folder = network.to(self.device), objective, config, folder
        self.average = [weight.detach().clone() for weight in network.parameters()]
        self.optimisers = optimisers(network, config)
        self.peaks = [[group["lr"] for group in optimiser.param_groups] for optimiser in self.optimisers]
        self.resampler = LossSecondMomentResampler()
        self.progress = Progress()
        self.bf16 = bf16_is_fast(self.device)

    def train(self) -> nn.Module:
        """Train to the end of the budget, from the saved state if there is one; the averaged weights are returned."""
        keep_freed_memory()
        self.load()
        log.info("training on %s in %s from step %d", self.device, "bf16" if self.bf16 else "fp32", self.progress.step)
        saved = time.monotonic()
        while self.progress.share(self.config) < 1:
            self.timed_step()
            if time.monotonic() - saved > self.config.save_seconds:
                self.save()
                saved = time.monotonic()
        self.save()
        return self.averaged()

    def timed_step(self) -> None:
        start = time.perf_counter()
        loss, norm = self.step()
        self.progress.step += 1
        self.progress.seconds += time.perf_counter() - start
        if self.progress.step % self.config.log_steps == 0:
            self.report(loss, norm)

    def step(self) -> tuple[float, float]:
        """One update; its weighted loss and the norm of its gradient before clipping."""
        self.set_learning_rate()
        total = 0.0
        for part in range(self.config.accumulate):
            total += self.accumulate(generator_of(self.config.seed, self.progress.step, part))
        norm = float(nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip))
        if not math.isfinite(norm):
            raise Failure(
                f"Training broke at step {self.progress.step}: the gradient is not finite; lower the learning rate."
            )
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        self.update_average()
        return total, norm

    def accumulate(self, generator: torch.Generator) -> float:
        t, weights = self.times(generator)
        with self.precision():
            losses = self.objective(self.network, t.to(self.device), generator)
        loss = (losses * weights.to(self.device)).mean() / self.config.accumulate
        loss.backward()
        self.resampler.update(t, losses.detach().cpu())
        return float(loss.detach())

    def times(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:  # (B,), (B,)
        """Times and their weights: resampled by loss, but easy ones at first, which show what stands beside what."""
        if self.progress.share(self.config) >= self.config.easy_share:
            return self.resampler.draw(self.config.batch, generator)
        return torch.rand(self.config.batch, generator=generator) ** EASE, torch.ones(self.config.batch)

    def precision(self) -> AbstractContextManager[Any]:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def set_learning_rate(self) -> None:
        share = learning_share(self.config, self.progress.step, self.progress.share(self.config))
        for optimiser, peaks in zip(self.optimisers, self.peaks, strict=True):
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * share

    @torch.no_grad()
    def update_average(self) -> None:
        decay = min(self.config.average, (1 + self.progress.step) / (10 + self.progress.step))
        torch._foreach_lerp_(self.average, list(self.network.parameters()), 1 - decay)

    @torch.no_grad()
    def averaged(self) -> nn.Module:
        """The network with the averaged weights in place of the last ones."""
        for weight, average in zip(self.network.parameters(), self.average, strict=True):
            weight.copy_(average)
        return self.network

    def report(self, loss: float, norm: float) -> None:
        used = self.progress.share(self.config)
        line = {"step": self.progress.step, "seconds": round(self.progress.seconds, 1), "loss": round(loss, 4)}
        line |= {"norm": round(norm, 3), "rate": learning_share(self.config, self.progress.step, used)}
        with (self.folder / "losses.jsonl").open("a") as file:
            file.write(json.dumps(line | {"by_time": self.resampler.means()}) + "\n")
        log.info("step %d, %.0f %% of the budget, loss %.3f", self.progress.step, 100 * used, loss)

    def save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "average": self.average,
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "resampler": self.resampler.state_dict(),
            "bf16": self.bf16,
            "step": self.progress.step,
            "seconds": self.progress.seconds,
        }
        with writing(self.folder / "state.pt") as file:
            torch.save(state, file)

    def load(self) -> None:
        path = self.folder / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.average = list(state["average"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.resampler.load_state_dict({name: value.cpu() for name, value in state["resampler"].items()})
        self.bf16 = state["bf16"]  # measured at the start; another verdict would give other weights
        self.progress = Progress(state["step"], state["seconds"])
