"""From what a network predicts to x0, and from two guesses of x0 to one that follows the prompt harder.

A network is trained to predict the noise ε, the data x0, the velocity v = α·ε − σ·x0, the flow x0 − ε, or the F of
Karras et al. 2022 (https://arxiv.org/abs/2206.00364). One line serves all, D(x) = c_skip·x + c_out·F(c_in·x, time),
with a table of (c_in, c_skip, c_out). c_in brings x to the scale of the path that the prediction belongs to
(α² + σ² = 1 for eps and v, α + σ = 1 for flow), so that a network trained on one path is sampled on another as it is:
Stable Audio's v of the cosine path on Karras sigmas.

Guidance has one convention everywhere: x0 = uncond + w·(cond − uncond), so w = 1 is none and costs one pass.
Shapes: x (B, …) unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from math import atan2, hypot, log, pi
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from engine.api.errors import BadInput
from engine.samplers.contract import Denoiser, Level, Ranged

if TYPE_CHECKING:
    from torch import Tensor

Network: TypeAlias = "Callable[[Tensor, float], Tensor]"
"""network(x, time) -> its prediction; conditioning is bound beforehand."""

Pair: TypeAlias = "Callable[[Tensor, Level], tuple[Tensor, Tensor]]"
"""pair(x, level) -> (conditional x0, unconditional x0), from one batch."""

Scaling = Callable[[Level], tuple[float, float, float]]
Told = Callable[[Level], float]
T = TypeVar("T")


class Knobs(Protocol):
    """What another thread may turn while a job runs; read afresh at every step."""

    guidance: float
    batched: bool  # False: two passes in place of one batch, for less memory


def eps(level: Level) -> tuple[float, float, float]:
    """x̂0 = (x − σF)/α. At pure noise (α = 0) the noise says nothing of the data."""
    if level.alpha == 0:
        raise BadInput("This checkpoint predicts noise, so its card must name a path whose alpha is never 0.")
    return 1 / hypot(level.alpha, level.sigma), 1 / level.alpha, -level.sigma / level.alpha


def v(level: Level) -> tuple[float, float, float]:
    """x̂0 = αx − σF. Salimans & Ho 2022, https://arxiv.org/abs/2202.00512"""
    scale = hypot(level.alpha, level.sigma)
    return 1 / scale, level.alpha / scale**2, -level.sigma / scale


def flow(level: Level) -> tuple[float, float, float]:
    """x̂0 = x + σF, F = x0 − ε."""
    scale = level.alpha + level.sigma
    return 1 / scale, 1 / scale, level.sigma / scale


def edm(sigma_data: float = 0.5) -> Scaling:
    """Table 1 of Karras et al. 2022, for any alpha."""

    def scaling(level: Level) -> tuple[float, float, float]:
        scale = hypot(level.sigma, level.alpha * sigma_data)
        return 1 / scale, level.alpha * sigma_data**2 / scale**2, level.sigma * sigma_data / scale

    return scaling


PREDICTIONS: dict[str, Scaling] = {
    "eps": eps,
    "x0": lambda level: (1.0, 0.0, 1.0),
    "v": v,
    "flow": flow,
    "edm": edm(),
}

TIMES: dict[str, Told] = {
    "t": lambda level: level.t,
    "progress": lambda level: 1 - level.t,  # F5-TTS counts from noise to data
    "angle": lambda level: atan2(level.sigma, level.alpha) * 2 / pi,  # Stable Audio: 0 at data, 1 at pure noise
    "log-sigma": lambda level: log(level.sigma / level.alpha) / 4,  # Karras et al. 2022
}


def denoiser(network: Network, prediction: str | Scaling, time: str | Told = "t") -> Denoiser:
    """The denoiser of a network of latents; a network of tokens needs none, its logits are the guess.

    prediction: a name in PREDICTIONS, or its own function from the level to (c_in, c_skip, c_out).
    time: what the network is told, a name in TIMES or a function of the level; one that counts integer timesteps takes
    `lambda level: path.timestep(level.t)`. Raises BadInput for a name that is not in its table.
    """
    scaling = named(PREDICTIONS, prediction, "prediction")
    told = named(TIMES, time, "time")

    def denoise(x: Tensor, level: Level) -> Tensor:
        c_in, c_skip, c_out = scaling(level)
        return c_skip * x + c_out * network(c_in * x, told(level))

    return denoise


