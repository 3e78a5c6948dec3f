"""The benchmarks that the documents name run: on something small, for what they print and not for how long they take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("-m", "bench.lifecycle", "20", "20"), ["status of 20 restrictions", "revocation of 21", "20 messages"]),
        (("bench/rules.py", "200"), ["whole catalogue", "ratio of the times"]),
    ],
)
def test_a_benchmark_runs_to_its_end(command: tuple[str, ...], told: list[str]) -> None:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert [text for text in told if text not in done.stdout] == []
