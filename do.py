#!/usr/bin/env python3
"""Set up and run Zeren with nothing but Python 3.11 or newer.

usage: python3 do.py demo [ARGUMENTS]    install if needed, then run `zeren demo`
       python3 do.py zeren ARGUMENTS     install if needed, then run the command line
       python3 do.py test [ARGUMENTS]    install if needed, then run every check; ARGUMENTS go to pytest
       python3 do.py --help              show this text

Everything is installed into `.venv` beside this file, at the versions in constraints.txt, and again only after
pyproject.toml or constraints.txt changed. `demo` and `zeren` run in the folder you are in. `test` runs ruff, mypy,
lint-imports and pytest to the end even if one fails, and exits 1 if any did.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "zeren-installed.json"
CONSTRAINTS = ROOT / "constraints.txt"
OLDEST = (3, 11)
WARM = "from api.use_cases.warming import warm; list(warm())"


class Failed(Exception):
    """The set-up cannot go on; the text says why and what to do."""


def say(text: str) -> None:
    """Tell what happens next, before the output of the process that does it."""
    print(f"[do] {text}", flush=True)


def environment() -> dict[str, str]:
    """Environment of every child: UTF-8, and build back ends held to the same pins as the packages.

    Bytecode is kept whatever the machine says: hundreds of processes would otherwise each compile all that they import.
    """
    # pip before 25.3 reads the first for isolated builds, later ones the second.
    pins = {"PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_BUILD_CONSTRAINT": str(CONSTRAINTS)}
    given = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**given, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **pins}


def create_venv() -> None:
    """Make `.venv` unless a working one is there."""
    if PYTHON.exists():
        if subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
            return
        say(f"{VENV} has no working pip: making it anew")
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise Failed(
            f"this Python ({sys.executable}) lacks {' and '.join(missing)}, which makes virtual environments; "
            f"on Debian or Ubuntu: apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    say(f"creating {VENV}")
    if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False).returncode != 0:
        raise Failed(f"could not create {VENV}; the reason is above")


def inputs_digest() -> str:
    """Hash of what an installation depends on; the folder counts, because an editable install points at it."""
    parts = [str(ROOT).encode(), (ROOT / "pyproject.toml").read_bytes(), CONSTRAINTS.read_bytes()]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def install(extras: set[str]) -> None:
    """Install the project with `extras`, unless the stamp says that this, or more, was done from the same inputs."""
    create_venv()
    digest = inputs_digest()
    done: set[str] = set()
    if STAMP.exists():
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        if stamp["digest"] == digest:
            done = set(stamp["extras"])
            if extras <= done:
                return
    wanted = sorted(extras | done)
    target = f"{ROOT}[{','.join(wanted)}]" if wanted else str(ROOT)
    say(f"installing {target} (a minute or two the first time)")
    STAMP.unlink(missing_ok=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-compile", "-c", str(CONSTRAINTS), "-e", target]
    if subprocess.run(command, env=environment(), check=False).returncode != 0:
        raise Failed("pip could not install the project; the reason is above")
    STAMP.write_text(json.dumps({"digest": digest, "extras": wanted}) + "\n", encoding="utf-8")


def run_zeren(arguments: list[str]) -> int:
    """Run the installed command line in the folder the user is in."""
    install(set())
    say("zeren " + " ".join(arguments))
    return subprocess.run([str(BIN / "zeren"), *arguments], env=environment(), check=False).returncode


def run_pytest(command: list[str]) -> tuple[int, bytes]:
    """Pass pytest's output on as it comes, but hold its closing line back, so that it can stand last of all."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    held = b""
    for line in process.stdout:
        if line.strip():
            sys.stdout.buffer.write(held)
            held = line
        else:
            held += line
        sys.stdout.buffer.flush()
    return process.wait(), held


def install_standards() -> None:
    """Install what checks our files of other standards; it is compiled on ICU, and where that fails its tests are skipped."""
    if subprocess.run([str(PYTHON), "-c", "import followthemoney"], capture_output=True, check=False).returncode == 0:
        return
    say("installing the package of FollowTheMoney, which tests read our exports with")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-compile", "-c", str(CONSTRAINTS), "-e", f"{ROOT}[standards]"]
    if subprocess.run(command, env=environment(), check=False).returncode != 0:
        say("NOT INSTALLED: FollowTheMoney, so its tests are skipped; on Debian: apt-get install libicu-dev pkg-config g++")


def compile_kernels() -> None:
    """Compile what every process of the tests would compile for itself: the kernels of the graph."""
    # Quietly: where it cannot be done here, the tests that need a kernel compile it, or tell why it cannot be.
    subprocess.run([str(PYTHON), "-c", WARM], cwd=ROOT, env=environment(), capture_output=True, check=False)


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_test(arguments: list[str]) -> int:
    """Run every check to the end and sum them up above pytest's closing line."""
    install({"dev", "notebooks"})
    prepared = [threading.Thread(target=work) for work in (compile_kernels, install_standards)]
    for thread in prepared:
        thread.start()  # they compile for minutes, and only pytest needs it
    python = str(PYTHON)
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    steps = {
        "ruff check": [python, "-m", "ruff", "check", "."],
        "ruff format": [python, "-m", "ruff", "format", "--check", "."],
        "mypy": [python, "-m", "mypy"],
        "lint-imports": [str(BIN / "lint-imports")],
        # A file's tests stay in one process: what they share is made once. One process more than there are cores, since many a test
        # waits for a browser, a server or a command. In the order of the folders: else the few long ones would come last.
        "pytest": [
            python,
            "-u",
            "-m",
            "pytest",
            "-n",
            str(min(4, cores() + 1)),
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",
            *colour,
            *arguments,
        ],
    }
    verdicts: list[tuple[str, int, float]] = []
    closing = b""
    for name, command in steps.items():
        say(f"{name} ...")
        start = time.monotonic()
        if name == "pytest":
            for thread in prepared:
                thread.join()
            code, closing = run_pytest(command)
        else:
            code = subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
        verdicts.append((name, code, time.monotonic() - start))
        say(f"{name}: {'ok' if code == 0 else f'FAILED (exit {code})'} in {verdicts[-1][2]:.1f} s")
    failed = [name for name, code, _ in verdicts if code != 0]
    say("summary")
    for name, code, seconds in verdicts:
        say(f"  {name:<13}{seconds:>7.1f} s  {'ok' if code == 0 else 'FAILED'}")
    say(f"{len(failed)} of {len(verdicts)} steps failed: {', '.join(failed)}" if failed else "every step passed")
    sys.stdout.buffer.write(closing)
    sys.stdout.buffer.flush()
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """Dispatch one of the commands; 2 for wrong usage, as the command line does."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if command in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        print(f"Zeren needs Python 3.11 or newer; {sys.executable} is {found}", file=sys.stderr)
        return 1
    try:
        if command == "demo":
            return run_zeren(["demo", *rest])
        if command == "zeren":
            return run_zeren(rest)
        if command == "test":
            return run_test(rest)
    except Failed as error:
        print(f"do.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
