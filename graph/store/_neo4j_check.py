"""The check that nothing in a store in Neo4j was altered behind its back: statements, seals, and what follows what.

What is found by (`about`, and the names that what is current gives) is no part of the audit log; it is derived anew and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any, Final

from graph.codec import digest
from graph.model import Operation, Origin
from graph.store._neo4j_rows import FIELDS, Ask, recorded
from graph.store._neo4j_search import words_of
from graph.store.audit import contents_of, mark_of
from graph.store.mentions import about_of, names_of
from graph.store.terms import normalised

PAGE: Final = """
MATCH (f:Fact) WHERE f.seq > $after AND f.seq <= $last
RETURN f.seq, f.version, f.id, f.operation, f.before, f.key, f.kind, f.mark, f.value, f.flags, f.reason, f.source, f.file, f.row,
    f.at
ORDER BY f.seq LIMIT $limit
"""
PROMISED: Final = "MATCH (a:Audit) RETURN a.version, a.contents, a.last_seq, a.at ORDER BY a.version"
FORGED: Final = (
    # a statement without a number of the log's (never read, so it is nobody's word; a version that it says is as good as any)
    "MATCH (s:Store) CALL () { MATCH (a:Audit) RETURN coalesce(max(a.last_seq), 0) AS last } MATCH (f:Fact) "
    "WHERE f.seq IS NULL OR NOT f.seq IS :: INTEGER NOT NULL OR f.seq < 1 OR f.seq > last "
    "RETURN CASE WHEN f.version IS :: INTEGER NOT NULL THEN f.version ELSE s.version END",
    # a seal without its audit row, a sealed statement without its seal, a statement that says the wrong follower
    "MATCH (s:Sealed) WHERE NOT EXISTS { MATCH (a:Audit {version: s.version}) WHERE a.sealed = s.key } RETURN s.version",
    "MATCH (f:Fact) WHERE f.value IS NULL AND NOT EXISTS { MATCH (:Sealed {key: f.key}) } RETURN f.version",
    "MATCH (f:Fact) WHERE f.before > 0 AND NOT EXISTS { MATCH (o:Fact {seq: f.before}) "
    "WHERE o.key = f.key AND o.seq < f.seq AND o.followed_by = f.seq } RETURN f.version",
    "MATCH (f:Fact) WHERE f.followed_by IS NOT NULL "
    "AND NOT EXISTS { MATCH (n:Fact {seq: f.followed_by}) WHERE n.before = f.seq } RETURN f.version",
    "MATCH (s:Store) OPTIONAL MATCH (a:Audit {version: s.version}) WHERE a.chain = s.chain AND a.last_seq = s.last_seq "
    "WITH s, a WHERE a IS NULL AND s.version > 0 RETURN s.version",
    "MATCH (s:Store) WHERE EXISTS { MATCH (n:Name) WHERE NOT EXISTS { (n)<-[:GIVES_NAME]-(:Fact) } } RETURN s.version",
)
"""Each returns the versions in which something stands that cannot."""
_SAID: Final = f"""
RETURN {FIELDS}, f.operation <> 'retraction' AND NOT EXISTS {{ MATCH (n:Fact {{key: f.key}}) WHERE n.before = f.seq }} AS current,
    COLLECT {{ MATCH (f)-[g:GIVES_NAME]->(n:Name) RETURN [g.place, g.kind, g.name, g.entity, n.text, n.words] }} AS names
ORDER BY f.seq
"""
DERIVED: Final = f"MATCH (f:Fact) WHERE f.seq > $after AND f.seq <= $last {_SAID} LIMIT $limit"
_AGAIN: Final = f"UNWIND $seqs AS seq MATCH (f:Fact {{seq: seq}}) {_SAID}"
_OPERATIONS: Final = {operation.value: operation for operation in Operation}


def first_altered(
    promised: Iterable[list[Any]], facts: Iterable[list[Any]], impossible: Iterable[int], tell: Callable[[int], object] = int
) -> int | None:
    """Return the first version of which statements are altered, missing or added, None if none are.

    Parameters
    ----------
    promised, facts
        Rows of `PROMISED`, and of `PAGE` in order.
    impossible : iterable of int
        What `forged` returned.
    tell : callable
        Hears of each version that was reached, and may raise to stop the check.
    """
    logged = {version: (contents, last, at) for version, contents, last, at in promised}
    nothing = contents_of(())
    broken = list(impossible)
    for version, group in groupby(facts, lambda row: row[1]):
        tell(version)
        said = list(group)
        marks = [_mark_if_intact(row) for row in said]
        found = (contents_of(mark or "" for mark in marks), said[-1][0])
        contents, last, at = logged.pop(version, ("", 0, ""))
        if (contents, last) != found or None in marks or any(row[14] != at for row in said):
            broken.append(version)
    broken += [version for version, (contents, _, _) in logged.items() if contents != nothing]
    return min(broken, default=None)


def forged(ask: Ask) -> set[int]:
    """Return the versions in which something stands that cannot; what a writer was just writing is looked at again."""
    found = _forged(ask)
    return found & _forged(ask) if found else found


def underived(ask: Ask, found: Iterable[list[Any]]) -> set[int]:
    """Return the versions whose statements are found by something else than what they say.

    Parameters
    ----------
    ask : callable
        Asks the store; what a writer was just writing is looked at again.
    found
        Rows of `DERIVED`.
    """
    doubted = [row[0] for row in found if not _is_derived(row)]
    return {row[9] for row in ask(_AGAIN, seqs=doubted) if not _is_derived(row)} if doubted else set()


def _is_derived(row: list[Any]) -> bool:
    *fields, current, names = row
    if fields[4] is None:
        return fields[-1] is None and not names
    if fields[5] is None or digest(fields[2], fields[4], ",".join(fields[5])) != fields[1]:
        return True  # it is no longer what its id promises, which `first_altered` tells of
    fact = recorded(fields).fact
    said = enumerate(names_of(fact)) if current else ()
    expected = [
        [place, kind, name, entity, text, words_of(text)] for place, (kind, name, entity) in said for text in (normalised(name),)
    ]
    return list(about_of(fact)) == (fields[-1] or []) and sorted(expected) == sorted(names)


def _forged(ask: Ask) -> set[int]:
    return {version for statement in FORGED for (version,) in ask(statement)}


def _mark_if_intact(row: list[Any]) -> str | None:
    """Return the mark of a row as it was recorded, None if the row is not what its id promises."""
    _, _, fact_id, operation, before, key, kind, kept, value, flags, reason, source, file, line, _ = row
    if kind != key.partition("/")[0] or operation not in _OPERATIONS:
        return None
    if value is None or kept is not None:
        return kept if value is None else None
    if source is None or flags is None or digest(key, value, ",".join(flags)) != fact_id:
        return None
    return mark_of(fact_id, _OPERATIONS[operation], reason, Origin(source, file, line), before)
