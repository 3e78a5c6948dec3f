"""The least that a check could be with the same framework: a row read by its key, and one written that is on the disk.

It knows no rights, no trail, no law and no graph. `python -m uvicorn bench.service_peer:app` serves the file that `ZEREN_PEER`
names, which `made` writes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Any

from fastapi import FastAPI, HTTPException

from api.http.department_schemas import Checking

app = FastAPI(openapi_url=None)
lock = Lock()


def made(place: Path, codes: Iterable[str]) -> None:
    """Write a file with these codes."""
    with sqlite3.connect(place) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE firms (uscc TEXT PRIMARY KEY, name TEXT)")
        db.execute("CREATE TABLE lookups (id INTEGER PRIMARY KEY, uscc TEXT, unit TEXT, why TEXT)")
        db.executemany("INSERT INTO firms VALUES (?, ?)", ((code, f"示例{code}有限公司") for code in codes))
    db.close()


def connected() -> sqlite3.Connection:
    """Return the file, with writes that are on the disk when they return."""
    db = sqlite3.connect(os.environ["ZEREN_PEER"], isolation_level=None, check_same_thread=False, timeout=30)
    db.execute("PRAGMA synchronous = FULL")
    return db


@app.get("/ready")
def ready() -> dict[str, bool]:
    """Say that it answers."""
    return {"ready": True}


@app.post("/v1/check")
def check(given: Checking) -> dict[str, Any]:
    """Return the name of an enterprise, and note that somebody asked."""
    with lock:
        found = connection.execute("SELECT name FROM firms WHERE uscc = ?", (given.uscc,)).fetchone()
        if found is None:
            raise HTTPException(404)
        connection.execute("INSERT INTO lookups (uscc, unit, why) VALUES (?, ?, ?)", (given.uscc, given.unit_name, given.why))
    return {"uscc": given.uscc, "name": found[0]}


connection = connected() if "ZEREN_PEER" in os.environ else sqlite3.connect(":memory:")
