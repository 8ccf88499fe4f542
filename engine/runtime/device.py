"""What the arithmetic runs on: CUDA, Apple's MPS or the CPU; its number format; its memory, in bytes.

The choice is the user's (`--device`, or QUARTET_DEVICE); without one it is the fastest that works. Torch's number of
threads is left as torch chose it.
"""

import ctypes
import gc
import logging
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine.api.errors import BadInput

log = logging.getLogger(__name__)

GROUP = Path("/sys/fs/cgroup")
SMALL = 200_000_000
"""Networks of fewer parameters run in single precision everywhere: they are fast enough, and a seed gives the same
work on every machine."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # what glibc's malloc.h calls them
LARGE, KEPT = 64 * 2**20, 512 * 2**20
"""Bytes: a block from which on it is returned to the kernel when it is freed, and how much of smaller ones is kept."""


@dataclass(frozen=True)
class Device:
    """`kind` is "cpu", "cuda" or "mps", `name` what its maker calls it, `memory` all it has."""

    kind: str
    name: str
    memory: int
    handle: torch.device

    def dtype(self, parameters: int) -> torch.dtype:
        """The number format for a network of so many parameters.

        Half precision only where it is fast and was made for it: on CPUs it is some 20 times slower than single
        precision without avx512_bf16 or amx, and on MPS attention overflows in it.
        """
        if self.kind != "cuda" or parameters < SMALL:
            return torch.float32
        return torch.bfloat16 if torch.cuda.get_device_capability(self.handle) >= (8, 0) else torch.float16


def choose(wanted: str = "") -> Device:
    """`wanted`, else QUARTET_DEVICE, else the fastest that works. Raises BadInput for one that does not."""
    wanted = wanted or os.environ.get("QUARTET_DEVICE", "") or "auto"
    if wanted != "auto":
        return _describe(_parse(wanted))
    for kind in ("cuda", "mps"):
        if _is_there(kind) and _works(torch.device(kind)):
            return _describe(torch.device(kind))
    return _describe(torch.device("cpu"))


def available() -> tuple[str, ...]:
    """The kinds of device that this machine offers, the fastest first."""
    return tuple(kind for kind in ("cuda", "mps", "cpu") if _is_there(kind))


def _parse(wanted: str) -> torch.device:
    kind, _, index = wanted.partition(":")
    if kind not in ("cpu", "cuda", "mps") or (index and not index.isdecimal()):
        raise BadInput(f"The device must be auto, cpu, cuda or mps, not “{wanted[:40]}”.")
    device = torch.device(kind, int(index)) if index else torch.device(kind)
    if not _is_there(kind) or not _works(device):
        raise BadInput(f"The device “{wanted[:40]}” cannot be used on this machine; choose auto or cpu.")
    return device


def _is_there(kind: str) -> bool:
    if kind == "cuda":
        return torch.cuda.is_available()
    return kind == "cpu" or torch.backends.mps.is_available()


def _works(device: torch.device) -> bool:
    """A card may be seen that this build of torch has no code for."""
    try:
        return torch.ones(2, device=device).sum().item() == 2
    except (RuntimeError, AssertionError) as error:
        log.warning("%s is there but does not work: %s", device, error)
        return False


def _describe(device: torch.device) -> Device:
    if device.type == "cuda":
        return Device("cuda", torch.cuda.get_device_name(device), torch.cuda.mem_get_info(device)[1], device)
    return Device(device.type, _processor(), _machine_memory()[0], device)


def free_memory(device: Device) -> int:
    """What could be taken now; 0 where the system does not say."""
    if device.kind == "cuda":
        return torch.cuda.mem_get_info(device.handle)[0] + _unused_cuda(device)
    return _machine_memory()[1]


def memory_in_use(device: Device) -> int:
    """What this process holds of the device's memory."""
    if device.kind == "cuda":
        return torch.cuda.memory_allocated(device.handle)
    if device.kind == "mps":
        return int(torch.mps.driver_allocated_memory())
    return resident_memory()


def keep_freed_memory() -> None:
    """Have the system's allocator keep what a step frees for the next step, until `give_back`.

    glibc hands a tensor of a few megabytes back to the kernel as soon as it is freed, and the next one of its size is
    zeroed page by page: with small networks that took as long as all arithmetic outside of them.
    """
    mallopt = _of_glibc("mallopt")
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, KEPT)


def give_back(device: Device) -> None:
    """Return to the system what torch or the allocator keeps for later."""
    gc.collect()
    if device.kind == "cuda":
        torch.cuda.empty_cache()
    elif device.kind == "mps":
        torch.mps.empty_cache()
    trim = _of_glibc("malloc_trim")
    if trim is not None:
        trim(0)


def _of_glibc(name: str) -> Any:
    """A function of glibc's own; None where the C library is another one."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None


def synchronise(device: Device) -> None:
    """Wait until the device has done what it was told, so that a clock can be read."""
    if device.kind == "cuda":
        torch.cuda.synchronize(device.handle)
    elif device.kind == "mps":
        torch.mps.synchronize()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether it says, in any of torch's ways, that there was no memory left."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    said = ("out of memory", "can't allocate memory", "not enough memory", "CUBLAS_STATUS_ALLOC_FAILED")
    return isinstance(error, RuntimeError) and any(phrase in str(error) for phrase in said)


def resident_memory() -> int:
    """What this process occupies of the machine's memory."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # at its highest; in bytes on macOS


def _unused_cuda(device: Device) -> int:
    return torch.cuda.memory_reserved(device.handle) - torch.cuda.memory_allocated(device.handle)


def _machine_memory() -> tuple[int, int]:
    """(all, free) of the machine, or of the container it is confined to."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return total, total // 2  # macOS says no more than the whole
    kibibytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    total, free = kibibytes["MemTotal"] * 1024, kibibytes["MemAvailable"] * 1024
    limit = _container_limit()
    if limit is None:
        return total, free
    return min(total, limit[0]), min(free, limit[0] - limit[1])


def _container_limit() -> tuple[int, int] | None:
    """(allowed, used) of the control group this process is in. Cached files do not count: they make room when asked."""
    try:
        allowed, used = (int((GROUP / name).read_text()) for name in ("memory.max", "memory.current"))
        counts = dict(line.split() for line in (GROUP / "memory.stat").read_text().splitlines())
        return allowed, used - int(counts["inactive_file"])
    except (OSError, ValueError, KeyError):  # none, or "max"
        return None


def _processor() -> str:
    """The maker's name of the processor, and how many cores of it we may use."""
    name = platform.processor() or platform.machine()
    try:
        if sys.platform == "darwin":
            name = subprocess.run(
                ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=True
            ).stdout.strip()
        else:
            lines = Path("/proc/cpuinfo").read_text().splitlines()
            name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    except (OSError, subprocess.SubprocessError):
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return f"{name}, {cores} core{'s' if cores > 1 else ''}"
