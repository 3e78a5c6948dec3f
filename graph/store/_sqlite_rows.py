"""Rows of a store's SQLite file as what they stand for."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from graph.codec import load
from graph.model import Fact, Operation, Origin, Recorded
from graph.store.audit import mark_of
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
