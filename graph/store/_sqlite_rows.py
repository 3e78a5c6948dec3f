"""Rows of a store's SQLite file as what they stand for, and the check that none was altered."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from graph.codec import digest, load
from graph.model import Fact, Operation, Origin, Recorded
from graph.store.audit import contents_of, mark_of
from graph.store.base import Sealed

RECORDED = """
SELECT f.seq, f.id, k.key, k.kind, p.value, p.flags, p.source, p.file, p.row, f.version, a.at, f.operation, p.reason
FROM facts f CROSS JOIN keys k ON k.id = f.key_id JOIN payloads p ON p.seq = f.seq JOIN audit a ON a.version = f.version
"""
SEALED = """
SELECT f.id, k.key, s.article, a.at
FROM facts f JOIN keys k ON k.id = f.key_id JOIN sealed s ON s.key_id = k.id JOIN audit a ON a.version = s.version
"""
_FORGED_SEALS = """
SELECT s.version FROM sealed s LEFT JOIN keys k ON k.id = s.key_id LEFT JOIN audit a ON a.version = s.version
WHERE k.key IS NULL OR a.sealed IS NOT k.key
"""
_FLAGS = "\x1f"
_OPERATIONS = {operation.value: operation for operation in Operation}


def recorded(row: tuple[Any, ...]) -> Recorded:
    """Read a row of `RECORDED`."""
    _, fact_id, key, kind, value, flags, source, file, line, version, at, operation, reason = row
    fact = Fact(fact_id, key, load(kind, value), Origin(source, file, line), split(flags))
    return Recorded(fact, version, time(at), _OPERATIONS[operation], reason)


def sealed(row: tuple[Any, ...]) -> Sealed:
    """Read a row of `SEALED`."""
    fact_id, key, article, at = row
    return Sealed(fact_id, key, article, time(at))


@lru_cache(maxsize=1_024)
def time(text: str) -> datetime:
    """Read what `graph.store.audit.moment` wrote; one moment stands on thousands of rows."""
    return datetime.fromisoformat(text)


def joined(flags: tuple[str, ...]) -> str:
    """Write flags into one column."""
    return _FLAGS.join(flags)


def split(flags: str) -> tuple[str, ...]:
    """Read what `joined` wrote."""
    return tuple(flags.split(_FLAGS)) if flags else ()


def first_altered(db: sqlite3.Connection) -> int | None:
    """Return the first version of which statements are altered, missing or added, None if none are.

    What is sealed is checked by the marks that stay of it, and by the audit row that says it was sealed.
    """
    promised: dict[int, tuple[str, int]] = {
        version: (contents, last)
        for version, contents, last in db.execute("SELECT version, contents, last_seq FROM audit ORDER BY version")
    }
    rows = db.execute(
        "SELECT f.version, f.seq, f.id, f.operation, f.mark, k.key, k.kind, s.article IS NOT NULL,"
        " p.value, p.flags, p.reason, p.source, p.file, p.row"
        " FROM facts f LEFT JOIN keys k ON k.id = f.key_id LEFT JOIN payloads p ON p.seq = f.seq"
        " LEFT JOIN sealed s ON s.key_id = f.key_id ORDER BY f.seq"
    )
    nothing = contents_of(())
    broken = []
    for version, group in groupby(rows, lambda row: row[0]):
        said = list(group)
        found = (contents_of(row[4] for row in said), said[-1][1])
        if promised.pop(version, None) != found or not all(map(_intact, said)):
            broken.append(version)
    broken += [version for version, (contents, _) in promised.items() if contents != nothing]
    broken += [version for (version,) in db.execute(_FORGED_SEALS)]
    return min(broken, default=None)


def _intact(row: tuple[Any, ...]) -> bool:
    _, _, fact_id, operation, mark, key, kind, is_sealed, value, flags, reason, source, file, line = row
    if key is None or kind != key.partition("/")[0]:
        return False
    if value is None or is_sealed:
        return value is None and bool(is_sealed)
    if operation not in _OPERATIONS:
        return False
    said: str = digest(key, value, ",".join(split(flags)))
    return said == fact_id and bool(mark == mark_of(fact_id, _OPERATIONS[operation], reason, Origin(source, file, line)))
