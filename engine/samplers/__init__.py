"""Samplers: from noise to data, one method a file, all under the contract of engine.samplers.contract.

SAMPLERS are those of continuous latents; a network that says its own variance has engine.samplers.ddpm besides, and
tokens have engine.samplers.unmask.
"""

from engine.samplers.contract import Sampler
from engine.samplers.ddim import ddim
from engine.samplers.dpmpp_2m import dpmpp_2m
from engine.samplers.dpmpp_3m_sde import dpmpp_3m_sde
from engine.samplers.euler import euler
from engine.samplers.heun import heun

SAMPLERS: dict[str, Sampler] = {
    "euler": euler,
    "heun": heun,
    "ddim": ddim,
    "dpmpp_2m": dpmpp_2m,
    "dpmpp_3m_sde": dpmpp_3m_sde,
}
