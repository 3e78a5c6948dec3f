"""Nodes of the record in Neo4j as what they stand for, and the statements that read them.

A `Fact` node is one recording. `seq` is the order of recording; `before` names the recording whose place it takes, and that one's
`followed_by` names it in turn, so that what is current is what nothing follows. A sealed one has lost `value` and all that was
said, and keeps `mark`, the hash that the audit log is made of.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from graph.codec import load
from graph.model import Fact, Operation, Origin, Recorded
from graph.store.audit import mark_of
from graph.store.base import AuditRow, Sealed
from graph.store.copying import Entry

Ask = Callable[..., list[list[Any]]]
"""Runs one statement, with parameters by keyword, and returns its rows."""

FIELDS: Final = (
    "f.seq, f.id, f.key, f.kind, f.value, f.flags, f.source, f.file, f.row, f.version, f.at, f.operation, f.reason, f.about"
)
STORE: Final = "MATCH (s:Store {id: 'zeren'})"
COUNTS: Final = "f.seq > 0 AND f.seq <= s.last_seq"
"""Condition on a fact, after `STORE`: it has a number that the store gave; what was slipped in beside the record is never read."""
CURRENT: Final = "f.operation <> 'retraction' AND (f.followed_by IS NULL OR f.followed_by > $last)"
"""Condition on a fact: it was current when the fact of number `$last` was the last one."""
AUDIT: Final = """
MATCH (a:Audit) WHERE a.version > $since
RETURN a.version, a.at, a.by, a.what, a.chain, a.contents, a.sealed ORDER BY a.version LIMIT $limit
"""
BY_KEY: Final = f"MATCH (f:Fact {{key: $key}}) WHERE f.seq > 0 AND f.seq <= $last RETURN {FIELDS} ORDER BY f.seq DESC LIMIT 1"
BY_ID: Final = f"{STORE} MATCH (f:Fact {{id: $id}}) WHERE {COUNTS} RETURN {FIELDS} ORDER BY f.seq DESC LIMIT 1"
BY_IDS: Final = f"""
{STORE} UNWIND $ids AS id
MATCH (f:Fact {{id: id}}) USING INDEX SEEK f:Fact(id) WHERE f.value IS NOT NULL AND {COUNTS}
RETURN {FIELDS} ORDER BY f.seq
"""
HISTORY: Final = f"""
{STORE} MATCH (f:Fact {{key: $key}}) WHERE f.value IS NOT NULL AND {COUNTS} RETURN {FIELDS} ORDER BY f.seq
"""
SEALED: Final = "MATCH (s:Sealed {key: $key}) RETURN s.article, s.at"
STANDING: Final = f"""
{STORE} UNWIND $keys AS key
MATCH (f:Fact {{key: key}}) USING INDEX SEEK f:Fact(key) WHERE f.followed_by IS NULL AND {COUNTS}
OPTIONAL MATCH (e:Sealed {{key: key}}) USING INDEX SEEK e:Sealed(key)
RETURN key, f.seq, f.id, f.operation, e.article
"""
LAST_SEQ: Final = "MATCH (a:Audit) WHERE a.version <= $version RETURN a.last_seq ORDER BY a.version DESC LIMIT 1"
VERSION_AT: Final = """
OPTIONAL MATCH (a:Audit) WHERE a.at > $at
WITH min(a.version) AS later
OPTIONAL MATCH (s:Store {id: 'zeren'})
RETURN coalesce(later - 1, s.version)
"""
ABOUT: Final = """
CALL db.index.fulltext.queryNodes('zeren_about', $query) YIELD node
WHERE node.seq > 0 AND node.seq <= $last
RETURN node.seq
"""
BY_SEQ: Final = f"""
UNWIND $seqs AS seq
MATCH (f:Fact {{seq: seq}}) USING INDEX SEEK f:Fact(seq) WHERE f.value IS NOT NULL AND {CURRENT}
RETURN {FIELDS} ORDER BY f.seq
"""
EVER_BY_SEQ: Final = f"""
UNWIND $seqs AS seq
MATCH (f:Fact {{seq: seq}}) USING INDEX SEEK f:Fact(seq) WHERE f.value IS NOT NULL AND f.seq <= $last
RETURN {FIELDS} ORDER BY f.seq
"""
PAGE: Final = f"""
MATCH (f:Fact) USING INDEX SEEK f:Fact(seq)
WHERE f.seq > $after AND f.seq <= $last AND f.value IS NOT NULL AND f.key STARTS WITH $keys AND {CURRENT}
RETURN {FIELDS} ORDER BY f.seq LIMIT $limit
"""
PAGE_OF_KIND: Final = f"""
MATCH (f:Fact) USING INDEX SEEK f:Fact(kind, seq) WHERE f.kind = $kind AND f.seq > $after AND f.seq <= $last
AND f.value IS NOT NULL AND f.key STARTS WITH $keys AND {CURRENT}
RETURN {FIELDS} ORDER BY f.kind, f.seq LIMIT $limit
"""
CHANGES: Final = f"""
MATCH (f:Fact) USING INDEX SEEK f:Fact(seq) WHERE f.seq > $after AND f.seq <= $last AND f.value IS NOT NULL
RETURN {FIELDS} ORDER BY f.seq LIMIT $limit
"""
ENTRIES: Final = f"""
MATCH (f:Fact) USING INDEX SEEK f:Fact(seq) WHERE f.seq > $after AND f.seq <= $last
RETURN {FIELDS}, f.before, f.mark ORDER BY f.seq
"""
_OPERATIONS = {operation.value: operation for operation in Operation}


def recorded(row: list[Any]) -> Recorded:
    """Read a row of `FIELDS` that is not sealed."""
    _, fact_id, key, kind, value, flags, source, file, line, version, at, operation, reason, _ = row
    fact = Fact(fact_id, key, load(kind, value), Origin(source, file, line), tuple(flags))
    return Recorded(fact, version, time(at), _OPERATIONS[operation], reason)


def sealed(row: list[Any], article: str, at: str) -> Sealed:
    """Read a row of `FIELDS` that is sealed."""
    return Sealed(row[1], row[2], article, time(at))


def entry(row: list[Any]) -> Entry:
    """Read a row of `ENTRIES`."""
    *said, before, mark = row
    seq, fact_id, key, _, value = said[:5]
    operation = _OPERATIONS[said[11]]
    if value is None:
        return Entry(seq, before, key, fact_id, operation, mark, None, None)
    fact = recorded(said).fact
    mark = mark_of(fact_id, operation, said[12], fact.origin, before)
    return Entry(seq, before, key, fact_id, operation, mark, fact, value, said[12])


def audit_row(row: list[Any]) -> AuditRow:
    """Read a row of `AUDIT`."""
    version, at, by, what, chain, contents, key = row
    return AuditRow(version, time(at), by, what, chain, contents, key)


@lru_cache(maxsize=1_024)
def time(text: str) -> datetime:
    """Read what `graph.store.audit.moment` wrote; one moment stands on thousands of facts."""
    return datetime.fromisoformat(text)
