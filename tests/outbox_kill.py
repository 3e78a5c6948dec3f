"""Kill the sender and a receiver of messages again and again, the receiver failing one request in five, and count what arrived.

By hand, for longer: `python -m tests.outbox_kill 5000 40` sends so many messages under so many kills of each.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from api.desk.outbox import Outbox, Planned

ROOT = Path(__file__).resolve().parent.parent
SENDER = ("-c", "from api.cli.main import main; main()", "push", "send", "--until-empty", "--wait", "0.2")


@dataclass(frozen=True)
class Arrived:
    """What came of it: messages, kills of each side, requests that the receiver saw, and how often each key had effect."""

    messages: int
    kills: int
    requests: int
    seconds: float
    lost: tuple[str, ...]
    twice: tuple[str, ...]


def started(*command: str, folder: Path) -> subprocess.Popen[str]:
    """Start a process of ours in a folder."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("ZEREN_")},
        "PYTHONPATH": str(ROOT),
        "ZEREN_DESK": str(folder / "desk.db"),
        "ZEREN_HOOK_KEY": "secret",
    }
    return subprocess.Popen(
        [sys.executable, *command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def killed(process: subprocess.Popen[str]) -> None:
    """Kill a process at once."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def receiver(port: int, folder: Path) -> tuple[subprocess.Popen[str], int]:
    """Start the receiver; return it and its port."""
    process = started(str(ROOT / "tests" / "integration" / "receiver.py"), str(port), str(folder / "receiver.db"), folder=folder)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def waiting(folder: Path) -> int:
    """Return how many messages wait."""
    with Outbox(str(folder / "desk.db")) as box:
        return len(box.messages("waiting"))


def sent(folder: Path, messages: int, kills: int, seconds: float, seed: int = 7) -> Arrived:
    """Send messages while both sides are killed so often; give up after so many seconds."""
    chance, done, begun = random.Random(seed), 0, time.monotonic()
    there, port = receiver(0, folder)
    with Outbox(str(folder / "desk.db")) as box:
        box.hook("court", f"http://127.0.0.1:{port}/messages")
        box.put([Planned("court", f"r{n}", "execute", {"task": f"t{n}"}) for n in range(messages)], datetime.now(UTC))
        keys = {message.key for message in box.messages()}
    sender = started(*SENDER, folder=folder)
    try:
        while waiting(folder) and time.monotonic() - begun < seconds:
            time.sleep(chance.uniform(0.3, 1.2))
            if done < kills:
                done += 1
                time.sleep(1.5)
                killed(there)
                there, _ = receiver(port, folder)
                killed(sender)
                sender = started(*SENDER, folder=folder)
    finally:
        killed(sender)
        killed(there)
    took = time.monotonic() - begun
    with Outbox(str(folder / "desk.db")) as box:
        undelivered = {message.key for message in box.messages() if message.state != "delivered"}
    with closing(sqlite3.connect(folder / "receiver.db")) as db:
        applied = dict(db.execute("SELECT key, effects FROM applied").fetchall())
        (requests,) = db.execute("SELECT COUNT(*) FROM received").fetchone()
    lost = sorted(undelivered | (keys - applied.keys()))
    return Arrived(messages, done, requests, took, tuple(lost), tuple(sorted(key for key, n in applied.items() if n != 1)))


if __name__ == "__main__":
    count, times = (int(given) for given in (*sys.argv[1:3], "5000", "40")[:2])
    with tempfile.TemporaryDirectory() as place:
        result = sent(Path(place), count, times, 3_600)
    sys.stdout.write(
        f"{result.messages:,} messages, each side killed {result.kills} times, {result.requests:,} requests taken in "
        f"{result.seconds:.0f} s; lost: {len(result.lost)}, applied other than once: {len(result.twice)}\n"
    )
    raise SystemExit(bool(result.lost or result.twice))
