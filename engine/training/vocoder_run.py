"""The training loop of a vocoder: spectral distances alone at first, then discriminators as well.

As the shared loop (engine/training/loop.py) it warms up, follows a cosine, averages the weights, draws by (seed, step)
alone and goes on from its saved state. Its minutes are those of a processor's work, so that a busy machine gives the
same training later. The discriminators take turns: a step asks one of each kind, and on some of its clips only.

Shapes: B clips, S samples, T frames.
"""

import json
import logging
import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from engine.api.errors import BadInput, Failure
from engine.api.files import writing
from engine.codecs.mel import mel
from engine.networks.vocos import Vocos
from engine.training.discriminators import (
    PERIODS,
    WINDOWS,
    deceiving_loss,
    discriminators,
    feature_distance,
    judging_loss,
)
from engine.training.loop import (
    LoopConfig,
    Progress,
    best_device,
    bf16_is_fast,
    keep_freed_memory,
    learning_share,
    optimisers,
)
from engine.training.spectral_loss import spectral_distances, spectrum_distance

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class VocoderWeights:
    """What counts how much, and when the discriminators begin."""

    frames: int = 96  # a clip
    refinements: int = 0  # while training: through two of them, phases were learnt more slowly
    alone: float = 0.45  # share of the budget before the discriminators; 1 is without them
    judged: int = 5  # clips a step that they hear
    judge_rate: float = 5e-4  # of their AdamW
    mel: float = 10.0  # as against the other spectral distances
    deceive: float = 0.1
    match: float = 0.2  # what the discriminators' layers see


class Drawn(Protocol):
    """Where clips come from."""

    def draw(self, count: int, samples: int, rng: np.random.Generator) -> Tensor:  # -> (B, S)
        ...


