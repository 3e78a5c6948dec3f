"""How quick the service answers on a made-up city, at a steady rate, alone and while a load and a change of the graph run.

Run `python -m bench.service [ENTERPRISES [RATE [STORE]]]`: a city of so many (default 10,000) is made, or the store that is given
is served, and asked RATE (default 200) times a second. A real server answers on this machine, from `ZEREN_WORKERS` processes; one
more process asks and counts from the moment when each question was due, so that waiting in line counts. What is not answered with
200 is printed as an error. Beside it, the same framework with next to nothing in it (`service_peer`) is asked the same checks.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urlsplit

from analytics.responsibility.catalogue import load_catalogue
from api.access.desk import Access
from api.use_cases.acting import Actor
from api.use_cases.graph import folder_of
from api.use_cases.loading import load_city
from api.use_cases.propagating import propagate
from bench import service_peer
from graph.codec import make_fact
from graph.dates import PartialDate, Period
from graph.model import Decision, Origin, PartyRef, appearance_parts
from graph.snapshot.columns import Columns
from graph.snapshot.kept import Kept
from graph.store import open_store
from graph.store.base import Store, Write

ROOT = Path(__file__).resolve().parent.parent
SECONDS, LISTINGS, CONNECTIONS, SAMPLE = 15, 200, 24, 2_000
AIMS: Final = {"check": 20, "network": 20, "path": 30}
_CODED: Final = "uscc:"
Question = tuple[str, str, str | None]
"""Method, address, body."""


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def city(url: str, enterprises: int, seed: int = 7) -> None:
    """Load a city from its columns and derive everything."""
    with open_store(url, create=True) as store:
        load_city(store, Actor("bench", now()), enterprises, seed)
        propagate(store, load_catalogue(), Actor("bench", now()))


def questions(columns: Columns) -> dict[str, list[Question]]:
    """Return what is asked, of enterprises chosen at random."""
    chance = random.Random(7)  # noqa: S311 - the same each time
    drawn = (columns.id(chance.randrange(len(columns))) for _ in count())
    known = ((node, node.removeprefix(_CODED)) for node in drawn if node.startswith(_CODED) and appearance_parts(node) is None)
    some, others = list(islice(known, SAMPLE)), list(islice(known, SAMPLE))
    asked = {"purpose": "tendering", "why": "bench 1", "unit_name": "窗口"}
    return {
        "check": [("POST", "/v1/check", json.dumps(asked | {"uscc": code})) for _, code in some],
        "network": [("GET", f"/v1/graph/{quote(node, safe='')}/network?hops=3&limit=150", None) for node, _ in some],
        "path": [
            ("GET", f"/v1/graph/{quote(a, safe='')}/paths?to={quote(b, safe='')}&most=1", None)
            for (a, _), (b, _) in zip(some, others, strict=True)
        ],
    }


class Server(NamedTuple):
    """A server that answers: its address, a token for it, its process and the seconds until it was ready."""

    address: str
    token: str
    pid: int
    ready: float


@contextmanager
def served(url: str, folder: str) -> Iterator[Server]:
    """Serve a store from a process of its own."""
    place = f"{folder}/access.db"
    with Access(Path(place)) as access:
        access.users.add("bench", ["official"], now())
        _, token = access.tokens.create("bench", "bench", sorted(access.roles.may(["official"])), 2, now())
    environment = {
        **os.environ, "ZEREN_STORE": url, "ZEREN_PORT": "0", "ZEREN_DESK": f"{folder}/desk.db", "ZEREN_ACCESS": place,
        "ZEREN_RATE": "0", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    command = [sys.executable, "-c", "from api.cli.main import main; main()", "serve"]
    begun = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - our own command
    assert process.stderr is not None
    address = next(match[0] for text in process.stderr if (match := re.search(r"http://127\.0\.0\.1:\d+", text)))
    threading.Thread(target=process.stderr.read, daemon=True).start()
    while _status(address, "/ready") != 200:
        time.sleep(0.02)
    try:
        yield Server(address, token, process.pid, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@contextmanager
def peer(codes: Iterable[str], folder: str) -> Iterator[Server]:
    """Serve the peer from as many processes."""
    place = Path(folder) / "peer.db"
    service_peer.made(place, dict.fromkeys(codes))
    workers = os.environ.get("ZEREN_WORKERS", "1")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "uvicorn", "bench.service_peer:app", "--port", port, "--http", "h11", "--workers", workers]
    environment = {**os.environ, "ZEREN_PEER": str(place), "PYTHONPATH": str(ROOT)}
    begun = time.perf_counter()
    process = subprocess.Popen([*command, "--no-access-log", "--log-level", "error"], env=environment)  # noqa: S603 - its server
    address = f"http://127.0.0.1:{port}"
    while _status(address, "/ready") != 200:
        time.sleep(0.02)
    try:
        yield Server(address, "", process.pid, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _status(address: str, path: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


class Asker:
    """One connection that asks what is due; it begins anew when the server has closed it.

    It is as lean as can be, for whoever asks takes its time from the same processors as the server.
    """

    def __init__(self, host: str, port: int, due: asyncio.Queue[tuple[float, bytes] | None]) -> None:
        self._host, self._port, self._due = host, port, due
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.took: list[float] = []
        self.answers: Counter[str] = Counter()

    async def run(self) -> None:
        """Ask until there is no more."""
        while (item := await self._due.get()) is not None:
            at, request = item
            self.answers[await self._ask(request)] += 1
            self.took.append(time.perf_counter() - at)
        self._close()

    async def _ask(self, request: bytes) -> str:
        for attempt in (1, 2):
            try:
                return await self._answer(request)
            except (ConnectionError, asyncio.IncompleteReadError) as error:
                self._close()
                if attempt == 2:
                    return type(error).__name__
        return "never"

    async def _answer(self, request: bytes) -> str:
        if self._open is None:
            self._open = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._open
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        if length is None:
            raise ConnectionError("an answer without its length")
        await reader.readexactly(int(length[1]))
        return head[9:12].decode()

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].close()
        self._open = None


def _request(netloc: str, token: str, question: Question) -> bytes:
    """Return a request as it is sent."""
    method, address, body = question
    sent = (body or "").encode()
    head = (
        f"{method} {address} HTTP/1.1\r\nHost: {netloc}\r\nAuthorization: Bearer {token}\r\nZeren-Purpose: supervision\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
    )
    return head.encode() + sent


async def ask(address: str, token: str, asked: list[Question], rate: float, seconds: float) -> dict[str, Any]:
    """Ask at a rate for so long; return milliseconds by percentile, what was answered how often, and what asking itself took."""
    place = urlsplit(address)
    due: asyncio.Queue[tuple[float, bytes] | None] = asyncio.Queue()
    requests = [_request(place.netloc, token, question) for question in asked]
    askers = [Asker(str(place.hostname), place.port or 80, due) for _ in range(CONNECTIONS)]
    asking = [asyncio.create_task(asker.run()) for asker in askers]
    begun, used = time.perf_counter(), time.process_time()
    for number in range(int(rate * seconds)):
        at = begun + number / rate
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        due.put_nowait((at, requests[number % len(requests)]))
    for _ in askers:
        due.put_nowait(None)
    await asyncio.gather(*asking)
    took = sorted(each for asker in askers for each in asker.took)
    answers = sum((asker.answers for asker in askers), Counter())
    return {
        "rate": len(took) / (time.perf_counter() - begun),
        **{f"p{part}": 1_000 * took[min(len(took) - 1, int(len(took) * part / 100))] for part in (50, 95, 99)},
        "most": 1_000 * took[-1],
        "answers": dict(answers),
        "asking": 1_000 * (time.process_time() - used) / len(took),
    }


def listings(url: str, count: int) -> dict[str, float]:
    """Return the milliseconds from a listing to its findings on the disk, one after another, in a process that knows the store."""
    took = []
    with open_store(url) as store:
        catalogue = load_catalogue()
        firms = [recorded.fact.value.id for recorded, _ in zip(_companies(store), range(count), strict=False)]
        propagate(store, catalogue, Actor("bench", now()))
        for number, firm in enumerate(firms):
            decision = Decision(
                f"bench:{number}", "listing", ("listed_wage_arrears",), PartyRef(firm), "基准市人社局", f"基准〔2026〕{number}号",
                "city", "3713", PartialDate.parse("2026-03-02"), conduct=Period.parse("2025-01-01/2025-12-31"),
            )  # fmt: skip
            begun = time.perf_counter()
            store.append([Write(make_fact(decision, f"bench-{number}", Origin("bench")))], Actor("bench", now()).act("bench"))
            propagate(store, catalogue, Actor("bench", now()))
            took.append(1_000 * (time.perf_counter() - begun))
    took.sort()
    return {f"p{part}": took[min(len(took) - 1, int(len(took) * part / 100))] for part in (50, 95, 99)}


def _companies(store: Store) -> Iterator[Any]:
    return (recorded for recorded in store.facts(["entity"]) if getattr(recorded.fact.value, "kind", "") == "company")


def _family(pid: int) -> Iterator[int]:
    """Yield a process and those that it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
        yield from _family(int(child))


