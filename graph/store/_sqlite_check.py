"""The check that nothing in a store in SQLite was altered behind its back: statements, seals, and what takes the place of what.

SQLite puts the bytes together that ids and marks are hashes of, so that a statement is two hashes here and is never read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from graph.model import Operation
from graph.store.audit import contents_of

_SAID: Final = f"""
SELECT f.version, f.seq, f.id, m.mark, f.value IS NOT NULL,
    f.operation IN ({", ".join(f"'{operation.value}'" for operation in Operation)})
        AND f.kind = substr(f.key, 1, instr(f.key, '/') - 1),
    CAST(f.key || char(31) || f.value || char(31) || replace(f.flags, char(31), ',') AS BLOB),
    CAST(f.id || char(31) || f.operation || char(31) || f.reason || char(31) || o.source || char(31) || o.file || char(31)
        || f.row || char(31) || f.before AS BLOB)
FROM facts f LEFT JOIN origins o ON o.id = f.origin LEFT JOIN sealed_marks m ON m.seq = f.seq ORDER BY f.seq
"""  # noqa: S608 - words of our own
"""The bytes are those of `graph.codec.digest` and `graph.store.audit.mark_of`; null where something of them is not there."""
_FORGED_SEALS: Final = """
SELECT s.version FROM sealed s LEFT JOIN audit a ON a.version = s.version WHERE a.sealed IS NOT s.key
UNION SELECT f.version FROM sealed_marks m JOIN facts f USING (seq) WHERE f.key NOT IN (SELECT key FROM sealed)
"""
_FORGED_PLACES: Final = """
SELECT f.version FROM facts f LEFT JOIN facts o ON o.seq = f.before
WHERE f.before > 0 AND (o.key IS NOT f.key OR f.before >= f.seq)
UNION ALL
SELECT max(version) FROM facts WHERE before > 0 GROUP BY before HAVING count(*) > 1
"""


@contextmanager
def reading(db: sqlite3.Connection) -> Iterator[None]:
    """See one moment of the file, whatever others write."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("ROLLBACK")


def first_altered(db: sqlite3.Connection, tell: Callable[[int], object] = int) -> int | None:
    """Return the first version of which statements are altered, missing or added, None if none are.

    What is sealed is checked by the marks that stay of it, and by the audit row that says it was sealed. `tell` hears of each
    version that was reached.
    """
    promised: dict[int, tuple[str, int]] = {
        version: (contents, last)
        for version, contents, last in db.execute("SELECT version, contents, last_seq FROM audit ORDER BY version")
    }
    nothing = contents_of(())
    broken = []
    for version, group in groupby(db.execute(_SAID), lambda row: row[0]):
        tell(version)
        last, marks = 0, []
        for row in group:
            last = row[1]
            marks.append(_mark_if_intact(row))
        found = (contents_of(mark or "" for mark in marks), last)
        if promised.pop(version, None) != found or None in marks:
            broken.append(version)
    broken += [version for version, (contents, _) in promised.items() if contents != nothing]
    broken += [version for statement in (_FORGED_SEALS, _FORGED_PLACES) for (version,) in db.execute(statement)]
    return min(broken, default=None)


def _mark_if_intact(row: tuple[Any, ...]) -> str | None:
    """Return the mark of a row as it was recorded, None if the row is not what its id promises."""
    _, _, fact_id, kept, is_there, sound, own, said = row
    if not sound or (is_there and kept is not None):
        return None
    if not is_there:
        return None if kept is None else str(kept)
    if own is None or said is None or sha256(own).hexdigest()[:16] != fact_id:
        return None
    return sha256(said).hexdigest()
