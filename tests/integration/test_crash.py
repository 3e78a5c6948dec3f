"""`kill -9` in the middle of the work: nothing acknowledged is lost, nothing is half written, and the work goes on."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import patch

import pytest

from graph.store import open_store
from loaders.synthetic.city import write_city
from loaders.synthetic.truth import ENTERPRISES_A_ROUND
from tests.service_kill import killed

LOAD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch
from graph.store import open_store
from loaders.ingest import load
from loaders.mapping_file import load_mapping
with open_store(sys.argv[1]) as store:
    def acknowledged(file, row):
        print(store.version(), flush=True)
    load(store, load_mapping("synthetic_city"), [Path(sys.argv[2])], act_by="crash", now=lambda: datetime.now(UTC),
         progress=acknowledged, batch=200)
"""
PROPAGATE = """
import sys
from datetime import UTC, datetime
from analytics.responsibility.catalogue import shipped
from api.use_cases.acting import Actor
from api.use_cases.propagating import propagate
from graph.store import open_store
with open_store(sys.argv[1]) as store:
    propagate(store, shipped(), Actor("crash", datetime.now(UTC)))
"""
ROOT = Path(__file__).resolve().parents[2]


def run(script: str, *arguments: str, kill_after: float) -> list[str]:
    """Run a script in a process; kill it after so many seconds. Return the lines that it had acknowledged."""
    process = subprocess.Popen([sys.executable, "-c", script, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    time.sleep(kill_after)
    process.kill()
    out, _ = process.communicate(timeout=120)
    return out.split()


def run_here(script: str, *arguments: str) -> None:
    """Run a script in this process: for what is not killed."""
    with patch.object(sys, "argv", ["-c", *arguments]):
        exec(script, {})  # noqa: S102 - our own


def contents(url: str) -> set[tuple[str, str]]:
    with open_store(url) as store:
        assert store.verify() is None
        return {(recorded.fact.key, recorded.fact.id) for recorded in store.facts()}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_city(folder, ENTERPRISES_A_ROUND, 3)
    return folder


def test_a_load_and_a_derivation_that_are_killed_lose_nothing_and_go_on(city: Path, tmp_path: Path):
    whole = f"sqlite:///{tmp_path}/whole.db"
    run_here(LOAD, whole, str(city))
    loaded = contents(whole)
    run_here(PROPAGATE, whole)
    rng = random.Random(11)
    url = f"sqlite:///{tmp_path}/killed.db"
    acknowledged, rounds = 0, 0
    for _ in range(6):
        said = run(LOAD, url, str(city), kill_after=0.4 + rng.random() * 1.2)
        acknowledged = int(said[-1]) if said else acknowledged
        with open_store(url) as store:
            assert store.version() >= acknowledged
        # The delivery itself says how far it is; once loaded whole it is what it would have been without a cut.
        assert {(key, fact) for key, fact in contents(url) if not key.startswith("delivery/")} <= loaded
        rounds += 1
    run_here(LOAD, url, str(city))
    assert contents(url) == loaded
    for _ in range(3):
        run(PROPAGATE, url, kill_after=0.5 + rng.random() * 1.5)
        contents(url)
    run_here(PROPAGATE, url)
    assert contents(url) == contents(whole)
    with open_store(url) as store:
        version = store.version()
    run_here(PROPAGATE, url)
    with open_store(url) as store:
        assert store.version() == version
    assert rounds == 6


def test_a_service_that_is_killed_while_many_write_loses_nothing_acknowledged_and_does_nothing_twice(tmp_path: Path):
    found = killed(tmp_path, rounds=3)
    assert found.faults == []
    assert found.acknowledged > 20
    assert found.again