def _memory(pid: int) -> float:
    """Return the megabytes that a server holds; what its processes share counts once."""
    found = (Path(f"/proc/{each}/smaps_rollup").read_text(encoding="utf-8") for each in _family(pid))
    return sum(int(match[1]) for text in found if (match := re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE))) / 1_000


def _busy(pid: int) -> float:
    """Return the seconds of a processor that a server has used."""
    texts = [Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split() for each in _family(pid)]
    return sum(int(fields[11]) + int(fields[12]) for fields in texts) / os.sysconf("SC_CLK_TCK")


def _asked(server: Server, asked: list[Question], rate: float, folder: str, name: str) -> dict[str, Any]:
    """Ask from a second process, so that asking takes no time from answering; with the processor's milliseconds a question."""
    place = Path(folder) / f"{name}.json"
    place.write_text(json.dumps([server.address, server.token, asked, rate, SECONDS]), encoding="utf-8")
    begun = _busy(server.pid)
    command = [sys.executable, "-m", "bench.service", "--ask", str(place)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603 - itself
    told: dict[str, Any] = json.loads(answer.stdout)
    return told | {"busy": 1_000 * (_busy(server.pid) - begun) / sum(told["answers"].values())}


def _line(name: str, told: dict[str, Any], aim: object = "") -> None:
    wrong = {code: count for code, count in told.get("answers", {}).items() if code != "200"}
    figures = " ".join(f"{told.get(part, 0):>8.1f}" for part in ("busy", "asking", "p50", "p95", "p99"))
    print(f"{name:<58} {told.get('rate', 0):>8.0f} {figures} {aim!s:>6}  {wrong or ''}", flush=True)


def main(enterprises: int, rate: float = 200, store: str = "") -> None:
    """Print the table."""
    with TemporaryDirectory(prefix="zeren-bench-") as folder:
        url = f"sqlite:///{store or folder + '/zeren.db'}"
        if not store:
            city(url, enterprises)
        with open_store(url) as opened:
            kept = Kept(opened, folder_of(url))
            every = questions(kept.columns())
            kept.fold()
        heads = " ".join(f"{head:>8}" for head in ("a second", "busy ms", "asking", "p50 ms", "p95 ms", "p99 ms"))
        print(f"{'question':<58} {heads} {'aim':>6}  errors")
        with served(url, folder) as server:
            for name, asked in every.items():
                _asked(server, asked[:50], 20, folder, name)  # what a first question compiles and reads
                _line(f"{name}, {rate:g} a second", _asked(server, asked, rate, folder, name), AIMS[name])
            memory = _memory(server.pid)
            loading = subprocess.Popen(  # noqa: S603 - itself
                [sys.executable, "-m", "bench.service", "--load", url, str(max(1_000, enterprises // 10))], cwd=ROOT
            )
            for name, asked in every.items():
                _line(f"{name}, {rate:g} a second, while a load runs", _asked(server, asked, rate, folder, name))
            loading.terminate()
            loading.wait()
        with peer((json.loads(body)["uscc"] for _, _, body in every["check"] if body), folder) as bare:
            _asked(bare, every["check"][:50], 20, folder, "peer")
            _line(f"a bare check (FastAPI, SQLite), {rate:g} a second", _asked(bare, every["check"], rate, folder, "peer"))
        _line("one listing to durable findings, one after another", listings(url, LISTINGS), 50)
        print(f"ready after {server.ready:.1f} s (aim 5); the server held {memory:,.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ask"]:
        print(json.dumps(asyncio.run(ask(*json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))))))
    elif sys.argv[1:2] == ["--load"]:
        city(sys.argv[2], int(sys.argv[3]), 8)
    else:
        enterprises, rate, *place = *sys.argv[1:], *("10000", "200")[len(sys.argv) - 1 :]
        main(int(enterprises), float(rate), *place)
