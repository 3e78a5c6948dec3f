"""The demonstration, loaded and derived once for all tests that ask it, and a way to run the command line."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.jobs.starter import Starter
from api.jobs.worker import work
from graph.store import _sqlite_rows

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FIRST = "zeren demo --lang en"
Run = Callable[..., subprocess.CompletedProcess[str]]


def run_zeren(*args: str, store: str | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as a script would."""
    given = {key: value for key, value in os.environ.items() if not key.startswith("ZEREN_")}
    environment = {**given, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1", "ZEREN_USER": "tester"}
    if store is not None:
        environment["ZEREN_STORE"] = store
    command = [sys.executable, "-c", "from api.cli.main import main; main()", *args]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=cwd, check=False)


def ask_zeren(*args: str, store: str | None = None, cwd: Path | None = None, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process, which spares the start of one: for what is not about processes."""
    given = {key: None for key in os.environ if key.startswith("ZEREN_")}
    environment = {**given, "ZEREN_USER": "tester", "ZEREN_STORE": store, **settings}
    with contextlib.chdir(cwd or Path.cwd()):
        done = CliRunner().invoke(app, args, env=environment, catch_exceptions=False)
    return subprocess.CompletedProcess(args, done.exit_code, done.stdout, done.stderr)


read_once = lru_cache(maxsize=100_000)(_sqlite_rows.load)


@dataclass(frozen=True)
class Demo:
    """A store with the demonstration in a folder, a copy that no test alters, what was said, and how long it took."""

    url: str
    folder: Path
    left: Path
    said: str
    seconds: float

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the store; a wording is read once for all of them, for it is never altered."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_sqlite_rows, "load", read_once)
            return ask_zeren(*args, store=self.url, cwd=self.folder)


@pytest.fixture
def zeren() -> Run:
    """The command line, in this process."""
    return ask_zeren


@pytest.fixture
def program() -> Run:
    """The command line as a program: for what is about processes."""
    return run_zeren


@pytest.fixture
def worker_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that this process runs works its jobs off itself, which spares the start of a worker for each."""
    monkeypatch.setattr(
        Starter, "_run", lambda self: work(self._settings, stop=self._stop.is_set, file=self._stands.file if self._stands else "")
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    base = tmp_path_factory.getbasetemp()
    made = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo-of-all"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of the processes that run tests one makes it, and each has a copy of its own
        if not made.exists():
            _make_demo(made)
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(made / "place", folder, dirs_exist_ok=True)
    told = json.loads((made / "told.json").read_text(encoding="utf-8"))
    return Demo(f"sqlite:///{folder / 'zeren.db'}", folder, made / "place", **told)


def _make_demo(made: Path) -> None:
    """Run the first command of the pages as their reader does: its folder and what it prints serve the check of the pages too."""
    making = made.with_suffix(".making")
    (making / "place").mkdir(parents=True)
    start = time.monotonic()
    done = subprocess.run(
        ["/bin/sh", "-c", f"{outputs().ENVIRONMENT}\n{FIRST}"],
        cwd=making / "place", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    told = {"said": done.stdout.replace(f"{making / 'place'}", "."), "seconds": time.monotonic() - start}
    (making / "told.json").write_text(json.dumps(told), encoding="utf-8")
    making.rename(made)


def outputs() -> ModuleType:
    """The script that puts real output under the commands of the pages."""
    spec = importlib.util.spec_from_file_location("make_outputs", REPOSITORY / "docs" / "make_outputs.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
