"""How long a synthetic city takes, and how much memory.

    python bench/synth.py [ENTERPRISES …]

Each size is written to a temporary folder by a process of its own, so that its peak memory is its own. Prints one table.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from loaders.synthetic.city import write_city

SIZES = (10_000, 100_000, 1_200_000)


def one(size: int) -> None:
    """Write a city and print its line of the table."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        rows = write_city(Path(folder), size, 7).rows
        seconds = time.perf_counter() - start
        megabytes = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    edges = sum(count for name, count in rows.items() if name.split(".")[0] in EDGES)
    print(f"{size:>11,} {edges:>14,} {rows['decisions.csv']:>10,} {seconds:>8.1f} {peak:>8.0f} {megabytes:>8.0f}")


EDGES = ("branches", "posts", "shareholders", "corporate_shareholders", "addresses", "telephones", "guarantees", "bids")


def main(sizes: list[int]) -> None:
    """Run each size in a process of its own."""
    print(f"{'enterprises':>11} {'relationships':>14} {'decisions':>10} {'seconds':>8} {'peak MB':>8} {'files MB':>8}", flush=True)
    for size in sizes:
        subprocess.run([sys.executable, __file__, "--one", str(size)], check=True)  # noqa: S603 - itself


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
