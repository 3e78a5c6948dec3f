"""Kill a service at random while many write through it, again and again, and look at what is left.

By hand, for longer: `python -m tests.service_kill 200`. After each kill: what was acknowledged is there, once; the logs verify;
what was not acknowledged is sent again with its key, and is there once after that.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from graph.store import open_store
from tests.access_world import access_of
from tests.case_world import finding
from tests.integration.test_http import start
from tests.integration.test_http_writes import CODES, prepare, sent

THREADS = 4
LEAST = 8
"""Writes acknowledged before a kill, however slow the machine is."""


@dataclass
class Sent:
    """A write: its key, its address and body, and the id of the event that the service acknowledged."""

    key: str
    address: str
    body: dict[str, Any]
    event: str = ""


@dataclass
class Killed:
    """What came of it: rounds, writes acknowledged before a kill and after one, and whatever must not be."""

    rounds: int = 0
    acknowledged: int = 0
    again: int = 0
    faults: list[str] = field(default_factory=list)


class Writer(threading.Thread):
    """Somebody who writes until the service is gone; what waits from an earlier round goes first."""

    def __init__(self, address: str, headers: dict[str, str], waiting: list[Sent], head: str, numbers: count[int]) -> None:
        super().__init__(daemon=True)
        self.client = httpx.Client(base_url=address, trust_env=False, timeout=30)
        self.headers, self.waiting, self.head, self.numbers = headers, waiting, head, numbers
        self.done: list[Sent] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        """Write."""
        with self.client, suppress(httpx.TransportError):
            while True:
                if not self.waiting:
                    self.waiting.append(self._new())
                self._send(self.waiting[-1])
                self.done.append(self.waiting.pop())

    def _new(self) -> Sent:
        number = next(self.numbers)
        if number % 2:
            return Sent(f"key-{number:06}", f"/v1/cases/{self.head}/told", {"text": f"record {number}"})
        return Sent(
            f"key-{number:06}", "/v1/check", {"uscc": CODES["A"], "purpose": "any", "why": f"matter {number}", "unit_name": "窗口"}
        )

    def _send(self, item: Sent) -> None:
        answer = self.client.post(item.address, json=item.body, headers=self.headers | {"Idempotency-Key": item.key})
        if answer.status_code == 200:
            item.event = answer.json().get("lookup") or answer.json()["event"]
        else:
            self.wrong.append(f"{item.address}: {answer.status_code} {answer.text[:200]}")


def killed(folder: Path, rounds: int, seed: int = 1) -> Killed:
    """Kill a service so many times, and say what was left."""
    chance, found, numbers = random.Random(seed), Killed(), count(1)
    url = prepare(folder)
    with access_of(url) as access:
        headers = sent(access, "zhao")
    with open_store(url, create=False) as store:
        head = finding(store, "王示例")
    waiting: list[list[Sent]] = [[] for _ in range(THREADS)]
    done: list[Sent] = []
    for _ in range(rounds):
        before = sum(map(len, waiting))
        writers = _one_round(url, folder, headers, head, waiting, numbers, chance)
        done += [item for writer in writers for item in writer.done]
        found.rounds += 1
        found.again += before
        found.faults += [text for writer in writers for text in writer.wrong] + _left(url, done)
    found.acknowledged = len(done)
    return found


def _one_round(
    url: str,
    folder: Path,
    headers: dict[str, str],
    head: str,
    waiting: list[list[Sent]],
    numbers: count[int],
    chance: random.Random,
) -> list[Writer]:
    process = start(url, ZEREN_DESK=str(folder / "desk.db"), ZEREN_RATE="0")
    assert process.stderr is not None
    with closing(process.stderr):
        said: list[str] = []
        address = next((match[0] for line in process.stderr if (match := _address(line, said))), "")
        assert address, f"the service did not start again: {''.join(said)}"
        writers = [Writer(address, headers, each, head, numbers) for each in waiting]
        for writer in writers:
            writer.start()
        while sum(len(writer.done) for writer in writers) < LEAST and any(writer.is_alive() for writer in writers):
            time.sleep(0.001)
        time.sleep(chance.random() * 0.5)
        process.kill()
        process.wait()
        for writer in writers:
            writer.join()
    return writers


def _address(line: str, said: list[str]) -> re.Match[str] | None:
    said.append(line)
    return re.search(r"http://127\.0\.0\.1:\d+", line)


def _left(url: str, done: list[Sent]) -> list[str]:
    """Return what is not as it must be after a kill."""
    faults = []
    with open_store(url, create=False) as store:
        if (altered := store.verify()) is not None:
            faults.append(f"the log is altered at version {altered}")
        kept = Counter(recorded.fact.key.rpartition("/")[2] for recorded in store.facts(["event"]))
        said = Counter(getattr(recorded.fact.value, "text", "") for recorded in store.facts(["event"]))
    faults += [f"{item.key}: acknowledged and lost: {item.event}" for item in done if not kept[item.event]]
    faults += [f"recorded twice: {text}" for text, times in said.items() if text.startswith(("record ", "matter ")) and times > 1]
    with access_of(url) as access:
        verdict = access.trail.verify()
        if not verdict.whole:
            faults.append(f"the trail: altered at {verdict.first_altered}, {verdict.missing} rows missing")
    return faults


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        result = killed(Path(place), int(sys.argv[1]) if sys.argv[1:] else 200)
    told = f"{result.rounds} kills, {result.acknowledged} writes acknowledged, {result.again} sent again"
    sys.stdout.write("\n".join([*result.faults[:50], f"{told}; {len(result.faults)} faults"]) + "\n")
    raise SystemExit(bool(result.faults))
