"""Draws training times in proportion to how hard they are: the loss second moment resampler.

p(bin) is proportional to the root of the mean of the last squared losses there, mixed with a uniform share, and each
draw carries the weight 1 / (bins * p) that keeps the expected loss what uniform times would give.
Nichol & Dhariwal 2021, Improved DDPM, section 3.3. https://arxiv.org/abs/2102.09672

Shapes: B batch, K bins of t in [0, 1).
"""

import torch
from torch import Tensor


class LossSecondMomentResampler:
    def __init__(self, bins: int = 32, history: int = 10, uniform: float = 0.1) -> None:
        self.uniform = uniform
        self.losses = torch.zeros(bins, history, dtype=torch.float64)  # the last losses seen in each bin
        self.counts = torch.zeros(bins, dtype=torch.int64)

    @property
    def bins(self) -> int:
        return len(self.counts)

    def probabilities(self) -> Tensor:  # (K,)
        """Uniform until every bin has a full history."""
        flat = torch.full((self.bins,), 1 / self.bins, dtype=torch.float64)
        moments = self.losses.square().mean(dim=1).sqrt()
        if (self.counts < self.losses.shape[1]).any() or moments.sum() == 0:
            return flat
        return (1 - self.uniform) * moments / moments.sum() + self.uniform * flat

    def draw(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:  # (B,), (B,)
        """`count` times in [0, 1) with their weights. One random shift spreads the batch evenly over the bins."""
        p = self.probabilities()
        ticks = (torch.arange(count) + torch.rand((), generator=generator, dtype=torch.float64)) / count
        chosen = torch.searchsorted(p.cumsum(0), ticks).clamp(max=self.bins - 1)
        t = (chosen + torch.rand(count, generator=generator, dtype=torch.float64)) / self.bins
        return t.float(), (1 / (self.bins * p[chosen])).float()

    def update(self, t: Tensor, losses: Tensor) -> None:
        """Remember the unweighted loss of each sample, (B,), at its time, (B,)."""
        for chosen, loss in zip(
            (t.double() * self.bins).long().clamp(max=self.bins - 1).tolist(), losses.tolist(), strict=True
        ):
            self.losses[chosen, self.counts[chosen] % self.losses.shape[1]] = loss
            self.counts[chosen] += 1

    def means(self) -> list[float | None]:
        """The mean recent loss of each bin, None where nothing was seen yet."""
        seen = self.counts.clamp(max=self.losses.shape[1])
        sums = self.losses.sum(dim=1)
        return [round(float(s / n), 4) if n else None for s, n in zip(sums, seen, strict=True)]

    def state_dict(self) -> dict[str, Tensor]:
        return {"losses": self.losses.clone(), "counts": self.counts.clone()}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.losses.copy_(state["losses"])
        self.counts.copy_(state["counts"])
