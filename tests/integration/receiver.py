"""A receiver of messages, as a department would run one: it applies each key once, and fails one request in five.

usage: python receiver.py PORT FILE    (PORT 0 takes a free one and prints it)
"""

from __future__ import annotations

import random
import sqlite3
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


def main(port: int, place: str) -> None:
    db = sqlite3.connect(place, isolation_level=None)
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE IF NOT EXISTS applied (key TEXT PRIMARY KEY, effects INTEGER NOT NULL)")
    db.execute("CREATE TABLE IF NOT EXISTS received (key TEXT NOT NULL)")
    chance = random.Random()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            key, luck = self.headers["Idempotency-Key"], chance.random()
            if luck >= 0.1:  # one in ten fails before anything is done
                db.execute("BEGIN IMMEDIATE")
                db.execute("INSERT INTO received VALUES (?)", (key,))
                db.execute("INSERT INTO applied VALUES (?, 1) ON CONFLICT (key) DO NOTHING", (key,))
                db.execute("COMMIT")
            self.send_response(200 if luck >= 0.2 else 503)  # and one in ten after it was done
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", port), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