def ranged(network: Network, prediction: str | Scaling, time: str | Told = "t") -> Denoiser:
    """The same for a network whose answer has, behind the prediction, as many channels again that say its variance:
    x (B, C, …) -> x0 and behind it these channels as they are, (B, 2C, …). See `apart` and `without_range`.
    """
    scaling = named(PREDICTIONS, prediction, "prediction")
    told = named(TIMES, time, "time")

    def denoise(x: Tensor, level: Level) -> Tensor:
        c_in, c_skip, c_out = scaling(level)
        answer = network(c_in * x, told(level)).clone()
        answer[:, : x.shape[1]] = c_skip * x + c_out * answer[:, : x.shape[1]]
        return answer

    return denoise


def apart(denoise: Denoiser) -> Ranged:
    """What engine.samplers.ddpm asks of a `ranged` denoiser, guided or not: x0, and the answer for the variance."""

    def denoise_apart(x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        x0, answer = denoise(x, level).chunk(2, 1)
        return x0, answer

    return denoise_apart


def without_range(denoise: Denoiser) -> Denoiser:
    """A `ranged` denoiser for the samplers that have no use for its variance."""
    return lambda x, level: denoise(x, level)[:, : x.shape[1]]


def named(table: dict[str, T], name: str | T, what: str) -> T:
    """The entry of that name; anything but a name is its own entry."""
    if not isinstance(name, str):
        return name
    if name not in table:
        raise BadInput(f"There is no {what} “{name}”: the card must name one of {', '.join(table)}.")
    return table[name]


def guided(
    cond: Denoiser,
    uncond: Denoiser,
    live: Knobs,
    *,
    pair: Pair | None = None,
    interval: tuple[float, float] = (0.0, 1.0),
    rescale: float = 0.0,
    channels: int | None = None,
) -> Denoiser:
    """Classifier-free guidance by `live.guidance`: Ho & Salimans 2022, https://arxiv.org/abs/2207.12598

    Also for the logits of tokens. pair: both guesses from one batch (see `doubled`), taken while `live.batched`.
    interval: (lowest, highest) t with guidance, one conditional pass outside it. Kynkäänniemi et al. 2024,
        https://arxiv.org/abs/2404.07724
    rescale: φ in [0, 1], how far the guess's deviation is brought back to the conditional one's. Lin et al. 2023,
        https://arxiv.org/abs/2305.08891
    channels: how many are guided, the first ones, where not all are; the rest is the conditional guess's. Of a `ranged`
        denoiser at most those of x0, and without `rescale`; DiT's authors guide 3 of their 4.
    """

    def denoise(x: Tensor, level: Level) -> Tensor:
        w = live.guidance
        if w == 1 or not interval[0] <= level.t <= interval[1]:
            return cond(x, level)
        with_prompt, without = pair(x, level) if pair and live.batched else (cond(x, level), uncond(x, level))
        x0 = mixed(with_prompt, without, w, channels)
        return rescaled(x0, with_prompt, rescale) if rescale else x0

    return denoise


def mixed(cond: Tensor, uncond: Tensor, w: float, channels: int | None = None) -> Tensor:
    """uncond + w·(cond − uncond) in the first `channels`, or in all; cond elsewhere."""
    if channels is None:
        return uncond.lerp(cond, w)
    x0 = cond.clone()
    x0[:, :channels] = uncond[:, :channels].lerp(cond[:, :channels], w)
    return x0


def doubled(denoise: Denoiser) -> Pair:
    """The pair from a denoiser whose conditioning is stacked [conditional; unconditional]: x (B, …) goes in twice."""

    def pair(x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        cond, uncond = denoise(x.repeat(2, *[1] * (x.ndim - 1)), level).chunk(2)
        return cond, uncond

    return pair


def rescaled(x0: Tensor, like: Tensor, share: float) -> Tensor:
    """x0 with its standard deviation, item by item, brought `share` of the way to that of `like`."""
    axes = tuple(range(1, x0.ndim))
    ratio = like.std(axes, keepdim=True) / x0.std(axes, keepdim=True)
    return x0 * (share * ratio + 1 - share)


def clipped(denoise: Denoiser, percentile: float, limit: float = 1.0) -> Denoiser:
    """Dynamic clipping: x0 cut at that percentile of its own size, but not below `limit`, and scaled back to it.

    For data that lie in [−limit, limit]; percentile in [0, 100], 0 is hardly more than plain clipping.
    Imagen, Saharia et al. 2022, https://arxiv.org/abs/2205.11487
    """

    def denoise_clipped(x: Tensor, level: Level) -> Tensor:
        x0 = denoise(x, level)
        size = x0.abs().flatten(1).float().quantile(percentile / 100, dim=1).clamp(min=limit)
        size = size.to(x0.dtype).reshape(-1, *[1] * (x0.ndim - 1))
        return x0.minimum(size).maximum(-size) * (limit / size)

    return denoise_clipped
