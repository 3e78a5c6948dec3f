"""How much memory an export of everything holds, format by format, on made-up cities of several sizes.

Run `python -m bench.export [ENTERPRISES or STORE]...` (default 5000 20000): a city of so many is made, or the store that is given
is read. The graph is kept before, so that only the export is counted. Every export is a process of its own, looked at every
hundredth of a second in `/proc/PID/status`: memory of its own (`RssAnon`), mapped files, which the system may drop (`RssFile`), and
both at once (`VmRSS`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from api.use_cases.exporting import Format
from api.use_cases.graph import folder_of
from graph.snapshot.kept import Kept
from graph.store import open_store

MEMORY: Final = ("RssAnon", "RssFile", "VmRSS")
EVERY: Final = 0.01
MB: Final = 1024


def zeren(*arguments: str) -> list[str]:
    """Return a command line."""
    return [sys.executable, "-c", "from api.cli.main import main; main()", *arguments]


def watched(command: list[str]) -> tuple[dict[str, int], float, float]:
    """Run a command; return the most memory it held of each kind in MB, seconds by the clock, and of the processor."""
    began, before = time.monotonic(), os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603 - our own command
    most = dict.fromkeys(MEMORY, 0)
    status = Path(f"/proc/{process.pid}/status")
    while process.poll() is None:
        said = dict(line.split(":", 1) for line in status.read_text().splitlines())
        most = {kind: max(most[kind], int(said.get(kind, "0").split()[0])) for kind in MEMORY}
        time.sleep(EVERY)
    if process.returncode:
        sys.exit(process.communicate()[1].decode())
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return {kind: kilobytes // MB for kind, kilobytes in most.items()}, time.monotonic() - began, used


def store_of(said: str, folder: Path) -> Path:
    """Return the store that is meant, with its graph kept; a number of enterprises is a city to make."""
    path = folder / f"{said}.db" if said.isdigit() else Path(said)
    if said.isdigit():
        made = zeren("--store", f"sqlite:///{path}", "synth", "--load", "--enterprises", said)
        subprocess.run(made, check=True, capture_output=True)  # noqa: S603 - our own command
    url = f"sqlite:///{path}"
    with open_store(url) as opened:
        kept = Kept(opened, folder_of(url))
        print(f"\n{said}: {len(kept.columns().nodes):,} parties, store {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        kept.fold()
    return path


def main(stores: list[str]) -> None:
    """Print one table a store."""
    with TemporaryDirectory(prefix="zeren-bench-") as folder:
        for said in stores:
            path = store_of(said, Path(folder))
            heads = ("own MB", "mapped MB", "at once MB", "seconds", "of processor", "written MB")
            print(f"{'format':<14}{''.join(f'{head:>14}' for head in heads)}", flush=True)
            for form in Format:
                out = Path(folder) / f"{path.stem}.{form}"
                wanted = ("export", "--to", form, "--out", str(out), "--all")
                most, seconds, used = watched(zeren("--store", f"sqlite:///{path}", *wanted))
                files = [out] if out.is_file() else list(out.iterdir())
                written = sum(file.stat().st_size for file in files) / 1e6
                figures = "".join(f"{most[kind]:>14,}" for kind in MEMORY)
                print(f"{form:<14}{figures}{seconds:>14.1f}{used:>14.1f}{written:>14,.0f}", flush=True)
                for file in files:
                    file.unlink()


if __name__ == "__main__":
    main(sys.argv[1:] or ["5000", "20000"])
