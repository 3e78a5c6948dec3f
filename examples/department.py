"""The system of a department: is told what to do, checks that the service says so, does it once, and says that it was done.

usage: python department.py PORT FILE    (PORT 0 takes a free one and prints it)

It is told by the environment: ZEREN_ADDRESS and ZEREN_TOKEN of the service, DEPARTMENT_KEY as `zeren push key UNIT` prints it. FILE
is its own register: which measure stands against whom, and by which decisions and documents. A message is acted on and noted in one
transaction before it is acknowledged; what was done and not yet reported is reported when the service can be reached, also after a
crash.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

import httpx

from api.client import ApiError, Client, Forged, grounds, told_before, verified

SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
  key TEXT PRIMARY KEY, task TEXT NOT NULL, number INTEGER NOT NULL, reported INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS register (
  restriction TEXT PRIMARY KEY, party TEXT NOT NULL, measure TEXT NOT NULL, stands INTEGER NOT NULL,
  acts INTEGER NOT NULL DEFAULT 1);
CREATE TABLE IF NOT EXISTS ground (
  restriction TEXT NOT NULL, decision TEXT NOT NULL, document TEXT, first TEXT, last TEXT, status TEXT);
"""
MOST_BYTES = 100_000


class Department:
    """The register, and what was told."""

    def __init__(self, place: str, key: bytes) -> None:
        self._db = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(SCHEMA)
        self._key, self._lock, self.news = key, Lock(), Event()

    def take(self, headers: dict[str, str], body: bytes) -> None:
        """Act on a message, once for its key; raises `Forged`."""
        said = verified(self._key, headers, body)
        stands = said["action"] in ("execute", "resume")
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            new = self._db.execute(
                "INSERT INTO message (key, task, number) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (said["key"], said["task"], said["number"]),
            ).rowcount
            (last,) = self._db.execute("SELECT MAX(number) FROM message WHERE task = ?", (said["task"],)).fetchone()
            # One that comes late says what was so before. Numbers only grow, also where the service was restored from a backup.
            if new and said["number"] == last:
                self._db.execute(
                    "INSERT INTO register VALUES (?, ?, ?, ?, 1)"
                    " ON CONFLICT DO UPDATE SET stands = excluded.stands, acts = acts + 1",
                    (said["restriction"], said["party"]["id"], said["measure"], stands),
                )
                self._rests(said)
            self._db.execute("COMMIT")
        self.news.set()

    def _rests(self, said: dict[str, Any]) -> None:
        """Note what a measure rests on and ever rested on, each ground with how it stands: one that was revoked is corrected."""
        self._db.execute("DELETE FROM ground WHERE restriction = ?", (said["restriction"],))
        self._db.executemany(
            "INSERT INTO ground VALUES (?, ?, ?, ?, ?, ?)",
            [
                (
                    said["restriction"],
                    each["decision"]["id"],
                    (each["document"] or {}).get("number"),
                    each["from"],
                    each["until"],
                    each["status"],
                )
                for each in (*grounds(said), *told_before(said))
            ],
        )

    def report(self, client: Client) -> None:
        """Say what was done: of each task the last thing that was asked."""
        with self._lock:
            waiting = self._db.execute(
                "SELECT key, task FROM message m WHERE NOT reported"
                " AND number = (SELECT MAX(number) FROM message WHERE task = m.task) ORDER BY task"
            ).fetchall()
        for key, task in waiting:
            try:
                client.feedback(task, "executed", key=key, message=key)
            except ApiError as error:
                if error.code != "refused":  # else it was reported before, or another message came: that one is reported next
                    raise
            with self._lock:
                self._db.execute("UPDATE message SET reported = 1 WHERE key = ?", (key,))


def serve(department: Department, port: int) -> ThreadingHTTPServer:
    """Return a server that takes messages."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Take a message: 200 once it is on the disk, 401 if it is forged."""
            length = int(self.headers.get("Content-Length", "0"))
            status = 413
            if length <= MOST_BYTES:
                try:
                    department.take(dict(self.headers), self.rfile.read(length))
                    status = 200
                except Forged:
                    status = 401
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: a message names persons."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def main(port: int, place: str) -> None:
    """Take messages until stopped, and report in between."""
    department = Department(place, bytes.fromhex(os.environ["DEPARTMENT_KEY"]))
    server = serve(department, port)
    Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    with Client(os.environ["ZEREN_ADDRESS"], os.environ["ZEREN_TOKEN"], "execution") as client:
        while True:
            try:
                department.report(client)
            except (ApiError, httpx.HTTPError) as error:
                sys.stderr.write(f"not reported yet: {type(error).__name__}\n")
            department.news.wait(1)
            department.news.clear()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
