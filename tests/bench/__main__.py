"""`python -m tests.bench`: speed and memory of both programs, as a table. Exit 1 where a figure is over its bound.

Figures that depend on the machine are meant for two cores with nothing else running; the ratios hold anywhere.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import engine, pictures, reference, studio
from tests.bench.place import prepare
from tests.bench.size import FULL, SMALL, Size
from tests.bench.table import Row, rendered


def measure(size: Size, home: Path) -> list[Row]:
    """Every row."""
    return [*engine.rows(size, home), *pictures.rows(size, home), *studio.rows(size), *reference.rows(size)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Speed and memory, as a table.")
    parser.add_argument("--quick", action="store_true", help="a tiny checkpoint, everything once")
    parser.add_argument("--threads", type=int, default=2, help="of the engine's arithmetic (default 2)")
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="quartet-bench-") as folder:
        checkpoint = prepare(Path(folder), options.threads, tiny=options.quick)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        rows = measure(SMALL if options.quick else FULL, Path(folder))
    print(rendered(rows))
    took = time.monotonic() - begun
    print(f"\n{checkpoint} on {options.threads} of {os.cpu_count()} cores (load {load:.1f} before) in {took:.0f} s")
    return int(any(row.over for row in rows))


if __name__ == "__main__":
    sys.exit(main())
