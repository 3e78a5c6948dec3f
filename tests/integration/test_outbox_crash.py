"""The outbox against a real receiver that fails one request in five, both killed again and again: nothing lost, nothing twice."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from api.desk.outbox import Outbox, Planned

HERE = Path(__file__).resolve().parent
SENDER = "from api.cli.main import main; main()"
MESSAGES = 120


def started(*command: str, folder: Path) -> subprocess.Popen[str]:
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("ZEREN_")},
        "PYTHONPATH": str(HERE.parent.parent),
        "ZEREN_DESK": str(folder / "desk.db"),
        "ZEREN_HOOK_KEY": "secret",
    }
    return subprocess.Popen(
        [sys.executable, *command], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def killed(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def receiver(port: int, folder: Path) -> tuple[subprocess.Popen[str], int]:
    process = started(str(HERE / "receiver.py"), str(port), str(folder / "receiver.db"), folder=folder)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def waiting(folder: Path) -> int:
    with Outbox(str(folder / "desk.db")) as box:
        return len(box.messages("waiting"))


def test_nothing_is_lost_and_nothing_has_effect_twice(tmp_path):
    chance = random.Random(7)
    there, port = receiver(0, tmp_path)
    with Outbox(str(tmp_path / "desk.db")) as box:
        box.hook("court", f"http://127.0.0.1:{port}/messages")
        box.put([Planned("court", f"r{n}", "execute", {"task": f"t{n}"}) for n in range(MESSAGES)], datetime.now(UTC))
        keys = {message.key for message in box.messages()}
    sender, kills = started("-c", SENDER, "push", "send", "--until-empty", "--wait", "0.2", folder=tmp_path), 0
    deadline = time.monotonic() + 200
    try:
        while waiting(tmp_path) and time.monotonic() < deadline:
            time.sleep(chance.uniform(0.3, 1.2))
            if kills < 4:
                kills += 1
                time.sleep(1.5)
                killed(there)
                there, _ = receiver(port, tmp_path)
                killed(sender)
                sender = started("-c", SENDER, "push", "send", "--until-empty", "--wait", "0.2", folder=tmp_path)
    finally:
        killed(sender)
        killed(there)
    with Outbox(str(tmp_path / "desk.db")) as box:
        assert {message.state for message in box.messages()} == {"delivered"}
    with closing(sqlite3.connect(tmp_path / "receiver.db")) as db:
        applied = dict(db.execute("SELECT key, effects FROM applied").fetchall())
        (received,) = db.execute("SELECT COUNT(*) FROM received").fetchone()
    assert applied == dict.fromkeys(keys, 1)
    assert received > MESSAGES  # some came twice, and were applied once
    assert kills
