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
from graph.store.copying import Entry
from graph.store.mentions import about_of

RECORDED = """
SELECT f.seq, f.id, f.key, f.kind, f.value, f.flags, o.source, o.file, f.row, f.version, a.at, f.operation, f.reason
FROM facts f JOIN origins o ON o.id = f.origin JOIN audit a ON a.version = f.version
"""
"""Wordings that are not sealed: those that are have no origin."""
LISTED = """
SELECT f.seq, f.id, f.key, f.value, f.flags, f.origin, f.row, f.version FROM facts f
"""
SEALED = """
SELECT f.id, f.key, s.article, a.at FROM facts f JOIN sealed s ON s.key = f.key JOIN audit a ON a.version = s.version
"""
CURRENT = (
    "f.operation <> 'retraction'"
    " AND NOT EXISTS (SELECT 1 FROM facts later WHERE later.before = f.seq AND later.before > 0 AND later.seq <= :last)"
)
"""Condition on a row of `facts`: it was current when the fact of number `:last` was the last one."""
ENTRIES = """
SELECT f.seq, f.id, f.key, f.kind, f.value, f.flags, o.source, o.file, f.row, f.operation, f.reason, f.before, m.mark
FROM facts f LEFT JOIN origins o ON o.id = f.origin LEFT JOIN sealed_marks m ON m.seq = f.seq
WHERE f.seq > ? AND f.seq <= ? ORDER BY f.seq
"""
_FORGED_SEALS = """
SELECT s.version FROM sealed s LEFT JOIN audit a ON a.version = s.version WHERE a.sealed IS NOT s.key
UNION SELECT f.version FROM sealed_marks m JOIN facts f USING (seq) WHERE f.key NOT IN (SELECT key FROM sealed)
"""
_FORGED_PLACES = """
SELECT f.version FROM facts f LEFT JOIN facts o ON o.seq = f.before
WHERE f.before > 0 AND (o.key IS NOT f.key OR f.before >= f.seq)
UNION ALL
SELECT max(version) FROM facts WHERE before > 0 GROUP BY before HAVING count(*) > 1
"""
_FLAGS = "\x1f"
_OPERATIONS = {operation.value: operation for operation in Operation}


def recorded(row: tuple[Any, ...]) -> Recorded:
    """Read a row of `RECORDED`."""
    _, fact_id, key, kind, value, flags, source, file, line, version, at, operation, reason = row
    fact = Fact(fact_id, key, load(kind, value), Origin(source, file, line), split(flags))
    return Recorded(fact, version, time(at), _OPERATIONS[operation], reason)


@lru_cache(maxsize=8_192)
def recorded_again(row: tuple[Any, ...]) -> tuple[Recorded, frozenset[str]]:
    """Read a row that was perhaps read a moment ago, with what it speaks of: one answer reads a statement several times.

    The row is looked up as it stands in the file, and none is ever altered: what is remembered is never out of date.
    """
    found = recorded(row)
    return found, frozenset(about_of(found.fact))


def entry(row: tuple[Any, ...]) -> Entry:
    """Read a row of `ENTRIES`."""
    seq, fact_id, key, kind, value, flags, source, file, line, said, reason, before, mark = row
    operation = _OPERATIONS[said]
    if value is None:
        return Entry(seq, before, key, fact_id, operation, mark, None, None)
    fact = Fact(fact_id, key, load(kind, value), Origin(source, file, line), split(flags))
    mark = mark_of(fact_id, operation, reason, fact.origin, before)
    return Entry(seq, before, key, fact_id, operation, mark, fact, value, reason)


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
        "SELECT f.version, f.seq, f.id, f.operation, f.before, f.key, f.kind, m.mark,"
        " f.value, f.flags, f.reason, o.source, o.file, f.row"
        " FROM facts f LEFT JOIN origins o ON o.id = f.origin LEFT JOIN sealed_marks m ON m.seq = f.seq ORDER BY f.seq"
    )
    nothing = contents_of(())
    broken = []
    for version, group in groupby(rows, lambda row: row[0]):
        said = list(group)
        marks = [_mark_if_intact(row) for row in said]
        found = (contents_of(mark or "" for mark in marks), said[-1][1])
        if promised.pop(version, None) != found or None in marks:
            broken.append(version)
    broken += [version for version, (contents, _) in promised.items() if contents != nothing]
    broken += [version for statement in (_FORGED_SEALS, _FORGED_PLACES) for (version,) in db.execute(statement)]
    return min(broken, default=None)


def _mark_if_intact(row: tuple[Any, ...]) -> str | None:
    """Return the mark of a row as it was recorded, None if the row is not what its id promises."""
    _, _, fact_id, operation, before, key, kind, kept, value, flags, reason, source, file, line = row
    if kind != key.partition("/")[0] or operation not in _OPERATIONS:
        return None
    if value is None or kept is not None:
        return kept if value is None else None
    if source is None or digest(key, value, ",".join(split(flags))) != fact_id:
        return None
    return mark_of(fact_id, _OPERATIONS[operation], reason, Origin(source, file, line), before)