class VocoderRun:
    """One training run in a folder: state.pt to go on from, losses.jsonl to look at."""

    def __init__(
        self,
        net: Vocos,
        sounds: Drawn,
        config: LoopConfig,
        weights: VocoderWeights,
        folder: Path,
        analyse: Callable[[Tensor], Tensor] = mel,  # (B, S) -> (B, T, M), what the vocoder is given of a sound
    ) -> None:
        if not (config.steps or config.minutes):
            raise BadInput("Training needs a budget: give --minutes or --steps.")
        folder.mkdir(parents=True, exist_ok=True)
        self.device = best_device()
        self.network, self.judges = net.to(self.device), discriminators().to(self.device)
        self.sounds, self.config, self.weights, self.folder = sounds, config, weights, folder
        self.analyse = analyse
        self.average = [weight.detach().clone() for weight in net.parameters()]
        self.optimisers = optimisers(net, config)
        self.judging = torch.optim.AdamW(self.judges.parameters(), weights.judge_rate, betas=(0.8, 0.95), fused=True)
        self.peaks = [[group["lr"] for group in optimiser.param_groups] for optimiser in self.all_optimisers()]
        self.progress, self.judged_steps = Progress(), 0
        self.bf16 = bf16_is_fast(self.device)

    def all_optimisers(self) -> list[torch.optim.Optimizer]:
        return [*self.optimisers, self.judging]

    def train(self) -> Vocos:
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
        start = self.clock()
        figures = self.step()
        self.progress.step += 1
        self.progress.seconds += self.clock() - start
        if self.progress.step % self.config.log_steps == 0:
            self.report(figures)

    def clock(self) -> float:
        """Seconds of work: the processor's own where it does it."""
        if self.device.type == "cpu":
            return time.process_time() / torch.get_num_threads()
        return time.perf_counter()

    def step(self) -> dict[str, float]:
        """One update; the parts of its loss."""
        self.set_learning_rate()
        rng = np.random.default_rng([self.config.seed, self.progress.step])
        net = self.network.config
        true = self.sounds.draw(self.config.batch, (self.weights.frames - 1) * net.hop, rng).to(self.device)
        with self.precision():
            spectrum = self.network.spectrum(self.analyse(true))
        made = self.network.sound(spectrum, self.weights.refinements)
        parts = spectral_distances(made, true) | {"magnitude": spectrum_distance(spectrum, true, net.window)}
        loss = torch.stack(list(parts.values())).sum() + (self.weights.mel - 1) * parts["mel"]
        if self.is_judged():
            loss = loss + self.hear(made[: self.weights.judged], true[: self.weights.judged], parts)
        loss.backward()
        norm = float(nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip))
        if not math.isfinite(norm):
            raise Failure(f"Training broke at step {self.progress.step}: the gradient is not finite.")
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        self.update_average()
        return {name: float(part.detach()) for name, part in parts.items()} | {"norm": norm}

    def is_judged(self) -> bool:
        """Once the discriminators have begun they stay, even if a run is given a longer budget later."""
        begun = self.judged_steps > 0 or self.progress.share(self.config) >= self.weights.alone
        return begun and self.weights.alone < 1

    def hear(self, made: Tensor, true: Tensor, parts: dict[str, Tensor]) -> Tensor:  # 2 x (B, S), ... -> ()
        """Let the discriminators of this turn learn, then say what the vocoder has to answer for."""
        turn = self.judged_steps
        judges = [self.judges[turn % len(WINDOWS)], self.judges[len(WINDOWS) + turn % len(PERIODS)]]
        self.judged_steps += 1
        parts["judging"] = self.teach(judges, made.detach(), true)
        with self.precision():
            with torch.no_grad():
                heard = [judge(true) for judge in judges]
            answers = [judge(made) for judge in judges]
        parts["deceiving"] = torch.stack([deceiving_loss(answer) for answer in answers]).sum()
        pairs = zip(heard, answers, strict=True)
        parts["matching"] = torch.stack([feature_distance(theirs, ours) for theirs, ours in pairs]).sum()
        return self.weights.deceive * parts["deceiving"] + self.weights.match * parts["matching"]

    def teach(self, judges: list[nn.Module], made: Tensor, true: Tensor) -> Tensor:  # -> ()
        with self.precision():
            loss = torch.stack([judging_loss(judge(true), judge(made)) for judge in judges]).sum()
        self.judging.zero_grad()  # of what the vocoder's own loss left there
        loss.backward()
        nn.utils.clip_grad_norm_(self.judges.parameters(), 10 * self.config.clip)
        self.judging.step()
        return loss.detach()

    def precision(self) -> AbstractContextManager[Any]:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def set_learning_rate(self) -> None:
        share = learning_share(self.config, self.progress.step, self.progress.share(self.config))
        for optimiser, peaks in zip(self.all_optimisers(), self.peaks, strict=True):
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * share

    @torch.no_grad()
    def update_average(self) -> None:
        decay = min(self.config.average, (1 + self.progress.step) / (10 + self.progress.step))
        torch._foreach_lerp_(self.average, list(self.network.parameters()), 1 - decay)

    @torch.no_grad()
    def averaged(self) -> Vocos:
        """The network with the averaged weights in place of the last ones."""
        for weight, average in zip(self.network.parameters(), self.average, strict=True):
            weight.copy_(average)
        return self.network

    def report(self, figures: dict[str, float]) -> None:
        line = {"step": self.progress.step, "seconds": round(self.progress.seconds, 1)}
        with (self.folder / "losses.jsonl").open("a") as file:
            file.write(json.dumps(line | {name: round(value, 4) for name, value in figures.items()}) + "\n")
        used = 100 * self.progress.share(self.config)
        log.info("step %d, %.0f %% of the budget, mel %.3f", self.progress.step, used, figures["mel"])

    def save(self) -> None:
        state = {
            "network": self.network.state_dict(),
            "judges": self.judges.state_dict(),
            "average": self.average,
            "optimisers": [optimiser.state_dict() for optimiser in self.all_optimisers()],
            "bf16": self.bf16,
            "step": self.progress.step,
            "seconds": self.progress.seconds,
            "judged_steps": self.judged_steps,
        }
        with writing(self.folder / "state.pt") as file:
            torch.save(state, file)

    def load(self) -> None:
        path = self.folder / "state.pt"
        if not path.exists():
            return
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"])
        self.judges.load_state_dict(state["judges"])
        self.average = list(state["average"])
        for optimiser, saved in zip(self.all_optimisers(), state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.bf16 = state["bf16"]
        self.progress = Progress(state["step"], state["seconds"])
        self.judged_steps = state["judged_steps"]
